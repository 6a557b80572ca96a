// The numbers in which the core (core.rs) and what is around it speak. esbuild writes each in its place, since this file imports
// nothing, and nothing of the file is left, since package.json says that there are no side effects.

/** No lane, slot, endpoint or call: `u32::MAX`, which JavaScript is given as a signed number. */
export const NONE = -1;
/** The answer of what may fail, likewise: it did, and the problems are in the buffer. */
export const FAILED = -1;

// On an admitted slot.
/** The host timer must be armed. */
export const MUST_ARM = 1 << 31;
/** It does not simply send its first attempt. */
export const TROUBLE = 1 << 30;

// On a lane, as bits.
/** Its method may be sent twice. */
export const REPEATABLE = 1;
/** Equal GETs share one request. */
export const COALESCE = 2;
/** Requests get an Idempotency-Key. */
export const GETS_KEY = 4;
/** That key is a quoted string. */
export const QUOTED = 8;
/** Its policy minds RateLimit fields. */
export const PACED = 16;
/** Its bodies are watched. */
export const WATCHED = 32;
/** Its answers are stored. */
export const CACHED = 64;
/** Its writes are kept for later where they fail. */
export const QUEUED = 128;
/** It asks for more than to be sent; see special.ts. */
export const SPECIAL = COALESCE | GETS_KEY | WATCHED | CACHED | QUEUED;

// Of a request, as bits.
export const SLOW_BODY = 1;
export const STREAMED = 2;
export const KEYED = 4;
export const INTEGRITY = 8;
/** A stored copy is looked for. */
export const LOOKS = 16;
/** Its caller has something that stands in. */
export const FALLBACK = 32;
/** It goes behind earlier writes. */
export const BEHIND = 64;
/** Its first attempt did not wait for the engine. */
export const SENT = 128;
/** Nobody waits for it. */
export const BACKGROUND = 256;

// Of an answer, as bits.
/** Retry-After may be hidden by CORS. */
export const HIDDEN = 1;
/** The body can go on by Range. */
export const RESUMABLE = 2;
/** It comes out of a cache. */
export const FROM_CACHE = 4;

// Commands of the core, in the low 4 bits; the operand is above.
export const SEND = 1;
export const CANCEL = 2;
export const DISCARD = 3;
export const RESOLVE = 4;
export const REJECT = 5;
export const BREAK_BODY = 6;
export const GO_ON = 7;
export const REFRESH = 8;
export const SERVE = 9;
export const FALL_BACK = 10;
export const QUEUE = 11;

// How an attempt is sent, above its number.
export const AS_HEDGE = 1;
export const FOR_REST = 2;

// How a call is rejected.
export const BY_ERROR = 0;
export const BY_TIMEOUT = 1;
export const BY_STATUS = 2;
export const BY_CALLER = 3;
export const BY_REFUSAL = 4;

// Why an attempt ended without an answer.
export const NETWORK = 0;
export const OFFLINE = 1;
export const BLOCKED = 2;
export const CALLER_BUG = 3;

// What the core hears of a watched body.
export const BODY_WAIT = 0;
export const BODY_CHUNK = 1;
/** From here on, it is the last word. */
export const BODY_END = 2;
export const BODY_BROKEN = 3;
