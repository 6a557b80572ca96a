// The header fields of an answer that the core looks at, in the order that answer.rs reads them.

/** `kind`: what the app says its problem document means. */
export function fieldsOf(headers: Headers, kind = ''): string[] {
  const either = (name: string) => headers.get(name) ?? headers.get('x-' + name) ?? '';
  return [
    headers.get('content-type') ?? '',
    // Empty, it is malformed, and that is something else than absent.
    headers.get('retry-after')?.replace(/^$/, ' ') ?? '',
    headers.get('ratelimit') ?? '',
    headers.get('ratelimit-policy') ?? '',
    either('ratelimit-remaining'),
    either('ratelimit-reset'),
    headers.get('date') ?? '',
    kind,
  ];
}
