// What the core does not know of a notice: how long it is to be read, where there is a status page, which links are safe.
import { readingTime } from '../../src/browser/dom/clock';
import { linkOf } from '../../src/browser/dom/renderer';
import type { View } from '../../src/browser/dom/types';
import type * as api from '../types/index';

/** A notice as it comes out of the core. */
type Raw = (View | api.Notice) & { expires?: boolean; help?: string };

export interface Around {
  /** The person's factor on reading times; Infinity: nothing closes by itself. */
  readonly patience: number;
  /** The status page. */
  readonly page: string | undefined;
  /** Where codes are explained. */
  readonly help: string | false | undefined;
  /** The message that the app raised a notice with. */
  messageOf(id: string): string | undefined;
}

export function complete(notices: Raw[], { patience, page, help, messageOf }: Around): void {
  for (const notice of notices) {
    const { id, code, title, body = '', safe = '' } = notice;
    const kind = code?.slice(3);
    const whose = `message "${messageOf(id) ?? kind}"`;
    if (notice.expires && patience < Infinity)
      notice.closesAfter = readingTime(title + body + safe) * patience;
    delete notice.expires;
    const actions: api.NoticeAction[] = notice.actions;
    notice.actions = actions.filter((action) => {
      if (page && action.id === 'check-status') action.href ??= page;
      return action.href === undefined || linkOf(action.href, `action "${action.id}" of ${whose}`);
    }) as View['actions'];
    if (help && kind) notice.help ??= help + kind;
    if (notice.help && !linkOf(notice.help, `help of ${whose}`)) delete notice.help;
  }
}
