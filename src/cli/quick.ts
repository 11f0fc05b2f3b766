import { defaultVerb, verbs } from './grammar.ts';
import type { Request, VerifyMode } from './invocation.ts';

/**
 * The command lines that are typed dozens of times a day, read without yargs, whose start alone costs half of Node's
 * own; null for every other one. A property test holds it to the same answer as `parse.ts` wherever it gives one.
 */
export function parseQuick(argv: readonly string[]): Request | null {
  const flags = new Set<string>();
  const words: string[] = [];
  for (const word of argv) {
    if (word === '--no-verify' || word === '--verify' || word === '--unset' || word === '-u') flags.add(word);
    else if (word.startsWith('-') && word !== '-') return null;
    else words.push(word);
  }
  if (flags.has('--unset') || flags.has('-u')) return argv.length === 1 ? { verb: 'unset' } : null;
  if (flags.size > 1) return null;
  const verify: VerifyMode = flags.has('--verify') ? 'always' : flags.has('--no-verify') ? 'never' : 'auto';
  return switchRequest(words, verify);
}

function switchRequest(words: string[], verify: VerifyMode): Request | null {
  const options = { verify, region: null };
  const verb = verbs.find(({ name }) => name === words[0]);
  if (verb !== undefined && verb !== defaultVerb) return null;
  const query = verb === undefined ? words : words.slice(1);
  if (query.includes('-')) return words.length === 1 ? { verb: 'back', options } : null;
  return query.length === 0 ? { verb: 'choose', options } : { verb: 'switch', query, options };
}
