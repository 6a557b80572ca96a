// Sonner 2.
import type { Steadfetch } from './index.js';

/**
 * Hands the notices of a headless client to sonner's `toast`, until the function that it returns is called: each is one toast, which
 * changes in place, says when its cause is over, and goes when its notice does. Who closes the toast dismisses the notice. Sonner has
 * room for two actions; the second one closes its toast.
 */
export declare function toSonner(client: Pick<Steadfetch, 'notices'>, toast: SonnerToast): () => void;

/** What is needed of sonner's `toast`. */
export interface SonnerToast {
  info(title: string, data: SonnerData): unknown;
  success(title: string, data: SonnerData): unknown;
  warning(title: string, data: SonnerData): unknown;
  error(title: string, data: SonnerData): unknown;
  dismiss(id: string): unknown;
}

/** What a toast is given. */
export interface SonnerData {
  id: string;
  description: string;
  duration: number;
  closeButton: boolean;
  action: SonnerButton | undefined;
  cancel: SonnerButton | undefined;
  onDismiss(): void;
}

export interface SonnerButton {
  label: string;
  onClick(event: { preventDefault(): void }): void;
}
