// An app in React that has sonner's toasts.
import { createRoot } from 'react-dom/client';
import { toast } from 'sonner';
import { createSteadfetch } from 'steadfetch';
import { toSonner } from 'steadfetch/sonner';
import { HEADLESS, ready, watched } from './adapter';
import { App, client as own } from './uses/sonner';

createRoot(document.getElementById('app')!).render(<App />);

const { client, listeners } = watched(HEADLESS);
ready({ client, listeners, own, toast, toSonner, other: createSteadfetch(HEADLESS) });
