// What a call rejects with where neither the network nor its caller ended it.
import type { Fault } from '../../pkg/types/index';

export function timeoutError(): DOMException {
  return new DOMException('The request took longer than its time limit allows.', 'TimeoutError');
}

/** In plain words; `explain` has the details. */
export function refusal({ kind }: Fault): TypeError {
  return new TypeError(
    kind === 'circuit-open'
      ? 'The request was not sent: its server has been failing and is given time to recover.'
      : kind === 'busy-here'
        ? 'The request was not sent: too many like it are under way.'
        : 'The request was not sent: it would have had to wait longer than its deadline allows.',
  );
}
