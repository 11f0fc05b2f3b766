import { AwspError } from '../errors.ts';
import { exitCodes } from '../exit-codes.ts';
import { isLikeRegion } from '../lib/region-name.ts';
import { quoteWord } from '../lib/shell-words.ts';
import { nearestRegion, regionsMeant, unknownRegion } from '../network/regions.ts';
import { say, tell } from '../terminal/messages.ts';
import type { Terminal } from '../world.ts';

/** What an option means, and how it is put to a person. */
export interface PromptSpec {
  /** The option that answers it: `--start-url`. */
  readonly option: string;
  /** What an answer has to be, in words: `a region such as eu-west-1`. */
  readonly wanted: string;
  /** What is meant by what was typed; null is no answer. */
  readonly read: (typed: string) => string | null;
}

export interface Prompt extends PromptSpec {
  /** What is asked for, in words: `start URL`. */
  readonly label: string;
  /** What the option was given; null is asked for. */
  readonly given: string | null;
  /** The answer of a person who only presses Enter, and of a command line where nobody can be asked; null is none. */
  readonly fallback: string | null;
  /** Where the fallback comes from, or where a person finds an answer; nothing where that goes without saying. */
  readonly hint?: string | undefined;
  /** An earlier answer that did not do: there for the person to change. */
  readonly draft?: string | null | undefined;
  /** With `--yes` the fallback is the answer, where there is one, and nobody is asked. */
  readonly yes?: boolean;
  /** What speaks against an answer that is well-formed, or null. */
  readonly validate?: (value: string) => Promise<ValidationIssue | null>;
}

/** Something that speaks against an answer. A person is asked again. */
export interface ValidationIssue {
  readonly text: string;
  /** The same answer does not do a second time either, nor where nobody can be asked. */
  readonly isFinal: boolean;
  /** What would do. */
  readonly instead?: string | undefined;
  /** The option without which the answer does not do where nobody can be asked. */
  readonly override?: string;
}

/** An answer that was given as an option, or on the terminal, or its default; asked for again until it is good. */
export async function promptFor(terminal: Terminal, question: Prompt): Promise<string> {
  const { given } = question;
  const value = given === null ? null : readGiven(question, given);
  const isAnswered = question.yes === true && (value ?? question.fallback) !== null;
  if (terminal.interactive && !isAnswered) return promptUntilValid(terminal, question, value);
  return validateOption(terminal, question, value ?? fallbackOf(question));
}

/** What an option was given means. */
export function readGiven({ option, wanted, read }: PromptSpec, given: string): string {
  const value = read(given);
  if (value === null) throw new AwspError(exitCodes.usage, `"${option} ${given}" is not ${wanted}`);
  return value;
}

/** The failure where an answer was not given and nobody can be asked. */
export function missing(label: string, option: string): AwspError {
  return new AwspError(exitCodes.usage, `the ${label} is missing, and there is no terminal to ask on`, [
    `give it: ${option}`,
  ]);
}

const region = { wanted: 'a region such as eu-west-1', read: readRegion };

/** The region of the portal. */
export const ssoRegion: PromptSpec = { option: '--sso-region', ...region };

/** The region of what a profile is used for. */
export const defaultRegion: PromptSpec = { option: '--region', ...region };

/** How the AWS CLI prints. */
export const outputFormat: PromptSpec = {
  option: '--output',
  wanted: 'an output format such as json',
  read: readWord,
};

/** A region that awsp does not know may be a new one, which `--force` says, or a slip. */
export async function doubtRegion(value: string): Promise<ValidationIssue | null> {
  const [doubt] = unknownRegion(value);
  return doubt === undefined
    ? null
    : { text: doubt.text, isFinal: false, instead: nearestRegion(value), override: '--force' };
}

/** The formats of the AWS CLI (its User Guide, "Setting the output format"); it fails on any other. */
export async function doubtOutput(value: string): Promise<ValidationIssue | null> {
  if (outputFormats.includes(value)) return null;
  return { text: `the AWS CLI has no output format "${value}"; it has ${outputFormats.join(', ')}`, isFinal: false };
}

/** A word that needs no quotes anywhere: an output format, a session's name. */
export function readWord(typed: string): string | null {
  return /^[\w.-]+$/.test(typed.trim()) ? typed.trim() : null;
}

// --- internal ---

/** What is well-formed may be a new region; anything else has to mean one that is known. */
function readRegion(typed: string): string | null {
  const [only, ...others] = regionsMeant(typed);
  if (only !== undefined && others.length === 0) return only;
  return isLikeRegion(typed.trim()) ? typed.trim() : null;
}

const outputFormats: readonly string[] = ['json', 'yaml', 'yaml-stream', 'text', 'table', 'off'];

/** A person's answer, against which nothing speaks or on which they insist. */
async function promptUntilValid(terminal: Terminal, question: Prompt, given: string | null): Promise<string> {
  let draft = question.draft ?? null;
  let insistedOn: string | null = null;
  for (let first = given; ; first = null) {
    const value: string = first ?? (await ask(terminal, question, draft));
    if (value === insistedOn) return value;
    const issue: ValidationIssue | null = (await question.validate?.(value)) ?? null;
    if (issue === null) return value;
    say(terminal, { kind: 'warning', text: issue.text });
    insistedOn = issue.isFinal ? null : value;
    draft = issue.instead ?? value;
  }
}

/** The answer of a command line, where nobody can be asked for another. */
async function validateOption(terminal: Terminal, { option, validate }: Prompt, value: string): Promise<string> {
  const found = (await validate?.(value)) ?? null;
  if (found === null) return value;
  const { text, isFinal, instead, override } = found;
  const way = instead === undefined ? `give another: ${option}` : `use ${option} ${quoteWord(instead)}`;
  const force = override === undefined ? [] : [`if it is right: give ${override} as well`];
  if (isFinal || override !== undefined) throw new AwspError(exitCodes.usage, text, [way, ...force]);
  say(terminal, { kind: 'warning', text });
  return value;
}

/** Asks until the answer is well-formed. */
async function ask(
  terminal: Terminal,
  { label, hint, fallback, wanted, read }: Prompt,
  first: string | null,
): Promise<string> {
  for (let draft = first; ; draft = null) {
    // Where the line cannot be changed, the draft is what Enter means.
    const [shown, typedAlready] = draft !== null && terminal.canDraw ? [null, draft] : [draft ?? fallback, ''];
    const remarks = `${draft !== null || hint === undefined ? '' : ` (${hint})`}${shown === null ? '' : ` [${shown}]`}`;
    const typed = (await terminal.ask(`${label}${remarks}: `, typedAlready)).trim();
    const value = typed === '' ? shown : read(typed);
    if (value !== null) return value;
    if (typed !== '') tell(terminal, `"${typed}" is not ${wanted}`);
  }
}

function fallbackOf({ label, option, fallback }: Prompt): string {
  if (fallback === null) throw missing(label, option);
  return fallback;
}
