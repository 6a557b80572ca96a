// What each worker does: carries out the call that it is asked for and says what came of it.
import { createSteadfetch, explain } from 'steadfetch/worker';

const client = createSteadfetch({ defaults: { retry: { base: 2, cap: 4 } } });

export async function answer(url: string) {
  const state = await client.ready;
  try {
    const response = await client.fetch(url);
    return { state, status: response.status, text: await response.text(), known: explain(response) };
  } catch (error) {
    return { state, error: String(error), known: explain(error) };
  }
}
