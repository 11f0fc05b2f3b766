import { readFileSync } from 'node:fs';
import { programFolder } from './program.ts';

/** A file of the checkout, by its path there. */
export function repositoryFile(path: string): string {
  return readFileSync(`${programFolder}/${path}`, 'utf8');
}

export const readme = repositoryFile('README.md');

/** What stands under a heading, up to the next one of any level. */
export function section(title: string): string {
  const [, text] = readme.split(new RegExp(`^#+ ${title}$`, 'm'));
  if (text === undefined) throw new Error(`README.md has no heading "${title}"`);
  return text.split(/^#+ /m)[0] ?? '';
}

/** The rows of the one table in a text, without its titles; code is without its backticks when it is all of a cell. */
export function tableRows(text: string): string[][] {
  const rows = text
    .split('\n')
    .filter((line) => line.startsWith('|'))
    .map((line) => line.split('|').slice(1, -1));
  return rows.slice(2).map((cells) => cells.map((cell) => cell.trim().replace(/^`([^`]*)`$/, '$1')));
}

/** The fenced blocks of a language. */
export function fencedBlocks(language: string): string[] {
  return [...readme.matchAll(new RegExp(`^\`\`\`${language}\\n(.*?)^\`\`\`$`, 'gms'))].map(([, text]) => text ?? '');
}

/** What stands between single backticks, a line break in it as a space. */
export function codeSpans(text: string): string[] {
  return [...text.replace(/^```.*?^```$/gms, '').matchAll(/`([^`]+)`/g)].map(([, code]) =>
    (code ?? '').replace(/\s+/g, ' '),
  );
}
