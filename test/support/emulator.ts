import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { type Emulator, type EmulatorOptions, startEmulator } from '../../src/emulator/emulator.ts';
import { type SampleOptions, samples } from '../../src/emulator/samples.ts';

export interface SampleHome {
  readonly home: string;
  readonly emulator: Emulator;
  /** HOME, PATH and the emulator's endpoints, and nothing else. */
  readonly env: Readonly<Record<string, string>>;
  remove(): Promise<void>;
}

/** A real home folder with the samples in it, and the emulator that they belong to. */
export async function makeSampleHome(
  sampleOptions: Partial<SampleOptions> = {},
  emulatorOptions: EmulatorOptions = {},
): Promise<SampleHome> {
  const { files, directory } = samples({ now: Date.now(), ...sampleOptions });
  const home = mkdtempSync(join(tmpdir(), 'awsp-test-home-'));
  for (const file of files) {
    mkdirSync(dirname(join(home, file.path)), { recursive: true });
    writeFileSync(join(home, file.path), file.text, { mode: 0o600 });
  }
  const emulator = await startEmulator({ directory, ...emulatorOptions });
  return {
    home,
    emulator,
    env: {
      HOME: home,
      PATH: process.env.PATH ?? '',
      AWS_EC2_METADATA_DISABLED: 'true',
      ...emulator.environment,
    },
    remove: async () => {
      await emulator.close();
      rmSync(home, { recursive: true, force: true });
    },
  };
}
