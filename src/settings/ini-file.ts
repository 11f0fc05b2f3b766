import { splitLines } from '../lib/text.ts';

/** A text in INI format, as the package `ini` reads it. */
export interface IniFile {
  /** Keys and their values by section; a key before the first section is here itself. */
  readonly sections: Readonly<Record<string, unknown>>;
  /**
   * The line, counted from 1, that sets a key or begins a section (`key` is null); null when there is none. The section
   * of a key before the first section is ''. Of several lines the last, whose value counts.
   */
  lineOf(section: string, key: string | null): number | null;
}

/** Reads a text in INI format; null when `ini` throws, as it does for a name such as 'null' in quotes. */
export async function parseIni(text: string): Promise<IniFile | null> {
  const { parse } = await import('ini');
  const withoutMark = text.replace(/^\uFEFF/, '');
  try {
    const sections = parse(withoutMark);
    let lines: ReadonlyMap<string, number> | undefined;
    const lineOf = (section: string, key: string | null) => {
      lines ??= findLines(withoutMark);
      return lines.get(key === null ? section : `${section}.${key}`) ?? null;
    };
    return { sections, lineOf };
  } catch {
    return null;
  }
}

// --- internal ---

/** The lines of sections (`section`) and keys (`section.key`), which `ini` does not keep. */
function findLines(text: string): ReadonlyMap<string, number> {
  const lines = new Map<string, number>();
  let current = '';
  for (const [index, line] of splitLines(text).entries()) {
    const header = /^\[([^\]]*)\]\s*$/.exec(line)?.[1]?.trim();
    if (header === undefined) {
      lines.set(`${current}.${keyOn(line)}`, index + 1);
      continue;
    }
    current = header;
    // `ini` makes `[a.b.c]` the key "b" of the section "a".
    const [section = '', ...key] = header.split('.', 2);
    for (const place of [header, section, [section, ...key].join('.')]) lines.set(place, index + 1);
  }
  return lines;
}

function keyOn(line: string): string {
  const key = line.split('=')[0]?.trim() ?? '';
  return key.replace(/\[\]$/, '').replace(/^(["'])(.*)\1$/, '$2');
}
