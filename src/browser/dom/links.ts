// Where a notice's link may lead.

/** The address in full where it is https, mailto, tel or the page's own origin; undefined for all else. */
export function safeHref(href: string): string | undefined {
  try {
    const url = new URL(href, document.baseURI);
    // The origin of "javascript:" and "data:" is "null", as is that of a sandboxed page.
    const own = url.origin === location.origin && url.origin !== 'null';
    return own || /^(https|mailto|tel):$/.test(url.protocol) ? url.href : undefined;
  } catch {
    return undefined;
  }
}
