// Levels of features by flags: an OpenFeature client is asked for each, and again whenever its provider says that something
// may be different. It is the app's, so it may be anything and do anything.
import type { SteadfetchOptions } from '../types/index';
import type { Level } from './live-features';

type Flags = NonNullable<SteadfetchOptions['flags']>;

/** What a provider says; the names are OpenFeature's. */
const EVENTS = ['READY', 'CONFIGURATION_CHANGED', 'CONTEXT_CHANGED', 'STALE', 'ERROR'];

/** What a flag that is not there is taken for, and what one may say to leave its feature to the breakers. */
const AUTO = 'auto';
const LEVELS = [AUTO, 'full', 'reduced', 'off'];

/** Reads flags from now on until the function that it returns is called. */
export function follow(flags: Flags, say: (name: string, level: Level, why: string) => void): () => void {
  const warned = new Set<string>();
  const warn = (key: string, ...what: unknown[]) => {
    if (!warned.has(key)) console.warn(`Steadfetch: flag "${key}"`, ...what);
    warned.add(key);
  };
  const { client } = flags as Partial<Flags> & { client?: { removeHandler?: Flags['client']['addHandler'] } };
  const keys = Object.entries(flags.keys ?? {});

  const level = (key: string): Level | undefined => {
    try {
      const value: unknown = client!.getStringValue(key, AUTO);
      if (LEVELS.includes(value as Level)) return value as Level;
      warn(key, 'is no level of a feature (full, reduced, off), and is ignored:', value);
      return AUTO;
    } catch (error) {
      // What it said before holds.
      warn(key, 'cannot be read.', error);
      return undefined;
    }
  };
  const read = () => {
    for (const [name, key] of keys) {
      const said = level(key);
      if (said) say(name, said, `flag "${key}"`);
    }
  };
  const each = (act: 'addHandler' | 'removeHandler') => {
    try {
      for (const event of EVENTS) client?.[act]?.(`PROVIDER_${event}`, read);
    } catch (error) {
      console.warn('Steadfetch: changes of flags cannot be followed.', error);
    }
  };
  read();
  each('addHandler');
  return () => {
    each('removeHandler');
    for (const [name] of keys.splice(0)) say(name, AUTO, '');
  };
}
