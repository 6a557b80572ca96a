// How Steadfetch sends what it tells on its own account, telemetry and problem reports: the one place where such data leaves. Past the
// client, so that it is nobody's call, without credentials, and to nowhere else than was said.

/** A server that has not answered by then does not, ms. */
const PATIENCE = 10_000;
/** The first wait after a failure, ms. */
const BASE = 5_000;
/** A server's own word holds up to this, ms. */
const LONGEST = 3_600_000;

/** What leaves has passed the redactor: its text is made of nothing else. */
export async function post(
  native: typeof fetch,
  href: string,
  body: string,
  headers: Record<string, string> | undefined,
  keepalive: boolean,
): Promise<Response> {
  const answer = await native(href, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body,
    credentials: 'omit',
    // Where it would lead, nobody has allowed.
    redirect: 'error',
    // The page's address may say who is there, and is told only where the redactor has seen it.
    referrerPolicy: 'no-referrer',
    keepalive,
    signal: AbortSignal.timeout(PATIENCE),
  });
  void answer.body?.cancel().catch(() => {});
  return answer;
}

/**
 * How long to leave a server alone after so many failures before this one, ms: 5 s, twice as long each time up to `cap`, half of it
 * random; at least as long as the answer asks for (Retry-After in either form), an hour at most.
 */
export function waitAfter(failures: number, cap: number, answer: Response | undefined): number {
  const wait = Math.min(cap, BASE * 2 ** failures) * (0.5 + Math.random() / 2);
  const said = answer?.headers.get('retry-after') ?? '';
  const asked = /^\d+$/.test(said) ? Number(said) * 1000 : Date.parse(said) - Date.now();
  return asked > wait ? Math.min(asked, LONGEST) : wait;
}
