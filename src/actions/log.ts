import type { Context } from '../context.ts';
import { AwspError } from '../errors.ts';
import { exitCodes } from '../exit-codes.ts';
import { agentOf } from '../guard/agent.ts';
import { appendBounded } from '../lib/append-bounded.ts';
import { readFields } from '../lib/json-fields.ts';
import { toJsonText } from '../lib/text.ts';
import { toIsoTime } from '../lib/time.ts';
import { xdgDirectory } from '../lib/xdg-directory.ts';
import type { Message, Outcome } from '../outcome.ts';
import { renderTable, stdoutStyle } from '../terminal/table.ts';
import type { World } from '../world.ts';
import { settingsMessages } from './query.ts';

export interface LogOptions {
  readonly json: boolean;
}

/**
 * What a line of the log is about: a switch, a command that ran as a profile, its credentials or its console, or a shell that
 * has none any more.
 */
type Use = 'switch' | 'exec' | 'credentials' | 'console' | 'unset';

/** Appends a line to the log of switches. Throws the file system's error. */
export function logSwitch(world: World, use: Use, to: string | null, accountId: string | null): void {
  const path = logPath(world);
  if (path === null) return;
  const { env, cwd, terminal } = world;
  const entry: Entry = {
    time: toIsoTime(world.now()) ?? '',
    use,
    from: env.AWS_PROFILE || null,
    to,
    accountId,
    folder: cwd,
    terminal: terminal.device(),
    agent: agentOf(env),
  };
  appendBounded(world, path, `${JSON.stringify(entry)}\n`, maxFileSize);
}

/** `awsp log`: the switches of this machine's shells, the latest last. Throws an `AwspError` if the log cannot be read. */
export async function log(context: Context, { json }: LogOptions): Promise<Outcome> {
  const { world, settings } = context;
  const path = logPath(world);
  const read = path === null ? null : world.files.read(path);
  if (read?.kind === 'unreadable') throw new AwspError(exitCodes.failed, `"${path}" cannot be read: ${read.reason}`);
  const entries = (read?.kind === 'text' ? read.text.split('\n') : []).flatMap((line) => toEntry(line) ?? []);
  const messages: readonly Message[] = [
    ...settingsMessages(context),
    ...(settings.logSwitches
      ? []
      : ([{ kind: 'note', text: 'no log is kept; to keep one: [log] switches = on in the settings' }] as const)),
  ];
  if (json) return { code: exitCodes.done, stdout: toJsonText({ switches: entries }), messages };
  if (entries.length === 0) return { code: exitCodes.done, messages };
  const titles = ['Time', 'Use', 'From', 'To', 'Account', 'Folder', 'Terminal', 'Agent'];
  const rows = entries.map(({ time, use, from, to, accountId, folder, terminal, agent }) =>
    [time, use, from, to, accountId, folder, terminal, agent].map((text) => ({ text: text ?? '' })),
  );
  const style = { ...stdoutStyle(world.terminal), spare: ['Terminal', 'Folder', 'From'] };
  return { code: exitCodes.done, stdout: await renderTable(titles, rows, style), messages };
}

// --- internal ---

/** A line of the log. */
interface Entry {
  readonly time: string;
  readonly use: string;
  readonly from: string | null;
  readonly to: string | null;
  readonly accountId: string | null;
  readonly folder: string | null;
  readonly terminal: string | null;
  readonly agent: string | null;
}

/** In bytes: some two thousand switches. */
const maxFileSize = 512 * 1024;

function logPath(world: World): string | null {
  const directory = xdgDirectory(world, 'state');
  return directory === null ? null : `${directory}/switches`;
}

/** Null for a line that is not one of the log: an older awsp's, or half of one. */
function toEntry(line: string): Entry | null {
  const field = readFields(line);
  const text = (key: keyof Entry) => field(key) ?? null;
  const [time, use] = [text('time'), text('use')];
  if (time === null || use === null) return null;
  return {
    ...{ time, use, from: text('from'), to: text('to'), accountId: text('accountId') },
    ...{ folder: text('folder'), terminal: text('terminal'), agent: text('agent') },
  };
}
