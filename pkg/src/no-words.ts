// A worker's words: plain English, since it cannot load others, and has no screen to show them on.

export function speak(): Promise<undefined> {
  return Promise.resolve(undefined);
}
