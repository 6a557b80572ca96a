// What teams write themselves when they take no library.

const RETRIED = new Set([408, 429, 500, 502, 503, 504]);
const ATTEMPTS = 3;
const LIMIT = 10_000;

/** fetch with a time limit for each attempt, and up to two retries of what may be sent twice. */
export async function timeoutAndRetry(url, init = {}) {
  const attempts = (init.method ?? 'GET') === 'GET' ? ATTEMPTS : 1;
  for (let attempt = 1; ; attempt++) {
    const controller = new AbortController();
    const late = () => controller.abort(new DOMException('timed out', 'TimeoutError'));
    const timer = setTimeout(late, LIMIT);
    const signal = init.signal ? AbortSignal.any([init.signal, controller.signal]) : controller.signal;
    try {
      const response = await fetch(url, { ...init, signal });
      if (attempt === attempts || !RETRIED.has(response.status)) return response;
    } catch (error) {
      if (attempt === attempts || init.signal?.aborted) throw error;
    } finally {
      clearTimeout(timer);
    }
    await new Promise((resolve) => setTimeout(resolve, Math.random() * 1000 * 2 ** (attempt - 1)));
  }
}

const circuits = new Map();

/** The same behind a circuit breaker per origin. */
export async function withBreaker(url, init) {
  const { origin } = new URL(url, location.href);
  let circuit = circuits.get(origin);
  if (!circuit) circuits.set(origin, (circuit = { failures: 0, until: 0 }));
  if (circuit.until > Date.now()) throw new TypeError('circuit open');
  try {
    const response = await timeoutAndRetry(url, init);
    count(circuit, response.status >= 500);
    return response;
  } catch (error) {
    if (!init?.signal?.aborted) count(circuit, true);
    throw error;
  }
}

function count(circuit, failed) {
  circuit.failures = failed ? circuit.failures + 1 : 0;
  if (circuit.failures >= 5) circuit.until = Date.now() + 30_000;
}
