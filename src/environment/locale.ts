import { isPrintableAscii } from '../lib/text.ts';
import type { Environment } from '../world.ts';
import type { ShellName } from './shells.ts';

/** The locale of a shell's characters, by its variables (POSIX, "Environment Variables"); empty for C. */
export function localeOf({ LC_ALL, LC_CTYPE, LANG }: Environment): string {
  return LC_ALL || LC_CTYPE || LANG || '';
}

/**
 * Whether a shell of that locale changes a name: fish reads bytes as characters and writes those, and in Big5 some
 * characters have two codes. glibc's zh_TW and zh_HK are Big5 where nothing else is said.
 */
export function changesName(shell: ShellName, locale: string, name: string): boolean {
  return shell === 'fish' && !isPrintableAscii(name) && /big5|^zh_(?:TW|HK)(?:$|@)/i.test(locale);
}
