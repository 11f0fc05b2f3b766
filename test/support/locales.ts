import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { programFolder } from './program.ts';

/** Locales whose characters may end in a byte of ASCII, each with its charmap. */
const sources = {
  'zh_CN.GBK': { input: 'zh_CN', charmap: 'GBK' },
  'zh_CN.GB18030': { input: 'zh_CN', charmap: 'GB18030' },
  'zh_TW.BIG5': { input: 'zh_TW', charmap: 'BIG5' },
} as const;

const folder = join(programFolder, 'node_modules', '.cache', 'awsp-locales');

/** Why these locales cannot be made here; null when they can. Debian's package `locales` has what they are made from. */
export const noLocales = existsSync('/usr/share/i18n/charmaps/GBK.gz') ? null : 'the package locales is not installed';

/** Makes the locales, once, and returns the variables that select one; C and C.UTF-8 need nothing made. */
export function localeVariables(locale: string): Record<string, string> {
  if (!Object.hasOwn(sources, locale)) return { LC_ALL: locale };
  const { input, charmap } = sources[locale as keyof typeof sources];
  mkdirSync(folder, { recursive: true });
  const path = join(folder, locale);
  if (!existsSync(path)) execFileSync('localedef', ['-i', input, '-f', charmap, path], { stdio: 'pipe' });
  return { LC_ALL: locale, LOCPATH: folder };
}

export const locales = ['C.UTF-8', 'C', ...Object.keys(sources)];
