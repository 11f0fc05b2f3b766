import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import type { EmulatorOptions } from '../../src/emulator/emulator.ts';
import type { Fault } from '../../src/emulator/faults.ts';
import type { SampleOptions } from '../../src/emulator/samples.ts';
import { makeSampleHome, type SampleHome } from './emulator.ts';
import { type InProcessOptions, runInProcess } from './in-process.ts';
import { program } from './program-folder.ts';
import { type Finished, type RunOptions, runProgram } from './run.ts';

export { teamFile } from './emulator.ts';
export { program, programFolder } from './program-folder.ts';

/** A home folder with the sample profiles, the emulator that they belong to, and awsp in it. */
export interface Sandbox extends SampleHome {
  /** Runs awsp in this process, one run at a time; `env` adds to the sandbox's own, an undefined value takes away. */
  awsp(args: readonly string[], options?: Partial<InProcessOptions>): Promise<Finished>;
  /** The same as a shim calls it. */
  switchVia(args: readonly string[], options?: Partial<InProcessOptions>): Promise<Finished>;
  /** Starts the built program, for tests of the process: signals, input, several at once. */
  start(args: readonly string[], options?: Partial<RunOptions>): Promise<Finished>;
  /** Writes a file, its path relative to the home folder. */
  write(path: string, text: string | Buffer, mode?: number): void;
}

export async function makeSandbox(
  options: Partial<SampleOptions> = {},
  faults: readonly Fault[] = [],
  emulatorOptions: EmulatorOptions = {},
): Promise<Sandbox> {
  const sample = await makeSampleHome(options, { faults, ...emulatorOptions });
  const sharedConfig = sample.env.XDG_CONFIG_DIRS;
  const awsp: Sandbox['awsp'] = (args, run = {}) =>
    runInProcess(args, { sharedConfig, ...run, env: { ...sample.env, ...run.env } });
  return {
    ...sample,
    awsp,
    switchVia: (args, run) => awsp(['--shell', 'bash', ...args], run),
    start: (args, run = {}) => runProgram(program, args, { ...run, env: { ...sample.env, ...run.env } }),
    write: (path, text, mode = 0o600) => {
      const file = `${sample.home}/${path}`;
      mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
      writeFileSync(file, text, { mode });
      chmodSync(file, mode);
    },
  };
}
