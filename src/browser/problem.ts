// Problem details (RFC 9457) of an error answer, read beside the caller, who keeps the answer untouched.
import type { Problem } from '../../pkg/types/index';

/** What is larger is not read. */
const MAX_BYTES = 65_536;
/** How long a text is waited for at most, ms; without it in time, the answer goes out alone. */
const MAX_WAIT = 500;

const TYPE = /^application\/problem\+json\s*(;|$)/i;

/** The problem document of an answer; undefined where there is none, or one that cannot be read. */
export async function readProblem(response: Response): Promise<Problem | undefined> {
  if (!TYPE.test(response.headers.get('content-type') ?? '') || response.bodyUsed) return undefined;
  try {
    return parseProblem(JSON.parse((await readSmall(response)) ?? ''));
  } catch {
    return undefined;
  }
}

/** The text of an answer, read beside whoever gets the answer; undefined where it has none, or a large, slow or broken one. */
export async function readSmall(response: Response): Promise<string | undefined> {
  if (response.body?.locked !== false || Number(response.headers.get('content-length')) > MAX_BYTES) {
    return undefined;
  }
  const reader = response.clone().body!.getReader();
  const timer = setTimeout(() => void reader.cancel().catch(() => {}), MAX_WAIT);
  try {
    const decoder = new TextDecoder();
    let text = '';
    let size = 0;
    for (;;) {
      const { done, value } = await reader.read();
      if (done) break;
      size += value.byteLength;
      if (size > MAX_BYTES) {
        void reader.cancel().catch(() => {});
        return undefined;
      }
      text += decoder.decode(value, { stream: true });
    }
    return text + decoder.decode();
  } catch {
    return undefined;
  } finally {
    clearTimeout(timer);
  }
}

/** What of a JSON value is a problem document: members of the wrong type are left out (RFC 9457 §3.1). */
function parseProblem(value: unknown): Problem | undefined {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined;
  const from = value as Record<string, unknown>;
  const problem: Problem = {};
  for (const name of ['type', 'title', 'detail', 'instance'] as const) {
    const text = from[name];
    if (typeof text === 'string') problem[name] = text;
  }
  if (Number.isInteger(from['status'])) problem.status = from['status'] as number;
  if (Array.isArray(from['errors'])) {
    problem.errors = from['errors'].filter(isDetail).map(({ pointer, parameter, detail }) => ({
      detail,
      ...(typeof pointer === 'string' && { pointer }),
      ...(typeof parameter === 'string' && { parameter }),
    }));
  }
  return problem;
}

function isDetail(value: unknown): value is { detail: string; pointer?: unknown; parameter?: unknown } {
  return typeof (value as { detail?: unknown } | null)?.detail === 'string';
}
