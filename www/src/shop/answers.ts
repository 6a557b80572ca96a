// What the shop does when somebody presses a button of a notice that only the app can carry out.
import type { Notice } from 'steadfetch';
import { signIn } from '../net/api';
import { steady } from '../net/steady';
import { openDialog } from '../page/dialog';
import { h } from '../page/dom';
import * as feed from './feed';

let open: HTMLDialogElement | undefined;

/** Starts listening to the notices' buttons. */
export function answerNotices(): void {
  steady.on('notice', ({ notice, action }) => {
    if (action === 'retry') void feed.refresh();
    else if (action === 'sign-in') askToSignIn();
    else if (action) explainStep(notice, action);
  });
}

/** The sign-in dialog: here it renews the session without a password. */
export function askToSignIn(): void {
  if (open?.isConnected) return;
  const failed = h('p', { class: 'wrong', role: 'status' });
  const enter = async () => {
    failed.textContent = '';
    try {
      await signIn();
    } catch {
      failed.textContent = 'Signing in didn’t work yet. Try again in a moment.';
      return false;
    }
    return true;
  };
  open = openDialog(
    'Sign in to go on',
    [
      h('p', {}, 'Your session ended. Everything on this page stays as it is.'),
      h(
        'p',
        { class: 'account' },
        h('span', { class: 'avatar', 'aria-hidden': 'true' }, 'ML'),
        'Mara Lindqvist',
      ),
      failed,
    ],
    [{ label: 'Sign in', main: true, run: enter }, { label: 'Not now' }],
  );
}

/** Signs in as the dialog's button would. */
export async function signInNow(): Promise<void> {
  await signIn();
  open?.close();
}

const STEPS: Record<string, string> = {
  'check-status': 'Your own status page would open here.',
  contact: 'Your own contact page would open here.',
  upgrade: 'Your own plans would open here.',
  'free-space': 'Your own storage settings would open here.',
};

function explainStep({ title, code }: Notice, action: string): void {
  const words = STEPS[action];
  if (!words) return;
  const about = h('p', { class: 'account' }, code ? `${title} · ${code}` : title);
  openDialog('This step is the app’s', [h('p', {}, words), about], [{ label: 'Close', main: true }]);
}
