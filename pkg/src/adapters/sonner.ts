// Notices as sonner's toasts. The notices lead: a toast lasts until its notice is no longer to be seen.
import type { Notice, NoticeAction, Steadfetch } from '../../types/index';
import type { SonnerButton, SonnerToast } from '../../types/sonner';

interface Shown {
  toast: string;
  /** What it says, to tell whether that has changed. */
  said: string;
}

/** Several clients may show toasts on one page. */
let clients = 0;

export function toSonner({ notices }: Pick<Steadfetch, 'notices'>, toast: SonnerToast): () => void {
  const prefix = `steadfetch-${++clients}`;
  /** By the notice's id. */
  const shown = new Map<string, Shown>();
  let toasts = 0;

  function update(list: readonly Notice[]): void {
    const visible = list.filter((notice) => notice.visible);
    for (const id of shown.keys()) if (!visible.some((notice) => notice.id === id)) drop(id);
    // The newest one comes last, and so to the front.
    for (const notice of visible.reverse()) show(notice);
  }

  function show(notice: Notice): void {
    const { id, title, body, safe, severity, actions } = notice;
    const said = JSON.stringify([title, body, safe, severity, actions]);
    const known = shown.get(id);
    if (known?.said === said) return;
    // One that comes back is another toast: the former one may still be on its way out.
    const own = known?.toast ?? `${prefix}-${++toasts}`;
    shown.set(id, { toast: own, said });
    const closed = () => {
      if (shown.get(id)?.toast !== own) return;
      shown.delete(id);
      notices.dismiss(id);
    };
    const [first, second] = actions;
    toast[severity](title, {
      id: own,
      description: [body, safe].filter(Boolean).join(' '),
      duration: Infinity,
      closeButton: true,
      // Sonner closes what is pressed unless it is told not to. What becomes of the notice is the notice's own affair.
      action: first && button(first, (event) => event.preventDefault()),
      cancel: second && button(second, closed),
      onDismiss: closed,
    });
  }

  function drop(id: string): void {
    const { toast: own } = shown.get(id)!;
    // Before sonner says that it was closed.
    shown.delete(id);
    toast.dismiss(own);
  }

  const end = notices.on(update);
  update(notices.list());
  return () => {
    end();
    for (const id of shown.keys()) drop(id);
  };
}

function button(action: NoticeAction, then: SonnerButton['onClick']): SonnerButton {
  return {
    label: action.label!,
    onClick(event) {
      action.run?.();
      then(event);
      if (action.href !== undefined) location.assign(action.href);
    },
  };
}
