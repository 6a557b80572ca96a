import type { Steadfetch, SteadfetchOptions } from './index';

export * from './index';

/** Where the Wasm file (`steadfetch/wasm`) comes from. */
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
