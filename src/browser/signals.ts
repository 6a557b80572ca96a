// The caller's abort signal and ours as one, without leaving a listener on a signal that lives long.

/** Keeps a controller alive for as long as a Response whose body it can break. */
const bodies = new WeakMap<Response, AbortController>();

let registry: FinalizationRegistry<() => void> | undefined;

/** A signal that follows the caller's and our own. */
export function join(user: AbortSignal | undefined, own: AbortController): AbortSignal {
  if (!user) return own.signal;
  if (AbortSignal.any) return AbortSignal.any([user, own.signal]);
  // Safari before 17.4. Only the call, then its Response, keep the controller; once it goes, so does the listener.
  const held = new WeakRef(own);
  const heard = () => held.deref()?.abort(user.reason);
  user.addEventListener('abort', heard, { once: true });
  registry ??= new FinalizationRegistry((remove) => remove());
  registry.register(own, () => user.removeEventListener('abort', heard));
  return own.signal;
}

/** The answer arrived: from here on its body is what the caller's signal breaks. */
export function holdFor(response: Response, own: AbortController): void {
  if (!AbortSignal.any) bodies.set(response, own);
}
