// A small modal dialog: a real <dialog>, closed by Escape and by its buttons, that gives the focus back.
import { button, h } from './dom';

export interface DialogStep {
  label: string;
  main?: boolean;
  /** The dialog closes unless this says false. */
  run?(): Promise<boolean | void> | boolean | void;
}

let count = 0;

/** Opens a dialog; the content is asked for when it opens. */
export function openDialog(name: string, content: Node[], steps: DialogStep[]): HTMLDialogElement {
  const titleId = `dialog-${++count}`;
  const actions = h('div', { class: 'dialog-actions' });
  const dialog = h(
    'dialog',
    { 'aria-labelledby': titleId },
    h('h2', { id: titleId }, name),
    h('div', { class: 'dialog-content' }, ...content),
    actions,
  );
  for (const step of steps) {
    const press = async () => {
      if (dialog.hasAttribute('data-busy')) return;
      dialog.setAttribute('data-busy', '');
      const stay = (await step.run?.()) === false;
      dialog.removeAttribute('data-busy');
      if (!stay) dialog.close();
    };
    const kind = step.main ? 'press main' : 'press';
    const node = button(kind, () => void press(), step.label);
    if (step.main) node.autofocus = true;
    actions.append(node);
  }
  dialog.addEventListener('close', () => dialog.remove());
  document.body.append(dialog);
  dialog.showModal();
  return dialog;
}
