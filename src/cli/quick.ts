import { findVerb } from './grammar.ts';
import type { Request, VerifyMode } from './invocation.ts';

/**
 * The command lines that are typed dozens of times a day, read without yargs, whose start alone costs half of Node's
 * own; null for every other one. A property test holds it to the same answer as `parse.ts` wherever it gives one.
 */
export function parseQuick(argv: readonly string[]): Request | null {
  const flags = new Set<string>();
  const words: string[] = [];
  for (const word of argv) {
    if (!word.startsWith('-') || word === '-') words.push(word);
    else if (knownFlags.has(word)) flags.add(word);
    else return null;
  }
  const allow = (...names: readonly string[]) => [...flags].every((flag) => names.includes(flag));
  if (flags.has('--unset') || flags.has('-u')) return argv.length === 1 ? { verb: 'unset' } : null;
  const verb = findVerb(words[0])?.name ?? null;
  const rest = verb === null ? words : words.slice(1);
  switch (verb) {
    case null:
    case 'switch':
      return allow('--verify', '--no-verify') && flags.size < 2 ? switchRequest(rest, verb !== null, flags) : null;
    case 'list':
    case 'show':
      return allow('--json') ? { verb, query: rest, json: flags.has('--json') } : null;
    case 'current':
      return allow('--json', '--quiet', '--no-verify') && rest.length === 0
        ? { verb, json: flags.has('--json'), quiet: flags.has('--quiet'), verify: !flags.has('--no-verify') }
        : null;
    default:
      return null;
  }
}

// --- internal ---

const knownFlags: ReadonlySet<string> = new Set(['--json', '--no-verify', '--quiet', '--unset', '--verify', '-u']);

function switchRequest(query: readonly string[], named: boolean, flags: ReadonlySet<string>): Request | null {
  const verify: VerifyMode = flags.has('--verify') ? 'always' : flags.has('--no-verify') ? 'never' : 'auto';
  const options = { verify, region: null };
  if (query.includes('-')) return query.length === 1 && !named ? { verb: 'back', options } : null;
  return query.length === 0 ? { verb: 'choose', options } : { verb: 'switch', query, options };
}
