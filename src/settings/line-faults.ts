import { lineTexts } from '../lib/lines.ts';
import { hasControl } from '../lib/text.ts';

/** Something wrong with a line, counted from 1; null: with the whole file. */
export interface LineFault {
  readonly line: number | null;
  readonly message: string;
}

/** The keys that protect from production: a second value must not replace the first in silence. */
const guarding = new Set(['guard.confirm', 'production.match', 'production.except']);

/** What is wrong with lines of a settings file that the package `ini` ignores or takes for something else. */
export function lineFaults(text: string): readonly LineFault[] {
  const values = new Map<string, string>();
  let section = '';
  return lineTexts(text).flatMap((line, index): LineFault[] => {
    const fault = (message: string) => [{ line: index + 1, message }];
    if (hasControl(line.replaceAll('\t', ''))) return fault('has a character that is not shown');
    if (/^\s*([#;].*)?$/.test(line)) return [];
    const header = /^\[([^\]]*)\]\s*$/.exec(line)?.[1]?.trim();
    section = header ?? section;
    const [, key = '', value = ''] = /^\s*(.*?)\s*(?:=(.*))?$/.exec(line) ?? [];
    if (key === '') return fault(`"${line.trim()}" has no key`);
    if ((header ?? key) === '__proto__') return fault('"__proto__" is not a name');
    const name = `${section}.${key}`;
    if (header !== undefined || !guarding.has(name)) return [];
    const before = values.get(name);
    values.set(name, value.trim());
    return before === undefined || before === value.trim() ? [] : fault(`"${name}" has two values`);
  });
}
