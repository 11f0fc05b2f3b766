import { closest } from '../lib/closest.ts';
import { quoteWord } from '../lib/shell-words.ts';
import type { Grammar } from './command.ts';

/**
 * The words that other tools have for what awsp does, and people type by habit: those of granted, aws-vault, awsume,
 * aws-sso-cli, kubectx, nvm and the AWS CLI. A row is the beginning of the command line that does it, and the words.
 */
const wordsByCommand: readonly (readonly [line: string, words: string])[] = [
  ['awsp', 'use select activate assume change sw go to profile cd with context ctx'],
  ['awsp -', 'back prev previous last'],
  ['awsp --unset', 'unset clear off none reset deactivate quit exit stop clean unassume default'],
  ['awsp --version', 'version ver v'],
  ['awsp help', 'usage commands man ? h'],
  ['awsp list', 'ls l ll profiles list-profiles all'],
  ['awsp show', 'describe view cat inspect details'],
  [
    'awsp current',
    'whoami who id identity status st info active now get me caller-identity get-caller-identity verify',
  ],
  ['awsp exec', 'run execute'],
  ['awsp console', 'open browser web url'],
  ['awsp credentials', 'export creds keys export-credentials'],
  ['awsp log', 'history'],
  ['awsp login', 'signin sign-in auth reauth authenticate refresh renew sso'],
  ['awsp logout', 'signout sign-out'],
  ['awsp sessions', 'tokens sso-sessions expiry expires expiration'],
  ['awsp new', 'add create configure config-sso wizard'],
  ['awsp import', 'sync populate generate discover'],
  ['awsp rename', 'mv move'],
  ['awsp copy', 'cp clone duplicate'],
  ['awsp set', 'edit modify update'],
  ['awsp rm', 'remove delete del erase drop'],
  ['awsp region', 'regions'],
  ['awsp config', 'settings setting options preferences prefs alias'],
  ['awsp allow', 'trust'],
  ['awsp allow --pin', 'pin'],
  ['awsp deny', 'untrust revoke block'],
  ['awsp doctor', 'check diagnose diag why debug lint'],
  ['awsp init', 'hook shell-init integration completion completions setup install'],
  ['awsp demo', 'try example tutorial playground'],
];

/** The short options of other tools; a long one is looked up as the word that it is. */
const shortOptions: Readonly<Record<string, string>> = { '-l': 'ls', '-V': 'version', '-v': 'version', '-p': 'use' };

/** The command line that is meant by words of which the first is another tool's word for a command; null when it is none. */
export function commandOfOtherTool([first = '', ...rest]: readonly string[], grammar: Grammar): string | null {
  const line = wordsByCommand.find(([, words]) => words.split(' ').includes(first.toLowerCase()))?.[0];
  return line === undefined ? null : withRest(line, rest, grammar);
}

/** The same, or the command line that is meant by a command with a typing mistake. */
export function commandMeant(words: readonly string[], grammar: Grammar): string | null {
  const known = commandOfOtherTool(words, grammar);
  if (known !== null) return known;
  const [first = '', ...rest] = words;
  const names = grammar.commands.map(({ name }) => name);
  // A letter is left out more often than added: `logn` is `login` rather than `log`.
  const [nearest] = closest(first, names, 1, 'longer first');
  return nearest === undefined ? null : withRest(`awsp ${nearest}`, rest, grammar);
}

/** The command line that is meant by an option of another tool, or by a command that is written as an option. */
export function commandMeantByOption(option: string, value: string | undefined, grammar: Grammar): string | null {
  const word = shortOptions[option] ?? option.replace(/^--?/, '').toLowerCase();
  const rest = value === undefined ? [] : [value];
  const isCommand = grammar.commands.some(({ name }) => name === word);
  return isCommand ? withRest(`awsp ${word}`, rest, grammar) : commandOfOtherTool([word, ...rest], grammar);
}

// --- internal ---

/** The line with the other words that were typed, where the command takes words. */
function withRest(line: string, rest: readonly string[], grammar: Grammar): string {
  const name = line.split(' ')[1];
  const takes = name === undefined ? grammar.defaultCommand : grammar.commands.find((command) => command.name === name);
  const words = rest.slice(0, takes?.words.max ?? 0).map(quoteWord);
  return [line, ...words].join(' ');
}
