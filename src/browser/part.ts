/** A part that only some apps need, once it is loaded; undefined where it cannot be, which the console says. */
export function part<T>(what: string, loading: Promise<T>): Promise<T | undefined> {
  return loading.catch((error: unknown) => {
    console.error(`Steadfetch: ${what} cannot be loaded.`, error);
    return undefined;
  });
}
