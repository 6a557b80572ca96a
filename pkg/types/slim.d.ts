import type { Steadfetch, SteadfetchOptions } from './index.js';

export * from './index.js';

/**
 * Where the Wasm file (`steadfetch/wasm`) comes from. A URL is fetched with the browser's own fetch. A function is called a
 * little later: where `steady.fetch` takes the place of `window.fetch`, it must not fetch with that one, which waits for it.
 */
export type WasmSource =
  | string
  | URL
  | Response
  | BufferSource
  | WebAssembly.Module
  | Promise<Response | BufferSource | WebAssembly.Module>;

/** Starts a client whose Wasm the caller provides. */
export declare function createSteadfetch(
  options: SteadfetchOptions & { wasm: WasmSource | (() => WasmSource) },
): Steadfetch;
