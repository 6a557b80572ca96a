// What the shop asks of servers. Every call goes through Steadfetch; this file is all that an app has to write.
import type { CallOptions, Fault } from 'steadfetch';
import { explain } from 'steadfetch';
import { apiRoot, carrierRoot } from './backend';
import type { Call } from './calls';
import * as session from './session';
import { calls, steady } from './steady';
import { REQUEST_ID } from './wire';

export interface Order {
  number: number;
  customer: string;
  item: string;
  quantity: number;
  /** Cents. */
  total: number;
  currency: string;
  date: string;
  state: 'new' | 'in production' | 'ready' | 'shipped' | 'delivered' | 'returned';
}

export interface Delivery {
  carrier: string;
  date: string;
  window: string;
}

export interface Draft {
  customer: string;
  item: string;
  quantity: number;
}

/** What came, and of when it is where it came from a stored copy. */
export interface Answer<T> {
  value: T;
  asOf?: number;
}

/** A call that brought nothing to show. What people are told about it is Steadfetch's part. */
export class Trouble extends Error {
  constructor(
    readonly fault: Fault | undefined,
    readonly cancelled: boolean,
  ) {
    super(fault?.kind ?? (cancelled ? 'cancelled' : 'unreadable'));
  }
}

interface Ask extends RequestInit {
  name: string;
  url: string;
  headers?: Record<string, string>;
  steady?: CallOptions;
}

export const listOrders = () => ask<{ orders: Order[] }>({ name: 'List', url: `${apiRoot}/orders` });

export const searchOrders = (words: string, signal: AbortSignal) =>
  ask<{ orders: Order[] }>({ name: 'Search', url: `/search?q=${encodeURIComponent(words)}`, signal });

export const readOrder = (number: number, signal: AbortSignal) =>
  ask<Order>({ name: `Order ${number}`, url: `${apiRoot}/orders/${number}`, signal });

export async function readDelivery(number: number, signal: AbortSignal): Promise<Answer<Delivery | null>> {
  const url = `${await carrierRoot()}/deliveries/${number}`;
  // Without a carrier and without a copy an order is shown all the same.
  const steady: CallOptions = { fallback: () => Response.json(null) };
  return ask<Delivery | null>({ name: 'Carrier', url, signal, foreign: true, steady });
}

/** Saves an order; undefined: it is kept on this device, and sent later. The same key again never makes a second one. */
export async function saveOrder(draft: Draft, key: string): Promise<Order | undefined> {
  const { value } = await ask<Order | undefined>({
    name: 'Save',
    method: 'POST',
    url: `${apiRoot}/orders`,
    headers: { 'content-type': 'application/json', 'idempotency-key': key },
    body: JSON.stringify(draft),
  });
  return value;
}

export async function signIn(): Promise<void> {
  const { value } = await ask<{ token: string }>({
    name: 'Sign in',
    method: 'POST',
    url: session.sessionUrl,
  });
  await session.begin(value.token);
}

async function ask<T>({ name, url, foreign, ...init }: Ask & { foreign?: boolean }): Promise<Answer<T>> {
  const call = calls.begin(name, init.method ?? 'GET');
  const headers = { ...init.headers, [REQUEST_ID]: call.id, ...(!foreign && session.credentials()) };
  let response: Response;
  try {
    const options: CallOptions = { actionId: call.id, expect: 'application/json', ...init.steady };
    response = await steady.fetch(url, { ...init, headers, steady: options });
  } catch (error) {
    throw failed(call, error, init.signal ?? undefined);
  }
  const { fault, source, age } = explain(response) ?? {};
  if (source) call.source = source;
  if (source === 'outbox') {
    calls.settled(call, 'ok');
    calls.bodyOver(call, true);
    return { value: undefined as T };
  }
  const standsIn = source === 'cache' || source === 'stale-cache' || source === 'fallback';
  if (!response.ok || (fault && !standsIn)) {
    calls.settled(call, 'failed');
    // Nobody reads it: its connection is free again, and Steadfetch knows that the call is over.
    void response.body?.cancel().catch(() => {});
    throw new Trouble(fault, false);
  }
  calls.settled(call, 'ok');
  try {
    const value = (await response.json()) as T;
    calls.bodyOver(call, true);
    return { value, ...(age !== undefined && { asOf: Date.now() - age }) };
  } catch (error) {
    calls.bodyOver(call, false);
    throw failed(call, error, init.signal ?? undefined);
  }
}

function failed(call: Call, error: unknown, signal: AbortSignal | undefined): Trouble {
  calls.settled(call, signal?.aborted ? 'cancelled' : 'failed');
  return new Trouble(explain(error)?.fault, signal?.aborted ?? false);
}
