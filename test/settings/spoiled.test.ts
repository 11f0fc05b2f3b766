import { mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { loadSettings } from '../../src/settings/settings.ts';
import type { FileRead, Files } from '../../src/world.ts';
import { productionFacts } from '../support/facts.ts';
import type { InProcessOptions } from '../support/in-process.ts';
import { makeSandbox, type Sandbox, teamFile } from '../support/program.ts';
import { fakeWorld } from '../support/world.ts';

const dev = 'barnehageplass-dev-AWSAdministratorAccess-123456789011';
const prod = 'barnehageplass-prod-AWSReadOnlyAccess-123456789013';
const roleThere = 'arn:aws:iam::123456789013:role/Deployer';
const builder = 'sandkasse-lab-Builder-123456789041';
const path = '/home/kari/.config/awsp/config';
const teamPath = '/etc/xdg/awsp/config';

/** A text that does not say what it should, and what still can be made out. */
interface Spoiled {
  readonly text: string | Buffer;
  readonly confirm: 'yes' | 'typed';
  /** The pattern `*billing*`. */
  readonly hasPattern?: true;
}

const good = '[guard]\nconfirm = typed\n[production]\nmatch = *billing*\n';
const guard = '[guard]\nconfirm = typed\n';
const typed = (text: string | Buffer): Spoiled => ({ text, confirm: 'typed' });
const all = (text: string | Buffer): Spoiled => ({ text, confirm: 'typed', hasPattern: true });
const yes = (text: string | Buffer): Spoiled => ({ text, confirm: 'yes' });

const texts: Readonly<Record<string, Spoiled>> = {
  'a colon': all(good.replaceAll(' =', ':')),
  'a colon and no blank': all(good.replaceAll(' = ', ':')),
  'no sign at all': typed(good.replaceAll(' =', '')),
  'a blank before the header': all(good.replace('[guard]', ' [guard]')),
  'a tab before the headers': all(good.replaceAll('[', '\t[')),
  'a no-break space before the header': all(good.replace('[guard]', '\u00A0[guard]')),
  'a zero-width space before the header': all(good.replace('[guard]', '\u200B[guard]')),
  'a comment behind the header': all(good.replaceAll(']', '] # ours')),
  'the header in capitals': all(good.replaceAll('guard', 'GUARD').replace('production', 'PRODUCTION')),
  'the header with one capital': all(good.replace('guard', 'Guard').replace('production', 'Production')),
  'the keys with a capital': all(good.replace('confirm', 'Confirm').replace('match', 'Match')),
  'two misspelt sections': all(good.replace('guard', 'gaurd').replace('production', 'prodcution')),
  'misspelt keys': all(good.replace('confirm', 'confrim').replace('match', 'macth')),
  'a section in quotes': all(good.replace('[guard]', '["guards"]')),
  'another word for the section': all(good.replace('guard', 'guards')),
  'no header': typed('confirm = typed\n'),
  'all on one line': typed('[guard] confirm = typed\n'),
  'a header that is not closed': typed(good.replace('[guard]', '[guard')),
  'a header with two brackets': all(good.replace('[guard]', '[[guard]]')),
  'a section within the section': typed(good.replace('[guard]', '[guard.more]')),
  'the key as a list': all(good.replace('confirm', 'confirm[]')),
  'full-width letters': all(good.replace('guard', 'ｇｕａｒｄ').replace('typed', 'ｔｙｐｅｄ')),
  'a zero-width space in the key': all(good.replace('confirm', 'con\u200Bfirm')),
  'a zero-width space in the value': all(good.replace('typed', 'ty\u200Bped')),
  'the value in capitals': all(good.replace('typed', 'TYPED')),
  'the value with a full stop': all(good.replace('typed', 'typed.')),
  'the value in one quote': all(good.replace('typed', '"typed')),
  'two values': all(`${good}[guard]\nconfirm = off\n`),
  'the section twice': all(`[guard]\nconfirm = off\n${good}`),
  'two values for the pattern': all(`${good}[production]\nmatch = x\n`),
  'UTF-16, little-endian': all(Buffer.from(`\uFEFF${good}`, 'utf16le')),
  'UTF-16, big-endian': all(Buffer.from(`\uFEFF${good}`, 'utf16le').swap16()),
  'UTF-16 without a mark': all(Buffer.from(good, 'utf16le')),
  'NUL bytes between': all(good.replaceAll('\n', '\n\0')),
  'NUL bytes behind': all(`${good}${'\0'.repeat(4_096)}`),
  'bytes that are not UTF-8': all(Buffer.concat([Buffer.from(good), Buffer.from([0x23, 0xff, 0xfe, 0x0a])])),
  'an escape character': all(`${good}# \u001B[2K\n`),
  'a line without a key': all(`${good}= x\n`),
  'a prototype as section': all(`${good}[__proto__]\nx = y\n`),
  'no value': yes('[guard]\nconfirm =\n'),
  'a blank value': yes('[guard]\nconfirm = \t \n'),
  'a key alone': yes('[guard]\nconfirm\n'),
  'a section alone': yes('[guard]\n'),
  'an unknown value': yes('[guard]\nconfirm = on\n'),
  'a value of another language': yes('[guard]\nconfirm = ja\n'),
  'a truncated value': yes('[guard]\nconfirm = typ'),
  'a truncated key': yes('[guard]\nconf'),
  'a truncated header': yes('[gua'),
  'zero bytes in its place': yes('\0'.repeat(64)),
  'a binary file': yes(Buffer.from(Array.from({ length: 4_096 }, (_, index) => (index * 151) % 256))),
  'not INI at all': yes("'null' = x\n"),
  JSON: typed('{"guard": {"confirm": "typed"}}\n'),
  YAML: typed('guard:\n  confirm: typed\n'),
  TOML: typed('guard.confirm = "typed"\n'),
  'a conflict of git': typed(`<<<<<<< HEAD\n${guard}=======\n[guard]\nconfirm = off\n>>>>>>> x\n`),
  'no patterns': typed(`${guard}[production]\nmatch =\n`),
  'a comma for patterns': typed(`${guard}[production]\nmatch = ,\n`),
  'no exceptions': typed(`${guard}[production]\nexcept = ,\n`),
  'everything excepted': typed(`${guard}[production]\nexcept = *\n`),
  'everything excepted, twice': typed(`${guard}[production]\nexcept = x\nexcept = ?*\n`),
  'an unknown section': yes('[colours]\nred = off\n'),
  'an unknown key': yes('[verify]\nretries = 3\n'),
  'a bad value elsewhere, and no guard': yes('[verify]\ntimeout = soon\n'),
  'a bad value elsewhere, and the guard off': yes('[guard]\nconfirm = off\n[verify]\ntimeout = soon\n'),
};

/**
 * What may be in the place of the file: of `awsp/config` in a folder that is not there yet. Nobody can make a folder in /proc,
 * which another test would find then.
 */
const places: Readonly<Record<string, (folder: string) => void>> = {
  'a folder': (folder) => mkdirSync(`${folder}/awsp/config`, { recursive: true }),
  'a link to itself': (folder) => {
    mkdirSync(`${folder}/awsp`, { recursive: true });
    symlinkSync('config', `${folder}/awsp/config`);
  },
  'a link to nothing': (folder) => {
    mkdirSync(`${folder}/awsp`, { recursive: true });
    symlinkSync('/proc/nowhere/config', `${folder}/awsp/config`);
  },
  'its folder a link to nothing': (folder) => {
    mkdirSync(folder, { recursive: true });
    symlinkSync('/proc/nowhere', `${folder}/awsp`);
  },
  'its folder a file': (folder) => {
    mkdirSync(folder, { recursive: true });
    writeFileSync(`${folder}/awsp`, '');
  },
  'the folder above a file': (folder) => writeFileSync(folder, ''),
  'the folder above a link to nothing': (folder) => symlinkSync('/proc/nowhere', folder),
  'the folder above a link to itself': (folder) => symlinkSync(folder, folder),
  'a device': (folder) => {
    mkdirSync(`${folder}/awsp`, { recursive: true });
    symlinkSync('/dev/zero', `${folder}/awsp/config`);
  },
};

describe('what can be made out of', () => {
  const settingsWith = (path: string, text: string | Buffer, others: Readonly<Record<string, string>> = {}) => {
    const read = { kind: 'text', text: text.toString(), clean: Buffer.from(text.toString()).equals(Buffer.from(text)) };
    const world = fakeWorld({ disk: others });
    const readOr = (asked: string) => (asked === path ? (read as FileRead) : world.files.read(asked));
    return loadSettings({ ...world, files: { ...world.files, read: readOr } });
  };

  it.each(Object.entries(texts))('%s', async (_what, { text, confirm, hasPattern }) => {
    const settings = await settingsWith(path, text);
    expect(settings).toMatchObject({ confirm, productionExcept: [] });
    expect(settings.problems[0]?.file).toBe(path);
    if (hasPattern) expect(settings.production).toContain('*billing*');
  });

  it.each(Object.entries(texts))("a team's file, whatever the person's own allows: %s", async (_what, spoiled) => {
    const allows =
      '[guard]\nconfirm = off\nread-only = free\n[production]\nexcept = *b*\n[agent]\nallow = *\n[read-only]\nroles = *\n';
    const settings = await settingsWith(teamPath, spoiled.text, { [path]: allows });
    expect(settings).toMatchObject({ confirm: spoiled.confirm, readOnlyFree: false, productionExcept: [] });
    expect(settings).toMatchObject({ agentAllow: [], readOnlyRoles: ['*ReadOnly*', '*ViewOnly*', '*Audit*'] });
    expect(new Set(settings.problems.map(({ file }) => file))).toEqual(new Set([teamPath]));
    if (spoiled.hasPattern) expect(settings.production).toContain('*billing*');
  });

  it('a file without fault is taken as it is', async () => {
    for (const text of ['', '# [gaurd]\n', '[guard]\nconfirm = off\n', good]) {
      expect((await loadSettings(fakeWorld({ disk: { [path]: text } }))).problems).toEqual([]);
    }
    expect(await loadSettings(fakeWorld())).toMatchObject({ confirm: 'off', problems: [] });
  });
});

let sandbox: Sandbox;
beforeAll(async () => {
  sandbox = await makeSandbox();
  const sso = 'sso_session = barnehage\nsso_account_id = 123456789013\nsso_role_name = AWSReadOnlyAccess\n';
  writeFileSync(`${sandbox.home}/.aws/config`, `[profile ops]\n${sso}[profile data]\n${sso}`, { flag: 'a' });
  sandbox.write('work/.awsp', 'profile = ops\n');
  await sandbox.awsp(['allow'], { cwd: `${sandbox.home}/work` });
});
afterEach(() => {
  for (const folder of ['.config', 'etc']) rmSync(`${sandbox.home}/${folder}`, { recursive: true, force: true });
});
afterAll(() => sandbox.remove());

type Attempt = Partial<InProcessOptions> & { readonly argv: readonly string[] };

const said = (answer: string) => (question: string) => {
  if (question.includes('number')) return answer || null;
  if (question.includes('belongs')) return 'y';
  return question.includes('[Y/n]') ? 'y' : '';
};

/** Each verb that can reach production, with a person who agrees to everything but production, or with none. */
const attempts: Readonly<Record<string, () => Attempt>> = {
  'its name': () => ({ argv: [prod] }),
  switch: () => ({ argv: ['switch', prod] }),
  'words of its name': () => ({ argv: ['prod', 'readonly'] }),
  'another profile of the account': () => ({ argv: ['ops'] }),
  'without verification': () => ({ argv: ['ops', '--no-verify'] }),
  'AWS unreachable': () => ({ argv: [prod], env: { AWS_ENDPOINT_URL_STS: 'http://127.0.0.1:9' } }),
  'the way back': () => ({ argv: ['-'], env: { AWS_PROFILE: dev, AWSP_PREVIOUS: prod } }),
  'the read-only role': () => ({ argv: ['--ro', 'ops'] }),
  'the profile set by hand': () => ({ argv: [prod], env: { AWS_PROFILE: prod } }),
  'a region': () => ({ argv: [prod, '--region', 'eu-north-1'] }),
  'a time limit': () => ({ argv: [prod, '--for', '1h'] }),
  'the list': () => ({ argv: [], answer: said(prod) }),
  'the folder': () => ({ argv: [], cwd: `${sandbox.home}/work`, answer: said('') }),
  here: () => ({ argv: ['here'], cwd: `${sandbox.home}/work` }),
  'a sign-in': () => ({ argv: [prod, '--login'] }),
  'a command': () => ({ argv: ['exec', prod, '--', 'echo', 'reached'] }),
  'a command with keys': () => ({ argv: ['exec', 'ops', '--keys', '--', 'echo', 'reached'] }),
  'a command as the read-only role': () => ({ argv: ['exec', 'ops', '--ro', '--', 'echo', 'reached'] }),
  'commands as several profiles': () => ({ argv: ['exec', '--each', '*prod-AWSReadOnly*', '--', 'echo', 'reached'] }),
  'a command as a role there': () => ({ argv: ['exec', dev, '--role-arn', roleThere, '--', 'echo', 'reached'] }),
  keys: () => ({ argv: ['credentials', prod] }),
  'keys for the AWS CLI': () => ({ argv: ['credentials', 'ops', '--format', 'process'] }),
  'the keys of this shell': () => ({ argv: ['credentials'], env: { AWS_PROFILE: prod } }),
  'a shell of its own': () => ({ argv: ['--shell', 'bash', '--subshell', 'exec', prod, '--', 'echo', 'reached'] }),
  'the console': () => ({ argv: ['console', prod, '--print'] }),
  'the console of this shell': () => ({ argv: ['console', '--print'], env: { AWS_PROFILE: prod } }),
  'a new profile': () => ({
    argv: [
      'new',
      '--session',
      'barnehage',
      '--account',
      '123456789013',
      '--role',
      'AWSReadOnlyAccess',
      '--name',
      'new',
    ],
    answer: said(''),
  }),
};

/** A shim evaluates what the first ones print; the others run as they are. */
const attemptBy = (argv: readonly string[]) =>
  /^(?:exec|credentials|console|--shell)$/.test(argv[0] ?? '') ? sandbox.awsp : sandbox.switchVia;

async function attemptAll(env: Readonly<Record<string, string | undefined>> = {}) {
  for (const [what, attempt] of Object.entries(attempts)) {
    const { argv, ...options } = attempt();
    const result = await attemptBy(argv)(argv, { cwd: sandbox.home, ...options, env: { ...options.env, ...env } });
    // `new` has written its profile by then.
    const isDone = result.code === 0 && argv[0] !== 'new';
    expect({ what, isDone, stdout: result.stdout }).toEqual({ what, isDone: false, stdout: '' });
  }
}

describe('spoiled settings', () => {
  it.each(Object.entries(texts))('no verb reaches production with %s', async (_what, { text }) => {
    sandbox.write('.config/awsp/config', text);
    await attemptAll();
    const { code, stderr } = await sandbox.switchVia([prod]);
    expect({ code, stderr }).toEqual({ code: 6, stderr: expect.stringContaining('~/.config/awsp/config') });
  });

  it.each(Object.entries(places))('no verb reaches production with %s', async (_what, put) => {
    put(`${sandbox.home}/.config`);
    await attemptAll();
    expect((await sandbox.switchVia([prod])).stderr).toContain('~/.config/awsp/config: cannot be read: ');
  });

  it.each(Object.entries(places))("in the place of a team's file: %s", async (_what, put) => {
    mkdirSync(`${sandbox.home}/etc`, { recursive: true });
    put(`${sandbox.home}/etc/xdg`);
    const { code, stderr } = await sandbox.switchVia([prod]);
    expect({ code, stderr }).toEqual({
      code: 6,
      stderr: expect.stringContaining('~/etc/xdg/awsp/config: cannot be read: '),
    });
  });

  it("a team's file that nobody may read", async () => {
    sandbox.write(teamFile, '');
    const path = `${sandbox.home}/${teamFile}`;
    const files = (real: Files): Files => ({
      ...real,
      read: (asked) => (asked === path ? { kind: 'unreadable', reason: 'permission denied' } : real.read(asked)),
    });
    expect(await sandbox.switchVia([prod], { files })).toMatchObject({
      code: 6,
      stderr: expect.stringContaining('~/etc/xdg/awsp/config: cannot be read: permission denied'),
    });
  });

  it('no verb reaches production with no home folder', async () => {
    const files = {
      AWS_CONFIG_FILE: `${sandbox.home}/.aws/config`,
      AWS_SHARED_CREDENTIALS_FILE: `${sandbox.home}/.aws/credentials`,
    };
    for (const HOME of [undefined, '']) {
      await attemptAll({ ...files, HOME });
      const { code, stderr } = await sandbox.switchVia([prod], { env: { ...files, HOME } });
      expect({ code, stderr }).toEqual({
        code: 6,
        stderr: expect.stringContaining('~/.config/awsp/config: cannot be read: HOME is not set'),
      });
    }
  });

  it('a name of production that an account gets only in a spoiled file counts', async () => {
    const named = '123456789041 = shop-prod\n';
    for (const text of [
      `[acounts]\n${named}`,
      named,
      `[accounts]\n${named}[verify]\ntimeout = soon\n`,
      `[accounts\n${named}`,
    ]) {
      sandbox.write('.config/awsp/config', text);
      expect(await sandbox.switchVia([builder, '--no-verify'])).toMatchObject({ code: 6, stdout: '' });
    }
  });

  it('a pattern that is only in a spoiled file counts', async () => {
    writeFileSync(`${sandbox.home}/.aws/config`, '[profile the-billing]\nregion = eu-west-1\n', { flag: 'a' });
    for (const { text } of Object.values(texts).filter(({ hasPattern }) => hasPattern)) {
      sandbox.write('.config/awsp/config', text);
      expect(await sandbox.switchVia(['the-billing', '--no-verify'])).toMatchObject({ code: 6, stdout: '' });
    }
  });
});

it('each attempt reaches production without settings', async () => {
  // The names of accounts, which the sign-ins above have told: by that of its account another profile is "prod readonly" too.
  rmSync(`${sandbox.home}/.cache/awsp/accounts`, { force: true });
  for (const [what, attempt] of Object.entries(attempts)) {
    const { argv, answer, ...options } = attempt();
    if (argv[0] === 'new') continue;
    const person = answer === undefined ? {} : { answer: said(prod) };
    const { code, stdout } = await attemptBy(argv)(argv, { cwd: sandbox.home, ...options, ...person });
    // AWS lets nobody assume that role.
    if (what === 'the folder' || what === 'a command as a role there') continue;
    expect({
      what,
      code,
      isRed: /AWSP_LEVEL='production'|^reached$|SecretAccessKey|\/console\?/m.test(stdout),
    }).toEqual({ what, code: 0, isRed: true });
  }
});

it('doctor says what the guard does', async () => {
  for (const [text, why] of [
    ['[gaurd]\nconfirm = typed\n', "a switch to production asks for the account's name"],
    ['[guard]\nconfirm = on\n', 'a switch to production asks for a yes'],
  ] as const) {
    sandbox.write('.config/awsp/config', text);
    expect((await sandbox.awsp(['doctor'])).stdout.replaceAll(/\s+/g, ' ')).toContain(why);
  }
});

it('a shell that is on production stays there', async () => {
  sandbox.write('.config/awsp/config', '[gaurd]\n');
  const env = productionFacts(sandbox, prod);
  expect(await sandbox.switchVia([prod], { env })).toMatchObject({
    code: 0,
    stderr: expect.stringContaining('[guard]'),
  });
});
