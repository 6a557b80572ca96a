// Whose a call is.
import type { SteadfetchOptions } from '../../pkg/types/index';

/** Who is signed in; null: nobody. Undefined: nobody knows, and nothing may be kept or served. */
export function partitionOf({ partition }: SteadfetchOptions): string | null | undefined {
  try {
    const name = typeof partition === 'function' ? partition() : partition;
    return name == null || typeof name === 'string' ? name || null : undefined;
  } catch {
    return undefined;
  }
}
