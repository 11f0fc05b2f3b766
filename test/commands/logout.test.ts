import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { AwspError } from '../../src/errors.ts';
import { exitCodes } from '../../src/exit-codes.ts';
import { timeouts } from '../../src/network/timeouts.ts';
import { hostName } from '../../src/node/temporary-files.ts';
import type { Files } from '../../src/world.ts';
import { makeSandbox, type Sandbox } from '../support/program.ts';

let sandbox: Sandbox;
beforeEach(async () => {
  sandbox = await makeSandbox();
});
afterEach(() => sandbox.remove());

const tokens = () => `${sandbox.home}/.aws/sso/cache`;
const roles = () => `${sandbox.home}/.aws/cli/cache`;
const sha1 = (text: string) => createHash('sha1').update(text).digest('hex');
const tokenOf = (key: string) => `${tokens()}/${sha1(key)}.json`;
const operations = () => sandbox.emulator.requests.map(({ operation }) => operation);
const tokensLeft = () =>
  readdirSync(tokens()).filter((name) => readFileSync(`${tokens()}/${name}`, 'utf8').includes('accessToken'));

const barnehageRole = '{"accountId":"123456789012","roleName":"AWSPowerUserAccess","sessionName":"barnehage"}';
const cachedRole = () => `${roles()}/${sha1(barnehageRole)}.json`;
function cacheRole(): void {
  sandbox.write(`.aws/cli/cache/${sha1(barnehageRole)}.json`, '{"ProviderType": "sso", "Credentials": {}}');
}

/** A file system in which the files in these folders can be neither removed nor replaced, as those of root. */
const refusing =
  (...folders: readonly string[]) =>
  (real: Files): Files => ({
    ...real,
    remove: (path) => {
      if (!folders.some((folder) => path.startsWith(`${folder}/`))) return real.remove(path);
      throw new AwspError(exitCodes.failed, `"${path}" cannot be removed: permission denied`);
    },
  });
/** The same where they cannot be read either. */
const hiding =
  (...folders: readonly string[]) =>
  (real: Files): Files => ({
    ...refusing(...folders)(real),
    list: (path, onUnreadable) => {
      if (!folders.includes(path)) return real.list(path, onUnreadable);
      onUnreadable?.('permission denied');
      return [];
    },
    isFile: (path) => !folders.some((folder) => path.startsWith(`${folder}/`)) && real.isFile(path),
    read: (path) =>
      folders.some((folder) => `${path}/`.startsWith(`${folder}/`))
        ? { kind: 'unreadable', reason: 'permission denied' }
        : real.read(path),
  });

const way = (...folders: readonly string[]) =>
  `awsp: if these folders belong to root, as after "sudo aws", take them back and repeat this:\n  sudo chown -R "$(id -un)" ${folders.join(' ')}\n`;

describe('files that cannot be removed', () => {
  it('role credentials are named, and the sign-in ends here and at AWS', async () => {
    cacheRole();
    expect(await sandbox.awsp(['logout', 'barnehage'], { files: refusing(roles()) })).toEqual({
      code: 1,
      stdout: '',
      stderr: `awsp: signed out of https://barnehage.awsapps.com/start\nawsp: "${cachedRole()}" cannot be removed: permission denied\n${way(roles())}`,
    });
    expect(existsSync(tokenOf('barnehage'))).toBe(false);
    expect(operations()).toEqual(['Logout']);
    expect(sandbox.emulator.directory.accessTokens.has('sample-barnehage-token')).toBe(false);
  });

  it('a token is named, and the sign-in ends at AWS', async () => {
    cacheRole();
    expect(await sandbox.awsp(['logout', 'barnehage'], { files: refusing(tokens()) })).toEqual({
      code: 1,
      stdout: '',
      stderr: `awsp: "${tokenOf('barnehage')}" cannot be removed: permission denied\nawsp: signed out of https://barnehage.awsapps.com/start at AWS\n${way(tokens())}`,
    });
    expect(existsSync(cachedRole())).toBe(false);
    expect(sandbox.emulator.directory.accessTokens.has('sample-barnehage-token')).toBe(false);
  });

  it('a folder that cannot be read is named, and nothing is claimed of AWS', async () => {
    const { code, stderr } = await sandbox.awsp(['logout', '--all'], { files: hiding(tokens(), roles()) });
    expect(code).toBe(1);
    expect(stderr).toContain(`awsp: "${tokens()}" cannot be read: permission denied\n`);
    expect(stderr).toContain(`awsp: "${roles()}" cannot be read: permission denied\n`);
    expect(stderr).toMatch(/AWS was not told .*and may accept the session/);
    expect(stderr).not.toMatch(/signed out|not signed in|bug/);
    expect(operations()).toEqual([]);
  });

  it.each(['barnehage', '--all'])(
    '%s names each folder that cannot be read, also when that fails only once',
    async (what) => {
      const listed: string[] = [];
      const failing =
        (at: number | null) =>
        (real: Files): Files => ({
          ...real,
          list: (path, onUnreadable) => {
            // That of the settings is listed too, where there are none.
            if (!path.includes('/.aws/') || listed.push(path) - 1 !== at) return real.list(path, onUnreadable);
            onUnreadable?.('the disk failed');
            return [];
          },
        });
      await sandbox.awsp(['logout', what], { files: failing(null) });
      const folders = listed.splice(0);
      expect(folders).toEqual(expect.arrayContaining([tokens(), roles()]));
      for (const [at, folder] of folders.entries()) {
        listed.length = 0;
        const { code, stderr } = await sandbox.awsp(['logout', what], { files: failing(at) });
        expect({ at, code, stderr }).toMatchObject({ at, code: 1 });
        expect(stderr.split(`awsp: "${folder}" cannot be read: the disk failed\n`).length).toBe(2);
      }
    },
  );

  it('with --all the others are removed', async () => {
    cacheRole();
    const { code, stderr } = await sandbox.awsp(['logout', '--all'], { files: refusing(roles()) });
    expect(code).toBe(1);
    expect(stderr.split(' cannot be removed: ').length).toBe(2);
    expect(tokensLeft()).toEqual([]);
  });
});

describe('--all', () => {
  const token = (accessToken: unknown, region?: string) =>
    JSON.stringify({
      startUrl: 'https://gone.awsapps.com/start',
      region,
      accessToken,
      expiresAt: '2030-01-01T00:00:00Z',
    });

  it.each([
    ['of a portal that no profile names', sha1('gone'), () => token('sample-kart-token', 'eu-north-1'), true],
    ['without a region', sha1('gone'), () => token('x'), false],
    ['with a region that is none', sha1('gone'), () => token('x', 'evil.example/'), false],
    ['that is damaged', sha1('gone'), () => token(7), false],
    ['of a file with another name', 'botocore', () => token('x', 'eu-west-1'), true],
  ])('takes a token %s', async (_what, name, text, isAsked) => {
    for (const left of readdirSync(tokens())) rmSync(`${tokens()}/${left}`);
    sandbox.write(`.aws/sso/cache/${name}.json`, text());
    const { code, stderr } = await sandbox.awsp(['logout', '--all']);
    expect(code).toBe(0);
    expect(stderr).toContain('awsp: signed out of ');
    expect(tokensLeft()).toEqual([]);
    expect(operations()).toEqual(isAsked ? ['Logout'] : []);
    if (isAsked) expect(stderr).not.toContain('AWS was not told');
    else expect(stderr).toContain('AWS was not told');
    expect((await sandbox.awsp(['logout', '--all'])).stderr).toBe('awsp: not signed in anywhere\n');
  });

  it.each([
    ['several sign-ins to a portal', null, ''],
    [
      'what keeps AWS from being told',
      500,
      'awsp: warning: AWS was not told of https://barnehage.awsapps.com/start and https://kart.awsapps.com/start and may accept the sessions until they end: AWS answers 500',
    ],
  ])('says once: %s', async (_what, status, warning) => {
    const barnehage = readFileSync(tokenOf('barnehage'), 'utf8');
    for (const key of ['second', 'https://barnehage.awsapps.com/start'])
      sandbox.write(`.aws/sso/cache/${sha1(key)}.json`, barnehage);
    rmSync(tokenOf('skjema'));
    if (status !== null) {
      for (const operation of ['Logout', 'CreateToken'])
        sandbox.emulator.faults.push({ operation, effect: { kind: 'error', status, code: 'InternalServerException' } });
    }
    const { code, stderr } = await sandbox.awsp(['logout', '--all']);
    const lines = stderr.trimEnd().split('\n');
    expect(code).toBe(0);
    expect(lines.slice(0, 2).sort()).toEqual([
      'awsp: signed out of https://barnehage.awsapps.com/start',
      'awsp: signed out of https://kart.awsapps.com/start',
    ]);
    expect(lines.slice(2).join('\n')).toMatch(warning);
    expect(lines.length).toBe(warning === '' ? 2 : 3);
    expect(tokensLeft()).toEqual([]);
  });

  it('takes the role credentials of every sign-in, and those that cannot be read, and no others', async () => {
    const unreadable = `${sha1('role')}.json`;
    sandbox.write(`.aws/cli/cache/${unreadable}`, '{"Credentials": {}}');
    sandbox.write('.aws/cli/cache/gone.json', '{"ProviderType": "sso", "Credentials": {}}');
    sandbox.write('.aws/cli/cache/role.json', '{"Credentials": {}}');
    const files = (real: Files): Files => ({
      ...real,
      read: (path) => (path.endsWith(unreadable) ? { kind: 'unreadable', reason: 'the disk failed' } : real.read(path)),
    });
    expect((await sandbox.awsp(['logout', '--all'], { files })).code).toBe(0);
    expect(readdirSync(roles())).toEqual(['role.json']);
  });

  it('leaves client registrations, which are no sign-ins', async () => {
    sandbox.write('.aws/sso/cache/registration.json', '{"clientId": "x", "clientSecret": "y"}');
    await sandbox.awsp(['logout', '--all']);
    expect(existsSync(`${tokens()}/registration.json`)).toBe(true);
  });
});

describe('a sign-in that could go on with its refresh token, though AWS takes its access token no more', () => {
  const url = 'https://kart.awsapps.com/start';
  const left = () => {
    const { accessTokens, refreshTokens } = sandbox.emulator.directory;
    return [...accessTokens, ...refreshTokens].filter(([, { startUrl, expiresAt }]) => {
      return startUrl === url && expiresAt > Date.now();
    });
  };

  it.each([
    ['that has expired', ['logout', 'kart'], () => {}, ['CreateToken', 'Logout']],
    [
      'that AWS has ended before its time',
      ['logout', 'kart'],
      () => {
        const path = tokenOf('kart');
        const token = JSON.parse(readFileSync(path, 'utf8'));
        sandbox.write(
          path.replace(`${sandbox.home}/`, ''),
          JSON.stringify({ ...token, expiresAt: '2999-01-01T00:00:00Z' }),
        );
      },
      ['Logout', 'CreateToken', 'Logout'],
    ],
    [
      'of a portal that no profile names',
      ['logout', '--all'],
      () => {
        const name = `.aws/sso/cache/${sha1('gone')}.json`;
        sandbox.write(name, readFileSync(tokenOf('kart'), 'utf8'));
        for (const other of readdirSync(tokens())) if (!name.endsWith(other)) rmSync(`${tokens()}/${other}`);
        sandbox.write('.aws/config', '');
      },
      ['CreateToken', 'Logout'],
    ],
  ])('%s: is renewed first, and ended with the new token', async (_what, args, prepare, asked) => {
    prepare();
    expect(left().length).toBeGreaterThan(0);
    const { code, stderr } = await sandbox.awsp(args);
    expect({ code, stderr }).toEqual({ code: 0, stderr: `awsp: signed out of ${url}\n` });
    expect(operations()).toEqual(asked);
    expect(left()).toEqual([]);
    expect(tokensLeft().filter((name) => readFileSync(`${tokens()}/${name}`, 'utf8').includes(url))).toEqual([]);
  });

  it('has ended already where AWS refuses the refresh token', async () => {
    sandbox.emulator.directory.refreshTokens.clear();
    const { code, stderr } = await sandbox.awsp(['logout', 'kart']);
    expect({ code, stderr }).toEqual({ code: 0, stderr: `awsp: signed out of ${url}\n` });
    expect(operations()).toEqual(['CreateToken']);
  });

  it.each([
    ['cannot be reached', 'CreateToken', { kind: 'reset' }, 'was not told'],
    ['is another program', 'CreateToken', { kind: 'garbage' }, 'what answered is not AWS'],
    ['fails', 'CreateToken', { kind: 'error', status: 500, code: 'InternalServerException' }, 'AWS answers 500'],
    [
      'throttles',
      'CreateToken',
      { kind: 'error', status: 400, code: 'SlowDownException' },
      'AWS answered with SlowDownException',
    ],
    ['fails to end it', 'Logout', { kind: 'garbage' }, 'what answered is not AWS'],
  ] as const)('is removed with a warning where AWS %s', async (_what, operation, effect, says) => {
    sandbox.emulator.faults.push({ operation, effect });
    const { code, stderr } = await sandbox.awsp(['logout', 'kart']);
    expect(code).toBe(0);
    expect(stderr).toContain('awsp: warning: AWS was not told and may accept the session until it ends: ');
    expect(stderr).toContain(says);
    expect(existsSync(tokenOf('kart'))).toBe(false);
  });

  it('is given up in time where AWS does not answer', async () => {
    sandbox.emulator.faults.push({ operation: 'CreateToken', effect: { kind: 'silence' } });
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    try {
      const ended = sandbox.awsp(['logout', 'kart']);
      await vi.waitFor(() => expect(operations()).toEqual(['CreateToken']));
      await vi.advanceTimersByTimeAsync(timeouts.signOut);
      expect((await ended).stderr).toContain('AWS was not reached: no answer in time');
    } finally {
      vi.useRealTimers();
    }
    expect(existsSync(tokenOf('kart'))).toBe(false);
  });
});

describe('what answers in place of AWS', () => {
  it('a web page with status 200 is no sign-out', async () => {
    sandbox.emulator.faults.push({ operation: 'Logout', effect: { kind: 'garbage' } });
    const { code, stderr } = await sandbox.awsp(['logout', 'barnehage']);
    expect(code).toBe(0);
    expect(stderr).toContain(
      'awsp: warning: AWS was not told and may accept the session until it ends: what answered is not AWS: a proxy, or the sign-in page of a network?\n',
    );
    expect(sandbox.emulator.directory.accessTokens.has('sample-barnehage-token')).toBe(true);
  });
});

describe('temporary files that a killed awsp has left in the token cache', () => {
  const json = '{"accessToken": "left"}';
  // The last process id that Linux can give, which no test machine has reached.
  const dead = 4_194_303;
  const names = () => {
    const base = `${sha1('kart')}.json`;
    return {
      dead: `${base}.awsp-${hostName()}.${dead}.abc`,
      older: `${base}.${(Date.now() - 3_600_000).toString(36)}abc123`,
      alive: `${base}.awsp-${hostName()}.1.abc`,
      new: `${base}.${Date.now().toString(36)}abc123`,
      other: `${base}.bak`,
    };
  };

  it.each([['login'], ['logout']])('are removed by the next %s; those of a live process are not', async (command) => {
    const all = names();
    for (const name of Object.values(all)) sandbox.write(`.aws/sso/cache/${name}`, json);
    expect((await sandbox.awsp([command, 'barnehage'])).code).toBe(0);
    const left = Object.entries(all).filter(([, name]) => existsSync(`${tokens()}/${name}`));
    expect(left.map(([kind]) => kind)).toEqual(['alive', 'new', 'other']);
  });
});
