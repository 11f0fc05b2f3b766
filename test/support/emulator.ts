import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { type Emulator, type EmulatorOptions, startEmulator } from '../../src/emulator/emulator.ts';
import { click as clickOn } from '../../src/emulator/person.ts';
import { type SampleOptions, samples } from '../../src/emulator/samples.ts';

export interface SampleHome {
  readonly home: string;
  readonly emulator: Emulator;
  /** HOME, PATH, XDG_CONFIG_DIRS and the emulator's endpoints, and nothing else. */
  readonly env: Readonly<Record<string, string>>;
  /** The same, with the emulator behind AWS's own names. */
  readonly envThroughProxy: Readonly<Record<string, string>>;
  remove(): Promise<void>;
}

/** In a home: in place of /etc/xdg, which is the machine's. */
const sharedConfig = 'etc/xdg';

/** The settings file of a team, relative to the home. */
export const teamFile = `${sharedConfig}/awsp/config`;

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
  const certificateFile = join(home, 'emulator.pem');
  writeFileSync(certificateFile, emulator.certificate);
  const env = {
    ...{ HOME: home, PATH: process.env.PATH ?? '', AWS_EC2_METADATA_DISABLED: 'true' },
    XDG_CONFIG_DIRS: join(home, sharedConfig),
  };
  return {
    home,
    emulator,
    env: { ...env, ...emulator.environment },
    envThroughProxy: { ...env, ...emulator.throughProxy(certificateFile) },
    remove: async () => {
      await emulator.close();
      rmSync(home, { recursive: true, force: true });
    },
  };
}

/** What a page of the emulator answered to a click. */
export interface Clicked {
  readonly status: number;
  readonly text: string;
  /** Where the browser is sent, null when it stays. */
  readonly location: string | null;
}

/**
 * Opens `/authorize` or `/device` and clicks, as a person would but without a browser, and without following the redirect.
 * `url` may have one of AWS's own hosts: the page is the same.
 */
export async function click(emulator: Emulator, url: string, decision: 'allow' | 'deny'): Promise<Clicked> {
  const { pathname, search } = new URL(url, emulator.url);
  const response = await clickOn(`${emulator.url}${pathname}${search}`, decision, 'manual');
  return { status: response.status, text: await response.text(), location: response.headers.get('location') };
}
