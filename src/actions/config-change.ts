import { updateAsAgreed } from '../aws-config/agreed-update.ts';
import { configPaths, displayPath } from '../aws-config/paths.ts';
import { loadContext } from '../context.ts';
import { AwspError } from '../errors.ts';
import { exitCodes } from '../exit-codes.ts';
import { shortened } from '../lib/text.ts';
import type { Message, Outcome } from '../outcome.ts';
import { confirm } from '../terminal/confirm.ts';
import { say } from '../terminal/messages.ts';
import type { World } from '../world.ts';
import { recheckFacts } from './recheck-facts.ts';

/** The file for new profiles. Throws `AwspError` when HOME is not set, and when what is in the file cannot be read. */
export function configFile(world: World): string {
  const { config } = configPaths(world.env, world.home);
  if (config === null) throw new AwspError(exitCodes.failed, 'HOME is not set, so there is no place for a profile');
  readConfig(world, config);
  return config;
}

/** The text of the config file, null if there is no file yet. Throws `AwspError` when it cannot be read. */
export function readConfig(world: World, path: string): string | null {
  const read = world.files.read(path);
  if (read.kind === 'unreadable')
    throw new AwspError(exitCodes.failed, `"${displayPath(path, world.home)}" cannot be read: ${read.reason}`);
  return read.kind === 'text' ? read.text : null;
}

export interface Agreement {
  readonly question: string;
  /** What Enter means. */
  readonly byDefault: boolean;
  /** The change is made without asking. */
  readonly yes: boolean;
  /** The error message without a terminal to ask on. */
  readonly refusal: string;
}

/**
 * Shows the diff of a change to a file, asks, and writes the file; see `updateAsAgreed`. Returns `declined` when the person says
 * no. Throws `AwspError` without a terminal to ask on.
 */
export async function changeAsAgreed(
  world: World,
  path: string,
  change: (text: string | null) => string,
  { question, byDefault, yes, refusal }: Agreement,
): Promise<'written' | 'unchanged' | 'declined'> {
  const { terminal, files } = world;
  const declined = new Error('the answer was no');
  const result = await updateAsAgreed(files, path, change, async (shown, isAgain) => {
    if (isAgain) say(terminal, changedMeanwhile(path, world.home));
    terminal.write(`\n${inShort(shown)}\n\n`);
    if (!yes && !terminal.interactive) throw new AwspError(exitCodes.refused, refusal, ['to agree: --yes']);
    if (!(await confirm(terminal, question, { assumeYes: yes, default: byDefault }))) throw declined;
  }).catch((error: unknown) => {
    if (error === declined) return 'declined' as const;
    throw error;
  });
  // Otherwise the prompt would say that the files have changed, which the person knows.
  if (result === 'written') recheckFacts(await loadContext(world), null);
  return result;
}

/** The message before a diff that has changed since it was agreed to. */
export function changedMeanwhile(path: string, home: string | null): Message {
  return { kind: 'note', text: `"${displayPath(path, home)}" was changed meanwhile; this is the change to it now` };
}

/** The outcome when the person says no. */
export const nothingWritten: Outcome = {
  code: exitCodes.cancelled,
  messages: [{ kind: 'note', text: 'nothing was written' }],
};

/** A diff to show; a long one is shortened to the headers of the sections that are added and removed. */
export function inShort(description: string): string {
  const lines = description.split('\n');
  if (lines.length <= maxLines) return description;
  const headers = lines.filter((line) => /^[-+] *\[/.test(line));
  return shortened(headers, maxLines).join('\n');
}

/** A diff under the path of its file. */
export function indented(text: string): string {
  return text
    .split('\n')
    .map((line) => (line === '' ? '' : `  ${line}`))
    .join('\n');
}

// --- internal ---

const maxLines = 40;
