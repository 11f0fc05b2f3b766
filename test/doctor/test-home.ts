import { chmodSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { doctor } from '../../src/actions/doctor.ts';
import { loadContext } from '../../src/context.ts';
import { nodeFiles } from '../../src/node/files.ts';
import type { Outcome } from '../../src/outcome.ts';
import type { World } from '../../src/world.ts';
import { temporaryFolder } from '../support/shells.ts';
import { fakeWorld } from '../support/world.ts';

const version = '0.0.0-test';

/** The files of a home folder, by path (`HOME` in a text is replaced by its path), and the environment of the shell. */
export interface HomeSetup {
  readonly files?: Readonly<Record<string, string>>;
  readonly modes?: Readonly<Record<string, number>>;
  readonly env?: Readonly<Record<string, string>>;
  readonly nodeVersion?: string;
  /** The output of `aws --version`; undefined: there is no `aws`. */
  readonly aws?: string;
  /** Programs that are not installed; every other one is. */
  readonly missing?: readonly string[];
  /** The owners of files that belong to another user. */
  readonly owners?: Readonly<Record<string, string>>;
  /** What a person types, or a function that returns it; undefined: there is no terminal. */
  readonly answer?: string | (() => string);
}

export interface TestHome {
  readonly home: string;
  readonly world: World;
  /** What was written on the terminal. */
  readonly written: string[];
  read(path: string): string;
  doctor(options?: { readonly json?: boolean; readonly fix?: boolean; readonly yes?: boolean }): Promise<Outcome>;
  /** The problems, as `--json` has them. */
  problems(): Promise<readonly Problem[]>;
}

interface Problem {
  readonly id: string;
  readonly severity: string;
  readonly file: string | null;
  readonly line: number | null;
  readonly message: string;
  readonly why: string;
  readonly remedy: string;
  readonly command: string | null;
  readonly fixable: boolean;
}

/** A home folder without problems (one profile, no keys, the current version of awsp loaded), changed by `setup`. */
export function testHome(setup: HomeSetup = {}): TestHome {
  const home = temporaryFolder();
  const write = (path: string, text: string, mode = 0o600) => {
    const file = join(home, path.replaceAll('HOME', home));
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, text.replaceAll('HOME', home));
    chmodSync(file, mode);
  };
  const files: Readonly<Record<string, string>> = {
    '.aws/config': validConfig,
    'awsp/shell/awsp.bash': '# shim',
    'awsp/shell/awsp.zsh': '# shim',
    'awsp/shell/awsp.nu': '# shim',
    ...setup.files,
  };
  for (const [path, text] of Object.entries(files)) write(path, text, setup.modes?.[path]);
  const ownEnv = Object.entries(setup.env ?? {}).map(([name, value]) => [name, value.replaceAll('HOME', home)]);
  const env = { HOME: home, PATH: '/bin', AWSP_SHIM: `bash ${version}`, ...Object.fromEntries(ownEnv) };
  const written: string[] = [];
  const fake = fakeWorld({ env, home, now: () => Date.UTC(2026, 0, 1) });
  const world: World = {
    ...fake,
    sharedConfig: join(home, 'xdg'),
    cwd: join(home, 'project'),
    nodeVersion: setup.nodeVersion ?? '20.19.0',
    version,
    files: {
      ...nodeFiles,
      // files outside of the home folder are hidden
      read: (path) => (path.startsWith(`${home}/`) ? nodeFiles.read(path) : { kind: 'missing' }),
      isFile: (path) => path.startsWith(`${home}/`) && nodeFiles.isFile(path),
      list: (path) => (path.startsWith(`${home}/`) ? nodeFiles.list(path) : []),
      state: () => null,
      otherOwner: (path) => setup.owners?.[path.slice(home.length + 1)] ?? null,
      findProgram: (name) => {
        const isThere =
          name === 'aws'
            ? setup.aws !== undefined
            : !setup.missing?.some((missing) => name === missing || name.endsWith(`/${missing}`));
        return isThere ? `/bin/${name}` : null;
      },
    },
    output: async () => setup.aws ?? null,
    terminal: {
      ...fake.terminal,
      interactive: setup.answer !== undefined,
      write: (text) => written.push(text),
      ask: async (question) => {
        written.push(question);
        const { answer = '' } = setup;
        return typeof answer === 'string' ? answer : answer();
      },
    },
  };
  const run: TestHome['doctor'] = async (options = {}) =>
    doctor(await loadContext(world), { json: false, fix: false, yes: false, ...options });
  return {
    home,
    world,
    written,
    read: (path) => readFileSync(join(home, path.replaceAll('HOME', home)), 'utf8'),
    doctor: run,
    problems: async () => JSON.parse((await run({ json: true })).stdout ?? '').problems,
  };
}

const validConfig = `[profile dev]
sso_session = corp
sso_account_id = 123456789011
sso_role_name = Admin
region = eu-west-1

[sso-session corp]
sso_start_url = https://corp.awsapps.com/start
sso_region = eu-west-1
`;
