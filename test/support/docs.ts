import { readdirSync, readFileSync } from 'node:fs';
import { programFolder } from './program.ts';

/** A file of the checkout, by its path there. */
export function repositoryFile(path: string): string {
  return readFileSync(`${programFolder}/${path}`, 'utf8');
}

/** The pages for users: README.md and those of docs/, as paths in the checkout. */
export const userPages: readonly string[] = [
  'README.md',
  ...readdirSync(`${programFolder}/docs`)
    .filter((name) => name.endsWith('.md'))
    .map((name) => `docs/${name}`),
];

/** All pages: the former, and the one for contributors. */
export const allPages: readonly string[] = [...userPages, 'CONTRIBUTING.md'];

/** The text below a heading of a page, up to the next heading of any level. */
export function section(page: string, title: string): string {
  const [, text] = repositoryFile(page).split(new RegExp(`^#+ ${title}$`, 'm'));
  if (text === undefined) throw new Error(`${page} has no heading "${title}"`);
  return text.split(/^#+ /m)[0] ?? '';
}

/** The rows of all tables in a text, without their titles; a cell that is all code is without its backticks. */
export function tableRows(text: string): string[][] {
  const rows = text.split('\n').map((line) => (line.startsWith('|') ? line.split('|').slice(1, -1) : null));
  return rows
    .filter((row, index) => row !== null && rows[index - 1] && rows[index - 2] !== undefined && !isRule(row))
    .map((row) => (row ?? []).map((cell) => cell.trim().replace(/^`([^`]*)`$/, '$1')));
}

/** The fenced blocks of a language on a page. */
export function fencedBlocks(page: string, language: string): string[] {
  const blocks = repositoryFile(page).matchAll(new RegExp(`^\`\`\`${language}\\n(.*?)^\`\`\`$`, 'gms'));
  return [...blocks].map(([, text]) => text ?? '');
}

/** The text between single backticks, with line breaks as spaces; without what `npm run docs` has made. */
export function codeSpans(text: string): string[] {
  const written = text.replace(/^```.*?^```$/gms, '').replace(/<!-- generated: .*?<!-- end -->/gs, '');
  return [...written.matchAll(/`([^`]+)`/g)].map(([, code]) => (code ?? '').replace(/\s+/g, ' '));
}

// --- internal ---

/** Whether a row is the line between the titles of a table and its rows. */
function isRule(row: readonly string[]): boolean {
  return row.every((cell) => /^ -+ $/.test(cell));
}
