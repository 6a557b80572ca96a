// A real OpenTelemetry collector, rotel, started for one test: what it has decoded it sends on, in protobuf, to a server of ours.
// `cargo xtask setup` installs it.
import { type ChildProcess, spawn } from 'node:child_process';
import { type IncomingMessage, type Server, createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { gunzipSync } from 'node:zlib';
import { decode } from './otlp-proto';

/** Its program, and why there is none. */
export const PROGRAM = process.env['ROTEL'];
export const MISSING = process.env['ROTEL_MISSING'] ?? 'run `cargo xtask test --only e2e`, which installs it';

/** One thing that was told, with all that stands around it. */
export interface Told {
  resource: unknown;
  scope: unknown;
  schemas: unknown[];
  item: Record<string, unknown>;
}

type Group = { resource?: unknown; schemaUrl?: unknown } & Record<string, unknown>;

const NAMES: Record<string, [group: string, scope: string, list: string]> = {
  traces: ['resourceSpans', 'scopeSpans', 'spans'],
  logs: ['resourceLogs', 'scopeLogs', 'logRecords'],
  metrics: ['resourceMetrics', 'scopeMetrics', 'metrics'],
};

/** What a request told: each item of its groups. */
export function itemsOf(signal: string, body: Record<string, unknown>): Told[] {
  const [group, scopes, list] = NAMES[signal]!;
  return ((body[group] ?? []) as Group[]).flatMap(({ resource, schemaUrl, ...rest }) =>
    (rest[scopes] as Group[]).flatMap(({ scope, schemaUrl: inner, ...scoped }) =>
      (scoped[list] as Record<string, unknown>[]).map((item) => ({
        resource,
        scope,
        schemas: [schemaUrl, inner],
        item,
      })),
    ),
  );
}

export class Rotel {
  /** What it has received and decoded, by signal. */
  readonly seen: Record<string, Told[]> = { traces: [], logs: [], metrics: [] };

  private constructor(
    readonly url: string,
    readonly process: ChildProcess,
    readonly sink: Server,
  ) {}

  static async start(): Promise<Rotel> {
    if (!PROGRAM) throw new Error(`there is no rotel: ${MISSING}`);
    const sink = createServer();
    const words = ['start', '--batch-timeout', '100ms', '--exporter', 'otlp'];
    words.push('--otlp-exporter-protocol', 'http', '--otlp-exporter-compression', 'none');
    words.push('--otlp-exporter-endpoint', await listen(sink));
    const [http, grpc] = [createServer(), createServer()];
    const url = await listen(http);
    words.push('--otlp-http-endpoint', new URL(url).host);
    words.push('--otlp-grpc-endpoint', new URL(await listen(grpc)).host);
    await Promise.all([close(http), close(grpc)]);
    const rotel = new Rotel(url, spawn(PROGRAM, words, { stdio: 'ignore' }), sink);
    sink.on('request', (request, answer) => {
      void whole(request).then((body) => {
        const signal = request.url!.split('/').at(-1)!;
        rotel.seen[signal]!.push(...itemsOf(signal, decode(signal, body)));
        answer.writeHead(200, { 'content-type': 'application/x-protobuf' }).end();
      });
    });
    for (let tries = 0; tries < 100; tries++) {
      const up = await fetch(`${url}/v1/traces`).catch(() => undefined);
      if (up) return rotel;
      await new Promise((go) => setTimeout(go, 50));
    }
    throw new Error('rotel does not start');
  }

  stop(): void {
    this.process.kill();
    this.sink.close();
    this.sink.closeAllConnections();
  }
}

async function listen(server: Server): Promise<string> {
  await new Promise<void>((up) => server.listen(0, '127.0.0.1', up));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

function close(server: Server): Promise<void> {
  return new Promise((closed) => server.close(() => closed()));
}

async function whole(request: IncomingMessage): Promise<Uint8Array> {
  const parts: Uint8Array[] = [];
  for await (const part of request) parts.push(part as Uint8Array);
  const body = Buffer.concat(parts);
  return request.headers['content-encoding'] === 'gzip' ? gunzipSync(body) : body;
}
