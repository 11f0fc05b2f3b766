import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { EmulatorOptions } from '../../src/emulator/emulator.ts';
import type { Fault } from '../../src/emulator/faults.ts';
import type { SampleOptions } from '../../src/emulator/samples.ts';
import { makeSampleHome, type SampleHome } from './emulator.ts';
import { type Finished, type RunOptions, runProgram } from './run.ts';

/** The checkout, with `dist/` as it was built for this run of the tests. */
export const programFolder = fileURLToPath(new URL('../..', import.meta.url)).replace(/\/$/, '');
export const program = `${programFolder}/dist/awsp.cjs`;

/** A home folder with the sample profiles, the emulator that they belong to, and the built program in it. */
export interface Sandbox extends SampleHome {
  /** Runs the program; `env` adds to the place's own, an undefined value takes away. */
  awsp(args: readonly string[], options?: Partial<RunOptions>): Promise<Finished>;
  /** The same as a shim calls it. */
  switchVia(args: readonly string[], options?: Partial<RunOptions>): Promise<Finished>;
  /** Writes a file, its path relative to the home folder. */
  write(path: string, text: string | Buffer, mode?: number): void;
}

export async function makeSandbox(
  options: Partial<SampleOptions> = {},
  faults: readonly Fault[] = [],
  emulatorOptions: EmulatorOptions = {},
): Promise<Sandbox> {
  const sample = await makeSampleHome(options, { faults, ...emulatorOptions });
  const awsp: Sandbox['awsp'] = (args, run = {}) =>
    runProgram(program, args, { ...run, env: { ...sample.env, ...run.env } });
  return {
    ...sample,
    awsp,
    switchVia: (args, run) => awsp(['--shell', 'bash', ...args], run),
    write: (path, text, mode = 0o600) => {
      const file = `${sample.home}/${path}`;
      mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
      writeFileSync(file, text, { mode });
      chmodSync(file, mode);
    },
  };
}
