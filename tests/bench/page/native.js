// The browser's own fetch, before stub.js takes its place.
export const native = globalThis.fetch.bind(globalThis);
