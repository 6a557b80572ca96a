// Words other than plain English: which catalogs the person's languages and the voice come to, the app's own among them.
import type { Catalog, SteadfetchOptions } from '../../pkg/types/index';
import type { Core } from './core';
import type { Driver } from './driver';
import type { Compiled, OwnWords } from './own-words';

/** One language, compiled: what its catalog starts with, and the entries of each voice; `warm` and `formal` lie over `plain`. */
export interface Language {
  head: string;
  plain: string;
  warm: string;
  formal: string;
}

/** Compiled catalogs for the engine: those to be asked ahead of plain English, and those after it. */
interface Chosen {
  ahead: string[];
  behind: string[];
  languages: string[];
}

const ENGLISH = 'en';

/** English has its plain voice in the engine. */
const BUILT_IN: Record<string, () => Promise<{ default: Language }>> = {
  ar: () => import('steadfetch-catalogs/ar'),
  de: () => import('steadfetch-catalogs/de'),
  en: () => import('steadfetch-catalogs/en'),
  'en-XA': () => import('steadfetch-catalogs/en-XA'),
  es: () => import('steadfetch-catalogs/es'),
  fr: () => import('steadfetch-catalogs/fr'),
  ja: () => import('steadfetch-catalogs/ja'),
  pl: () => import('steadfetch-catalogs/pl'),
  'pt-BR': () => import('steadfetch-catalogs/pt-BR'),
  'zh-Hans': () => import('steadfetch-catalogs/zh-Hans'),
};

let ownWords: Promise<OwnWords> | undefined;
/** What each catalog came to: what is wrong with one is said once. */
const known = new WeakMap<Catalog, Compiled>();

/** Who answers for the app's messages. */
interface Own {
  answer?: (question: string[]) => string | undefined;
}

/** How often each client was given words: only the last ones count. */
const turns = new WeakMap<Driver, number>();

/**
 * Gives a core the words that the options come to; the languages, the spoken one first. `own`: where what answers for the app's
 * messages goes.
 */
export async function speak(
  driver: Driver,
  core: Core,
  options: SteadfetchOptions,
  own: Own,
): Promise<string[] | undefined> {
  const turn = (turns.get(driver) ?? 0) + 1;
  turns.set(driver, turn);
  const { ahead, behind, languages } = await choose(options, own);
  if (turns.get(driver) !== turn || driver.core !== core) return undefined;
  driver.guard(() => {
    // The empty one is plain English.
    [...ahead, '', ...behind].forEach((catalog, at) => core.catalog([catalog], +(at === 0)));
  });
  return languages;
}

async function choose(options: SteadfetchOptions, own: Own): Promise<Chosen> {
  const catalogs = await compiled([options.catalog ?? []].flat(), own);
  const tags = new Set([...catalogs.map(({ tag }) => tag), ...Object.keys(BUILT_IN)]);
  const wanted = [options.locale ?? globalThis.navigator?.languages ?? []].flat();
  const chain = lookUp(wanted, tags);
  const { voice = 'plain' } = options;
  const builtInVoice = ['plain', 'warm', 'formal'].includes(voice);
  if (!builtInVoice && !catalogs.some((one) => one.voice === voice))
    console.warn(`Steadfetch: there is no voice "${voice}"; the plain one speaks.`);
  if (!chain.includes(ENGLISH)) chain.push(ENGLISH);
  const ahead: string[] = [];
  const used = new Set<unknown>();
  for (const tag of chain) {
    let head = '';
    let entries = '';
    // An app's own words go before ours, the voice before the plain one.
    for (const one of [voice, 'plain'].flatMap((voice) => catalogs.filter((own) => own.voice === voice))) {
      if (one.tag !== tag || used.has(one)) continue;
      used.add(one);
      head ||= one.head;
      entries += one.entries;
    }
    // Where another language is spoken, English is the last resort, in its plain voice.
    if (tag !== ENGLISH || (chain[0] === ENGLISH && voice !== 'plain')) {
      const language = await load(tag);
      if (language) {
        head ||= language.head;
        entries += (builtInVoice && voice !== 'plain' ? language[voice as 'warm'] : '') + language.plain;
      }
    }
    if (entries) ahead.push(head + entries);
  }
  // Words in another language are better than none for what only the app has.
  const behind = catalogs.filter((one) => !used.has(one)).map((one) => one.head + one.entries);
  return { ahead, behind, languages: chain };
}

async function load(tag: string): Promise<Language | undefined> {
  try {
    return (await BUILT_IN[tag]?.())?.default;
  } catch (error) {
    console.error(`Steadfetch: the words for "${tag}" cannot be loaded; others stand in.`, error);
    return undefined;
  }
}

/** The app's own catalogs, ready for use. */
async function compiled(given: Catalog[], own: Own): Promise<(Compiled & { tag: string; voice: string })[]> {
  if (given.length === 0) return [];
  const found: (Compiled & { tag: string; voice: string })[] = [];
  const lines: string[] = [];
  try {
    ownWords ??= import('./own-words').then(({ OwnWords }) => OwnWords.start());
    const words = await ownWords;
    own.answer = (question) => words.answer(question);
    for (const catalog of given) {
      const tag = canonical(catalog?.locale);
      if (!tag || typeof catalog.messages !== 'object' || !catalog.messages) {
        lines.push('a catalog needs `locale`, a language tag like "pt-BR", and `messages`, an object');
        continue;
      }
      let compiled = known.get(catalog);
      if (!compiled) {
        known.set(catalog, (compiled = words.compile({ ...catalog, locale: tag })));
        for (const { id, slot, position, reason } of compiled.problems) {
          const place = [`message "${id}"`, slot, position ? `character ${position}` : ''].filter(Boolean);
          lines.push(`catalog "${tag}", ${id ? place.join(', ') : 'all of it'}: ${reason}`);
        }
      }
      found.push({ ...compiled, tag, voice: catalog.voice ?? 'plain' });
    }
  } catch (error) {
    ownWords = undefined;
    console.error("Steadfetch: the app's own catalogs cannot be used; the built-in ones stand in.", error);
  }
  if (lines.length > 0)
    console.error(
      `Steadfetch: some of the app's own messages cannot be used; others stand in.\n  ${lines.join('\n  ')}`,
    );
  return found;
}

/** The tags that serve the first wanted language that there is, the most specific one first (BCP 47 lookup). */
function lookUp(wanted: readonly string[], tags: ReadonlySet<string>): string[] {
  for (const want of wanted) {
    const tag = canonical(want);
    if (!tag) continue;
    const found: string[] = [];
    for (let range = tag; range; range = range.replace(/(-[a-z0-9])?-?[^-]*$/i, '')) {
      if (tags.has(range)) found.push(range);
    }
    // "pt" and "pt-PT" read pt-BR, "zh-CN" reads zh-Hans, "zh-TW" does not.
    const like = written(tag);
    for (const other of tags)
      if (!found.includes(other) && other !== 'en-XA' && written(other) === like) found.push(other);
    if (found.length > 0) return found;
  }
  return [];
}

/** The language and the script that it is written in. */
function written(tag: string): string {
  const { language, script } = new Intl.Locale(tag).maximize();
  return `${language}-${script}`;
}

function canonical(tag: unknown): string | undefined {
  try {
    return Intl.getCanonicalLocales(tag as string)[0];
  } catch {
    return undefined;
  }
}
