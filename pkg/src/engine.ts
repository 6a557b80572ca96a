// The Wasm file, compressed and inlined so that no bundler can lose it.
import base64 from 'steadfetch-wasm';

export function wasm(): Response {
  const { readable, writable } = new DecompressionStream('deflate-raw');
  // Unlike a Blob's stream, this asks no other process.
  const writer = writable.getWriter();
  void writer.write(bytes()).then(() => writer.close());
  return new Response(readable);
}

/** The first call waits for this: `Uint8Array.from` would take it four times as long as the loop. */
function bytes(): Uint8Array<ArrayBuffer> {
  const { fromBase64 } = Uint8Array as { fromBase64?(text: string): Uint8Array<ArrayBuffer> };
  if (fromBase64) return fromBase64.call(Uint8Array, base64);
  const binary = atob(base64);
  const bytes = new Uint8Array(binary.length);
  for (let at = 0; at < bytes.length; at++) bytes[at] = binary.charCodeAt(at);
  return bytes;
}
