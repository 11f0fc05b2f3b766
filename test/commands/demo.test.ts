import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir, userInfo } from 'node:os';
import { basename, delimiter, dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { demo } from '../../src/actions/demo.ts';
import { codeShellNames, type ShellName, shellNames } from '../../src/environment/shells.ts';
import type { ChildProcess, Environment, World } from '../../src/world.ts';
import { type Finished, runProgram } from '../support/run.ts';
import { openScreen } from '../support/terminal.ts';

const path = process.env.PATH ?? '';

/** The folder of awsp, with a character of each kind that a shell could trip over. */
const folderName = `awsp's "own" \\ $HOME folder`;
const shims: Readonly<Record<ShellName, string>> = {
  bash: 'awsp() { echo "shim $*"; }\n',
  zsh: 'awsp() { echo "shim $*"; }\n',
  fish: 'function awsp; echo "shim $argv"; end\n',
  nu: 'def --wrapped awsp [...args] { print $"shim ($args | str join " ")" }\n',
};

let scratch: string;

beforeEach(() => {
  scratch = mkdtempSync(join(tmpdir(), 'awsp-test-demo-'));
  mkdirSync(join(scratch, 'tmp'));
  mkdirSync(join(scratch, folderName, 'shell'), { recursive: true });
  for (const shell of shellNames) writeFileSync(join(scratch, folderName, 'shell', `awsp.${shell}`), shims[shell]);
});

afterEach(() => rmSync(scratch, { recursive: true, force: true }));

const findProgram = (name: string, searchPath: string | undefined) =>
  (searchPath ?? '')
    .split(delimiter)
    .map((folder) => join(folder, name))
    .find((file) => existsSync(file)) ?? null;

interface Scene {
  readonly world: World;
  /** What was written to the terminal. */
  readonly written: string[];
  /** What the child said, when it had no terminal. */
  readonly finished: Finished[];
}

function makeWorld(
  parts: {
    env?: Environment;
    interactive?: boolean;
    run?: (child: ChildProcess) => Promise<number>;
    files?: Partial<World['files']>;
  } = {},
): Scene {
  const written: string[] = [];
  const finished: Finished[] = [];
  const unused = () => {
    throw new Error('the demo has no use for this');
  };
  const world: World = {
    env: parts.env ?? { PATH: path },
    home: null,
    sharedConfig: '/nonexistent',
    cwd: scratch,
    now: Date.now,
    wait: unused,
    terminal: {
      interactive: parts.interactive ?? false,
      colour: { stdout: false, stderr: false },
      columns: 80,
      stdoutIsTerminal: false,
      stderrIsTerminal: false,
      device: () => null,
      write: (text) => written.push(text),
      copy: unused,
      ask: unused,
      canDraw: false,
      takeOver: unused,
    },
    files: {
      read: unused,
      isFile: unused,
      isThere: unused,
      changedAt: unused,
      keepDates: unused,
      writePrivate: (file, text) => {
        mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
        writeFileSync(file, text, { mode: 0o600 });
      },
      appendPrivate: unused,
      update: unused,
      isSame: unused,
      otherOwner: unused,
      state: unused,
      mode: unused,
      setMode: unused,
      list: unused,
      remove: (file) => rmSync(file, { recursive: true, force: true }),
      leftovers: unused,
      makeTemporaryFolder: (prefix) => mkdtempSync(join(scratch, 'tmp', basename(prefix))),
      findProgram,
      ...parts.files,
    },
    digest: unused,
    random: unused,
    challenge: unused,
    platform: 'linux',
    userHome: () => null,
    controllingTerminal: unused,
    writeBytes: unused,
    launch: unused,
    output: unused,
    runLine: unused,
    filter: unused,
    programFolder: join(scratch, folderName),
    node: process.execPath,
    nodeVersion: '20.19.0',
    version: '0.0.0',
    adoptEnvironment: unused,
    onInterrupt: unused,
    run:
      parts.run ??
      (async ({ program, args, env, cwd }) => {
        const result = await runProgram(program, args, { env, cwd });
        finished.push(result);
        return result.code ?? -1;
      }),
  };
  return { world, written, finished };
}

const filesIn = (folder: string) =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));

const leftovers = () => readdirSync(join(scratch, 'tmp'));

describe.each(codeShellNames)('in %s', (shell) => {
  const isMissing = findProgram(shell, path) === null;
  if (isMissing && !process.env.CI) console.warn(`skipped: the demo in ${shell}, which is not on PATH`);

  const runCommand = async (command: string, env: Environment = { PATH: path }) => {
    const { world, written, finished } = makeWorld({ env });
    const outcome = await demo({ shell, command, accounts: 0 }, world);
    expect(written).toEqual([]);
    expect(leftovers()).toEqual([]);
    return { outcome, ...finished[0] };
  };

  describe.skipIf(isMissing && !process.env.CI)('one command', () => {
    it('has the shim, says nothing of its own, and answers with the code of the command', async () => {
      expect(await runCommand('awsp dev; exit 7')).toEqual({
        outcome: { code: 7 },
        code: 7,
        stdout: 'shim dev\n',
        stderr: '',
      });
    });

    it.each<[string, string]>([
      [`printf '%s\\n' 'a  b' "it's" '$HOME' '"'`, `a  b\nit's\n$HOME\n"\n`],
      ['echo one\necho two', 'one\ntwo\n'],
      ["echo '`date`' '\\\\' \\; # no more", shell === 'fish' ? '`date` \\ ;\n' : '`date` \\\\ ;\n'],
      ['echo "æøå 🙂"', 'æøå 🙂\n'],
      ["awsp - '' x", 'shim -  x\n'],
    ])('passes %j on as it is', async (command, stdout) => {
      // zsh's echo interprets backslashes unless told not to
      const prefix = shell === 'zsh' ? 'setopt bsd_echo; ' : '';
      const { stdout: actual, stderr } = await runCommand(prefix + command, { PATH: path, LANG: 'C.UTF-8' });
      expect({ stdout: actual, stderr }).toEqual({ stdout, stderr: '' });
    });

    it.each(codeShellNames.filter((name) => findProgram(name, path) !== null))(
      'has the shim in a nested %s',
      async (name) => {
        expect((await runCommand(`${name} -i -c 'awsp hello'`)).stdout).toBe('shim hello\n');
      },
    );

    it('takes a command that begins with a dash for a command', async () => {
      const { code, stderr } = await runCommand('-nosuch --version');
      expect(code).toBe(127);
      expect(stderr).toContain('-nosuch');
    });

    it('has an environment that is built from nothing', async () => {
      const passed = {
        PATH: path,
        TERM: 'xterm',
        LANG: 'C.UTF-8',
        LC_TIME: 'C.UTF-8',
        COLORTERM: 'truecolor',
        NO_COLOR: '1',
        FORCE_COLOR: '',
        USER: userInfo().username,
        TMPDIR: '/tmp',
      };
      const stopped = {
        HOME: '/home/kari',
        AWS_PROFILE: 'mine',
        AWS_ACCESS_KEY_ID: 'AKIAMINE',
        AWS_CONFIG_FILE: '/home/kari/.aws/config',
        AWSP_PREVIOUS: 'mine',
        HTTP_PROXY: 'http://proxy',
        DISPLAY: ':0',
        BROWSER: 'firefox',
        XDG_CONFIG_HOME: '/home/kari/.config',
        LCX: 'x',
        BASH_ENV: '/nowhere',
        PS1: '$',
      };
      const { stdout } = await runCommand('env', { ...passed, ...stopped });
      const lines = (stdout ?? '').trimEnd().split('\n');
      const env = Object.fromEntries(
        lines.map((line) => [line.slice(0, line.indexOf('=')), line.slice(line.indexOf('=') + 1)]),
      );
      const home = env.HOME ?? '';
      expect(dirname(home)).toBe(join(scratch, 'tmp'));
      // what a shell sets by itself
      for (const name of ['_', 'PWD', 'OLDPWD', 'SHLVL', 'LOGNAME']) delete env[name];
      expect(env).toEqual({
        ...passed,
        HOME: home,
        XDG_CONFIG_HOME: `${home}/.config`,
        XDG_CONFIG_DIRS: `${home}/.config`,
        XDG_STATE_HOME: `${home}/.local/state`,
        XDG_DATA_HOME: `${home}/.local/share`,
        XDG_CACHE_HOME: `${home}/.cache`,
        XDG_RUNTIME_DIR: home,
        BROWSER: expect.stringMatching(`^${process.execPath} -e \\S+ %s$`),
        AWS_EC2_METADATA_DISABLED: 'true',
        AWS_ENDPOINT_URL: expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+$/),
        AWSP_EMULATOR: env.AWS_ENDPOINT_URL,
        HTTPS_PROXY: env.AWS_ENDPOINT_URL,
        AWS_CA_BUNDLE: `${home}/.aws/emulator.pem`,
        ...(shell === 'zsh' ? { ZDOTDIR: home } : {}),
      });
    });
  });

  it.skipIf(isMissing && !process.env.CI)(
    'a shell on the terminal has the shim, after a greeting, until exit',
    async () => {
      let shown: readonly string[] = [];
      let left: string[] = [];
      const { world, written } = makeWorld({
        env: { PATH: path, TERM: 'xterm-256color', LANG: 'C.UTF-8' },
        interactive: true,
        run: async ({ program, args, env, cwd }) => {
          const screen = openScreen(program, [...args], env, cwd, { cols: 100, rows: 30 });
          await screen.prompt(/[$%#>]$/);
          screen.type('awsp hello\r');
          shown = await screen.until((lines) => lines.includes('shim hello'));
          screen.type('exit 7\r');
          const code = await screen.ended;
          left = filesIn(env.HOME ?? '');
          return code;
        },
      });
      expect(await demo({ shell, command: null, accounts: 0 }, world)).toEqual({ code: 7 });
      expect(shown.join('\n')).not.toMatch(/Welcome to fish|job control/);
      // fish would make completions of every manual page, in the background, while the folder is removed
      expect(left.filter((file) => /generated_completions.*\.fish$/.test(file))).toEqual([]);
      expect(left.filter((file) => file.endsWith('generated_completions/none'))).toHaveLength(2);
      expect(written).toHaveLength(1);
      for (const text of ['awsp dev', 'awsp new', 'https://bibliotek.awsapps.com/start', '123456', 'exit']) {
        expect(written[0]).toContain(text);
      }
      expect(Math.max(...(written[0] ?? '').split('\n').map((line) => line.length))).toBeLessThanOrEqual(50);
      expect(leftovers()).toEqual([]);
    },
  );
});

describe('the home folder and the emulator', () => {
  it('are there while the shell runs, private, and gone afterwards', async () => {
    const seen: string[] = [];
    let url = '';
    const { world } = makeWorld({
      run: async ({ env, cwd }) => {
        const home = env.HOME ?? '';
        for (const file of filesIn(home)) {
          const mode = (statSync(file).mode & 0o777).toString(8);
          seen.push(`${mode} ${file.slice(home.length + 1).replace(/[0-9a-f]{40}/, '<sha1>')}`);
        }
        url = env.AWS_ENDPOINT_URL ?? '';
        expect((await fetch(url)).status).toBe(404);
        expect(cwd).toBe(scratch);
        expect(readFileSync(join(home, '.aws/config'), 'utf8')).toContain('barnehageplass-dev');
        return 0;
      },
    });
    expect(await demo({ shell: 'bash', command: 'true', accounts: 0 }, world)).toEqual({ code: 0 });
    const token = '600 .aws/sso/cache/<sha1>.json';
    expect(seen.sort()).toEqual(
      [
        ...['600 .aws/arkiv-credentials.sh', '600 .aws/config', '600 .aws/credentials', '600 .aws/emulator.pem'],
        ...['600 .bashenv', '600 .bashrc', '600 .zshrc', '600 .config/fish/config.fish'],
        ...['600 .config/nushell/config.nu'],
        ...['600 .cache/fish/generated_completions/none', '600 .local/share/fish/generated_completions/none'],
        ...[token, token, token, token],
      ].sort(),
    );
    expect(leftovers()).toEqual([]);
    await expect(fetch(url)).rejects.toThrow();
  });

  it.each<[string, Parameters<typeof makeWorld>[0]]>([
    ['the shell cannot be started', { run: () => Promise.reject(new Error('spawn EACCES')) }],
    [
      'the disk is full',
      {
        files: {
          writePrivate: () => {
            throw new Error('ENOSPC');
          },
        },
      },
    ],
  ])('leave nothing when %s', async (_name, parts) => {
    const { world } = makeWorld(parts);
    await expect(demo({ shell: null, command: 'true', accounts: 0 }, world)).rejects.toThrow(/EACCES|ENOSPC/);
    expect(leftovers()).toEqual([]);
  });

  it('leave nothing when a signal ended the shell, and pass its code on', async () => {
    const { world } = makeWorld({ run: () => Promise.resolve(143) });
    expect(await demo({ shell: null, command: 'true', accounts: 0 }, world)).toEqual({ code: 143 });
    expect(leftovers()).toEqual([]);
  });
});

describe('a page that a program in it opens', () => {
  /** Runs the demo, with `run` for the shell; answers what was started outside, and what was said to the person. */
  async function opening(env: Environment, run: (env: Environment) => Promise<void>, command: string | null) {
    const launched: string[][] = [];
    const { world, written } = makeWorld({
      env: { PATH: path, ...env },
      interactive: true,
      run: async (child) => {
        await run(child.env);
        return 0;
      },
    });
    const launch: World['launch'] = (program, args) => void launched.push([program, ...args]);
    await demo({ shell: 'bash', command, accounts: 0 }, { ...world, launch });
    return { launched, said: written.join('') };
  }

  /** As awsp and the AWS CLI do by BROWSER. */
  async function open(env: Environment, page: string): Promise<void> {
    const [program = '', ...args] = (env.BROWSER ?? '').split(' ').map((word) => (word === '%s' ? page : word));
    expect(await runProgram(program, args, { env })).toEqual({ code: 0, stdout: '', stderr: '' });
  }

  /** Begins a sign-in; answers its page, and what becomes of it. */
  async function begin(url: string) {
    const post = async (path: string, body: object): Promise<Record<string, string>> => {
      const response = await fetch(`${url}${path}`, { method: 'POST', body: JSON.stringify(body) });
      return (await response.json()) as Record<string, string>;
    };
    const { clientId, clientSecret } = await post('/client/register', { clientName: 'test', clientType: 'public' });
    const startUrl = 'https://bibliotek.awsapps.com/start';
    const device = await post('/device_authorization', { clientId, clientSecret, startUrl });
    const grantType = 'urn:ietf:params:oauth:grant-type:device_code';
    const token = () => post('/token', { clientId, clientSecret, grantType, deviceCode: device.deviceCode });
    return { page: device.verificationUriComplete ?? '', token };
  }

  it('opens in the browser of the person, outside', async () => {
    let page = '';
    const { launched, said } = await opening(
      { BROWSER: '/bin/true --new' },
      async (env) => {
        ({ page } = await begin(env.AWS_ENDPOINT_URL ?? ''));
        await open(env, page);
      },
      null,
    );
    expect(launched).toEqual([['/bin/true', '--new', page]]);
    expect(said).toContain('sign-in pages: open in your browser\n');
  });

  it('opens at the emulator, also by the name that AWS has', async () => {
    let url = '';
    const { launched } = await opening(
      { BROWSER: '/bin/true' },
      async (env) => {
        url = env.AWS_ENDPOINT_URL ?? '';
        await open(env, 'https://oidc.eu-west-1.amazonaws.com/device?user_code=A');
      },
      'true',
    );
    expect(launched).toEqual([['/bin/true', `${url}/device?user_code=A`]]);
  });

  it.each(['https://example.com/', 'https://example.com/token', 'file:///etc/passwd', 'x'])(
    'is one of those pages: %s is not',
    async (page) => {
      const { launched } = await opening({ BROWSER: '/bin/true' }, (env) => open(env, page), 'true');
      expect(launched).toEqual([]);
    },
  );

  it('is agreed to where there is no browser', async () => {
    const { launched, said } = await opening(
      { SSH_CONNECTION: 'x', DISPLAY: ':0' },
      async (env) => {
        const { page, token } = await begin(env.AWS_ENDPOINT_URL ?? '');
        expect(await token()).toMatchObject({ error: 'authorization_pending' });
        await open(env, page);
        await expect.poll(token, { interval: 1_000, timeout: 10_000 }).toHaveProperty('accessToken');
      },
      null,
    );
    expect(launched).toEqual([]);
    expect(said).toContain('sign-in pages: no browser here; the demo says yes\n');
  });
});

it('has as many accounts as were asked for', async () => {
  let count = 0;
  const { world } = makeWorld({
    run: async ({ env }) => {
      const headers = { 'x-amz-sso_bearer_token': 'sample-barnehage-token' };
      const response = await fetch(`${env.AWS_ENDPOINT_URL}/assignment/accounts?max_result=100`, { headers });
      count = ((await response.json()) as { accountList: unknown[] }).accountList.length;
      return 0;
    },
  });
  await demo({ shell: 'bash', command: 'true', accounts: 20 }, world);
  expect(count).toBe(23);
});

describe('which shell', () => {
  const choose = async (
    wanted: ShellName | null,
    installed: readonly string[],
    { SHELL, command = 'true' }: { SHELL?: string; command?: string | null } = {},
  ) => {
    const started: string[] = [];
    const { world } = makeWorld({
      env: { PATH: '/bin', ...(SHELL === undefined ? {} : { SHELL }) },
      interactive: true,
      files: { findProgram: (name, searchPath) => (installed.includes(name) ? `${searchPath}/${name}` : null) },
      run: async ({ program }) => {
        started.push(program);
        return 0;
      },
    });
    await demo({ shell: wanted, command, accounts: 0 }, world);
    return started;
  };

  it.each<[ShellName | null, string[], string]>([
    [null, ['fish', 'zsh', 'bash'], '/bin/bash'],
    [null, ['fish', 'zsh'], '/bin/zsh'],
    [null, ['fish'], '/bin/fish'],
    ['fish', ['fish', 'zsh', 'bash'], '/bin/fish'],
  ])('%s of %j is %s', async (wanted, installed, expected) => {
    expect(await choose(wanted, installed)).toEqual([expected]);
  });

  it.each<[ShellName | null, string, string | null, string]>([
    [null, '/opt/bin/zsh', null, '/bin/zsh'],
    [null, '/opt/bin/zsh', 'true', '/bin/bash'],
    [null, '/bin/tcsh', null, '/bin/bash'],
    [null, '/bin/fish', null, '/bin/bash'],
    ['nu', '/bin/zsh', null, '/bin/nu'],
  ])('%s of who has %s, for %j, is %s', async (wanted, SHELL, command, expected) => {
    expect(await choose(wanted, ['bash', 'zsh', 'nu'], { SHELL, command })).toEqual([expected]);
  });

  it.each<[ShellName | null, string[], string, string[]]>([
    [
      'fish',
      ['bash', 'zsh'],
      'no "fish" on PATH',
      ['the shells that are there: awsp demo --shell bash, awsp demo --shell zsh'],
    ],
    ['zsh', [], 'no "zsh" on PATH', ['install "zsh", or correct PATH']],
    [null, [], 'no shell for the demo on PATH: install one of bash, zsh, fish, nu', []],
  ])('%s of %j is a failure with the way out', async (wanted, installed, message, details) => {
    await expect(choose(wanted, installed)).rejects.toMatchObject({ name: 'AwspError', code: 1, message, details });
  });

  it('needs a terminal, or a command', async () => {
    const { world } = makeWorld();
    await expect(demo({ shell: null, command: null, accounts: 0 }, world)).rejects.toMatchObject({
      code: 2,
      message: 'the demo shell needs a terminal',
    });
    expect(leftovers()).toEqual([]);
  });
});
