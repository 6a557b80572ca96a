// The words of panels, which only who opens one loads: a catalog of plain texts for each language.
import english from '../../../../catalogs/panels/en.json';

type Catalog = { locale: string; messages: Record<string, { title: string; body?: string }> };

export interface PanelWords {
  readonly lang: string;
  readonly dir: 'ltr' | 'rtl';
  /** The text of a message. */
  text(id: string): string;
  /** What is said about it. */
  about(id: string): string | undefined;
}

const CATALOGS: Record<string, () => Promise<{ default: Catalog }>> = {
  ar: () => import('../../../../catalogs/panels/ar.json'),
  de: () => import('../../../../catalogs/panels/de.json'),
  'en-XA': () => import('steadfetch-catalogs/panels/en-XA'),
  es: () => import('../../../../catalogs/panels/es.json'),
  fr: () => import('../../../../catalogs/panels/fr.json'),
  ja: () => import('../../../../catalogs/panels/ja.json'),
  pl: () => import('../../../../catalogs/panels/pl.json'),
  'pt-BR': () => import('../../../../catalogs/panels/pt-BR.json'),
  'zh-Hans': () => import('../../../../catalogs/panels/zh-Hans.json'),
};

/** In the first of these languages that there is, else in English. */
export async function loadWords(languages: readonly string[]): Promise<PanelWords> {
  const tag = languages.find((tag) => tag in CATALOGS || tag === english.locale);
  let catalog: Catalog = english;
  try {
    if (tag && CATALOGS[tag]) catalog = (await CATALOGS[tag]()).default;
  } catch (error) {
    console.error(`Steadfetch: the words of panels cannot be loaded in "${tag}"; English stands in.`, error);
  }
  const { locale, messages } = catalog;
  return {
    lang: locale,
    dir: locale === 'ar' ? 'rtl' : 'ltr',
    text: (id) => (messages[id] ?? (english as Catalog).messages[id])?.title ?? id,
    about: (id) => messages[id]?.body,
  };
}
