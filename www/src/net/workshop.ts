// The shop's server where there is none: the order desk of a furniture workshop, in the page. It answers as the fault server's
// built-in API does, and what is saved lives until the page is closed.
import rows from './orders.json';

interface Order {
  number: number;
  customer: string;
  item: string;
  quantity: number;
  total: number;
  currency: string;
  date: string;
  state: string;
}

const FIRST_NUMBER = 1042;
const LONGEST_TEXT = 120;
const MOST = 500;
/** In cents; what is not on the list costs as much as a simple chair. */
const USUAL_PRICE = 17_900;
/** As long as a server nearby takes, ms. */
const NEARBY = 40;
/** What the carrier answers. */
export const DELIVERY = { carrier: 'Hansa Freight', date: '2026-06-18', window: '8:00 to 12:00' };

const orders: Order[] = rows.map(({ price, ...row }, age) => ({
  number: FIRST_NUMBER + rows.length - 1 - age,
  ...row,
  total: row.quantity * price,
  currency: 'EUR',
}));
/** By Idempotency-Key: what was asked, and the order that came of it. */
const saved = new Map<string, { asked: string; order: Order }>();
let tokens = 0;

/** Answers a request. */
export async function answer(request: Request): Promise<Response> {
  const { method, signal } = request;
  await pause(NEARBY, signal);
  const { pathname, searchParams } = new URL(request.url);
  const path = pathname.replace(/^\/s\/[^/]+/, '');
  const number = Number(/^\/api\/orders\/(\d+)$/.exec(path)?.[1]);
  const found = orders.find((order) => order.number === number);
  if (method === 'POST' && path === '/_refresh') return reply(200, { token: `token-${++tokens}` });
  if (method === 'POST' && path === '/api/orders') return save(request);
  if (method === 'GET' && path === '/api/orders') return list(searchParams.get('q') ?? '');
  if (method === 'GET' && path.startsWith('/carrier/deliveries/')) return reply(200, DELIVERY);
  if (method === 'GET' && found) return reply(200, found);
  return problem(404, 'There is nothing at this address');
}

function list(words: string): Response {
  const wanted = words.toLowerCase().split(/\s+/);
  const found = orders.filter(({ number, customer, item, state, date }) => {
    const shown = [number, customer, item, state, date].join(' ').toLowerCase();
    return wanted.every((word) => shown.includes(word));
  });
  return reply(200, { orders: found, count: found.length });
}

/** Saves an order once per Idempotency-Key: the same again gets the same answer, another one under it is refused. */
async function save(request: Request): Promise<Response> {
  const asked = await request.text();
  const key = request.headers.get('idempotency-key');
  const known = key === null ? undefined : saved.get(key);
  if (known && known.asked !== asked) return problem(422, 'This Idempotency-Key was used for another order');
  if (known) return reply(201, known.order);
  let wanted: Record<string, unknown>;
  try {
    wanted = JSON.parse(asked) as Record<string, unknown>;
  } catch {
    return problem(400, 'The order is not JSON');
  }
  const errors = mistakes(wanted);
  if (errors.length > 0) return problem(422, 'Some fields need another look', errors);
  if (orders.length >= MOST) return problem(507, 'No room for more orders');
  const [customer, item] = [String(wanted['customer']).trim(), String(wanted['item']).trim()];
  const quantity = Number(wanted['quantity'] ?? 1);
  const price = rows.find((row) => row.item.toLowerCase() === item.toLowerCase())?.price ?? USUAL_PRICE;
  const order: Order = {
    number: FIRST_NUMBER + orders.length,
    customer,
    item,
    quantity,
    total: quantity * price,
    currency: 'EUR',
    date: '2026-06-12',
    state: 'new',
  };
  orders.unshift(order);
  if (key !== null) saved.set(key, { asked, order });
  return reply(201, order);
}

function mistakes(order: Record<string, unknown>): object[] {
  const errors: object[] = [];
  const missing = { customer: 'Say who the order is for', item: 'Say what is ordered' };
  for (const [name, detail] of Object.entries(missing)) {
    const text = order[name];
    const pointer = `#/${name}`;
    if (typeof text !== 'string' || text.trim() === '') errors.push({ pointer, detail });
    else if (text.length > LONGEST_TEXT) errors.push({ pointer, detail: 'Use at most 120 characters' });
  }
  const quantity = order['quantity'] ?? 1;
  if (!Number.isInteger(quantity) || Number(quantity) < 1 || Number(quantity) > 500) {
    errors.push({ pointer: '#/quantity', detail: 'Choose a number from 1 to 500' });
  }
  return errors;
}

function problem(status: number, title: string, errors?: object[]): Response {
  const document = { title, status, ...(errors && { errors }) };
  return reply(status, document, 'application/problem+json');
}

function reply(status: number, value: object, type = 'application/json'): Response {
  return new Response(JSON.stringify(value), {
    status,
    headers: { 'content-type': type, 'cache-control': 'private, max-age=0' },
  });
}

function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((go, fail) => {
    if (signal.aborted) return fail(signal.reason as Error);
    setTimeout(go, ms);
    signal.addEventListener('abort', () => fail(signal.reason as Error), { once: true });
  });
}
