// A real OpenTelemetry collector, rotel, started for one test: what it has decoded is read from what it prints.
import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';

/** How to get it. */
export const INSTALL = 'python3 -m venv target/otel/venv && target/otel/venv/bin/pip install rotel==0.0.1a15';

const LIB = join(import.meta.dirname, '../../../target/otel/venv/lib');

/** Its program, where it is installed. */
export function found(): string | undefined {
  const versions = existsSync(LIB) ? readdirSync(LIB) : [];
  const all = versions.map((name) => join(LIB, name, 'site-packages/rotel/rotel-agent'));
  return all.find((path) => existsSync(path));
}

/** A thing that was received: its lines by their names, and its attributes. */
export interface Seen {
  lines: Record<string, string>;
  attributes: Record<string, string | number>;
}

export class Rotel {
  #said = '';

  private constructor(
    readonly url: string,
    readonly process: ChildProcess,
  ) {
    process.stdout!.on('data', (text: Buffer) => (this.#said += text.toString()));
  }

  static async start(): Promise<Rotel> {
    const [http, grpc] = [await freePort(), await freePort()];
    const signals = ['traces', 'metrics', 'logs'].flatMap((signal) => ['--debug-log', signal]);
    const words = ['start', '--exporter', 'blackhole', '--batch-timeout', '100ms', ...signals];
    words.push('--debug-log-verbosity', 'detailed');
    words.push('--otlp-http-endpoint', `127.0.0.1:${http}`, '--otlp-grpc-endpoint', `127.0.0.1:${grpc}`);
    const rotel = new Rotel(`http://127.0.0.1:${http}`, spawn(found()!, words));
    for (let tries = 0; tries < 100; tries++) {
      const up = await fetch(`${rotel.url}/v1/traces`).catch(() => undefined);
      if (up) return rotel;
      await new Promise((go) => setTimeout(go, 50));
    }
    throw new Error('rotel does not start');
  }

  stop(): void {
    this.process.kill();
  }

  /** What it has received so far that its log begins with this: `Span`, `LogRecord`, `Metric`, `HistogramDataPoints`. */
  seen(what: string): Seen[] {
    const all: Seen[] = [];
    let now: Seen | undefined;
    for (const line of this.#said.split('\n')) {
      const start = /^(\w+) #\d+$/.exec(line);
      if (start) {
        now = start[1] === what ? { lines: {}, attributes: {} } : undefined;
        if (now) all.push(now);
        continue;
      }
      const attribute = /^\s*-> ([\w.]+): (Str|Int)\((.*)\)$/.exec(line);
      const field = /^\s*(?:-> )?([A-Za-z ]+?)\s*: (.*)$/.exec(line);
      if (attribute) {
        const [, key, type, value] = attribute as unknown as [string, string, string, string];
        if (now) now.attributes[key] = type === 'Int' ? Number(value) : value;
      } else if (field && now) now.lines[field[1]!] ??= field[2]!.trim();
    }
    return all;
  }
}

function freePort(): Promise<number> {
  return new Promise((settle) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const { port } = server.address() as { port: number };
      server.close(() => settle(port));
    });
  });
}
