import type { Grammar, Request } from './command.ts';
import { allOptions, findCommand, spellings } from './grammar.ts';
import { toRequest } from './request.ts';

/**
 * A command line of words and flags alone, such as those that are typed dozens of times a day, read without yargs, whose
 * start costs half as much as Node's own; null for every other one, and for a wrong one. A property test compares it with
 * `parse.ts`.
 */
export function parseQuick(
  argv: readonly string[],
  grammar: Grammar,
): { readonly request: Request; readonly debug: boolean } | null {
  const words: string[] = [];
  const values = new Map<string, true>();
  const options = argv.some((word) => word.startsWith('-')) ? allOptions(grammar) : [];
  const end = argv.indexOf('--');
  if (end >= 0 && findCommand(grammar, argv.find(isWord))?.takesCommand !== true) return null;
  for (const word of end < 0 ? argv : argv.slice(0, end)) {
    if (isWord(word)) {
      words.push(word);
    } else {
      const option = options.find((known) => spellings(known).includes(word));
      if (option === undefined || option.value !== undefined) return null;
      values.set(option.name, true);
    }
  }
  const rest = end < 0 ? null : argv.slice(end + 1);
  const request = toRequest(grammar, { words, values, rest, isEscaped: end === 0 });
  return request.kind === 'invalid' ? null : { request, debug: values.has('debug') };
}

/** Whether it is no option: `-` is a word. */
export function isWord(word: string): boolean {
  return !word.startsWith('-') || word === '-';
}
