import { createHash, createPrivateKey } from 'node:crypto';
import { readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Fault } from '../../src/emulator/faults.ts';
import { handOver } from '../support/browser.ts';
import { click } from '../support/emulator.ts';
import { makeSandbox, type Sandbox } from '../support/program.ts';
import type { Finished } from '../support/run.ts';

const name = 'verksted-lab-Utvikler-123456789081';
const arn = 'arn:aws:iam::123456789081:user/kari';
const other = {
  accountId: '123456789082',
  arn: 'arn:aws:iam::123456789082:user/ola',
  userId: 'AIDAOLA',
  roleArn: null,
};
const file = `.aws/login/cache/${createHash('sha256').update(arn).digest('hex')}.json`;

let sandbox: Sandbox;
/** The times that the browser was started. */
let times = 0;
beforeAll(async () => {
  sandbox = await makeSandbox({ awsLogin: true });
});
beforeEach(() => {
  times = 0;
  rmSync(`${sandbox.home}/handed-over`, { force: true });
  rmSync(`${sandbox.home}/.aws/login`, { recursive: true, force: true });
  rmSync(`${sandbox.home}/.cache`, { recursive: true, force: true });
  sandbox.emulator.faults.length = 0;
  sandbox.emulator.requests.length = 0;
});
afterAll(() => sandbox.remove());

const kari = () => sandbox.emulator.directory.consoleSessions[0];
const read = () => JSON.parse(readFileSync(`${sandbox.home}/${file}`, 'utf8'));
const operations = () => sandbox.emulator.requests.map(({ operation }) => operation);
const state = async () => {
  const { profiles } = JSON.parse((await sandbox.awsp(['list', 'verksted', '--json'])).stdout);
  return profiles[0].signIn;
};

/** Runs awsp with a browser in which the person decides. */
async function inBrowser(
  args: readonly string[] = ['login', 'verksted'],
  decision: 'allow' | 'deny' = 'allow',
  run: 'awsp' | 'switchVia' = 'awsp',
): Promise<Finished> {
  const browser = handOver(sandbox);
  const running = sandbox[run](args, { env: { BROWSER: browser.command } });
  times += 1;
  const page = await Promise.race([browser.opened(times), running.then(() => null)]);
  if (page === null) return running;
  const { location } = await click(sandbox.emulator, page, decision);
  if (location !== null) await fetch(location);
  return running;
}

/** Writes the file of the sign-in as it is but for some fields; `endsIn` is in minutes. */
function change(fields: Record<string, unknown>, endsIn = 15): void {
  const now = read();
  const expiresAt = new Date(Date.now() + endsIn * 60_000).toISOString();
  sandbox.write(file, JSON.stringify({ ...now, accessToken: { ...now.accessToken, expiresAt }, ...fields }));
}

const fault = (effect: Fault['effect'], times = 1): Fault => ({
  service: 'signin',
  operation: 'CreateOAuth2Token',
  times,
  effect,
});
const refusal = (error: string, status = 401): Fault =>
  fault({ kind: 'error', status, code: 'AccessDeniedException', message: 'no', members: { error } });

describe('awsp login of a profile of aws login', () => {
  it('signs in by the browser, and a verified switch follows', async () => {
    expect(await state()).toBe('none');
    const { code, stdout, stderr } = await inBrowser();
    expect({ code, stdout }).toEqual({ code: 0, stdout: '' });
    expect(stderr).toContain(`signing in to the AWS console as ${arn}, for "${name}"`);
    expect(stderr).toContain(`awsp: "${name}" is signed in as ${arn}; the sign-in renews itself\n`);
    expect(statSync(`${sandbox.home}/${file}`).mode & 0o777).toBe(0o600);
    expect(await state()).toBe('valid');
    const switched = await sandbox.switchVia(['verksted']);
    expect(switched).toMatchObject({ code: 0, stderr: expect.stringContaining('123456789081') });
    expect(switched.stdout).toContain("AWSP_STATE='verified'");
  });

  it('writes the file that the AWS CLI writes, with the region of the sign-in beside', async () => {
    await inBrowser();
    const { accessToken, dpopKey, idToken, ...rest } = read();
    expect(Object.keys(accessToken)).toEqual([
      'accessKeyId',
      'secretAccessKey',
      'sessionToken',
      'accountId',
      'expiresAt',
    ]);
    expect(accessToken).toMatchObject({
      accountId: '123456789081',
      expiresAt: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/),
    });
    expect(rest).toEqual({
      tokenType: 'aws_sigv4',
      clientId: 'arn:aws:signin:::devtools/same-device',
      refreshToken: expect.any(String),
      signInRegion: 'eu-west-1',
    });
    expect(dpopKey).toMatch(/^-----BEGIN EC PRIVATE KEY-----\n/);
    expect(createPrivateKey(dpopKey).asymmetricKeyDetails).toEqual({ namedCurve: 'prime256v1' });
    expect(JSON.parse(Buffer.from(idToken.split('.')[1], 'base64url').toString()).sub).toBe(arn);
  });

  it('signs in within a switch, when the person agrees', async () => {
    const browser = handOver(sandbox);
    const asked: string[] = [];
    const answer = (question: string) => {
      asked.push(question);
      return 'y';
    };
    const running = sandbox.switchVia(['verksted'], { env: { BROWSER: browser.command }, answer });
    const { location } = await click(sandbox.emulator, await browser.opened(), 'allow');
    await fetch(location ?? '');
    expect(await running).toMatchObject({ code: 0, stdout: expect.stringContaining("AWSP_STATE='verified'") });
    expect(asked).toEqual([`awsp: you are not signed in for "${name}"; sign in now? [Y/n] `]);
  });

  it('needs a person without a terminal: exit 4, with the command', async () => {
    expect(await sandbox.switchVia(['verksted'])).toEqual({
      code: 4,
      stdout: '',
      stderr: `awsp: you are not signed in for "${name}"\n  sign in with: awsp login ${name}\n`,
    });
    const { code, stderr } = await sandbox.awsp(['login', 'verksted']);
    expect({ code, stderr }).toMatchObject({ code: 4, stderr: expect.stringContaining('there is no terminal') });
  });

  it('takes the word of the person who denies', async () => {
    const { code, stderr } = await inBrowser(['login', 'verksted'], 'deny');
    expect({ code, stderr }).toMatchObject({ code: 1, stderr: expect.stringContaining('was denied in the browser') });
    expect(await state()).toBe('none');
  });

  it('refuses the sign-in of somebody else, and keeps nothing of it', async () => {
    const sessions = sandbox.emulator.directory.consoleSessions;
    const before = kari();
    sessions[0] = other;
    const { code, stderr } = await inBrowser();
    if (before !== undefined) sessions[0] = before;
    expect(code).toBe(5);
    expect(stderr).toContain(`you signed in as "${other.arn}", but "${name}" is for "${arn}"`);
    expect(await state()).toBe('none');
  });

  it.each([
    ['a code that has expired', refusal('AUTHCODE_EXPIRED'), 'the code of the sign-in has expired, or was used before'],
    ['too few permissions', refusal('INSUFFICIENT_PERMISSIONS', 403), 'no permission for signin:CreateOAuth2Token'],
    ['throttling', fault({ kind: 'throttle' }), 'AWS is throttling requests (TooManyRequestsError)'],
    ['a server error', fault({ kind: 'error', status: 500, code: 'InternalServerException' }), 'AWS answers 500'],
    ['a page of a network', fault({ kind: 'garbage' }), 'what answered is not AWS'],
    ['a reset', fault({ kind: 'reset' }), 'AWS was not reached'],
    ['a new error', refusal('SOMETHING_NEW', 403), `the sign-in of "${name}" in eu-west-1 failed: no`],
  ])('says in plain words what stopped it: %s', async (_what, injected, text) => {
    sandbox.emulator.faults.push(injected);
    const { code, stderr } = await inBrowser();
    expect({ code, stderr }).toMatchObject({ code: 1, stderr: expect.stringContaining(text) });
    expect(await state()).toBe('none');
  });
});

it('with --force a person signs in anew, although the sign-in could be renewed', async () => {
  await inBrowser();
  const before = read().refreshToken;
  expect((await sandbox.awsp(['login', 'verksted'])).stderr).toContain('the keys were renewed');
  expect(times).toBe(1);
  const { code, stderr } = await inBrowser(['login', 'verksted', '--force']);
  expect({ code, stderr, times }).toMatchObject({
    code: 0,
    stderr: expect.stringContaining(`signed in as ${arn}`),
    times: 2,
  });
  expect(read().refreshToken).not.toBe(before);
});

describe('awsp new for a profile of aws login', () => {
  const usual = 'kari-123456789081';
  let config: string;
  beforeEach(() => {
    config = readFileSync(`${sandbox.home}/.aws/config`, 'utf8');
  });
  afterEach(() => sandbox.write('.aws/config', config));
  const written = (profile: string) =>
    readFileSync(`${sandbox.home}/.aws/config`, 'utf8').split(`[profile ${profile}]\n`)[1] ?? null;

  it('by option: signs in, writes the profile of who that was, and switches to it', async () => {
    const argv = ['new', '--aws-login', '--region', 'eu-west-1', '--yes'];
    const { code, stdout, stderr } = await inBrowser(argv, 'allow', 'switchVia');
    expect({ code, stderr }).toMatchObject({ code: 0, stderr: expect.stringContaining('for a new profile') });
    expect(stdout).toContain(`AWS_PROFILE='${usual}'`);
    expect(stdout).toContain("AWSP_STATE='verified'");
    expect(written(usual)).toBe(`login_session = ${arn}\nregion = eu-west-1\n`);
    expect(read().clientId).toBe('arn:aws:signin:::devtools/same-device');
    expect(readdirSync(`${sandbox.home}/.aws/login/cache`)).toHaveLength(1);
  });

  it('asked for, by "aws login" in place of a start URL, with a code to paste', async () => {
    const answers: Record<string, string> = { portal: 'aws login', 'default region': '', 'profile name': 'mine' };
    const asked: string[] = [];
    const { code, stderr } = await sandbox.switchVia(['new'], {
      answer: (question, _typedAhead, printed) => {
        asked.push(question);
        const name = Object.keys(answers).find((label) => question.includes(label));
        return name !== undefined ? (answers[name] ?? '') : question.includes('the code') ? codeFor(printed) : 'y';
      },
    });
    expect({ code, stderr }).toMatchObject({ code: 0, stderr: expect.stringContaining('AWS confirms it') });
    expect(asked.map((question) => question.replace(/^awsp: | \(.*|: $/g, ''))).toMatchObject([
      'portal',
      'default region',
      'the code',
      `profile name [${usual}]`,
      expect.stringContaining('write this'),
      expect.stringContaining('switch to it now'),
    ]);
    expect(written('mine')).toContain(`login_session = ${arn}`);
  });

  it('is written over nothing without a yes, and takes no option of a portal', async () => {
    expect(await sandbox.awsp(['new', '--aws-login', '--role', 'x'])).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('so no "--role" either'),
    });
    const { code, stderr } = await inBrowser(['new', '--aws-login', '--region', 'eu-north-1', '--name', name]);
    expect({ code, stderr }).toMatchObject({ code: 6, stderr: expect.stringContaining(`"${name}" exists`) });
    expect(readFileSync(`${sandbox.home}/.aws/config`, 'utf8')).toBe(config);
    const remote = await sandbox.awsp(['new', '--aws-login', '--region', 'eu-west-1', '--remote']);
    expect(remote).toMatchObject({ code: 4, stderr: expect.stringContaining('awsp new --aws-login --remote') });
    const denied = await inBrowser(['new', '--aws-login', '--region', 'eu-west-1', '--yes'], 'deny');
    expect(denied).toMatchObject({ code: 1, stderr: expect.stringContaining('was denied in the browser') });
  });
});

/** What a person pastes who has opened the page that awsp shows, on any machine. */
async function codeFor(printed: string): Promise<string> {
  const [page = ''] = /http\S+\/v1\/authorize\S+/.exec(printed) ?? [];
  const { location } = await click(sandbox.emulator, page, 'allow');
  const html = await (await fetch(location ?? '')).text();
  return /id="verification-code">([^<]*)</.exec(html)?.[1] ?? '';
}

describe('awsp login --remote', () => {
  const remote = ['login', 'verksted', '--remote'];

  it.each([['--remote'], ['--device-code'], ['']])(
    'signs in by a code from a browser on any machine: %s',
    async (option) => {
      const asked: string[] = [];
      const { code, stderr } = await sandbox.awsp(['login', 'verksted', option].filter(Boolean), {
        // Without an option it is because there is no browser here.
        answer: (question, typedAhead, printed) => {
          asked.push(`${question}${typedAhead}`);
          return codeFor(printed);
        },
      });
      expect(asked).toEqual(['awsp: the code: discard']);
      expect({ code, stderr }).toMatchObject({ code: 0, stderr: expect.stringContaining(`signed in as ${arn}`) });
      expect(read().clientId).toBe('arn:aws:signin:::devtools/cross-device');
      expect(await sandbox.switchVia(['verksted'])).toMatchObject({ code: 0 });
    },
  );

  it('asks again for what is not the code of this sign-in', async () => {
    const strange = Buffer.from('state=of-another&code=x').toString('base64');
    const texts = ['', 'no', 'a b\u001b[2J', strange, 'x'.repeat(10_000)];
    const { code, stderr } = await sandbox.awsp(remote, {
      answer: async (_question, _typedAhead, printed) => texts.shift() ?? ` ${await codeFor(printed)} `,
    });
    expect(code).toBe(0);
    expect(stderr.split('that is not the code of this sign-in')).toHaveLength(6);
  });

  it('Ctrl-C at the question leaves nothing behind', async () => {
    expect((await sandbox.awsp(remote, { answer: () => null })).code).toBe(130);
    expect(await state()).toBe('none');
  });
});

describe('the renewal', () => {
  const before = { accessKeyId: '', refreshToken: '' };
  beforeEach(async () => {
    await inBrowser();
    before.accessKeyId = read().accessToken.accessKeyId;
    before.refreshToken = read().refreshToken;
    sandbox.emulator.requests.length = 0;
  });
  const isRenewed = () => {
    expect(read().accessToken.accessKeyId).not.toBe(before.accessKeyId);
    expect(read().refreshToken).not.toBe(before.refreshToken);
  };
  const isKept = () => expect(read().refreshToken).toBe(before.refreshToken);

  it('of expired keys is a part of the switch, and keeps what another tool has in the file', async () => {
    change({ ofAnotherTool: { a: 1 } }, -1);
    expect(await state()).toBe('refreshable');
    expect(await sandbox.switchVia(['verksted'])).toMatchObject({
      code: 0,
      stdout: expect.stringContaining("'verified'"),
    });
    isRenewed();
    expect(read().ofAnotherTool).toEqual({ a: 1 });
    expect(operations()).toEqual(['CreateOAuth2Token', 'GetCallerIdentity']);
  });

  it('comes five minutes before the end, as in the AWS CLI, and not earlier', async () => {
    change({}, 6);
    expect((await sandbox.switchVia(['verksted'])).code).toBe(0);
    expect(operations()).toEqual(['GetCallerIdentity']);
    change({}, 4);
    expect((await sandbox.switchVia(['verksted', '--verify'])).code).toBe(0);
    isRenewed();
  });

  it('a verification is not remembered beyond its keys', async () => {
    expect((await sandbox.switchVia(['verksted'])).code).toBe(0);
    change({}, -1);
    sandbox.emulator.requests.length = 0;
    expect((await sandbox.switchVia(['verksted'])).code).toBe(0);
    expect(operations()).toContain('GetCallerIdentity');
  });

  it('is what `awsp login` does first', async () => {
    const { code, stderr } = await sandbox.awsp(['login', 'verksted']);
    expect({ code, stderr }).toEqual({
      code: 0,
      stderr: `awsp: "${name}" is signed in by aws login; the keys were renewed\n`,
    });
    isRenewed();
  });

  it('is no help where the region of the profile is another by now: the person signs in there', async () => {
    change({ signInRegion: 'us-east-2' });
    const { code, stderr } = await inBrowser();
    expect({ code, stderr }).toMatchObject({ code: 0, stderr: expect.stringContaining(`signed in as ${arn}`) });
    expect(read().signInRegion).toBe('eu-west-1');
  });

  it.each([['PKCS #8, as some tools write it', 'pkcs8'] as const, ['SEC1, as the AWS CLI does', 'sec1'] as const])(
    'takes a key in the form of %s',
    async (_what, type) => {
      change({ dpopKey: createPrivateKey(read().dpopKey).export({ type, format: 'pem' }) }, -1);
      expect((await sandbox.switchVia(['verksted'])).code).toBe(0);
      isRenewed();
    },
  );

  it('makes a file for all to read private again', async () => {
    change({}, -1);
    sandbox.write(file, readFileSync(`${sandbox.home}/${file}`), 0o644);
    expect((await sandbox.switchVia(['verksted'])).code).toBe(0);
    expect(statSync(`${sandbox.home}/${file}`).mode & 0o777).toBe(0o600);
  });

  it.each([
    ['the session is over', refusal('TOKEN_EXPIRED'), 'the console session that it belongs to is over'],
    ['the password has changed', refusal('USER_CREDENTIALS_CHANGED', 403), 'the password of the user has changed'],
  ])('that AWS refuses needs a person: %s', async (_what, injected, text) => {
    change({}, -1);
    sandbox.emulator.faults.push(injected);
    expect(await sandbox.switchVia(['verksted'])).toEqual({
      code: 4,
      stdout: '',
      stderr: `awsp: the sign-in of "${name}" has expired: ${text}\n  sign in with: awsp login ${name}\n`,
    });
    isKept();
  });

  it('that is not allowed says what is missing', async () => {
    change({}, -1);
    sandbox.emulator.faults.push(refusal('INSUFFICIENT_PERMISSIONS', 403));
    const { code, stderr } = await sandbox.switchVia(['verksted']);
    expect({ code, stderr }).toMatchObject({ code: 1, stderr: expect.stringContaining('signin:CreateOAuth2Token') });
  });

  it.each([
    ['expired', -1, 0, 'not verified'],
    ['still valid', 3, 0, 'account 123456789081, kari, eu-west-1\n'],
  ])('that gets no answer leaves keys that are %s as they are', async (_what, endsIn, code, text) => {
    change({}, endsIn);
    sandbox.write('.config/awsp/config', '[verify]\ntimeout = 1s\n');
    sandbox.emulator.faults.push(fault({ kind: 'silence' }, 9));
    const switched = await sandbox.switchVia(['verksted']);
    rmSync(`${sandbox.home}/.config`, { recursive: true });
    expect(switched).toMatchObject({ code, stderr: expect.stringContaining(text) });
    isKept();
  });

  it('goes to the region of the sign-in, whatever the profile and the shell say', async () => {
    const { home, envThroughProxy: env, emulator } = sandbox;
    const config = readFileSync(`${home}/.aws/config`, 'utf8');
    const signIn = emulator.directory.consoleSignIns.get(before.refreshToken);
    if (signIn !== undefined)
      emulator.directory.consoleSignIns.set(before.refreshToken, { ...signIn, region: 'eu-west-1' });
    change({}, -1);
    const elsewhere = config.replace(/(login_session.*\n)region = .*/, '$1region = us-east-2');
    sandbox.write('.aws/config', elsewhere);
    const away = { AWS_ENDPOINT_URL_SIGNIN: undefined, AWS_ENDPOINT_URL_STS: undefined };
    const switched = await sandbox.switchVia(['verksted'], { env: { ...env, ...away, AWS_REGION: 'ap-south-1' } });
    // The AWS CLI keeps no region in the file: then it is that of the profile, and AWS does not know the token there.
    const renewed = emulator.directory.consoleSignIns.get(read().refreshToken);
    change({ signInRegion: undefined }, -1);
    const refused = await sandbox.switchVia(['verksted'], { env: { ...env, ...away } });
    sandbox.write('.aws/config', config);
    expect(switched).toMatchObject({ code: 0 });
    expect(renewed?.region).toBe('eu-west-1');
    expect(refused).toMatchObject({
      code: 4,
      stderr: expect.stringContaining('in us-east-2; was the sign-in in another'),
    });
  });

  it('waits for another program that has used the refresh token first', async () => {
    const first = read();
    expect((await sandbox.awsp(['login', 'verksted'])).code).toBe(0);
    const second = readFileSync(`${sandbox.home}/${file}`, 'utf8');
    const expired = { ...first.accessToken, expiresAt: '2020-01-01T00:00:00Z' };
    sandbox.write(file, JSON.stringify({ ...first, accessToken: expired }));
    const running = sandbox.switchVia(['verksted']);
    await expect.poll(() => operations().filter((one) => one === 'CreateOAuth2Token').length).toBe(2);
    sandbox.write(file, second);
    expect(await running).toMatchObject({ code: 0 });
  });
});

describe('a cache file', () => {
  const token = { accessKeyId: 'ASIAX', secretAccessKey: 's', sessionToken: 't', accountId: '123456789081' };
  const lasting = { ...token, expiresAt: '2099-01-01T00:00:00Z' };
  const over = { ...token, expiresAt: '2020-01-01T00:00:00UTC' };

  it.each([
    ['torn', '{"accessToken": {"acc', 'none', 4],
    ['empty', '', 'none', 4],
    ['of SSO', '{"accessToken": "x", "expiresAt": "2099-01-01T00:00:00Z"}', 'none', 4],
    ['a list', '[1]', 'none', 4],
    ['null', 'null', 'none', 4],
    ['expired, with nothing to renew it', JSON.stringify({ accessToken: over }), 'expired', 4],
    [
      'expired, with a key that is none',
      JSON.stringify({ accessToken: over, clientId: 'c', refreshToken: 'r', dpopKey: 'k' }),
      'refreshable',
      4,
    ],
    [
      'of keys that AWS does not know',
      JSON.stringify({ accessToken: lasting, clientId: 'c', refreshToken: 'r', dpopKey: 'k' }),
      'valid',
      1,
    ],
  ])('that is %s ends no command in a fault of the program', async (_what, text, signIn, code) => {
    sandbox.write(file, text);
    expect(await state()).toBe(signIn);
    const switched = await sandbox.switchVia(['verksted']);
    expect({ ...switched, stderr: '' }).toEqual({ code, stdout: '', stderr: '' });
    expect(switched.stderr).not.toMatch(/aws login|SSO|Error|at .*\.js/);
    expect((await inBrowser()).code).toBe(0);
    expect((await sandbox.switchVia(['verksted'])).code).toBe(0);
  });

  it('is where AWS_LOGIN_CACHE_DIRECTORY says, with ~ and variables as in the AWS CLI', async () => {
    await inBrowser();
    const text = readFileSync(`${sandbox.home}/${file}`, 'utf8');
    sandbox.write(`elsewhere/${file.slice(file.lastIndexOf('/') + 1)}`, text);
    rmSync(`${sandbox.home}/.aws/login`, { recursive: true });
    for (const folder of ['~/elsewhere', '$HOME/elsewhere', `${sandbox.home}/elsewhere`]) {
      const env = { AWS_LOGIN_CACHE_DIRECTORY: folder };
      expect((await sandbox.switchVia(['verksted', '--verify'], { env })).code).toBe(0);
    }
  });

  it('that cannot be written is known before the person signs in', async () => {
    sandbox.write('.aws/login', 'not a folder');
    const { code, stderr } = await sandbox.awsp(['login', 'verksted'], { env: { BROWSER: 'true' } });
    expect({ code, stderr }).toMatchObject({ code: 1, stderr: expect.stringContaining('cannot be written') });
    expect(operations()).toEqual([]);
  });
});

describe('the sign-ins of aws login', () => {
  it('are in `awsp sessions`', async () => {
    expect((await sandbox.awsp(['sessions'])).stdout).toMatch(new RegExp(`aws login +${arn} +eu-west-1 +none +1\\n`));
    await inBrowser();
    expect((await sandbox.awsp(['sessions'])).stdout).toMatch(/aws login .* valid +renews itself +1\n/);
    const { logins } = JSON.parse((await sandbox.awsp(['sessions', '--json'])).stdout);
    expect(logins).toEqual([
      { loginSession: arn, region: 'eu-west-1', state: 'valid', endsAt: null, profiles: [name] },
    ]);
  });

  it('end with `awsp logout`', async () => {
    await inBrowser();
    expect(await sandbox.awsp(['logout', 'verksted'])).toEqual({
      code: 0,
      stdout: '',
      stderr: expect.stringContaining(`awsp: signed out of aws login as ${arn}\n`),
    });
    expect(await state()).toBe('none');
    expect((await sandbox.switchVia(['verksted'])).code).toBe(4);
    expect((await sandbox.awsp(['logout', 'verksted'])).stderr).toBe(`awsp: not signed in to the console as ${arn}\n`);
  });

  it('end with `awsp logout --all`, also those of no profile', async () => {
    await inBrowser();
    const stray = '.aws/login/cache/stray.json';
    sandbox.write(stray, readFileSync(`${sandbox.home}/${file}`));
    sandbox.write('.aws/login/cache/notes.json', '{}');
    expect((await sandbox.awsp(['logout', '--all'])).code).toBe(0);
    expect(() => statSync(`${sandbox.home}/${stray}`)).toThrow();
    expect(await state()).toBe('none');
    expect(statSync(`${sandbox.home}/.aws/login/cache/notes.json`).isFile()).toBe(true);
  });

  it('are the source of roles', async () => {
    const config = readFileSync(`${sandbox.home}/.aws/config`, 'utf8');
    const role = 'arn:aws:iam::123456789081:role/Deploy';
    sandbox.emulator.directory.roles.push({ arn: role, id: 'AROADEPLOY', trusts: [arn] });
    sandbox.write(
      '.aws/config',
      `${config}[profile deploy]\nrole_arn = ${role}\nsource_profile = ${name}\nregion = eu-west-1\n`,
    );
    const needed = await sandbox.switchVia(['deploy']);
    const { code } = await inBrowser(['login', 'deploy']);
    const switched = await sandbox.switchVia(['deploy']);
    // The role is in the AWS CLI's cache now, and would outlive the sign-in.
    const cached = readdirSync(`${sandbox.home}/.aws/cli/cache`).length;
    await sandbox.awsp(['logout', 'deploy']);
    const left = readdirSync(`${sandbox.home}/.aws/cli/cache`).length;
    sandbox.write('.aws/config', config);
    expect([cached, left]).toEqual([1, 0]);
    expect(needed).toMatchObject({ code: 4, stderr: expect.stringContaining(`awsp login ${name}`) });
    expect(code).toBe(0);
    expect(switched).toMatchObject({ code: 0, stdout: expect.stringContaining("AWSP_ROLE='Deploy'") });
  });
});
