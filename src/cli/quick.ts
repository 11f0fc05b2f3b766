import { findVerb } from './grammar.ts';
import { plainSwitch, type Request, type VerifyMode } from './invocation.ts';

/**
 * The command lines that are typed dozens of times a day, read without yargs, whose start alone costs half of Node's
 * own; null for every other one. A property test holds it to the same answer as `parse.ts` wherever it gives one.
 */
export function parseQuick(argv: readonly string[]): Request | null {
  const words = argv.filter((word) => !word.startsWith('-') || word === '-');
  const flags = new Set(argv.filter((word) => word.startsWith('-') && word !== '-'));
  if (flags.has('--unset') || flags.has('-u')) return argv.length === 1 ? { verb: 'unset' } : null;
  const verb = findVerb(words[0])?.name ?? null;
  return verb === null ? switchRequest(words, false, flags) : verbRequest(verb, words.slice(1), flags);
}

// --- internal ---

function verbRequest(verb: string, words: readonly string[], flags: ReadonlySet<string>): Request | null {
  switch (verb) {
    case 'switch':
      return switchRequest(words, true, flags);
    case 'list':
      return allows(flags, '--json')
        ? { verb, query: words, json: flags.has('--json'), filter: { production: false, kind: null } }
        : null;
    case 'show':
      return allows(flags, '--json') ? { verb, query: words, json: flags.has('--json') } : null;
    case 'current':
      return allows(flags, '--json', '--quiet', '--no-verify') && words.length === 0
        ? { verb, json: flags.has('--json'), quiet: flags.has('--quiet'), verify: !flags.has('--no-verify') }
        : null;
    default:
      return null;
  }
}

function allows(flags: ReadonlySet<string>, ...names: readonly string[]): boolean {
  return [...flags].every((flag) => names.includes(flag));
}

function switchRequest(query: readonly string[], named: boolean, flags: ReadonlySet<string>): Request | null {
  if (!allows(flags, '--verify', '--no-verify') || flags.size > 1) return null;
  const verify: VerifyMode = flags.has('--verify') ? 'always' : flags.has('--no-verify') ? 'never' : 'auto';
  const options = { ...plainSwitch, verify };
  if (query.includes('-')) return query.length === 1 && !named ? { verb: 'back', options } : null;
  return query.length === 0 ? { verb: 'choose', options } : { verb: 'switch', query, options };
}
