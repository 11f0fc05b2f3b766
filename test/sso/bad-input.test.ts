import { chmodSync, existsSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { type HandOver, handOver } from '../support/browser.ts';
import { click } from '../support/emulator.ts';
import { makeSandbox, program, type Sandbox } from '../support/program.ts';
import { runProgram } from '../support/run.ts';

let sandbox: Sandbox;
let browser: HandOver;
beforeEach(async () => {
  sandbox = await makeSandbox();
  browser = handOver(sandbox);
});
afterEach(() => sandbox.remove());

const stage = 'skjema-stage-AWSPowerUserAccess-123456789021';
const portal = 'https://skjema.awsapps.com/start';
const cacheFolder = () => `${sandbox.home}/.aws/sso/cache`;
// sha1 of "skjema", by sha1sum
const tokenFile = () => `${cacheFolder()}/7d1e6a9dfd66ed22b301e69e4ac234435b8fdaeb.json`;
const config = () => readFileSync(`${sandbox.home}/.aws/config`, 'utf8');
const operations = () => sandbox.emulator.requests.map(({ operation }) => operation);
const countOf = (operation: string) => operations().filter((one) => one === operation).length;

/** Signs in; the person allows the access on the page that is opened for the n-th time. */
async function signIn(args: readonly string[] = ['login', 'skjema'], time = 1, at: Sandbox = sandbox) {
  const running = at.awsp(args, { env: { BROWSER: browser.command } });
  const { location } = await click(at.emulator, await browser.opened(time), 'allow');
  if (location !== null) await fetch(location);
  return running;
}

/** The cached client registration: the file without an access token. */
function registrationFile(): string | undefined {
  const all = readdirSync(cacheFolder()).map((name) => `${cacheFolder()}/${name}`);
  return all.find((path) => !readFileSync(path, 'utf8').includes('accessToken'));
}

const signedIn = { code: 0, stdout: '', stderr: expect.stringContaining(`signed in to ${portal}`) };

describe('a start URL', () => {
  it.each([
    ['https://skjema.awsapps.com/start#/'],
    ['https://skjema.awsapps.com/start/'],
    ['https://skjema.awsapps.com/start/#/'],
    ['https://skjema.awsapps.com'],
    ['HTTPS://skjema.awsapps.com/start'],
    ['http://skjema.awsapps.com/start'],
    ['skjema.awsapps.com/start'],
    ['https://skjema.awsapps.com/start  '],
  ])('%j in an sso-session works, and its token counts', async (written) => {
    sandbox.write('.aws/config', config().replaceAll(`sso_start_url = ${portal}`, `sso_start_url = ${written}`));
    const { code, stderr } = await signIn();
    expect({ code, stderr }).toMatchObject({ code: 0, stderr: expect.stringContaining('awsp: signed in to ') });
    expect(JSON.parse(readFileSync(tokenFile(), 'utf8')).startUrl).toBe(written.trim());
    expect(await sandbox.switchVia([stage])).toMatchObject({ code: 0, stdout: expect.stringContaining('verified') });
    expect((await sandbox.awsp(['login', 'skjema'])).stderr).toContain('already');
  });

  it('of a legacy profile names the token file as it is written in the profile', async () => {
    const written = `${portal}/#/`;
    const profile = `[profile old]\nsso_start_url = ${written}\nsso_region = eu-west-1\nsso_account_id = 123456789021\nsso_role_name = AWSPowerUserAccess\n`;
    sandbox.write('.aws/config', profile);
    expect(await signIn(['login', 'old'])).toMatchObject({ code: 0 });
    // sha1 of the start URL as it is written, by sha1sum
    expect(existsSync(`${cacheFolder()}/1668e8fc33e478b16826eb8fcc6c80d5ff6ababf.json`)).toBe(true);
    expect(await sandbox.switchVia(['old'])).toMatchObject({ code: 0, stdout: expect.stringContaining('verified') });
  });

  it('that is not a URL is reported before anything else', async () => {
    const before = config().slice(0, config().indexOf(`sso_start_url = ${portal}`));
    const place = `~/.aws/config:${before.split('\n').length}`;
    sandbox.write('.aws/config', config().replaceAll(`sso_start_url = ${portal}`, 'sso_start_url = the portal'));
    expect(await sandbox.awsp(['login', 'skjema'])).toEqual({
      code: 1,
      stdout: '',
      stderr: `awsp: [sso-session skjema]: sso_start_url is not a URL such as https://<portal>.awsapps.com/start (${place})\n  correct it at ${place}\n`,
    });
    expect(operations()).toEqual([]);
  });
});

describe('a portal that does not exist', () => {
  const missing = 'https://skjemma.awsapps.com/start';
  /** By AWS's own host names, so that the portals' start pages exist too. */
  const names = () => ({
    ...sandbox.envThroughProxy,
    AWS_ENDPOINT_URL_SSO_OIDC: undefined,
    AWS_ENDPOINT_URL_SSO: undefined,
    AWS_ENDPOINT_URL_STS: undefined,
  });
  const warning = `awsp: warning: there seems to be no portal at ${missing} (no such page): is the start URL right?\n`;
  beforeEach(() => sandbox.write('.aws/config', config().replaceAll(portal, missing)));

  it('causes a warning, and the error of AWS asks for the start URL', async () => {
    const { code, stderr } = await sandbox.awsp(['login', 'skjema', '--device-code'], { env: names() });
    expect({ code, stderr }).toEqual({
      code: 1,
      stderr: `${warning}awsp: IAM Identity Center does not accept the sign-in to ${missing} in eu-west-1 (InvalidRequestException)
  is the start URL right? it is the address at which your accounts are listed
  is eu-west-1 the region of the portal? it is the one that IAM Identity Center is in, not that of your resources
`,
    });
  });

  it('causes a warning before the browser opens, because only the browser gets the error of AWS', async () => {
    const env = { ...names(), BROWSER: browser.command };
    const running = sandbox.start(['login', 'skjema'], { env, signal: { after: browser.opened(), name: 'SIGINT' } });
    expect(await running).toMatchObject({
      code: 130,
      stderr: expect.stringMatching(/no such page.*\n.*signing in to/),
    });
  });
});

describe('a device code', () => {
  it('that expires is reported, with the remedy', async () => {
    const running = sandbox.awsp(['login', 'skjema', '--device-code']);
    await expect.poll(() => sandbox.emulator.directory.deviceRequests.size).toBe(1);
    for (const [code, request] of sandbox.emulator.directory.deviceRequests) {
      sandbox.emulator.directory.deviceRequests.set(code, { ...request, expiresAt: 0 });
    }
    expect(await running).toMatchObject({
      code: 1,
      stderr: expect.stringMatching(
        /awsp: the code has expired before it was confirmed\n {2}sign in again: awsp login\n$/,
      ),
    });
  });

  it('expires after its time also when AWS does not say so; without a terminal there is no status line', async () => {
    const answers: Record<string, [number, object]> = {
      '/client/register': [200, { clientId: 'c', clientSecret: 's', clientSecretExpiresAt: 4_000_000_000 }],
      '/device_authorization': [
        200,
        {
          deviceCode: 'd',
          userCode: 'ABCD-EFGH',
          verificationUri: 'https://device.sso.eu-west-1.amazonaws.com/',
          expiresIn: 2,
          interval: 1,
        },
      ],
      '/token': [400, { error: 'authorization_pending' }],
    };
    const server = createServer(({ url }, response) => {
      const [status, body] = answers[url ?? ''] ?? [404, {}];
      response.writeHead(status, { 'x-amzn-errortype': 'AuthorizationPendingException' });
      response.end(JSON.stringify(body));
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    onTestFinished(() => void server.close());
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const env = { AWS_ENDPOINT_URL_SSO_OIDC: url };
    expect(await sandbox.awsp(['login', 'skjema'], { env })).toEqual({
      code: 1,
      stdout: '',
      stderr: `awsp: signing in to ${portal}
  open this page in a browser:
  https://device.sso.eu-west-1.amazonaws.com/
  and confirm that it shows the code ABCD-EFGH
awsp: the code has expired before it was confirmed
  sign in again: awsp login
`,
    });
  });

  it.each([
    ['http://x/'],
    ['https://amazonaws.com.planted.example/'],
    ['https://a:b@device.sso.eu-west-1.amazonaws.com/'],
  ])('whose page is %j is shown, and not opened', async (page) => {
    const answers: Record<string, object> = {
      '/client/register': { clientId: 'c', clientSecret: 's', clientSecretExpiresAt: 4_000_000_000 },
      '/device_authorization': { deviceCode: 'd', userCode: 'A-B', verificationUri: page, expiresIn: 1, interval: 1 },
      '/token': { error: 'expired_token' },
    };
    const server = createServer(({ url }, response) => {
      response.writeHead(url === '/token' ? 400 : 200, { 'x-amzn-errortype': 'ExpiredTokenException' });
      response.end(JSON.stringify(answers[url ?? ''] ?? {}));
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    onTestFinished(() => void server.close());
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const env = { AWS_ENDPOINT_URL_SSO_OIDC: url, BROWSER: browser.command };
    const { stderr } = await sandbox.awsp(['login', 'skjema', '--device-code'], { env });
    expect(stderr).toContain(
      `open this page in a browser:\n  ${page}\n  it is not an https address of AWS: be sure of it before you open it\n`,
    );
    expect(stderr).not.toContain('go on in the browser');
  });

  it.each([
    ['file:///etc/passwd'],
    ['javascript:alert(1)'],
    ['vscode://file/x'],
    ['--new-window'],
    ['-x https://a'],
    ['ftp://x/'],
  ])('whose page is %j is not opened, and not of AWS', async (page) => {
    const answers: Record<string, object> = {
      '/client/register': { clientId: 'c', clientSecret: 's', clientSecretExpiresAt: 4_000_000_000 },
      '/device_authorization': {
        deviceCode: 'd',
        userCode: 'ABCD-EFGH',
        verificationUri: 'https://x/',
        verificationUriComplete: page,
        expiresIn: 1,
        interval: 1,
      },
    };
    const server = createServer(({ url }, response) => response.end(JSON.stringify(answers[url ?? ''] ?? {})));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    onTestFinished(() => void server.close());
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const env = { AWS_ENDPOINT_URL_SSO_OIDC: url, BROWSER: browser.command };
    const { code, stderr } = await sandbox.awsp(['login', 'skjema', '--device-code'], { env });
    expect({ code, stderr }).toEqual({
      code: 1,
      stderr: 'awsp: what answered is not AWS: a proxy, or the sign-in page of a network?\n',
    });
    expect(readFileSync(`${sandbox.home}/handed-over`, 'utf8')).toBe('');
  });

  it('is polled on when AWS cannot be reached for a moment', async () => {
    const running = sandbox.awsp(['login', 'skjema', '--device-code'], { env: { BROWSER: browser.command } });
    const url = await browser.opened();
    // The SDK itself makes three attempts.
    sandbox.emulator.faults.push({ operation: 'CreateToken', times: 3, effect: { kind: 'reset' } });
    await expect.poll(() => sandbox.emulator.faults).toEqual([]);
    await click(sandbox.emulator, url, 'allow');
    expect(await running).toMatchObject(signedIn);
  });
});

describe('where awsp cannot listen on 127.0.0.1', () => {
  it('the sign-in uses a device code, and the reason is printed', async () => {
    sandbox.write(
      'no-listen.cjs',
      `require('node:net').Server.prototype.listen = function () {
  process.nextTick(() => this.emit('error', Object.assign(new Error('listen'), { code: 'EPERM' })));
};`,
    );
    const env = { BROWSER: browser.command, NODE_OPTIONS: `--require=${sandbox.home}/no-listen.cjs` };
    const running = sandbox.start(['login', 'skjema'], { env });
    await click(sandbox.emulator, await browser.opened(), 'allow');
    const { code, stderr } = await running;
    expect({ code, stderr }).toMatchObject({ code: 0 });
    expect(stderr).toMatch(/^awsp: nobody can listen on 127\.0\.0\.1 here \(EPERM\), so the sign-in goes by a code\n/);
  });
});

describe('a cache file', () => {
  const later = '2999-01-01T00:00:00Z';
  it.each([
    ['broken', '{"accessToken": "'],
    ['empty', ''],
    ['a list', '[]'],
    ['of the wrong types', `{"accessToken": 7, "expiresAt": "${later}", "refreshToken": [], "clientId": {}}`],
    ['of another portal', `{"accessToken": "a", "expiresAt": "${later}", "startUrl": "https://x.awsapps.com/start"}`],
    ['of another region', `{"accessToken": "a", "expiresAt": "${later}", "region": "us-east-1"}`],
    ['of somebody else’s', `{"accessToken": "a", "expiresAt": "${later}", "note": "by hand"}`],
    [
      'with a refresh token that is not AWS’s',
      '{"accessToken": "a", "expiresAt": "2020-01-01T00:00:00Z", "refreshToken": "r", "clientId": "c", "clientSecret": "s"}',
    ],
  ])('that is %s is replaced by a sign-in', async (_what, text) => {
    writeFileSync(tokenFile(), text);
    expect(await signIn()).toMatchObject(signedIn);
    const { accessToken } = JSON.parse(readFileSync(tokenFile(), 'utf8'));
    expect(sandbox.emulator.directory.accessTokens.has(accessToken)).toBe(true);
    expect((await sandbox.switchVia([stage])).code).toBe(0);
  });

  it('that is read-only is replaced, because the permissions of the folder count', async () => {
    chmodSync(tokenFile(), 0o400);
    expect(await signIn()).toMatchObject(signedIn);
  });

  it.each([
    ['broken', '{"clientId": "'],
    ['of the wrong types', '{"clientId": 1, "clientSecret": [], "expiresAt": 5}'],
    ['over', '{"clientId": "c", "clientSecret": "s", "expiresAt": "2020-01-01T00:00:00Z"}'],
  ])('of a registration that is %s is made anew', async (_what, text) => {
    await signIn();
    writeFileSync(registrationFile() ?? '', text);
    await sandbox.awsp(['logout', 'skjema']);
    expect(await signIn(['login', 'skjema'], 2)).toMatchObject(signedIn);
    expect(countOf('RegisterClient')).toBe(2);
  });

  it.each([
    ['a file in place of the folder', 'a part of its path is not a folder'],
    ['a full disk', 'larger than the file size limit'],
  ])('that cannot be written is reported before the person signs in: %s', async (what, reason) => {
    if (what !== 'a full disk') {
      rmSync(cacheFolder(), { recursive: true });
      writeFileSync(cacheFolder(), '');
    }
    // A file size limit acts like a full disk: with its signal ignored, writing fails with an error.
    const limit = what === 'a full disk' ? 'trap "" XFSZ; ulimit -f 0; ' : '';
    const result = await runProgram('/bin/sh', ['-c', `${limit}exec "$0" login skjema`, program], {
      env: { ...sandbox.env, BROWSER: browser.command },
    });
    expect(result).toEqual({
      code: 1,
      stdout: '',
      stderr: expect.stringMatching(/^awsp: ".*\/\.aws\/sso\/cache\/\w+\.json\.new" cannot be written: .*\n$/),
    });
    expect(result.stderr).toContain(reason);
    expect(operations()).toEqual([]);
    if (what === 'a full disk') expect(readdirSync(cacheFolder())).toHaveLength(4);
  });

  it('that cannot be written after AWS has issued the token: the page and the terminal say so', async () => {
    const running = sandbox.awsp(['login', 'skjema'], { env: { BROWSER: browser.command } });
    const { location } = await click(sandbox.emulator, await browser.opened(), 'allow');
    renameSync(cacheFolder(), `${sandbox.home}/elsewhere`);
    writeFileSync(cacheFolder(), '');
    const page = await fetch(location ?? '');
    expect(await page.text()).toContain('The sign-in did not work');
    expect(await running).toMatchObject({
      code: 1,
      stderr: expect.stringMatching(
        /awsp: AWS accepted the sign-in, but it could not be saved: "\S+" cannot be written: a part of its path is not a folder\n {2}fix that, then sign in again: awsp login\n$/,
      ),
    });
  });

  it('cannot be written without HOME, which is reported before the person signs in', async () => {
    const env = { HOME: undefined, AWS_CONFIG_FILE: `${sandbox.home}/.aws/config` };
    expect(await sandbox.awsp(['login', 'skjema'], { env })).toEqual({
      code: 1,
      stdout: '',
      stderr: 'awsp: HOME is not set, so there is no place to keep a sign-in\n',
    });
  });
});

describe('a client registration that AWS no longer knows', () => {
  const forget = async () => {
    await sandbox.awsp(['logout', 'skjema']);
    sandbox.emulator.directory.clients.clear();
    sandbox.emulator.requests.length = 0;
  };

  it('is renewed once for a device code', async () => {
    const args = ['login', 'skjema', '--device-code'];
    await signIn(args);
    await forget();
    expect(await signIn(args, 2)).toMatchObject(signedIn);
    expect(operations().filter((name) => /Register|StartDevice/.test(name))).toEqual([
      'StartDeviceAuthorization',
      'RegisterClient',
      'StartDeviceAuthorization',
    ]);
  });

  it('is renewed once when its secret is wrong', async () => {
    await signIn();
    await sandbox.awsp(['logout', 'skjema']);
    const file = registrationFile() ?? '';
    writeFileSync(file, JSON.stringify({ ...JSON.parse(readFileSync(file, 'utf8')), clientSecret: 'wrong' }));
    const running = sandbox.awsp(['login', 'skjema'], { env: { BROWSER: browser.command } });
    for (const time of [2, 3]) {
      const { location } = await click(sandbox.emulator, await browser.opened(time), 'allow');
      await fetch(location ?? '');
    }
    expect(await running).toMatchObject(signedIn);
    expect(countOf('RegisterClient')).toBe(2);
  });

  it('is not used again after a sign-in from which the browser never came back', async () => {
    await signIn();
    await forget();
    const page = browser.opened(2).then((url) => fetch(url));
    const signal = { after: page, name: 'SIGINT' } as const;
    const lost = sandbox.start(['login', 'skjema'], { env: { BROWSER: browser.command }, signal });
    expect((await lost).code).toBe(130);
    expect((await page).status).toBe(400);
    expect(await signIn(['login', 'skjema'], 3)).toMatchObject(signedIn);
  });
});

describe('several sign-ins at once', () => {
  it('two to one portal both succeed', async () => {
    const env = { BROWSER: browser.command };
    const both = [sandbox.start(['login', 'skjema'], { env }), sandbox.start(['login', 'skjema'], { env })];
    // The later one may find that the other has signed in already.
    for (const address of [await browser.opened(1), await browser.opened(2)]) {
      const { location } = await click(sandbox.emulator, address, 'allow');
      expect((await fetch(location ?? '')).status).toBe(200);
    }
    for (const one of both) expect(await one).toMatchObject(signedIn);
    expect((await sandbox.switchVia([stage])).code).toBe(0);
    expect(readdirSync(cacheFolder()).filter((name) => !/^[0-9a-f]{40}\.json$/.test(name))).toEqual([]);
  });

  it.each([
    ['sign-ins', () => sandbox.start(['login', 'kart'])],
    ['switches', () => sandbox.start(['--shell', 'bash', 'kart'])],
  ])('%s that renew one token: its refresh token is good for once, and all work out', async (_what, run) => {
    // All have read the token before the first one gets its response.
    sandbox.emulator.faults.push({ operation: 'CreateToken', effect: { kind: 'delay', milliseconds: 1_500 } });
    const all = await Promise.all([run(), run(), run()]);
    expect(all.map(({ code }) => code)).toEqual([0, 0, 0]);
    expect(countOf('CreateToken')).toBe(3);
    expect(sandbox.emulator.directory.refreshTokens.has('sample-kart-refresh-token')).toBe(false);
  });

  it('a token that another program writes meanwhile is not damaged', async () => {
    const running = sandbox.awsp(['login', 'skjema'], { env: { BROWSER: browser.command } });
    const { location } = await click(sandbox.emulator, await browser.opened(), 'allow');
    writeFileSync(tokenFile(), '{"accessToken": "of another", "expiresAt": "2999-01-01T00:00:00Z", "other": 1}');
    await fetch(location ?? '');
    expect(await running).toMatchObject(signedIn);
    expect(JSON.parse(readFileSync(tokenFile(), 'utf8'))).not.toHaveProperty('other');
  });
});

describe('a clock that differs from AWS’s', () => {
  const hour = 3_600_000;
  it.each([
    ['behind by 5 hours', 5 * hour],
    ['ahead by 5 hours', -5 * hour],
    ['behind by 100 days', 2_400 * hour],
    ['ahead by 100 days', -2_400 * hour],
  ])('%s: the sign-in works, and lasts as long', async (_what, ahead) => {
    const other = await makeSandbox({}, [], { now: () => Date.now() + ahead });
    onTestFinished(() => other.remove());
    browser = handOver(other);
    expect(await signIn(['login', 'skjema'], 1, other)).toMatchObject(signedIn);
    expect(await other.switchVia([stage])).toMatchObject({ code: 0, stdout: expect.stringContaining('verified') });
    const { sessions } = JSON.parse((await other.awsp(['sessions', '--json'])).stdout);
    expect(sessions.find(({ name }: { name: string }) => name === 'skjema')).toMatchObject({ state: 'valid' });
    const file = `${other.home}/.aws/sso/cache/${tokenFile().split('/').at(-1)}`;
    const { expiresAt } = JSON.parse(readFileSync(file, 'utf8'));
    expect(Math.round((Date.parse(expiresAt) - Date.now()) / hour)).toBe(8);
  });
});
