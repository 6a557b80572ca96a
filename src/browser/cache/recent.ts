// What was served lately, in memory: looking it up again takes longer than all else about a hit. It holds for as long as nobody
// says otherwise; tabs tell each other what they replace and clear (tabs.ts).
import type { Key, Owner } from './record';
import type { Answer, Found } from './store';

type Remembered = Answer & { body: ArrayBuffer };

/** Requests whose records are remembered; beyond it the memory starts anew. */
const MAX_REQUESTS = 500;
/** Bodies that are remembered, and all of them. */
const MAX_BODY = 65_536;
const MAX_BYTES = 2_000_000;

export class Recent {
  readonly #found = new Map<string, Found>();
  readonly #answers = new Map<string, Remembered>();
  #bytes = 0;
  /** What was looked up before is not remembered after. */
  age = 0;

  find(owner: Owner, request: string): Found | undefined {
    return this.#found.get(nameOf(owner, request));
  }

  answer(body: string): Answer | undefined {
    return this.#answers.get(body);
  }

  noteFound(owner: Owner, request: string, { room, records }: Found, age: number): void {
    if (records.length === 0 || age !== this.age) return;
    if (this.#found.size >= MAX_REQUESTS) this.#found.clear();
    this.#found.set(nameOf(owner, request), { room, records, known: true });
  }

  noteAnswer(id: string, answer: Remembered, age: number): void {
    const bytes = answer.body.byteLength;
    if (bytes > MAX_BODY || age !== this.age) return;
    if (this.#bytes + bytes > MAX_BYTES) {
      this.#answers.clear();
      this.#bytes = 0;
    }
    this.forgetBody(id);
    this.#bytes += bytes;
    this.#answers.set(id, answer);
  }

  /** Something else is there now. */
  forget(owner: Owner, request: string): void {
    this.age += 1;
    this.#found.delete(nameOf(owner, request));
  }

  /** A body is deleted. */
  forgetBody(body: string): void {
    this.#bytes -= this.#answers.get(body)?.body.byteLength ?? 0;
    this.#answers.delete(body);
  }

  forgetAll(): void {
    this.age += 1;
    this.#found.clear();
    this.#answers.clear();
    this.#bytes = 0;
  }
}

export function nameOf(...key: Key | [Owner, string]): string {
  return JSON.stringify(key);
}
