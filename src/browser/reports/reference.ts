// A report's reference, like "K7P-4WM": short enough to be read out, and drawn at random.

/** No vowels, so that no words come of it, and nothing that is easily taken for something else. */
const LETTERS = '23456789BCDFGHJKMNPQRSTVWXYZ';

export function newReference(): string {
  let drawn = '';
  while (drawn.length < 6) {
    const [byte = 0] = crypto.getRandomValues(new Uint8Array(1));
    // 252 is nine times all of them; what is above would make the first ones more likely.
    if (byte < 252) drawn += LETTERS[byte % LETTERS.length]!;
  }
  return `${drawn.slice(0, 3)}-${drawn.slice(3)}`;
}

export function isReference(text: unknown): text is string {
  return typeof text === 'string' && /^[2-9B-DF-HJKMNP-TV-Z]{3}-[2-9B-DF-HJKMNP-TV-Z]{3}$/.test(text);
}
