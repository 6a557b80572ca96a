// A wait that its caller may end.

/** Goes on with a call once something is there, or cannot be had. An abort in between is heard at once. */
export function after(
  waiting: Promise<unknown>,
  signal: AbortSignal | undefined,
  go: () => Promise<Response>,
): Promise<Response> {
  return new Promise((settle, fail) => {
    const abort = () => fail(signal!.reason);
    if (signal?.aborted) return abort();
    signal?.addEventListener('abort', abort, { once: true });
    const then = () => {
      signal?.removeEventListener('abort', abort);
      if (!signal?.aborted) settle(go());
    };
    waiting.then(then, then).catch(fail);
  });
}
