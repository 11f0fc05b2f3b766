import { createHash, randomBytes } from 'node:crypto';
import { externalDataInterceptor } from '@smithy/core/config';
import { homeFolder } from '../../src/aws-config/paths.ts';
import { Cancelled } from '../../src/errors.ts';
import { wait } from '../../src/lib/wait.ts';
import { nodeFiles } from '../../src/node/files.ts';
import { launch, outputOf, runChild, runLine } from '../../src/node/processes.ts';
import { run } from '../../src/run.ts';
import { copySequence } from '../../src/terminal/clipboard.ts';
import { wantsColour } from '../../src/terminal/colour.ts';
import { messageStyle } from '../../src/terminal/messages.ts';
import { printOutcome } from '../../src/terminal/print-outcome.ts';
import type { Environment, Files, Terminal, World } from '../../src/world.ts';
import { programFolder, programVersion } from './program-folder.ts';
import type { Finished } from './run.ts';

export interface InProcessOptions {
  /** All of it: nothing of the developer's own environment gets in. */
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly cwd?: string | undefined;
  /**
   * The answers of a person, in place of no terminal: to each question the text, or null for Ctrl-C. `printed` is what the
   * terminal shows until then.
   */
  readonly answer?:
    | ((question: string, typedAhead: 'use' | 'discard', printed: string) => string | null | Promise<string | null>)
    | undefined;
  /** Whether stdout is a terminal, which a person sees. */
  readonly stdoutIsTerminal?: boolean | undefined;
  /** The home folder of the user's account; HOME unless given. */
  readonly userHome?: string | null | undefined;
  /** In place of the folder /etc/xdg, which tests do not read. */
  readonly sharedConfig?: string | undefined;
  /** Makes the file system fail where a test wants it: root may do all of it. */
  readonly files?: ((real: Files) => Files) | undefined;
  /** The time, in milliseconds since 1970, in place of the machine's. */
  readonly now?: (() => number) | undefined;
  /** In place of letting the time pass between two requests. */
  readonly wait?: ((milliseconds: number) => Promise<void>) | undefined;
}

/** The SDK reads `process.env`, which there is one of: two runs at once would get each other's variables. */
let isRunning = false;

/**
 * Runs awsp in this process, without a terminal, as `main.ts` runs it: with real files, real connections and real helper
 * programs, and what it prints as text. A test that needs a process (signals, input, a terminal, two at once) starts one.
 */
export async function runInProcess(args: readonly string[], options: InProcessOptions): Promise<Finished> {
  if (isRunning) throw new Error('awsp runs in this process already: start the second one as a program');
  isRunning = true;
  const before = { ...process.env };
  const output = { stdout: '', stderr: '' };
  const world = worldWith(options, {
    write: (stream, text) => {
      output[stream] += text;
    },
    printed: () => output.stderr,
  });
  // `main.ts` does so too: the SDK warns of the version of Node.
  process.removeAllListeners('warning');
  try {
    adopt(world.env);
    const code = printOutcome(await run(args, world), messageStyle(world.terminal), (fd, text) => {
      output[fd === 1 ? 'stdout' : 'stderr'] += text;
      return null;
    });
    return { code, ...output };
  } finally {
    adopt(definedOnly(before));
    // A process has these for one run of awsp alone.
    for (const record of [externalDataInterceptor.getFileRecord(), externalDataInterceptor.getTokenRecord()]) {
      for (const name of Object.keys(record)) delete record[name];
    }
    isRunning = false;
  }
}

// --- internal ---

function worldWith(
  {
    env: given,
    cwd,
    answer,
    stdoutIsTerminal = false,
    files = (real) => real,
    now = Date.now,
    wait: waiting = wait,
    userHome = homeFolder(definedOnly(given)),
    sharedConfig = '/nonexistent',
  }: InProcessOptions,
  {
    write,
    printed,
  }: { readonly write: (stream: 'stdout' | 'stderr', text: string) => void; readonly printed: () => string },
): World {
  const env = definedOnly(given);
  const hash = (algorithm: 'sha1' | 'sha256', text: string) => createHash(algorithm).update(text);
  const needsProcess = (): never => {
    throw new Error('this needs a process of its own: use `start` in place of `awsp`');
  };
  const terminal: Terminal = {
    interactive: answer !== undefined,
    colour: { stdout: wantsColour(env, false), stderr: wantsColour(env, false) },
    columns: 80,
    stdoutIsTerminal,
    stderrIsTerminal: false,
    device: () => null,
    write: (text) => write('stderr', text),
    copy: (text) => write('stderr', copySequence(text)),
    ask: async (question, _draft, typedAhead = 'use') => {
      if (answer === undefined) return needsProcess();
      const text = await answer(question, typedAhead, printed());
      if (text === null) throw new Cancelled();
      return text;
    },
    canDraw: Boolean(env.TERM) && env.TERM !== 'dumb',
    takeOver: async () => needsProcess(),
  };
  // What a command prints is bytes, of which a piece may end within a character.
  const writeBytes: World['writeBytes'] = (stream, bytes) => write(stream, Buffer.from(bytes).toString());
  return {
    env,
    home: homeFolder(env),
    userHome: () => userHome,
    sharedConfig,
    cwd: cwd ?? process.cwd(),
    now,
    terminal,
    controllingTerminal: () => terminal,
    writeBytes,
    wait: waiting,
    files: files(nodeFiles),
    digest: (algorithm, text) => hash(algorithm, text).digest('hex'),
    random: (bytes) => randomBytes(bytes).toString('base64url'),
    challenge: (verifier) => hash('sha256', verifier).digest('base64url'),
    platform: process.platform,
    programFolder,
    node: process.execPath,
    nodeVersion: process.versions.node,
    version: programVersion,
    adoptEnvironment: adopt,
    launch: (program, args, onFailure = () => {}) => void launch(program, args, env, onFailure),
    onInterrupt: () => () => {},
    // Without a terminal and with empty input.
    run: (child) =>
      runChild({ streams: { write: async (stream, piece) => writeBytes(stream, piece) }, ...child }, process),
    runLine,
    output: (program, args, milliseconds) => outputOf(program, args, milliseconds, env),
    filter: needsProcess,
  };
}

function definedOnly(env: Readonly<Record<string, string | undefined>>): Environment {
  return Object.fromEntries(Object.entries(env).filter((entry): entry is [string, string] => entry[1] !== undefined));
}

function adopt(env: Environment): void {
  for (const name of Object.keys(process.env)) if (!(name in env)) delete process.env[name];
  Object.assign(process.env, env);
}
