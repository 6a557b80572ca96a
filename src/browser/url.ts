// URLs as a request resolves them.

/** Where relative URLs start. */
export function baseUrl(): string {
  return typeof document === 'undefined' ? (globalThis.location?.href ?? '') : document.baseURI;
}

/** The absolute form of a URL; undefined for what is none. */
export function resolve(url: string): string | undefined {
  try {
    return new URL(url, baseUrl() || undefined).href;
  } catch {
    return undefined;
  }
}
