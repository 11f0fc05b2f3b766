import { readFileSync, rmSync } from 'node:fs';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { consoleAddress } from '../../src/console/addresses.ts';
import { pageOf, servicePages } from '../../src/console/services.ts';
import type { Fault } from '../../src/emulator/faults.ts';
import { handOver } from '../support/browser.ts';
import type { InProcessOptions } from '../support/in-process.ts';
import { makeSandbox, program, type Sandbox } from '../support/program.ts';
import { bareEnvironment } from '../support/shells.ts';
import { openScreen } from '../support/terminal.ts';

let sandbox: Sandbox;
let config: string;
beforeAll(async () => {
  sandbox = await makeSandbox({ awsLogin: true });
  config = readFileSync(`${sandbox.home}/.aws/config`, 'utf8');
});
beforeEach(() => {
  for (const path of ['handed-over', '.aws/cli', '.cache', '.config']) {
    rmSync(`${sandbox.home}/${path}`, { recursive: true, force: true });
  }
  sandbox.emulator.faults.length = 0;
  sandbox.emulator.requests.length = 0;
  sandbox.emulator.directory.signinTokens.clear();
});
afterAll(() => sandbox.remove());

const operations = () => sandbox.emulator.requests.map(({ operation }) => operation);

/** Opens a console; the browser follows to the page, and tells who is signed in where. */
async function openConsole(args: readonly string[], run: Partial<InProcessOptions> = {}) {
  const browser = handOver(sandbox);
  const running = sandbox.awsp(['console', ...args], { ...run, env: { BROWSER: browser.command, ...run.env } });
  const given = await Promise.race([browser.given(), running.then(() => '')]);
  if (given === '') return { ...(await running), given, page: '', identity: undefined, destination: undefined };
  const page = given.startsWith('http://127.0.0.1') ? await browser.opened() : given;
  const html = page.startsWith(sandbox.emulator.url) ? await (await fetch(page)).text() : '';
  return { ...(await running), given, page, ...readPage(html) };
}

function readPage(html: string) {
  const [, identity] = /id="identity">([^<]*)</.exec(html) ?? [];
  const [, destination] = /id="destination">([^<]*)</.exec(html) ?? [];
  return { identity, destination: destination?.replaceAll('&amp;', '&') };
}

/** What was printed, and who it signs in. */
async function print(args: readonly string[], run: Partial<InProcessOptions> = {}) {
  const { code, stdout, stderr } = await sandbox.awsp(['console', ...args, '--print'], run);
  const isEmulated = stdout.startsWith(sandbox.emulator.url);
  return {
    code,
    stdout: stdout.trimEnd(),
    stderr,
    ...readPage(isEmulated ? await (await fetch(stdout.trim())).text() : ''),
  };
}

const lastToken = () => [...sandbox.emulator.directory.signinTokens.values()].at(-1);

describe('awsp console', () => {
  it('opens the portal’s own link for an SSO profile: no key is asked for', async () => {
    const { code, stdout, stderr, given } = await openConsole(['dev']);
    const [portal, query = ''] = given.split('#/console?');
    expect({ code, stdout, portal }).toEqual({ code: 0, stdout: '', portal: 'https://barnehage.awsapps.com/start/' });
    expect(Object.fromEntries(new URLSearchParams(query))).toEqual({
      account_id: '123456789011',
      role_name: 'AWSAdministratorAccess',
      destination: 'https://eu-west-1.console.aws.amazon.com/console/home?region=eu-west-1',
    });
    expect(stderr).toContain('is open in the browser');
    expect(operations()).not.toContain('GetSigninToken');
  });

  it.each([
    ['a role', ['Hub'], 'arn:aws:sts::123456789042:assumed-role/Hub/kari', null],
    ['a role, for hours', ['Hub', '--duration', '8h'], 'arn:aws:sts::123456789042:assumed-role/Hub/kari', 28_800],
    ['a role that a role assumes', ['Deployer'], 'arn:aws:sts::123456789043:assumed-role/Deployer/kari', null],
    ['access keys of a user', ['Builder'], 'arn:aws:sts::123456789041:federated-user/kari', null],
    [
      'access keys of a user, for hours',
      ['Builder', '--duration', '8h'],
      'arn:aws:sts::123456789041:federated-user/kari',
      null,
    ],
    ['a process', ['arkiv'], 'arn:aws:sts::123456789051:federated-user/arkiv-reader', null],
    ['a role with MFA', ['sandkasse', 'Admin'], 'arn:aws:sts::123456789044:assumed-role/Admin/kari', null],
  ])('signs in with %s: only the browser sees the address', async (_what, args, identity, duration) => {
    const answer = () => '123456';
    const { code, stdout, given, page, stderr, ...found } = await openConsole(args, { answer });
    expect({ code, stdout, identity: found.identity }).toEqual({ code: 0, stdout: '', identity });
    expect(found.destination).toBe('https://eu-west-1.console.aws.amazon.com/console/home?region=eu-west-1');
    expect(given).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/[\w-]{32}$/);
    expect(page).toContain('/federation?Action=login&');
    expect(stderr).not.toContain('SigninToken');
    expect(lastToken()?.duration).toBe(duration);
  });

  it('opens the console itself for a profile of aws login, whose browser is signed in', async () => {
    const browser = handOver(sandbox);
    const signingIn = sandbox.awsp(['console', 'verksted', 'ec2', '--login'], { env: { BROWSER: browser.command } });
    const { click } = await import('../support/emulator.ts');
    await fetch((await click(sandbox.emulator, await browser.opened(), 'allow')).location ?? '');
    expect(await browser.given(2)).toBe('https://eu-west-1.console.aws.amazon.com/ec2/home?region=eu-west-1');
    expect((await signingIn).code).toBe(0);
  });

  it.each([
    [['dev', 's3'], 'https://eu-west-1.console.aws.amazon.com/s3/home?region=eu-west-1'],
    [['dev', 'cfn'], 'https://eu-west-1.console.aws.amazon.com/cloudformation/home?region=eu-west-1'],
    [['dev', 'logs'], 'https://eu-west-1.console.aws.amazon.com/cloudwatch/home?region=eu-west-1#logsV2:log-groups'],
    [['dev', 's3', '--region', 'us-east-2'], 'https://us-east-2.console.aws.amazon.com/s3/home?region=us-east-2'],
    [
      ['dev', '--path', '/lambda/home#/functions'],
      'https://eu-west-1.console.aws.amazon.com/lambda/home?region=eu-west-1#/functions',
    ],
    [['s3'], 'https://eu-north-1.console.aws.amazon.com/s3/home?region=eu-north-1'],
    [[], 'https://eu-north-1.console.aws.amazon.com/console/home?region=eu-north-1'],
  ])('%j leads to its page', async (args, destination) => {
    const env = { AWS_PROFILE: 'barnehageplass-prod-AWSReadOnlyAccess-123456789013' };
    const { code, stdout } = await print(args, { env });
    expect({ code, stdout: decodeURIComponent(stdout) }).toMatchObject({
      code: 0,
      stdout: expect.stringContaining(`destination=${destination}`),
    });
  });

  it.each([
    [['dev', 's33'], 2, 'awsp knows no service "s33"; did you mean "s3"?'],
    [['nobody', 's3'], 3, 'no profile matches "nobody"'],
    [['nobody'], 3, 'no profile matches "nobody"'],
    [[], 2, 'no profile is active'],
    [['dev', '--region', 'cn-north-1'], 2, '"cn-north-1" is a region of aws-cn'],
    [['dev', '--duration', '13h'], 2, 'is not a time from 15m to 12h'],
    [['dev', '--duration', 'long'], 2, 'is not a time from 15m to 12h'],
    [['dev', '--path', 'https://example.com/'], 2, 'is not a page of the console'],
    [['dev', '--path', '//example.com/'], 2, 'is not a page of the console'],
    [['Deployer', '--duration', '8h'], 2, 'can have no duration: a role assumes its role'],
    [['skjema'], 4, 'awsp login skjema'],
  ])('%j is refused', async (args, code, text) => {
    expect(await print(args)).toMatchObject({ code, stdout: '', stderr: expect.stringContaining(text) });
    expect(operations()).not.toContain('GetSigninToken');
  });

  it('does not send the session of a user, which the console refuses', async () => {
    const { accessKeys } = sandbox.emulator.directory;
    const user = [...accessKeys.values()].find(({ principal }) => principal.arn.endsWith(':user/kari'));
    if (user === undefined) throw new Error('the sample has a user');
    const expiresAt = Date.now() + 3_600_000;
    accessKeys.set('ASIASESSION', { ...user, sessionToken: 'token', expiresAt });
    sandbox.write(
      '.aws/config',
      `${config}[profile session]\naws_access_key_id = ASIASESSION\naws_secret_access_key = ${user.secret}\naws_session_token = token\nregion = eu-west-1\n`,
    );
    const refused = await print(['session']);
    accessKeys.set('ASIASESSION', {
      ...user,
      ...{ sessionToken: 'token', expiresAt },
      principal: {
        ...user.principal,
        arn: 'arn:aws:sts::123456789041:assumed-role/X/y',
        roleArn: 'arn:aws:iam::123456789041:role/X',
      },
    });
    const accepted = await print(['session', '--duration', '1h']);
    sandbox.write('.aws/config', config);
    expect(refused).toMatchObject({
      code: 1,
      stdout: '',
      stderr: expect.stringContaining("a user's session (GetSessionToken)"),
    });
    expect(accepted).toMatchObject({ code: 0, identity: 'arn:aws:sts::123456789041:assumed-role/X/y' });
    expect(lastToken()?.duration).toBe(3_600);
  });

  it.each([
    ['aws-cn', 'cn-northwest-1', 'https://console.amazonaws.cn/s3/home?region=cn-northwest-1'],
    ['aws-us-gov', 'us-gov-west-1', 'https://console.amazonaws-us-gov.com/s3/home?region=us-gov-west-1'],
    ['aws-eusc', 'eusc-de-east-1', 'https://console.amazonaws-eusc.eu/s3/home?region=eusc-de-east-1'],
  ])('goes to the partition of the role, not to that of the shell: %s', async (partition, region, destination) => {
    const role = `arn:${partition}:iam::123456789046:role/Far`;
    sandbox.emulator.directory.roles.push({ arn: role, id: 'AROAFAR', trusts: ['123456789041'] });
    const source = 'source_profile = sandkasse-lab-Builder-123456789041';
    sandbox.write('.aws/config', `${config}[profile far]\nrole_arn = ${role}\n${source}\nregion = ${region}\n`);
    const found = await print(['far', 's3'], { env: { AWS_REGION: 'eu-west-1' } });
    sandbox.write('.aws/config', config);
    sandbox.emulator.directory.roles.pop();
    expect(found).toMatchObject({ code: 0, destination });
  });

  const fault = (effect: Fault['effect']): Fault => ({ service: 'console', operation: 'GetSigninToken', effect });
  it.each([
    ['refuses', fault({ kind: 'error', status: 400, code: 'Bad Request' }), [], 'does not accept the keys of'],
    [
      'refuses the duration',
      fault({ kind: 'error', status: 400, code: 'Bad Request' }),
      ['--duration', '12h'],
      'try without --duration',
    ],
    ['fails', fault({ kind: 'error', status: 503, code: 'Unavailable' }), [], 'AWS answers 503'],
    ['is not AWS', fault({ kind: 'garbage' }), [], 'what answered is not AWS'],
    ['breaks off', fault({ kind: 'reset' }), [], 'AWS was not reached'],
  ])('says so when the federation endpoint %s', async (_what, injected, args, text) => {
    sandbox.emulator.faults.push(injected);
    const { code, stdout, stderr } = await print(['Hub', ...args]);
    expect({ code, stdout, stderr }).toMatchObject({ code: 1, stdout: '', stderr: expect.stringContaining(text) });
  });

  it.each([
    ['with keys', 'Hub', /to get the address: awsp console Hub --print/],
    ['by the portal', 'dev', /open this page: https:\/\/barnehage\.awsapps\.com\/start\/#\/console\?/],
  ])('a browser that does not start is told, %s, with a way out', async (_what, query, way) => {
    for (const browser of ['/bin/false', '/no/such/browser']) {
      const { code, stdout, stderr } = await sandbox.awsp(['console', query], { env: { BROWSER: browser } });
      expect({ code, stdout, stderr }).toMatchObject({ code: 1, stdout: '', stderr: expect.stringMatching(way) });
      expect(stderr).toContain(`the browser "${browser}" did not open the page`);
      expect(stderr).not.toContain('SigninToken');
    }
    const { code, stderr } = await sandbox.awsp(['console', query]);
    expect({ code, stderr }).toMatchObject({ code: 1, stderr: expect.stringMatching(/there is no browser/) });
  });

  it('its address is printed to a terminal with a warning, and to a file without one', async () => {
    const script = '"$awsp" console Hub --print; "$awsp" console Hub --print >address; echo end=$?=';
    const env = { ...bareEnvironment(sandbox.home), ...sandbox.env, awsp: program };
    const screen = openScreen('sh', ['-c', script], env, sandbox.home, { cols: 80, rows: 40 });
    await screen.until((lines) => lines.some((line) => line.startsWith('end=0=')));
    expect(screen.said()).toContain('SigninToken=');
    expect(screen.said().match(/it is a secret for the next 15 minutes/g)).toHaveLength(1);
    expect(readFileSync(`${sandbox.home}/address`, 'utf8')).toContain('SigninToken=');
    rmSync(`${sandbox.home}/address`);
  });

  it('is guarded as a switch is', async () => {
    sandbox.write('.config/awsp/config', '[guard]\nconfirm = yes\n');
    const prod = 'barnehageplass-prod-AWSAdministratorAccess-123456789013';
    expect(await print([prod])).toMatchObject({ code: 6, stdout: '' });
    expect(await print([prod, '--yes'])).toMatchObject({ code: 0 });
    const asked: string[] = [];
    const answer = (question: string) => (asked.push(question) > 0 ? 'n' : '');
    expect(await print([prod], { answer })).toMatchObject({ code: 130, stdout: '' });
    expect(asked[0]).toMatch(/is production.*: open its console\? \[y\/N\]/);
    const agent = { CLAUDECODE: '1' };
    expect(await print([prod, '--yes'], { env: agent })).toMatchObject({ code: 6, stdout: '' });
    expect((await openConsole(['dev'], { env: agent })).given).toBe('');
  });
});

describe('the browser of the settings', () => {
  const odd = 'a&b=c #1/x';
  const link = (given: string) => decodeURIComponent(given);

  it.each([
    [
      'firefox-container',
      /^ext\+container:name=a%26b%3Dc%20%231%2Fx&url=http%3A%2F%2F127\.0\.0\.1%3A\d+%2F[\w-]{32}&color=(?!red)\w+&icon=briefcase$/,
    ],
    ['granted-container', /^ext\+granted-containers:name=a%26b%3Dc%20%231%2Fx&url=/],
    [
      'chrome-profile',
      /^--profile-directory=awsp-a-b=c--1-x --no-first-run --no-default-browser-check http:\/\/127\.0\.0\.1:\d+\/[\w-]{32}$/,
    ],
    ['', /^-x http:\/\/127\.0\.0\.1:\d+\/[\w-]{32} -y$/],
  ])('%s gets one address, with the name of the profile encoded', async (mode, expected) => {
    sandbox.write(
      'bin/record',
      '#!/bin/sh\necho "$*" >"$HOME/given.new" && mv "$HOME/given.new" "$HOME/given"\n',
      0o755,
    );
    rmSync(`${sandbox.home}/given`, { force: true });
    const command = `${mode} ${sandbox.home}/bin/record${mode === '' ? ' -x %s -y' : ''}`;
    sandbox.write('.config/awsp/config', `[console]\nbrowser = ${command.trim()}\n`);
    sandbox.write(
      '.aws/config',
      `${config}[profile "${odd}"]\nrole_arn = arn:aws:iam::123456789042:role/Hub\nsource_profile = sandkasse-lab-Builder-123456789041\nregion = eu-west-1\n`,
    );
    const given = () => {
      try {
        return readFileSync(`${sandbox.home}/given`, 'utf8').trimEnd();
      } catch {
        return '';
      }
    };
    const running = sandbox.awsp(['console', odd]);
    await expect.poll(given).not.toBe('');
    const [address = ''] = /http:\/\/127[^ &]*/.exec(link(given())) ?? [];
    expect((await fetch(address, { redirect: 'manual' })).status).toBe(302);
    const { code } = await running;
    sandbox.write('.aws/config', config);
    expect(code).toBe(0);
    expect(given()).toMatch(expected);
  });

  it('is a container with --container, in red for production', async () => {
    sandbox.write('bin/firefox', '#!/bin/sh\necho "$*" >"$HOME/given"\n', 0o755);
    rmSync(`${sandbox.home}/given`, { force: true });
    const env = { PATH: `${sandbox.home}/bin:${process.env.PATH}` };
    const prod = 'barnehageplass-prod-AWSReadOnlyAccess-123456789013';
    expect((await sandbox.awsp(['console', prod, '--container'], { env })).code).toBe(0);
    await expect.poll(() => readFileSync(`${sandbox.home}/given`, 'utf8')).toMatch(/^ext\+container:.*&color=red&/);
  });
});

describe('the pages of the console', () => {
  it.each(Object.entries(servicePages))('%s is a path within it', (name, path) => {
    expect(pageOf(name.toUpperCase())).toBe(path);
    expect(consoleAddress({ partition: 'aws', region: 'eu-west-1', path })).toMatch(
      new RegExp(`^https://eu-west-1\\.console\\.aws\\.amazon\\.com/${path.split('#')[0]}\\?region=eu-west-1`),
    );
  });

  it.each([
    ['aws-us-gov', 'us-gov-east-1', 'https://us-gov-east-1.console.amazonaws-us-gov.com/x?region=us-gov-east-1'],
    ['aws-iso', 'us-iso-east-1', null],
  ])('in %s', (partition, region, address) => {
    expect(consoleAddress({ partition, region, path: 'x' })).toBe(address);
  });
});
