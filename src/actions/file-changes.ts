import { updateAsAgreed } from '../aws-config/agreed-update.ts';
import { describeChange } from '../aws-config/changes.ts';
import { configPaths, displayPath } from '../aws-config/paths.ts';
import type { FileRole } from '../aws-config/sections.ts';
import { type Context, loadContext } from '../context.ts';
import { AwspError } from '../errors.ts';
import { exitCodes } from '../exit-codes.ts';
import type { Message, Outcome } from '../outcome.ts';
import { confirm } from '../terminal/confirm.ts';
import { say } from '../terminal/messages.ts';
import type { Files, World } from '../world.ts';
import { changedMeanwhile, indented, inShort, nothingWritten, readConfig } from './config-change.ts';
import { recheckFacts } from './recheck-facts.ts';

/** What a command wants to change in one file. */
export interface FileChange {
  readonly path: string;
  /** Returns the new text; null: there is no file yet. Throws an `AwspError` where the text does not allow the change. */
  readonly change: (text: string | null) => string;
}

/** The options of every command that changes files. */
export interface ChangeOptions {
  /** The change is made without asking. */
  readonly yes: boolean;
  /** The change is printed, and not made. */
  readonly dryRun: boolean;
}

/** One of AWS's files that there is, with its text. */
export interface AwsFile {
  readonly path: string;
  readonly role: FileRole;
  readonly text: string;
}

/** AWS's files that there are. Throws an `AwspError` for one that cannot be read: it may have a part of what is changed. */
export function awsFiles(world: World): readonly AwsFile[] {
  const { config, credentials } = configPaths(world.env, world.home);
  return (
    [
      ['config', config],
      ['credentials', credentials],
    ] as const
  ).flatMap(([role, path]) => {
    const text = path === null ? null : readConfig(world, path);
    return path === null || text === null ? [] : [{ path, role, text }];
  });
}

/** The changes that a command proposes, with what they come to. */
export interface Proposal {
  /** Only those that change something, each with the difference to show. */
  readonly changes: readonly (FileChange & { readonly shown: string })[];
  /** The settings and profiles as they will be. */
  readonly after: Context;
}

export async function propose(world: World, changes: readonly FileChange[]): Promise<Proposal> {
  const texts = new Map<string, string>();
  const found = changes.flatMap(({ path, change }) => {
    const before = readConfig(world, path);
    const after = change(before);
    if (after === before) return [];
    texts.set(path, after);
    return [{ path, change, shown: describeChange(before ?? '', after) }];
  });
  return { changes: found, after: await loadContext(worldWith(world, texts)) };
}

/** What is said about a proposal. */
export interface ProposalWords {
  /** Said before the question, or with what `--dry-run` prints. */
  readonly warnings: readonly Message[];
  /** `rename "a"`: what is asked for a yes. */
  readonly question: string;
  /** What Enter means. */
  readonly byDefault: boolean;
}

/** What came of a proposal. */
export interface Changed {
  /** The outcome of the command where nothing is changed: declined, or printed for `--dry-run`. */
  readonly stopped: Outcome | null;
  /** What is said after the command's own confirmation. */
  readonly told: readonly Message[];
}

/**
 * Shows the changes, asks once, and makes them, in their order; a file that was changed meanwhile is shown and asked for again. If
 * one of the files cannot be changed, those before it become what they were. Throws an `AwspError` without a terminal to ask on.
 */
export async function changeFiles(
  world: World,
  { changes }: Proposal,
  { yes, dryRun }: ChangeOptions,
  { warnings, question, byDefault }: ProposalWords,
): Promise<Changed> {
  const { terminal, files, home } = world;
  const shown = changes.map((one) => `${displayPath(one.path, home)}\n${indented(inShort(one.shown))}\n`);
  if (dryRun) {
    const note: Message = { kind: 'note', text: 'nothing was written' };
    return { stopped: { code: exitCodes.done, stdout: shown.join('\n'), messages: [...warnings, note] }, told: [] };
  }
  terminal.write(`\n${shown.join('\n')}\n`);
  for (const warning of warnings) say(terminal, warning);
  const agree = async () => {
    if (!yes && !terminal.interactive)
      throw new AwspError(exitCodes.refused, 'nothing is written without a yes', ['to agree: --yes']);
    if (!(await confirm(terminal, `${question}?`, { assumeYes: yes, default: byDefault }))) throw declined;
  };
  const declined = new Error('the answer was no');
  const written: Written[] = [];
  try {
    await agree();
    for (const { path, change, shown: agreed } of changes) {
      const result: { before: string | null; after: string } = { before: null, after: '' };
      const noted = (text: string | null) => {
        Object.assign(result, { before: text, after: change(text) });
        return result.after;
      };
      const again = async (now: string) => {
        say(terminal, changedMeanwhile(path, home));
        terminal.write(`\n${indented(inShort(now))}\n\n`);
        await agree();
      };
      if ((await updateAsAgreed(files, path, noted, again, { agreed })) === 'written')
        written.push({ path, ...result });
    }
  } catch (error) {
    await putBack(files, written, home);
    if (error === declined) return { stopped: nothingWritten, told: [] };
    throw error;
  }
  // Otherwise the prompt would say that the files have changed, which the person knows.
  return { stopped: null, told: recheckFacts(await loadContext(world), null) };
}

// --- internal ---

interface Written {
  readonly path: string;
  readonly before: string | null;
  readonly after: string;
}

/** Makes files what they were, if nobody has changed them since. Throws an `AwspError` that names one where that failed. */
async function putBack(files: Pick<Files, 'update'>, written: readonly Written[], home: string | null): Promise<void> {
  for (const { path, before, after } of written) {
    try {
      await files.update(path, (text) => (text === after ? (before ?? '') : (text ?? '')));
    } catch (error) {
      if (!(error instanceof AwspError)) throw error;
      const what = `"${displayPath(path, home)}" is changed, and the other files are not`;
      throw new AwspError(error.code, what, [`it cannot be put back: ${error.message}`, ...error.details], error);
    }
  }
}

/** The world in which some files have other texts. */
function worldWith(world: World, texts: ReadonlyMap<string, string>): World {
  const read: Files['read'] = (path) => {
    const text = texts.get(path);
    return text === undefined ? world.files.read(path) : { kind: 'text', text, clean: true };
  };
  // Nothing may be kept of texts that are not on the disk.
  const files: Files = Object.create(world.files, { read: { value: read }, state: { value: () => null } });
  return { ...world, files };
}
