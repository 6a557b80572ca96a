// What is behind the page: the fault server, with this visitor's own scenario and the addresses of its two origins; or,
// where there is none, a workshop in the page itself.

/** What the control plane is asked, goes past Steadfetch: faults must not reach it. */
const native = globalThis.fetch.bind(globalThis);
const KEY = 'steadfetch-demo-scenario';

/** Each visitor has a scenario of their own, so that many can share a server; it survives a reload. */
export const scenarioId = known() ?? fresh();

/** Below it, the shop's own API answers; at the page's origin. */
export const apiRoot = `/s/${scenarioId}/api`;

interface Addresses {
  first: string;
  second: string;
}

/** Undefined: there is no fault server. */
const addresses = (ask('GET', '/_server') as Promise<Addresses>).catch(() => undefined);

/** Whether there is a fault server. */
export async function hasServer(): Promise<boolean> {
  return (await addresses) !== undefined;
}

/** The carrier's API is at another origin, as a partner's would be; for the workshop in the page a name is enough. */
export async function carrierRoot(): Promise<string> {
  return `${(await addresses)?.second ?? 'https://carrier.example'}/s/${scenarioId}/carrier`;
}

/** Puts a script in force; orders and session live on. */
export async function install(script: object): Promise<void> {
  await ask('PUT', `/_scenario/${scenarioId}?keep`, script);
}

/** Ends the session: every token that was given out is worth nothing. */
export async function endSession(): Promise<void> {
  await ask('POST', `/_scenario/${scenarioId}/expire`);
}

async function ask(method: string, path: string, body?: object): Promise<unknown> {
  const response = await native(path, { method, ...(body && { body: JSON.stringify(body) }) });
  if (!response.ok) throw new Error(`The fault server refused ${method} ${path}: ${await response.text()}`);
  return response.json();
}

function known(): string | undefined {
  // A tab of its own process, opened for the same visitor.
  const given = /^\?sends=(demo-[0-9a-f]{16})$/.exec(location.search)?.[1];
  if (given) return given;
  try {
    return sessionStorage.getItem(KEY) ?? undefined;
  } catch {
    return undefined;
  }
}

function fresh(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(8));
  const id = 'demo-' + Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
  try {
    sessionStorage.setItem(KEY, id);
  } catch {
    // No storage: a reload starts anew.
  }
  return id;
}
