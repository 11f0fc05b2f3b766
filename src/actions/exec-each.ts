import type { Context } from '../context.ts';
import { AwspError, Cancelled } from '../errors.ts';
import { exitCodes } from '../exit-codes.ts';
import type { Message, Outcome } from '../outcome.ts';
import { fitsAny } from '../selection/risk-level.ts';
import { say } from '../terminal/messages.ts';
import type { ChildStreams, Environment, World } from '../world.ts';
import { runCommand } from './exec-child.ts';
import { actAs, purposeOf, recordUse, tell } from './exec-environment.ts';
import type { ExecOptions } from './exec-options.ts';
import { targetOf } from './exec-target.ts';
import type { Decision } from './switch.ts';

interface Ready {
  readonly name: string;
  readonly decision: Decision;
  readonly env: Environment;
  readonly code: null;
}

/** The command as one of the profiles: ready to run, or refused with an exit code. */
type Run = Ready | { readonly name: string; readonly code: number; readonly error: AwspError };

/**
 * `awsp exec --each`: runs the command as every profile that a glob fits, in the order of the files, after all of them are
 * verified and every question is answered. With `jobs` several run at a time, and what they print comes in that order too. The
 * exit code is 0 when all were 0, else 1; 128 + n when a signal ended one of them.
 */
export async function execEach(context: Context, options: ExecOptions, globs: readonly string[]): Promise<Outcome> {
  const { world, profiles, accounts } = context;
  const { command, failFast } = options;
  const names = profiles
    .all()
    .filter((profile) => fitsAny(profile, globs, { accountName: accounts.nameOf(profile.accountId) }))
    .map(({ name }) => name);
  if (names.length === 0) {
    throw new AwspError(exitCodes.noProfile, `no profile fits ${globs.join(', ')}`, ['awsp list shows them']);
  }
  const runs: Run[] = [];
  for (const name of names) {
    const run = await prepare(context, options, name);
    if (run.code !== null) {
      if (failFast) throw run.error;
      const { code: _, message, details } = run.error;
      say(world.terminal, { kind: 'error', text: message, details });
    }
    runs.push(run);
  }
  const codes = await runAll(world, command ?? [], runs, options);
  const stopped = codes.find((code) => code !== null && endings.includes(code));
  const failed = codes.filter((code) => code !== 0).length;
  const summary: Message = {
    kind: failed === 0 ? 'done' : 'error',
    text: `${codes.length - failed} of ${codes.length} profiles: exit code 0`,
    details: runs.flatMap(({ name }, index) => describe(name, codes[index] ?? null)),
  };
  return { code: stopped ?? (failed === 0 ? exitCodes.done : exitCodes.failed), messages: [summary] };
}

// --- internal ---

/** The exit codes of a command that SIGHUP, SIGINT, SIGQUIT or SIGTERM has ended: then the others are not started. */
const endings: readonly number[] = [129, 130, 131, 143];

function describe(name: string, code: number | null): readonly string[] {
  if (code === 0) return [];
  return [code === null ? `${name}: not run` : `${name}: exit code ${code}`];
}

/** Rejects with `Cancelled` where the person wants it: then nothing is run. */
async function prepare(context: Context, options: ExecOptions, name: string): Promise<Run> {
  try {
    const target = await targetOf(context, { ...options, query: [name] }, false);
    if (target === 'needs-keys') throw new Error('keys were not excluded');
    const keys = options.keys || target.isDerived;
    const acting = { purpose: purposeOf(options.command), keys, only: options.only };
    return { name, ...(await actAs(target, options.options, acting)), code: null };
  } catch (error) {
    if (!(error instanceof AwspError) || error instanceof Cancelled) throw error;
    return { name, code: error.code, error };
  }
}

/** The exit codes, null for what was not run. */
async function runAll(
  world: World,
  command: readonly string[],
  runs: readonly Run[],
  { jobs, failFast }: ExecOptions,
): Promise<readonly (number | null)[]> {
  const codes: (number | null)[] = runs.map(({ code }) => code);
  const turns = jobs === 1 ? null : new Turns(runs.length);
  let isStopped = false;
  const queue = runs.entries();
  const work = async () => {
    for (const [index, run] of queue) {
      if (isStopped) return;
      if (run.code === null) {
        const code = await runOne(world, command, run, turns?.of(index) ?? null);
        codes[index] = code;
        isStopped ||= endings.includes(code) || (failFast && code !== 0);
      }
      turns?.end(index);
    }
  };
  await Promise.all(Array.from({ length: Math.min(jobs, runs.length) }, work));
  return codes;
}

/** Runs the command as one profile; with a turn, what it prints waits for that, and its input is empty. */
async function runOne(world: World, command: readonly string[], run: Ready, turn: Promise<void> | null) {
  const begin = () => tell(world, run.decision);
  const streams = turn === null ? undefined : inTurn(world, turn, begin);
  if (turn === null) begin();
  recordUse(run.decision);
  const { code, messages = [] } = await runCommand(world, command, run.env, streams && { streams });
  await turn;
  for (const message of messages) say(world.terminal, message);
  return code;
}

/** What a command writes is passed on in its turn; until then the command waits when it has filled its pipe. */
function inTurn(world: World, turn: Promise<void>, begin: () => void): ChildStreams {
  let begun: Promise<void> | undefined;
  const start = () => {
    begun ??= turn.then(begin);
    return begun;
  };
  void start();
  return {
    write: async (stream, piece) => {
      await start();
      world.writeBytes(stream, piece);
    },
  };
}

/** The turns of the profiles to print, one after the other. */
class Turns {
  readonly #turns: readonly { readonly promise: Promise<void>; readonly begin: () => void }[];
  readonly #ended = new Set<number>();
  #current = 0;

  constructor(count: number) {
    this.#turns = Array.from({ length: count }, () => {
      let begin = () => {};
      const promise = new Promise<void>((resolve) => {
        begin = resolve;
      });
      return { promise, begin };
    });
    this.#turns[0]?.begin();
  }

  /** Resolves when it is this one's turn. */
  of(index: number): Promise<void> {
    return this.#turns[index]?.promise ?? Promise.resolve();
  }

  end(index: number): void {
    this.#ended.add(index);
    while (this.#ended.has(this.#current)) {
      this.#current++;
      this.#turns[this.#current]?.begin();
    }
  }
}
