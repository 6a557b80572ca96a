// OTLP in protobuf, decoded into what its JSON encoding would be: as much of it as a page sends. A field that is not in these tables
// is an error, so that nothing a collector adds goes unseen.

type Kind =
  | 'text'
  | 'hex'
  | 'number'
  | 'signed'
  | 'flag'
  | 'nanos'
  | 'count'
  | 'double'
  | 'counts'
  | 'doubles'
  | Message;
/** Fields by their numbers; a name with `[]` is a list. */
type Message = { [field: number]: [name: string, kind: Kind] };

const VALUE: Message = {
  1: ['stringValue', 'text'],
  2: ['boolValue', 'flag'],
  3: ['intValue', 'signed'],
  4: ['doubleValue', 'double'],
};
const ATTRIBUTE: Message = { 1: ['key', 'text'], 2: ['value', VALUE] };
const RESOURCE: Message = { 1: ['attributes[]', ATTRIBUTE] };
const SCOPE: Message = { 1: ['name', 'text'], 2: ['version', 'text'], 3: ['attributes[]', ATTRIBUTE] };
const EVENT: Message = { 1: ['timeUnixNano', 'nanos'], 2: ['name', 'text'], 3: ['attributes[]', ATTRIBUTE] };
const SPAN: Message = {
  1: ['traceId', 'hex'],
  2: ['spanId', 'hex'],
  4: ['parentSpanId', 'hex'],
  5: ['name', 'text'],
  6: ['kind', 'number'],
  7: ['startTimeUnixNano', 'nanos'],
  8: ['endTimeUnixNano', 'nanos'],
  9: ['attributes[]', ATTRIBUTE],
  11: ['events[]', EVENT],
  15: ['status', { 2: ['message', 'text'], 3: ['code', 'number'] }],
};
const LOG: Message = {
  1: ['timeUnixNano', 'nanos'],
  2: ['severityNumber', 'number'],
  3: ['severityText', 'text'],
  5: ['body', VALUE],
  6: ['attributes[]', ATTRIBUTE],
  9: ['traceId', 'hex'],
  10: ['spanId', 'hex'],
  12: ['eventName', 'text'],
};
const WINDOW: Message = { 2: ['startTimeUnixNano', 'nanos'], 3: ['timeUnixNano', 'nanos'] };
const NUMBER: Message = {
  ...WINDOW,
  4: ['asDouble', 'double'],
  6: ['asInt', 'count'],
  7: ['attributes[]', ATTRIBUTE],
};
const HISTOGRAM: Message = {
  ...WINDOW,
  4: ['count', 'count'],
  5: ['sum', 'double'],
  6: ['bucketCounts', 'counts'],
  7: ['explicitBounds', 'doubles'],
  9: ['attributes[]', ATTRIBUTE],
};
const METRIC: Message = {
  1: ['name', 'text'],
  3: ['unit', 'text'],
  7: [
    'sum',
    { 1: ['dataPoints[]', NUMBER], 2: ['aggregationTemporality', 'number'], 3: ['isMonotonic', 'flag'] },
  ],
  9: ['histogram', { 1: ['dataPoints[]', HISTOGRAM], 2: ['aggregationTemporality', 'number'] }],
};

function request(group: string, scope: string, list: string, item: Message): Message {
  const scoped: Message = { 1: ['scope', SCOPE], 2: [`${list}[]`, item], 3: ['schemaUrl', 'text'] };
  return {
    1: [`${group}[]`, { 1: ['resource', RESOURCE], 2: [`${scope}[]`, scoped], 3: ['schemaUrl', 'text'] }],
  };
}

const REQUESTS: Record<string, Message> = {
  traces: request('resourceSpans', 'scopeSpans', 'spans', SPAN),
  logs: request('resourceLogs', 'scopeLogs', 'logRecords', LOG),
  metrics: request('resourceMetrics', 'scopeMetrics', 'metrics', METRIC),
};

/** The body of a request for `traces`, `logs` or `metrics`. */
export function decode(signal: string, bytes: Uint8Array): Record<string, never> {
  return message(REQUESTS[signal]!, bytes) as Record<string, never>;
}

function message(shape: Message, bytes: Uint8Array): Record<string, unknown> {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const out: Record<string, unknown> = {};
  let at = 0;
  const varint = () => {
    for (let [value, shift] = [0n, 0n]; ; shift += 7n) {
      const byte = bytes[at++]!;
      value |= BigInt(byte & 127) << shift;
      if (byte < 128) return value;
    }
  };
  while (at < bytes.length) {
    const tag = Number(varint());
    const [field, wire] = [tag >> 3, tag & 7];
    let plain: bigint | Uint8Array;
    if (wire === 0) plain = varint();
    else {
      const length = wire === 1 ? 8 : wire === 5 ? 4 : Number(varint());
      plain = bytes.subarray(at, (at += length));
    }
    // Of protobuf's defaults, some encoders write what others leave out.
    const empty = typeof plain === 'bigint' ? plain === 0n : plain.every((byte) => byte === 0);
    const known = shape[field];
    if (!known && empty) continue;
    if (!known) throw new Error(`field ${field} (wire type ${wire}) is not known`);
    const [name, kind] = known;
    const value = decoded(kind, plain, view);
    if (!name.endsWith('[]')) out[name] = value;
    else ((out[name.slice(0, -2)] ??= []) as unknown[]).push(value);
  }
  return out;
}

function decoded(kind: Kind, plain: bigint | Uint8Array, whole: DataView): unknown {
  if (typeof plain === 'bigint') {
    if (kind === 'flag') return plain === 1n;
    return kind === 'signed' ? String(BigInt.asIntN(64, plain)) : Number(plain);
  }
  if (typeof kind === 'object') return message(kind, plain);
  if (kind === 'text') return new TextDecoder().decode(plain);
  if (kind === 'hex') return Buffer.from(plain).toString('hex');
  const view = new DataView(whole.buffer, plain.byteOffset, plain.byteLength);
  const each = <T>(read: (at: number) => T) =>
    Array.from({ length: plain.length / 8 }, (_, at) => read(at * 8));
  if (kind === 'nanos') return String(view.getBigInt64(0, true));
  if (kind === 'count') return Number(view.getBigUint64(0, true));
  if (kind === 'double') return view.getFloat64(0, true);
  if (kind === 'counts') return each((at) => Number(view.getBigUint64(at, true)));
  return each((at) => view.getFloat64(at, true));
}
