// Encryption of what is stored: AES-GCM with a key that the browser hands to nobody, kept where the records are.
import type { Head, Sealed } from './record';

/** A 96-bit value, used once (NIST SP 800-38D §8.2.2: at random, up to 2³² times for a key). */
const IV_BYTES = 12;
const TYPE = 'application/octet-stream';

/** Whether this context can encrypt: pages without TLS cannot. */
export function canSeal(): boolean {
  return !!globalThis.crypto?.subtle;
}

export function newKey(): Promise<CryptoKey> {
  return crypto.subtle.generateKey({ name: 'AES-GCM', length: 256 }, false, ['encrypt', 'decrypt']);
}

export class Seal {
  constructor(readonly key: CryptoKey) {}

  /** `of`: what a sealed thing belongs to; put in another's place it does not open. */
  async close(of: string, data: BufferSource): Promise<Sealed> {
    const iv = crypto.getRandomValues(new Uint8Array(IV_BYTES));
    return { iv, data: await crypto.subtle.encrypt(this.#way(iv, of), this.key, data) };
  }

  async open(of: string, { iv, data }: Sealed): Promise<ArrayBuffer> {
    return crypto.subtle.decrypt(this.#way(iv, of), this.key, data);
  }

  closeHead(id: string, head: Head): Promise<Sealed> {
    return this.close(`${id} head`, new TextEncoder().encode(JSON.stringify(head)));
  }

  async openHead(id: string, sealed: Sealed): Promise<unknown> {
    return JSON.parse(new TextDecoder().decode(await this.open(`${id} head`, sealed)));
  }

  /** The iv, then the rest; large ones as a Blob. */
  async closeBody(id: string, body: ArrayBuffer | Blob): Promise<ArrayBuffer | Blob> {
    const bytes = body instanceof Blob ? await body.arrayBuffer() : body;
    const { iv, data } = await this.close(`${id} body`, bytes);
    const sealed = new Blob([iv, data], { type: TYPE });
    return body instanceof Blob ? sealed : sealed.arrayBuffer();
  }

  async openBody(id: string, sealed: ArrayBuffer | Blob): Promise<ArrayBuffer> {
    const bytes = sealed instanceof Blob ? await sealed.arrayBuffer() : sealed;
    const iv = new Uint8Array(bytes.slice(0, IV_BYTES));
    return this.open(`${id} body`, { iv, data: bytes.slice(IV_BYTES) });
  }

  #way(iv: BufferSource, of: string): AesGcmParams {
    return { name: 'AES-GCM', iv, additionalData: new TextEncoder().encode(of) };
  }
}

export function isSealed(value: unknown): value is Sealed {
  const { iv, data } = Object(value) as Sealed;
  return iv instanceof Uint8Array && data instanceof ArrayBuffer;
}
