import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { handOver } from '../support/browser.ts';
import { click } from '../support/emulator.ts';
import { makeSandbox, programFolder, type Sandbox } from '../support/program.ts';
import { bareEnvironment } from '../support/shells.ts';
import { openShell } from '../support/terminal.ts';

let sandbox: Sandbox;
beforeEach(async () => {
  sandbox = await makeSandbox();
});
afterEach(async () => {
  // The browser writes down what it was shown after awsp has ended.
  if (existsSync(`${sandbox.home}/opened`)) await page();
  await sandbox.remove();
});

const dev = 'barnehageplass-dev-AWSAdministratorAccess-123456789011';
const stage = 'skjema-stage-AWSPowerUserAccess-123456789021';

/** A browser in which somebody decides at once: it sends the form of the page that it is opened with. */
function browser(decision: 'allow' | 'deny', change = ''): string {
  sandbox.write(
    'bin/browser',
    `#!/usr/bin/env node
const { appendFileSync } = require('node:fs');
(async () => {
const first = await fetch(process.argv[2], { redirect: 'manual' });
const url = new URL(first.headers.get('location') ?? process.argv[2]);
appendFileSync(process.env.HOME + '/opened', url + '\\n');
const body = new URLSearchParams(url.searchParams);
body.set('decision', '${decision}');
${change}
fetch(url.origin + url.pathname, { method: 'POST', body }).then(async (page) => {
  appendFileSync(process.env.HOME + '/page', page.status + '\\n' + (await page.text()));
});
})();
`,
    0o755,
  );
  return `${sandbox.home}/bin/browser`;
}

const cacheFolder = () => `${sandbox.home}/.aws/sso/cache`;
const read = (path: string) => readFileSync(`${sandbox.home}/${path}`, 'utf8');
const operations = () => sandbox.emulator.requests.map(({ operation }) => operation);

/** What the last page in the browser said; it is written after awsp has ended. */
async function page(): Promise<string> {
  await expect.poll(() => existsSync(`${sandbox.home}/page`)).toBe(true);
  return read('page');
}

describe('in the browser', () => {
  it('a sign-in ends with a token where the AWS CLI looks for it', async () => {
    const { code, stdout, stderr } = await sandbox.awsp(['login', 'skjema'], { env: { BROWSER: browser('allow') } });
    expect({ code, stdout }).toEqual({ code: 0, stdout: '' });
    expect(stderr).toContain('awsp: signed in to https://skjema.awsapps.com/start; it renews itself\n');
    expect(stderr).toContain(read('opened').trim());
    expect(await page()).toMatch(/^200\n.*You are signed in/s);
    const [file] = readdirSync(cacheFolder()).filter((name) =>
      read(`.aws/sso/cache/${name}`).includes('skjema.awsapps'),
    );
    const token = JSON.parse(read(`.aws/sso/cache/${file}`));
    expect(Object.keys(token).sort()).toEqual([
      'accessToken',
      'clientId',
      'clientSecret',
      'expiresAt',
      'refreshToken',
      'region',
      'registrationExpiresAt',
      'startUrl',
    ]);
    expect(token.expiresAt).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/);
    expect(await sandbox.switchVia([stage])).toMatchObject({
      code: 0,
      stdout: expect.stringContaining("AWSP_STATE='verified'"),
    });
  });

  it('it is asked for as RFC 7636 and RFC 8252 say', async () => {
    await sandbox.awsp(['login', 'skjema'], { env: { BROWSER: browser('allow') } });
    const { pathname, searchParams } = new URL(read('opened').trim());
    expect(pathname).toBe('/authorize');
    expect(Object.fromEntries(searchParams)).toMatchObject({
      response_type: 'code',
      redirect_uri: expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+\/oauth\/callback$/),
      code_challenge_method: 'S256',
      code_challenge: expect.stringMatching(/^[\w-]{43}$/),
      state: expect.stringMatching(/^[\w-]{32}$/),
      scope: 'sso:account:access',
    });
  });

  it('the browser’s arguments, which every user can read, have nothing of the request', async () => {
    sandbox.write('bin/given', `#!/bin/sh\nprintf '%s\\n' "$@" >"$HOME/given"\nexec "$HOME/bin/browser" "$@"\n`, 0o755);
    browser('allow');
    const { code, stderr } = await sandbox.awsp(['login', 'skjema'], { env: { BROWSER: `${sandbox.home}/bin/given` } });
    expect(code).toBe(0);
    expect(read('given')).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/[\w-]{32}\n$/);
    // A person may have to open it by hand.
    expect(stderr).toMatch(/^ {2}http:\/\/127\.0\.0\.1:\d+\/authorize\?.*&state=/m);
  });

  it('a legacy profile is signed in under its start URL', async () => {
    rmSync(cacheFolder(), { recursive: true });
    const { code, stderr } = await sandbox.awsp(['login', 'dev'], { env: { BROWSER: browser('allow') } });
    expect({ code, stderr }).toMatchObject({
      code: 0,
      stderr: expect.stringContaining('signed in to https://barnehage'),
    });
    expect((await sandbox.switchVia(['dev'])).code).toBe(0);
  });

  it('a person may deny it', async () => {
    const before = readdirSync(cacheFolder());
    const { code, stderr } = await sandbox.awsp(['login', 'skjema'], { env: { BROWSER: browser('deny') } });
    expect({ code, stderr }).toMatchObject({ code: 1, stderr: expect.stringContaining('denied in the browser') });
    expect(await page()).toMatch(/^400\n.*did not work/s);
    expect(readdirSync(cacheFolder())).toEqual(before);
  });

  it('a redirect with a wrong state is not taken for it', async () => {
    const env = { BROWSER: browser('allow', "body.set('state', 'wrong');") };
    const signal = { after: page(), name: 'SIGINT' } as const;
    const { code, stderr } = await sandbox.start(['login', 'skjema'], { env, signal });
    expect(code).toBe(130);
    expect(stderr).not.toContain('signed in to');
    expect(await page()).toMatch(/^400\n.*not the sign-in/s);
    expect(operations()).not.toContain('CreateToken');
  });

  it('the registration is used again', async () => {
    const env = { BROWSER: browser('allow') };
    await sandbox.awsp(['login', 'skjema'], { env });
    await sandbox.awsp(['logout', 'skjema']);
    await sandbox.awsp(['login', 'skjema'], { env });
    expect(operations().filter((operation) => operation === 'RegisterClient')).toHaveLength(1);
  });
});

describe('in another region than the portal’s', () => {
  it('says so, with the right one, instead of waiting for ever', async () => {
    const config = read('.aws/config');
    sandbox.write('.aws/config', config.replace(/(\[sso-session skjema\][^[]*sso_region = )eu-west-1/, '$1us-east-1'));
    const env = { ...sandbox.envThroughProxy, AWS_ENDPOINT_URL_SSO_OIDC: undefined, AWS_ENDPOINT_URL_SSO: undefined };
    const { code, stderr } = await sandbox.awsp(['login', 'skjema', '--device-code'], { env });
    expect({ code, stderr }).toMatchObject({
      code: 1,
      stderr: expect.stringContaining(
        'https://skjema.awsapps.com/start is in eu-west-1, but sso_region says us-east-1',
      ),
    });
    expect(stderr).toContain('set sso_region = eu-west-1 in [sso-session skjema]');
  });
});

describe('by a device code', () => {
  /** Signs in by a code, and somebody confirms or denies it at once. */
  const byCode = (decision: 'allow' | 'deny') =>
    sandbox.awsp(['login', 'skjema', '--device-code'], { env: { BROWSER: browser(decision) } });

  it('a sign-in says the address and the code, and waits', async () => {
    const { code, stderr } = await byCode('allow');
    expect({ code, stderr }).toMatchObject({ code: 0, stderr: expect.stringContaining('signed in to https://skjema') });
    expect(stderr).toMatch(/confirm that it shows the code [A-Z]{4}-[A-Z]{4}|confirm that it shows the code [\w-]+/);
    expect((await sandbox.switchVia([stage])).code).toBe(0);
  });

  it('a person may deny it', async () => {
    const { code, stderr } = await byCode('deny');
    expect({ code, stderr }).toMatchObject({ code: 1, stderr: expect.stringContaining('the sign-in was denied') });
  });

  it('ends with the code by the clock, also while no interval passes because the machine sleeps', async () => {
    // At the first wait the lid is closed; afterwards there is no network yet.
    let slept = 0;
    const wait = async () => {
      slept += 3_600_000;
      sandbox.emulator.faults.push({ effect: { kind: 'reset' }, times: 100 });
    };
    const now = () => Date.now() + slept;
    const { code, stderr } = await sandbox.awsp(['login', 'skjema', '--device-code', '--no-browser'], { wait, now });
    expect({ code, stderr }).toMatchObject({ code: 1, stderr: expect.stringContaining('the code has expired') });
    expect(slept).toBe(3_600_000);
  });

  it('is the way where there is no browser', async () => {
    const signal = { after: /shows the code/, name: 'SIGTERM' } as const;
    const { stderr } = await sandbox.start(['login', 'skjema'], { signal });
    expect(stderr).toContain('open this page in a browser');
    expect(stderr).toContain('confirm that it shows the code');
    expect(operations()).toContain('StartDeviceAuthorization');
  });
});

describe('without asking anybody', () => {
  it('a sign-in that lasts is left as it is, when AWS honours it', async () => {
    const { code, stderr } = await sandbox.awsp(['login', 'dev']);
    expect({ code, stderr }).toMatchObject({
      code: 0,
      stderr: expect.stringMatching(/^awsp: already signed in to https:\/\/barnehage\S+, for \dh( \d+m)?\n$/),
    });
    expect(operations()).toEqual(['ListAccounts']);
  });

  it('but with --force a person signs in anew', async () => {
    const text = () => {
      const name = createHash('sha1').update('barnehage').digest('hex');
      return readFileSync(`${sandbox.home}/.aws/sso/cache/${name}.json`, 'utf8');
    };
    const before = JSON.parse(text()).accessToken;
    const browser = handOver(sandbox);
    const running = sandbox.awsp(['login', 'barnehage', '--force'], { env: { BROWSER: browser.command } });
    await fetch((await click(sandbox.emulator, await browser.opened(), 'allow')).location ?? '');
    expect(await running).toMatchObject({ code: 0, stderr: expect.stringContaining('signed in to https://barnehage') });
    expect(JSON.parse(text()).accessToken).not.toBe(before);
    // Not before, to see whether the sign-in lasts: it tells the names of the accounts.
    expect(operations().indexOf('ListAccounts')).toBe(operations().length - 1);
  });

  it('a sign-in that lasts is left as it is, when AWS cannot be asked', async () => {
    sandbox.emulator.faults.push({ effect: { kind: 'error', status: 500, code: 'InternalServerException' } });
    const { code, stderr } = await sandbox.awsp(['login', 'dev']);
    expect({ code, stderr }).toMatchObject({
      code: 0,
      stderr: expect.stringMatching(/^awsp: already signed in to https:\/\/barnehage\S+, for \dh( \d+m)?\n$/),
    });
  });

  it('one that AWS has ended is renewed where that is possible', async () => {
    sandbox.emulator.directory.accessTokens.delete('sample-barnehage-token');
    expect(await sandbox.awsp(['login', 'barnehage'])).toMatchObject({
      code: 0,
      stderr: expect.stringContaining('was renewed'),
    });
    expect(operations()).toEqual(['ListAccounts', 'CreateToken', 'ListAccounts']);
  });

  it('a legacy profile’s too, which AWS’s own tools do not renew, and on the way of a switch', async () => {
    rmSync(cacheFolder(), { recursive: true });
    await sandbox.awsp(['login', 'dev'], { env: { BROWSER: browser('allow') } });
    await page();
    const [file = ''] = readdirSync(cacheFolder()).filter((name) =>
      read(`.aws/sso/cache/${name}`).includes('startUrl'),
    );
    const expire = () => {
      const token = JSON.parse(read(`.aws/sso/cache/${file}`));
      sandbox.write(`.aws/sso/cache/${file}`, JSON.stringify({ ...token, expiresAt: '2024-01-01T00:00:00Z' }));
    };
    expire();
    expect((await sandbox.awsp(['login', 'dev'])).stderr).toMatch(/was renewed, for 8h\n/);
    expire();
    sandbox.emulator.requests.length = 0;
    expect(await sandbox.switchVia(['dev'])).toMatchObject({ code: 0, stdout: expect.stringContaining('verified') });
    expect(operations()).toEqual(['CreateToken', 'GetRoleCredentials', 'GetCallerIdentity']);
  });

  it('a token is refreshed where that is possible', async () => {
    const { code, stderr } = await sandbox.awsp(['login', 'kart']);
    expect({ code, stderr }).toMatchObject({
      code: 0,
      stderr: 'awsp: the sign-in to https://kart.awsapps.com/start was renewed\n',
    });
    expect(operations()).toEqual(['CreateToken', 'ListAccounts']);
  });

  it('a refresh that cannot reach AWS leads to no browser', async () => {
    sandbox.emulator.faults.push({ effect: { kind: 'reset' } });
    const { code, stderr } = await sandbox.awsp(['login', 'kart'], { env: { BROWSER: browser('allow') } });
    expect({ code, stderr }).toEqual({ code: 1, stderr: expect.stringMatching(/^awsp: AWS was not reached: .*\n$/) });
    expect(existsSync(`${sandbox.home}/opened`)).toBe(false);
  });

  it('a refresh that AWS refuses leads to the browser', async () => {
    sandbox.emulator.faults.push({
      service: 'sso-oidc',
      operation: 'CreateToken',
      times: 1,
      effect: { kind: 'error', status: 400, code: 'InvalidGrantException' },
    });
    const { code, stderr } = await sandbox.awsp(['login', 'kart'], { env: { BROWSER: browser('allow') } });
    expect({ code, stderr }).toMatchObject({ code: 0, stderr: expect.stringContaining('signed in to https://kart') });
  });
});

describe('certificates of the company’s own', () => {
  it('are those of the profile’s ca_bundle, for a sign-in, its renewal and its end', async () => {
    const { HTTPS_PROXY } = sandbox.envThroughProxy;
    const none = { AWS_ENDPOINT_URL_SSO: undefined, AWS_ENDPOINT_URL_SSO_OIDC: undefined };
    const env = { ...none, AWS_ENDPOINT_URL_STS: undefined, HTTPS_PROXY };
    expect((await sandbox.awsp(['login', 'kart'], { env })).stderr).toContain('its certificate is not trusted');
    sandbox.write(
      '.aws/config',
      read('.aws/config').replaceAll('sso_role_name', 'ca_bundle = ~/emulator.pem\nsso_role_name'),
    );
    expect((await sandbox.awsp(['login', 'kart'], { env })).stderr).toContain('was renewed');
    const opener = handOver(sandbox);
    const login = sandbox.awsp(['login', 'skjema', '--device-code'], { env: { ...env, BROWSER: opener.command } });
    await click(sandbox.emulator, await opener.opened(), 'allow');
    expect(await login).toMatchObject({ code: 0 });
    expect(await sandbox.switchVia(['skjema'], { env })).toMatchObject({
      code: 0,
      stdout: expect.stringContaining('verified'),
    });
    expect((await sandbox.awsp(['logout', 'skjema'], { env })).stderr).not.toContain('AWS was not told');
  });
});

describe('a switch', () => {
  it('signs in on the way with --login', async () => {
    const { code, stdout } = await sandbox.switchVia([stage, '--login'], { env: { BROWSER: browser('allow') } });
    expect(code).toBe(0);
    expect(stdout).toContain("export AWSP_STATE='verified'");
  });

  it('signs in on the way when AWS has ended the sign-in before its time', async () => {
    sandbox.emulator.directory.accessTokens.delete('sample-legacy-token');
    expect((await sandbox.switchVia(['dev'])).code).toBe(4);
    const { code, stdout } = await sandbox.switchVia(['dev', '--login'], { env: { BROWSER: browser('allow') } });
    expect({ code, stdout }).toMatchObject({ code: 0, stdout: expect.stringContaining("AWSP_STATE='verified'") });
  });

  it.each([
    ['cannot reach AWS', { kind: 'reset' }, 'not verified: AWS was not reached'],
    ['has to wait for AWS for too long', { kind: 'silence' }, 'not verified: AWS did not answer within 1 s'],
    ['meets AWS in trouble', { kind: 'error', status: 503, code: 'Unavailable' }, 'not verified: AWS answers 503'],
  ] as const)('that %s when it renews a token goes on, not verified', async (_what, effect, words) => {
    sandbox.write('.config/awsp/config', '[verify]\ntimeout = 1s\n');
    sandbox.emulator.faults.push({ operation: 'CreateToken', effect });
    const { code, stdout, stderr } = await sandbox.switchVia(['kart']);
    expect({ code, stderr }).toEqual({ code: 0, stderr: expect.stringContaining(words) });
    expect(stdout).toContain("AWSP_STATE='unverified'");
  });

  it.each(['blå team', 'a/b', '__proto__', 'it\'s "mine"'])('works with a session of any name: %s', async (name) => {
    const written = name.replaceAll("'", "\\'").replaceAll('"', '\\"').replaceAll(' ', '\\ ');
    const renamed = read('.aws/config')
      .replace('[sso-session kart]', `[sso-session ${written}]`)
      .replace('sso_session = kart', `sso_session = ${name}`);
    sandbox.write('.aws/config', renamed);
    const before = readdirSync(cacheFolder());
    const query = 'kart-stage-AWSReadOnlyAccess-123456789031';
    expect((await sandbox.switchVia([query])).code).toBe(4);
    expect(await sandbox.switchVia([query, '--login'], { env: { BROWSER: browser('allow') } })).toMatchObject({
      code: 0,
      stdout: expect.stringContaining("AWSP_STATE='verified'"),
    });
    await page();
    const [file = '', ...others] = readdirSync(cacheFolder()).filter(
      (one) => !before.includes(one) && read(`.aws/sso/cache/${one}`).includes('accessToken'),
    );
    expect(others).toEqual([]);
    const token = JSON.parse(read(`.aws/sso/cache/${file}`));
    sandbox.write(`.aws/sso/cache/${file}`, JSON.stringify({ ...token, expiresAt: '2024-01-01T00:00:00Z' }));
    expect((await sandbox.switchVia([query])).code).toBe(0);
    expect(JSON.parse(read(`.aws/sso/cache/${file}`)).accessToken).not.toBe(token.accessToken);
    expect(readdirSync(cacheFolder()).filter((one) => !before.includes(one))).toHaveLength(2);
  });

  it.each([[[]], [['--no-login']]])('says how to sign in without a terminal %j', async (flags) => {
    const { code, stdout, stderr } = await sandbox.switchVia([stage, ...flags]);
    expect({ code, stdout }).toEqual({ code: 4, stdout: '' });
    expect(stderr).toContain(`sign in with: awsp login ${stage}`);
  });
});

describe('the settings', () => {
  const settings = (text: string) => sandbox.write('.config/awsp/config', `[sign-in]\n${text}\n`);

  it('offer = always signs in without being asked', async () => {
    settings('offer = always');
    const { code, stdout } = await sandbox.switchVia([stage], { env: { BROWSER: browser('allow') } });
    expect({ code, stdout }).toMatchObject({ code: 0, stdout: expect.stringContaining("AWSP_STATE='verified'") });
  });

  it('--no-login goes before offer = always', async () => {
    settings('offer = always');
    const { code } = await sandbox.switchVia([stage, '--no-login'], { env: { BROWSER: browser('allow') } });
    expect({ code, opened: existsSync(`${sandbox.home}/opened`) }).toEqual({ code: 4, opened: false });
  });

  it.each([
    ['offer = never', 4],
    ['offer = sometimes', 0],
  ])('%s, on a terminal', async (text, status) => {
    settings(text);
    const env = { ...bareEnvironment(sandbox.home), ...sandbox.env, BROWSER: browser('allow') };
    const screen = openShell(
      'bash',
      `PS1='> '; . '${programFolder}/shell/awsp.bash'; AWSP_NO_PROMPT=1`,
      env,
      sandbox.home,
    );
    await screen.prompt(/^>$/);
    screen.type('awsp skjema; echo "ended with $?"\r');
    if (status === 0) {
      await screen.prompt(/sign in now\? \[Y\/n\]$/);
      screen.type('\r');
    }
    await expect.poll(() => screen.lines()).toContain(`ended with ${status}`);
    const isWarned = screen.lines().some((line) => line.includes('"offer = sometimes" is not a value such as always'));
    expect(isWarned).toBe(status === 0);
  });

  it('browser = COMMAND opens the page, before BROWSER', async () => {
    settings(`browser = ${browser('allow')} %s`);
    const { code } = await sandbox.awsp(['login', 'skjema'], { env: { BROWSER: '/bin/false' } });
    expect({ code, opened: read('opened') }).toEqual({ code: 0, opened: expect.stringContaining('/authorize?') });
  });

  it('a browser that there is not is said, and the address stays', async () => {
    settings('browser = no-such-browser --here=%s');
    const run = sandbox.start(['login', 'skjema'], { signal: { after: /did not open it/, name: 'SIGINT' } });
    expect(await run).toMatchObject({
      code: 130,
      stderr: expect.stringMatching(
        /http:\S+\nawsp: warning: the browser "no-such-browser" did not open it \(no such program\): open the page yourself/,
      ),
    });
  });
});

describe('what a sign-in is for', () => {
  it.each([
    ['a session by its name', ['kart'], 'kart.awsapps.com'],
    ['a portal by its start URL', ['https://kart.awsapps.com/start'], 'kart.awsapps.com'],
    ['a profile', ['kart-stage'], 'kart.awsapps.com'],
    ['profiles of one session', ['prod'], 'barnehage.awsapps.com'],
  ])('is %s', async (_what, query, portal) => {
    const { code, stderr } = await sandbox.awsp(['login', ...query]);
    expect({ code, stderr }).toMatchObject({ code: 0, stderr: expect.stringContaining(portal) });
  });

  it('is the active profile’s without a query', async () => {
    const { stderr } = await sandbox.awsp(['login'], {
      env: { AWS_PROFILE: 'kart-stage-AWSReadOnlyAccess-123456789031' },
    });
    expect(stderr).toContain('kart.awsapps.com');
  });

  it('is every sign-in with --all; that one fails is no reason to leave out the others', async () => {
    const { code, stderr } = await sandbox.awsp(['login', '--all'], { env: { BROWSER: browser('deny') } });
    expect(code).toBe(1);
    expect(stderr.split('\n').slice(-5, -1)).toEqual([
      expect.stringMatching(/^awsp: already signed in to https:\/\/barnehage\.awsapps\.com\/start, for \dh/),
      'awsp: already signed in to https://barnehage.awsapps.com/start; it renews itself',
      'awsp: the sign-in was denied in the browser',
      'awsp: the sign-in to https://kart.awsapps.com/start was renewed',
    ]);
  });

  it.each([
    [
      'several sign-ins',
      [],
      3,
      'awsp: there are 4 sign-ins; say which\n  https://barnehage.awsapps.com/start\n  barnehage\n',
    ],
    ['what fits several', ['barnehage'.slice(0, 5)], 3, '"barne" fits 2 sign-ins\n'],
    ['nothing', ['zzz'], 3, 'no profile matches "zzz"'],
    ['a profile that needs none', ['builder'], 2, 'needs no sign-in'],
  ])('is not guessed: %s', async (_what, query, code, words) => {
    const result = await sandbox.awsp(['login', ...query]);
    expect(result).toMatchObject({ code, stdout: '' });
    expect(result.stderr).toContain(words);
  });
});

describe('a session that no profile uses yet', () => {
  const unused = '[sso-session skjema]\nsso_start_url = https://skjema.awsapps.com/start\nsso_region = eu-west-1\n';
  const used = `[profile a]\nsso_start_url = https://barnehage.awsapps.com/start\nsso_region = eu-west-1\nsso_account_id = 123456789011\nsso_role_name = AWSAdministratorAccess\n`;

  it('is signed in to where there is no other, and is among the sessions', async () => {
    sandbox.write('.aws/config', unused);
    const { code, stderr } = await sandbox.awsp(['login'], { env: { BROWSER: browser('allow') } });
    expect({ code, stderr }).toMatchObject({ code: 0, stderr: expect.stringContaining('signed in to https://skjema') });
    expect((await sandbox.awsp(['sessions'])).stdout).toMatch(
      /^skjema +skjema\.awsapps\.com +eu-west-1 +valid .* 0\n/m,
    );
  });

  it('is signed in to by its name', async () => {
    sandbox.write('.aws/config', unused + used);
    const { stderr } = await sandbox.awsp(['login', 'skjema'], { env: { BROWSER: browser('allow') } });
    expect(stderr).toContain('signed in to https://skjema');
  });

  it('stands back behind one that profiles use, and is left out of --all', async () => {
    sandbox.write('.aws/config', unused + used);
    for (const args of [['login'], ['login', '--all']]) {
      const { code, stderr } = await sandbox.awsp(args);
      expect({ code, stderr }).toEqual({
        code: 0,
        stderr: expect.stringMatching(/^awsp: already signed in to https:\/\/barnehage\S+, for \dh.*\n$/),
      });
    }
  });

  it('that is not complete is none, and what is missing is said', async () => {
    sandbox.write('.aws/config', '[sso-session x]\nsso_region = eu-west-1\n');
    expect((await sandbox.awsp(['login'])).stderr).toBe(
      'awsp: ~/.aws/config:1: [sso-session x] has no sso_start_url\n  no other profile signs in to IAM Identity Center\n',
    );
  });
});

describe('logout', () => {
  it('forgets the token here and at AWS', async () => {
    const { code, stderr } = await sandbox.awsp(['logout', 'kart']);
    expect({ code, stderr }).toMatchObject({ code: 0, stderr: expect.stringContaining('signed out of https://kart') });
    expect(operations()).toEqual(['CreateToken', 'Logout']);
    expect((await sandbox.switchVia(['kart'])).code).toBe(4);
    expect((await sandbox.awsp(['logout', 'kart'])).stderr).toContain('not signed in to https://kart');
  });

  it('forgets it here when AWS cannot be told, and says so', async () => {
    sandbox.emulator.faults.push({ effect: { kind: 'reset' } });
    const { code, stderr } = await sandbox.awsp(['logout', 'kart']);
    expect({ code, stderr }).toMatchObject({ code: 0, stderr: expect.stringContaining('AWS was not told') });
    expect((await sandbox.switchVia(['kart'])).code).toBe(4);
  });

  it('forgets all with --all', async () => {
    const { code } = await sandbox.awsp(['logout', '--all']);
    expect(code).toBe(0);
    const { sessions } = JSON.parse((await sandbox.awsp(['sessions', '--json'])).stdout);
    expect(sessions.map(({ state }: { state: string }) => state)).toEqual(['none', 'none', 'none', 'none']);
  });
});

describe('sessions', () => {
  it('tells of each sign-in what it is worth', async () => {
    const { code, stdout } = await sandbox.awsp(['sessions', '--json']);
    expect(code).toBe(0);
    const { sessions } = JSON.parse(stdout);
    expect(sessions.map(({ name, state }: { name: string; state: string }) => [name, state])).toEqual([
      [null, 'valid'],
      ['barnehage', 'valid'],
      ['skjema', 'expired'],
      ['kart', 'refreshable'],
    ]);
    expect(sessions[0]).toMatchObject({
      startUrl: 'https://barnehage.awsapps.com/start',
      region: 'eu-west-1',
      endsAt: expect.stringMatching(/Z$/),
      profiles: [dev],
    });
  });

  it('shows start URLs that lead to one portal as they are written: each is a sign-in of its own', async () => {
    const urls = ['https://x.awsapps.com/start', 'https://x.awsapps.com/start/', 'https://x.awsapps.com/start#/'];
    const profile = (url: string, name: string) =>
      `[profile ${name}]\nsso_start_url = ${url}\nsso_region = eu-west-1\nsso_account_id = 123456789021\nsso_role_name = R\n`;
    const other = profile('https://y.awsapps.com/start', 'y');
    sandbox.write('.aws/config', `${urls.map((url, index) => profile(url, `p${index}`)).join('')}${other}`);
    const { stdout } = await sandbox.awsp(['sessions']);
    const portals = stdout
      .trimEnd()
      .split('\n')
      .slice(1)
      .map((line) => line.trim().split(/\s+/)[0]);
    expect(portals).toEqual([...urls, 'y.awsapps.com']);
    expect(JSON.parse((await sandbox.awsp(['sessions', '--json'])).stdout).sessions[0]).toEqual({
      name: null,
      startUrl: urls[0],
      region: 'eu-west-1',
      state: 'none',
      endsAt: null,
      profiles: ['p0'],
    });
  });

  it.each([
    [100, 'Session    Portal                 Region      State        Time left      Profiles'],
    [80, 'Session    Portal                 State        Time left      Profiles'],
    [50, 'Session    Portal                 State'],
  ])('within %i columns, each on a line', async (cols, titles) => {
    const env = { ...bareEnvironment(sandbox.home), ...sandbox.env };
    const screen = openShell('bash', `PS1='> '`, env, sandbox.home, { cols, rows: 40 });
    await screen.prompt(/^>$/);
    screen.type(`clear; ${programFolder}/dist/awsp.cjs sessions\r`);
    const lines = await screen.until((all) => all.length === 6 && all.at(-1) === '>');
    expect(lines[0]).toBe(titles);
    expect(lines[4]).toMatch(/^kart +kart\.awsapps\.com +/);
  });

  it('as a table, with the time that is left', async () => {
    const { stdout } = await sandbox.awsp(['sessions']);
    expect(stdout).toMatch(/^ +barnehage\.awsapps\.com +eu-west-1 +valid +[78]h( \d+m)? +1\n/m);
    expect(stdout).toMatch(/^barnehage +barnehage\.awsapps\.com +eu-west-1 +valid +renews itself +3\n/m);
  });
});
