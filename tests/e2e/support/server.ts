// The fault server, as tests talk to it: each test installs scripts of its own and reads what they received.
import { randomUUID } from 'node:crypto';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';

/** A script; docs/fault-server.md describes it. */
export type Script = Record<string, unknown>;

/** One request as the server saw it. Times are milliseconds since the scenario was installed. */
export interface Received {
  method: string;
  path: string;
  query: string | null;
  headers: [name: string, value: string][];
  origin: 'first' | 'second';
  at: number;
  headersAt: number | null;
  endedAt: number | null;
  abortedAt: number | null;
  /** `whole`, `aborted`, or as the script wanted it. */
  end: string | null;
  status: number | null;
  sent: number;
  body: { length: number; sha256: string; text?: string; base64?: string };
}

/** What a request carried under this name, in lower case. */
export function header({ headers }: Received, name: string): string | undefined {
  return headers.find(([known]) => known === name)?.[1];
}

export interface Log {
  startedAt: number;
  counts: {
    requests: number;
    preflights: number;
    refreshes: number;
    aborted: number;
    open: number;
    byPath: Record<string, number>;
  };
  requests: Received[];
  /** The session's current one, where the script has sessions. */
  token: string;
}

export class Server {
  /** The page's own origin, another one, and one where nobody listens. */
  readonly first: string;
  readonly second: string;
  readonly refused: string;
  #played: Scenario[] = [];

  constructor() {
    const addresses = process.env['FAULT_SERVER'];
    if (!addresses) throw new Error('FAULT_SERVER is not set: run `cargo xtask test --only e2e`');
    ({ first: this.first, second: this.second, refused: this.refused } = JSON.parse(addresses));
  }

  /** The Content-Security-Policy of the app's file whose name begins so. */
  async policy(name: string): Promise<string | null> {
    const assets = join(process.env['APP_DIR'] ?? '', 'assets');
    const file = (await readdir(assets)).find((file) => file.startsWith(name));
    const answer = await fetch(`${this.first}/assets/${file}`);
    return answer.headers.get('content-security-policy');
  }

  /** Installs a script under an id of its own. */
  async play(script: Script): Promise<Scenario> {
    const scenario = new Scenario(this, `e2e-${randomUUID()}`);
    const answer = await fetch(scenario.control, { method: 'PUT', body: JSON.stringify(script) });
    if (!answer.ok) throw new Error(`the server does not take this script: ${await answer.text()}`);
    this.#played.push(scenario);
    return scenario;
  }

  /** Takes the scripts of a test away: the server keeps only so many. */
  async sweep(): Promise<void> {
    const gone = this.#played.splice(0).map(({ control }) => fetch(control, { method: 'DELETE' }));
    await Promise.all(gone);
  }
}

export class Scenario {
  /** On the page's own origin. */
  readonly url: string;
  readonly second: string;
  readonly refused: string;
  readonly control: string;

  constructor(server: Server, id: string) {
    const path = `/s/${id}`;
    [this.url, this.second, this.refused] = [
      server.first + path,
      server.second + path,
      server.refused + path,
    ];
    this.control = `${server.first}/_scenario/${id}`;
  }

  async log(): Promise<Log> {
    const answer = await fetch(this.control);
    if (!answer.ok) throw new Error(`no log: ${await answer.text()}`);
    return (await answer.json()) as Log;
  }

  async requests(): Promise<Received[]> {
    return (await this.log()).requests;
  }

  async count(): Promise<number> {
    return (await this.log()).counts.requests;
  }
}
