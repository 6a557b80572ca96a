import { Toaster, toast } from 'sonner';
import { createSteadfetch } from 'steadfetch';
import { toSonner } from 'steadfetch/sonner';

export const client = createSteadfetch({ surfaces: { headless: true } });
toSonner(client, toast);

export const App = () => <Toaster />;
