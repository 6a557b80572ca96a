// The clients of one page, whichever copy of the package they come from: what each keeps has its own place, and one of them
// shows what workers met.

/** A client with notices. Other versions of the package read it, too: members are added, not changed. */
export interface Member {
  /** Where it keeps what is its own: the same after a reload. */
  place: number;
  /** It has something to show notices with. */
  readonly shows: boolean;
  /** It has the turn to speak for the page. */
  speaks?: boolean;
  /** It has asked for that turn, and has not heard yet. */
  asks?: boolean;
  /** It is the one now that shows what workers met. */
  ask(): void;
}

const MEMBERS = Symbol.for('steadfetch:page');

const members = (): Member[] => ((globalThis as { [MEMBERS]?: Member[] })[MEMBERS] ??= []);

/**
 * Joins the clients of the page. Its place is drawn from its rules, by which parts of a page that start in no fixed order are
 * told apart; of clients with the same rules it is the next one that is free.
 */
export function join(member: Member, rules: unknown): void {
  const others = members();
  member.place = hash(JSON.stringify(rules) ?? '');
  while (others.some(({ place }) => place === member.place)) member.place += 1;
  others.push(member);
}

export function leave(member: Member): void {
  const others = members();
  const shown = showsWorkers(member);
  others.splice(others.indexOf(member), 1);
  if (shown) shower()?.ask();
}

/** Whether this is the one that shows what workers met. */
export function showsWorkers(member: Member): boolean {
  return shower() === member;
}

/** Whether this page is the one that speaks; undefined: that is not known yet. */
export function speaks(): boolean | undefined {
  return members().some(({ speaks }) => speaks) || (members().some(({ asks }) => asks) ? undefined : false);
}

function shower(): Member | undefined {
  return members().find(({ shows }) => shows) ?? members()[0];
}

/** FNV-1a: tells texts apart, and tells nobody what they are. */
export function hash(text: string): number {
  let hash = 0x811c9dc5;
  for (let at = 0; at < text.length; at++) hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193);
  return hash >>> 0;
}
