// What each worker does: carries out the call that it is asked for and says what came of it.
import { type Policy, createSteadfetch, explain } from 'steadfetch/worker';

/** A call, and what its client does beside retrying. */
export interface Asked {
  url: string;
  policy: Policy | undefined;
  /** By a client of its own. */
  own?: boolean;
}

const create = () => createSteadfetch({ defaults: { retry: { base: 2, cap: 4 } } });
const usual = create();

export async function answer({ url, policy, own }: Asked) {
  const client = own ? create() : usual;
  const state = await client.ready;
  try {
    const response = await client.fetch(url, policy && { steady: policy });
    return { state, status: response.status, text: await response.text(), known: explain(response) };
  } catch (error) {
    return { state, error: String(error), known: explain(error) };
  }
}
