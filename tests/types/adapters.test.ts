// The adapters' own types are those that the package declares, and what they need of their frameworks is there.
import * as browser from '@sentry/browser';
import { toast } from 'sonner';
import type { SteadfetchNoticesElement } from '../../pkg/types/element';
import type { SentryTarget } from '../../pkg/types/sentry';
import type { SonnerToast } from '../../pkg/types/sonner';
import type { Same } from './differences';

type Entry<Source, Types> = { [K in keyof Types]: Same<Source[K & keyof Source], Types[K]> };
type All<T> = Record<keyof T, true>;

type React = Entry<typeof import('../../pkg/src/adapters/react'), typeof import('../../pkg/types/react')>;
type Vue = Entry<typeof import('../../pkg/src/adapters/vue'), typeof import('../../pkg/types/vue')>;
type Sonner = Entry<typeof import('../../pkg/src/adapters/sonner'), typeof import('../../pkg/types/sonner')>;
type Sentry = Entry<typeof import('../../pkg/src/adapters/sentry'), typeof import('../../pkg/types/sentry')>;
type Health = Entry<typeof import('../../pkg/src/adapters/health'), typeof import('../../pkg/types/health')>;
type Element = Entry<
  typeof import('../../pkg/src/adapters/element'),
  typeof import('../../pkg/types/element')
>;

type Satisfied<Whole extends All<Whole>> = Whole;
export type Checked = [
  Satisfied<React>,
  Satisfied<Vue>,
  Satisfied<Sonner>,
  Satisfied<Element>,
  Satisfied<Sentry>,
  Satisfied<Health>,
];

export const given: SentryTarget = browser;
export const handed: SonnerToast = toast;
export const found: SteadfetchNoticesElement | null = document.querySelector('steadfetch-notices');
