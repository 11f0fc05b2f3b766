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

/** What a home folder has, by path, where `HOME` in a text is that folder; and the shell that asks in it. */
export interface HomeSetup {
  readonly files?: Readonly<Record<string, string>>;
  readonly modes?: Readonly<Record<string, number>>;
  readonly env?: Readonly<Record<string, string>>;
  readonly nodeVersion?: string;
  /** What `aws --version` prints; without it there is no `aws`. */
  readonly aws?: string;
  /** What a person answers, or does before answering; without it there is no terminal. */
  readonly answer?: string | (() => string);
}

export interface Patient {
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

/** A home folder in good health: a profile, keys nowhere, and awsp loaded, by the version that runs. */
export function testHome(symptoms: HomeSetup = {}): Patient {
  const home = temporaryFolder();
  const write = (path: string, text: string, mode = 0o600) => {
    const file = join(home, path);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, text.replaceAll('HOME', home));
    chmodSync(file, mode);
  };
  const files: Readonly<Record<string, string>> = {
    '.aws/config': healthy,
    'awsp/shell/awsp.bash': '# shim',
    'awsp/shell/awsp.zsh': '# shim',
    ...symptoms.files,
  };
  for (const [path, text] of Object.entries(files)) write(path, text, symptoms.modes?.[path]);
  const ownEnv = Object.entries(symptoms.env ?? {}).map(([name, value]) => [name, value.replaceAll('HOME', home)]);
  const env = { HOME: home, PATH: '/bin', AWSP_SHIM: `bash ${version}`, ...Object.fromEntries(ownEnv) };
  const written: string[] = [];
  const fake = fakeWorld({ env, home, now: () => Date.UTC(2026, 0, 1) });
  const world: World = {
    ...fake,
    cwd: join(home, 'project'),
    nodeVersion: symptoms.nodeVersion ?? '20.19.0',
    version,
    files: {
      ...nodeFiles,
      // the machine's own files have no say here
      read: (path) => (path.startsWith(`${home}/`) ? nodeFiles.read(path) : { kind: 'missing' }),
      isFile: (path) => path.startsWith(`${home}/`) && nodeFiles.isFile(path),
      list: (path) => (path.startsWith(`${home}/`) ? nodeFiles.list(path) : []),
      findProgram: () => (symptoms.aws === undefined ? null : '/bin/aws'),
    },
    output: async () => symptoms.aws ?? null,
    terminal: {
      ...fake.terminal,
      interactive: symptoms.answer !== undefined,
      write: (text) => written.push(text),
      ask: async (question) => {
        written.push(question);
        const { answer = '' } = symptoms;
        return typeof answer === 'string' ? answer : answer();
      },
    },
  };
  const run: Patient['doctor'] = async (options = {}) =>
    doctor(await loadContext(world), { json: false, fix: false, yes: false, ...options });
  return {
    home,
    world,
    written,
    read: (path) => readFileSync(join(home, path), 'utf8'),
    doctor: run,
    problems: async () => JSON.parse((await run({ json: true })).stdout ?? '').problems,
  };
}

const healthy = `[profile dev]
sso_session = corp
sso_account_id = 123456789011
sso_role_name = Admin
region = eu-west-1

[sso-session corp]
sso_start_url = https://corp.awsapps.com/start
sso_region = eu-west-1
`;
