// A Response made of what is stored, which looks like the one that was fetched.
import type { Kept } from './record';
import type { Answer } from './store';

/** Statuses without a body (Fetch standard: null body status) among those that are kept. */
const BODILESS = [204, 205];

/** Undefined where the body is not as long as it was: it is truncated, or another one. */
export function served(record: Kept, { status, statusText, headers, body }: Answer): Response | undefined {
  const size = body instanceof Blob ? body.size : body.byteLength;
  if (size !== record.bytes || status !== record.status) return undefined;
  const bare = BODILESS.includes(status);
  return dressed(new Response(bare ? null : body, { status, statusText, headers }), record);
}

/** Gives a constructed Response, and its clones, the members that only a fetched one has. */
function dressed(response: Response, { url, type, redirected }: Kept): Response {
  const clone = response.clone.bind(response);
  const members = { url, type, redirected, clone: () => dressed(clone(), { url, type, redirected } as Kept) };
  for (const [name, value] of Object.entries(members)) {
    Object.defineProperty(response, name, { value, configurable: true });
  }
  return response;
}
