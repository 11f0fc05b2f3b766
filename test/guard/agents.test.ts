import { rmSync, statSync, symlinkSync } from 'node:fs';
import { userInfo } from 'node:os';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { agentOf, agentVariables } from '../../src/guard/agent.ts';
import type { Files } from '../../src/world.ts';
import { productionFacts } from '../support/facts.ts';
import type { InProcessOptions } from '../support/in-process.ts';
import { makeSandbox, type Sandbox, teamFile } from '../support/program.ts';

const dev = 'barnehageplass-dev-AWSAdministratorAccess-123456789011';
const prod = 'barnehageplass-prod-AWSReadOnlyAccess-123456789013';
const admin = 'barnehageplass-prod-AWSAdministratorAccess-123456789013';
const builder = 'sandkasse-lab-Builder-123456789041';

/** As each agent sets its variable. */
const agents: Readonly<Record<string, string>> = {
  ...Object.fromEntries(Object.keys(agentVariables).map((name) => [name, '1'])),
  CODEX_THREAD_ID: '0199f3c1',
  KIRO_SESSION_ID: 'k-1',
  AMP_CURRENT_THREAD_ID: 'T-1',
  PI_CODING_AGENT: 'true',
};

/** Who answers every question with what it wants: a terminal with somebody on it. */
const obliging: InProcessOptions['answer'] = (question) => (question.includes('type "') ? 'barnehageplass-prod' : 'y');
const seats = { 'without a terminal': {}, 'with a terminal': { answer: obliging } } as const;

const subshell = ['--shell', 'bash', '--subshell'];

/** Settings that would open all of production. */
const opening =
  '[agent]\nallow = *\n[guard]\nread-only = free\n[production]\nexcept = barnehageplass*\n[read-only]\nroles = *\n';

/** AWS's files with another name for the role, and none that tells that its account is production. */
const renamed = `[sso-session barnehage]
sso_start_url = https://barnehage.awsapps.com/start
sso_region = eu-west-1
[profile ${admin}]
region = eu-west-1
[profile harmless]
sso_session = barnehage
sso_account_id = 123456789013
sso_role_name = AWSAdministratorAccess
region = eu-west-1
`;

interface Way {
  readonly argv: readonly string[];
  readonly env?: InProcessOptions['env'];
}

/** The ways to act as a profile, each as the arguments of awsp. */
const ways: Readonly<Record<string, (name: string, sandbox: Sandbox) => Way>> = {
  'a switch': (name) => ({ argv: ['--shell', 'bash', name] }),
  'a switch by command': (name) => ({ argv: ['--shell', 'bash', 'switch', name] }),
  'an alias': () => ({ argv: ['--shell', 'bash', 'boss'] }),
  'the way back': (name) => ({ argv: ['--shell', 'bash', '-'], env: { AWSP_PREVIOUS: name } }),
  '--for': (name) => ({ argv: ['--shell', 'bash', name, '--for', '5m'] }),
  '--no-verify': (name) => ({ argv: ['--shell', 'bash', name, '--no-verify'] }),
  'a name set by hand': (name) => ({ argv: ['--shell', 'bash', name], env: { AWS_PROFILE: name } }),
  'facts set by hand': (name, sandbox) => ({
    argv: ['--shell', 'bash', name],
    env: { ...productionFacts(sandbox, name), AWS_PROFILE: name },
  }),
  'a command in a subshell': (name) => ({ argv: [...subshell, 'exec', name, '--', 'true'] }),
  'a shell': (name) => ({ argv: [...subshell, 'exec', name] }),
  'a command of the program': (name) => ({ argv: ['exec', name, '--', 'touch', 'ran'] }),
  'a command with keys': (name) => ({ argv: ['exec', name, '--only', '--', 'touch', 'ran'] }),
  'a command as the role of a set name': (name) => ({
    argv: ['exec', '--role', '*Administrator*', '--', 'touch', 'ran'],
    env: { AWS_PROFILE: name },
  }),
  credentials: (name) => ({ argv: ['credentials', name, '--format', 'env'] }),
  'the console': (name) => ({ argv: ['console', name] }),
  'the address of the console': (name) => ({ argv: ['console', name, '--print'] }),
  'a command as what was before': (name) => ({
    argv: [...subshell, 'exec', '-', '--', 'true'],
    env: { AWSP_PREVIOUS: name },
  }),
  'a command as each of some': (name) => ({ argv: ['exec', '--each', name, '--fail-fast', '--', 'touch', 'ran'] }),
  'settings by XDG_CONFIG_HOME': (name, { home }) => ({
    argv: ['--shell', 'bash', name],
    env: { XDG_CONFIG_HOME: `${home}/elsewhere/.config` },
  }),
  "a team's settings by XDG_CONFIG_DIRS": (name, { home }) => ({
    argv: ['--shell', 'bash', name],
    env: { XDG_CONFIG_DIRS: `${home}/elsewhere/.config` },
  }),
  'settings by HOME': (name, { home }) => ({
    argv: ['exec', name, '--', 'touch', 'ran'],
    env: { HOME: `${home}/elsewhere`, AWS_CONFIG_FILE: `${home}/.aws/config` },
  }),
  'no settings, by HOME': (name, { home }) => ({
    argv: ['exec', name, '--', 'touch', 'ran'],
    env: { HOME: undefined, AWS_CONFIG_FILE: `${home}/.aws/config` },
  }),
  "other files of AWS's": (_name, { home }) => ({
    argv: ['--shell', 'bash', 'harmless'],
    env: { AWS_CONFIG_FILE: `${home}/elsewhere/.aws/config` },
  }),
  "all of a home's files": (_name, { home }) => ({
    argv: ['console', 'harmless', '--print'],
    env: { HOME: `${home}/elsewhere` },
  }),
};
const refusals = Object.keys(agents).length * Object.keys(seats).length * Object.keys(ways).length * 2;

let sandbox: Sandbox;
const settings = (text = '') => sandbox.write('.config/awsp/config', `[alias]\nboss = ${admin}\n${text}`);

beforeAll(async () => {
  sandbox = await makeSandbox();
  sandbox.write('elsewhere/.config/awsp/config', `[alias]\nboss = ${admin}\n${opening}`);
  sandbox.write('elsewhere/.aws/config', renamed);
});
beforeEach(() => settings());
afterAll(() => sandbox.remove());

let counted = 0;
afterAll(() => console.info(`production, agents and ways: ${counted} of ${refusals} refused`));

describe.each(Object.entries(agents))('%s = %s', (variable, value) => {
  it.each(Object.entries(seats))('production beyond a read-only role is refused, %s', async (_seat, seat) => {
    for (const [way, wayTo] of Object.entries(ways)) {
      for (const more of [[], ['--yes']]) {
        const { argv, env = {} } = wayTo(admin, sandbox);
        const end = argv.indexOf('--');
        const all = end < 0 ? [...argv, ...more] : [...argv.slice(0, end), ...more, ...argv.slice(end)];
        const { code, stdout, stderr } = await sandbox.awsp(all, {
          ...seat,
          cwd: sandbox.home,
          userHome: sandbox.home,
          env: { ...env, [variable]: value },
        });
        expect({ way, more, code, stdout }).toEqual({ way, more, code: 6, stdout: '' });
        expect(stderr).toMatch(
          /in a shell of their own: awsp (exec |credentials |console )?(barnehageplass-prod-AWSAdmin|harmless)/,
        );
        counted += 1;
      }
    }
    expect(sandbox.emulator.requests).toEqual([]);
  });
});

it('knows the agents that the AWS CLI knows, and nobody else', () => {
  for (const [variable, value] of Object.entries(agents)) expect(agentOf({ [variable]: value })).toMatch(/\w/);
  expect(agentOf({ CLAUDECODE: '', PATH: '/bin', AI_AGENT: '1' })).toBeNull();
});

describe('an agent', () => {
  const env = { AWSP_AGENT: '1' };

  it('gets other profiles, and read-only roles of production, for an hour at most', async () => {
    for (const [argv, time] of [
      [[dev], '1h'],
      [[prod], '1h'],
      [['--ro', admin], '1h'],
      [[dev, '--for', '5m'], '5m'],
      [[dev, '--for', '9h'], '1h'],
    ] as const) {
      const { code, stdout, stderr } = await sandbox.switchVia(argv, { env });
      expect({ argv, code }).toEqual({ argv, code: 0 });
      expect(stdout).toMatch(/^export AWSP_UNTIL='\d+'/m);
      expect(stderr).toContain(`for ${time}`);
    }
    const until = String(Math.floor(Date.now() / 1_000) + 30 * 3_600);
    const { stdout } = await sandbox.switchVia(['-'], {
      env: { ...env, AWSP_PREVIOUS: dev, AWSP_PREVIOUS_UNTIL: until },
    });
    expect(Number(/AWSP_UNTIL='(\d+)'/.exec(stdout)?.[1])).toBeLessThanOrEqual(Date.now() / 1_000 + 3_600);
  });

  it('is asked nothing: no picker, no sign-in, no question', async () => {
    const asked: string[] = [];
    const answer = (question: string) => {
      asked.push(question);
      return 'y';
    };
    for (const [argv, code] of [
      [[], 2],
      [['barnehageplass'], 3],
      [['skjema'], 4],
      [['bprdrdonly'], 3],
    ] as const) {
      expect({ argv, ...(await sandbox.switchVia(argv, { env, answer })) }).toMatchObject({ argv, code, stdout: '' });
    }
    expect(asked).toEqual([]);
    settings('[guard]\nconfirm = typed\n');
    expect((await sandbox.switchVia([prod], { env, answer })).code).toBe(6);
    expect((await sandbox.switchVia([prod, '--yes'], { env, answer })).code).toBe(0);
    expect(asked).toEqual([]);
  });

  it('has its sign-in opened by no browser', async () => {
    sandbox.write('bin/browser', '#!/bin/sh\ntouch "$HOME/browser-was-there"\n', 0o755);
    const { browserCommand } = await import('../../src/sso/browser.ts');
    const world = { env: { ...env, BROWSER: `${sandbox.home}/bin/browser` }, platform: 'linux', files: null as never };
    expect(browserCommand(world, 'https://x', `${sandbox.home}/bin/browser`)).toBeNull();
    expect(browserCommand(world, 'https://x')).toBeNull();
  });

  it('gets what [agent] allow opens, and nothing that [agent] deny fits, by name, account and role', async () => {
    const code = async (...argv: string[]) => (await sandbox.switchVia(argv, { env })).code;
    for (const [text, name, expected] of [
      [`allow = ${admin}`, admin, 0],
      ['allow = 123456789013', admin, 0],
      ['allow = *Administrator*', admin, 0],
      ['allow = other', admin, 6],
      ['allow = *\ndeny = 123456789013', admin, 6],
      ['deny = *-dev-*', dev, 6],
      ['deny = *Administrator*', dev, 6],
      ['deny = 123456789013', prod, 6],
      // Only AWS knows its account.
      ['deny = 123456789041', builder, 6],
    ] as const) {
      settings(`[agent]\n${text}\n`);
      expect([text, name, await code(name)]).toEqual([text, name, expected]);
      // A person is not held.
      expect((await sandbox.switchVia([name])).code).toBe(0);
    }
    settings('[agent]\ndeny = 123456789041\n');
    expect(await code(builder, '--no-verify')).toBe(6);
    settings('[agent]\nallow = *\nfro = 1h\n');
    expect(await code(admin)).toBe(6);
    settings('[agents]\ndeny = *-dev-*\n');
    expect(await code(dev)).toBe(6);
  });

  it('is held to the settings in the home of the user as well, where its variables lead to others', async () => {
    const elsewhere = { XDG_CONFIG_HOME: `${sandbox.home}/work` };
    const go = (name: string, env: InProcessOptions['env'] = elsewhere) =>
      sandbox.switchVia([name], {
        env: { AWSP_AGENT: '1', ...env },
        userHome: sandbox.home,
      });
    const both = (own: string, other: string) => {
      settings(own);
      sandbox.write('work/awsp/config', other);
    };
    const most = `[agent]\nallow = ${admin}\n`;
    for (const [own, other, name, expected] of [
      // What allows has to be in both.
      ['', most, admin, 6],
      [most, '', admin, 6],
      [most, '[agent]\nallow = *\n', admin, 6],
      [most, most, admin, 0],
      [`${most}[production]\nmatch = x\n`, `${most}[agents]\n`, admin, 6],
      ['', `[production]\nexcept = ${admin}\n`, admin, 6],
      [`[production]\nexcept = ${admin}\n`, `[production]\nexcept = ${admin}\n`, admin, 0],
      ['', '[read-only]\nroles = *\n', admin, 6],
      ['', '[read-only]\nroles = *\n', prod, 6],
      ['', '', prod, 0],
      // What forbids is enough in one.
      ['[agent]\ndeny = *-dev-*\n', '', dev, 6],
      ['', '[agent]\ndeny = *-dev-*\n', dev, 6],
      ['[production]\nmatch = *-dev-*\n', '[agent]\nfor = 2h\n', dev, 6],
      ['[guard]\nconfirm = typed\nread-only = free\n', '[guard]\nread-only = free\n', prod, 0],
      ['[guard]\nconfirm = typed\n', '[guard]\nread-only = free\n', prod, 6],
      [`[pin]\n*-dev-* = 123456789012\n`, `[pin]\n${dev} = 123456789011\n`, dev, 5],
    ] as const) {
      both(own, other);
      expect([own, other, name, (await go(name)).code]).toEqual([own, other, name, expected]);
    }
    both('[agent]\nfor = 20m\n[log]\nswitches = on\n', '[agent]\nfor = 2h\n');
    expect((await go(dev)).stderr).toContain('for 20m');
    expect(JSON.parse((await sandbox.awsp(['log', '--json'])).stdout).switches.at(-1)).toMatchObject({ to: dev });
    both('', most);
    const { stderr } = await go(admin);
    expect(stderr).toContain(
      `to allow it to agents, in ~/.config/awsp/config and in ~/work/awsp/config: [agent] allow = ${admin}`,
    );
    expect(stderr).toContain('has to be in both files');
    // Where a team guards production, its file alone can allow.
    settings(most);
    sandbox.write(teamFile, '[guard]\nconfirm = typed\n');
    const { code, stderr: told } = await go(admin, {});
    expect({ code, told }).toEqual({
      code: 6,
      told: expect.stringContaining(`to allow it to agents, in ~/${teamFile}: [agent] allow = ${admin}`),
    });
    rmSync(`${sandbox.home}/etc`, { recursive: true });
    // The same file by another path, a user without an account, and a person are as they were.
    settings(most);
    symlinkSync(`${sandbox.home}/.config`, `${sandbox.home}/link`);
    expect((await go(admin, { XDG_CONFIG_HOME: `${sandbox.home}/link` })).code).toBe(0);
    expect((await sandbox.switchVia([admin], { env, userHome: null })).code).toBe(0);
    both('[agent]\ndeny = *\n', '');
    expect((await sandbox.switchVia([admin], { env: elsewhere, userHome: sandbox.home })).code).toBe(0);
    rmSync(`${sandbox.home}/.local`, { recursive: true });
  });

  it('is held to the home that the system knows, in the real program', async () => {
    settings(`[agent]\nallow = ${admin}\n`);
    const run = sandbox.start(['--shell', 'bash', admin], { env });
    expect(await run).toMatchObject({
      ...{ code: 6, stdout: '' },
      stderr: expect.stringContaining(`in ${userInfo().homedir}/.config/awsp/config and in ~/.config/awsp/config:`),
    });
  });

  it('counts a user as no read-only role, whatever the name', async () => {
    const [keyId] = [...sandbox.emulator.directory.accessKeys.keys()];
    expect(keyId).toBeDefined();
    settings(`[production]\nmatch = ${builder}\n[read-only]\nroles = *\n[guard]\nread-only = free\nconfirm = yes\n`);
    expect((await sandbox.switchVia([builder, '--yes'], { env })).code).toBe(6);
    expect((await sandbox.switchVia([builder])).code).toBe(6);
    expect((await sandbox.switchVia([builder, '--yes'])).code).toBe(0);
  });

  it('may look where a person would be asked with [guard] read-only = free, and people as well', async () => {
    settings('[guard]\nconfirm = typed\nread-only = free\n');
    expect((await sandbox.switchVia([prod], { env })).code).toBe(0);
    expect((await sandbox.switchVia([prod])).code).toBe(0);
    expect((await sandbox.switchVia([admin])).code).toBe(6);
    // A guess stays a guess.
    expect((await sandbox.switchVia(['bprdrdonly'])).code).toBe(3);
  });
});

describe('the log of switches', () => {
  it('has who, when, where, from and to, for its owner alone, and no more than it may hold', async () => {
    settings('[log]\nswitches = on\n');
    const env = { AWS_PROFILE: builder, CURSOR_AGENT: '1' };
    expect((await sandbox.switchVia([dev], { env, cwd: sandbox.home })).code).toBe(0);
    expect((await sandbox.switchVia(['--unset'], { env: { AWS_PROFILE: dev } })).code).toBe(0);
    expect((await sandbox.awsp(['exec', dev, '--no-verify', '--', 'true'])).code).toBe(0);
    expect((await sandbox.switchVia([admin, '--yes'], { env })).code).toBe(6);
    const { switches } = JSON.parse((await sandbox.awsp(['log', '--json'])).stdout);
    expect(switches).toEqual([
      {
        ...{ time: expect.stringMatching(/^\d{4}-.*Z$/), use: 'switch', from: builder, to: dev },
        ...{ accountId: '123456789011', folder: sandbox.home, terminal: null, agent: 'Cursor' },
      },
      expect.objectContaining({ use: 'unset', from: dev, to: null, agent: null }),
      expect.objectContaining({ use: 'exec', from: null, to: dev }),
    ]);
    const file = `${sandbox.home}/.local/state/awsp/switches`;
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect((await sandbox.awsp(['log'])).stdout).toMatch(/^Time +Use +From +To +Account/);
    sandbox.write('.local/state/awsp/switches', `${JSON.stringify({ time: 'x', use: 'y' })}\n`.repeat(25_000));
    expect((await sandbox.switchVia([dev])).code).toBe(0);
    expect(statSync(file).size).toBeLessThan(512 * 1024);
    expect(JSON.parse((await sandbox.awsp(['log', '--json'])).stdout).switches.at(-1)).toMatchObject({ to: dev });
  });

  it.each([[['log']], [['log', '--json']]])('cannot be read: %j fails, and shows no empty log', async (args) => {
    const path = `${sandbox.home}/.local/state/awsp/switches`;
    const files = (real: Files): Files => ({
      ...real,
      read: (given) => (given === path ? { kind: 'unreadable', reason: 'the disk failed' } : real.read(given)),
    });
    expect(await sandbox.awsp(args, { files })).toEqual({
      code: 1,
      stdout: '',
      stderr: `awsp: "${path}" cannot be read: the disk failed\n`,
    });
  });

  it('is not kept unless the settings say so, which is said', async () => {
    sandbox.write('.local/state/awsp/switches', 'half a li');
    settings();
    await sandbox.switchVia([dev]);
    expect(await sandbox.awsp(['log'])).toMatchObject({
      code: 0,
      stdout: '',
      stderr: expect.stringContaining('[log]'),
    });
  });
});
