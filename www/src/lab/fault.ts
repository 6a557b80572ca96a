// What can go wrong, as drill files say it, and how the fault server is told.

export type NetFault =
  | { kind: 'status'; status: number; retryAfter?: number; hideRetryAfter?: boolean; problem?: object }
  | { kind: 'latency'; delay: number }
  | { kind: 'network' | 'silence' | 'offline' | 'portal' }
  | { kind: 'truncate' | 'stall'; after?: number };

/** Where in the body an answer breaks off, unless told. */
const BREAKS_AFTER = 120;

/** The step of the fault server's script; undefined for what is not played by an answer. */
export function toServer(fault: NetFault): object | undefined {
  switch (fault.kind) {
    case 'offline':
      return undefined;
    case 'latency':
      return { pass: true, delay: fault.delay };
    case 'network':
      return { reset: true };
    case 'silence':
      return { silence: true };
    case 'truncate':
      return { pass: true, truncateAfter: fault.after ?? BREAKS_AFTER };
    case 'stall':
      return { pass: true, stallAfter: fault.after ?? BREAKS_AFTER };
    case 'portal':
      return { text: '<!doctype html><title>Welcome to our Wi-Fi</title>', type: 'text/html' };
    case 'status': {
      const { status, retryAfter, hideRetryAfter, problem } = fault;
      // The server checks credentials by itself: see `signedOut`.
      if (status === 401) return undefined;
      return {
        status,
        problem: { title: 'Played by the fault lab', ...problem, status },
        ...(retryAfter !== undefined && { retryAfter }),
        ...(hideRetryAfter && { cors: { origin: 'echo', expose: [] } }),
      };
    }
  }
}

/** Whether requests are refused until the person signs in. */
export function signedOut(fault: NetFault): boolean {
  return fault.kind === 'status' && fault.status === 401;
}

/** In a word or two, for a bar of the chart. */
export function shortName(fault: NetFault): string {
  switch (fault.kind) {
    case 'status':
      return String(fault.status);
    case 'latency':
      return `+${fault.delay / 1000} s`;
    case 'network':
      return 'reset';
    case 'portal':
      return 'HTML';
    case 'truncate':
      return 'cut off';
    default:
      return fault.kind;
  }
}

/** What an endpoint does, to stand behind its name and a colon. */
export function sentence(fault: NetFault): string {
  switch (fault.kind) {
    case 'status': {
      const { status, retryAfter, hideRetryAfter } = fault;
      if (status === 401) return 'ends the session: 401 until you sign in';
      if (retryAfter === undefined) return `answers ${status}`;
      const hidden = hideRetryAfter ? ', which CORS hides from the page' : '';
      return `answers ${status} and asks to come back in ${retryAfter} s${hidden}`;
    }
    case 'latency':
      return `answers ${fault.delay / 1000} s late`;
    case 'network':
      return 'resets every connection';
    case 'silence':
      return 'takes requests and stays silent';
    case 'truncate':
      return 'cuts its answers off halfway';
    case 'stall':
      return 'stops in the middle of its answers';
    case 'portal':
      return 'the web page of a Wi-Fi network answers in its place';
    case 'offline':
      return 'offline';
  }
}
