import { readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { awsCli, runAws, runPython } from '../support/aws-cli.ts';
import { type HandOver, handOver } from '../support/browser.ts';
import { click } from '../support/emulator.ts';
import { makeSandbox, type Sandbox } from '../support/program.ts';
import { type Finished, runProgram } from '../support/run.ts';
import { findProgram } from '../support/shells.ts';

const stage = 'skjema-stage-AWSPowerUserAccess-123456789021';
const dev = 'barnehageplass-dev-AWSAdministratorAccess-123456789011';
const kart = 'kart-stage-AWSReadOnlyAccess-123456789031';

let sandbox: Sandbox;
let browser: HandOver;
beforeEach(async () => {
  sandbox = await makeSandbox();
  browser = handOver(sandbox);
});
afterEach(() => sandbox.remove());

const operations = () => sandbox.emulator.requests.map(({ operation }) => operation);
const cacheFolder = () => `${sandbox.home}/.aws/sso/cache`;
const digests: Readonly<Record<string, string>> = {
  // by sha1sum: of "skjema", of "kart", of the start URL of the legacy profile
  skjema: '7d1e6a9dfd66ed22b301e69e4ac234435b8fdaeb',
  kart: 'df2455c7dc72aa14337b97e3543f5e8a1c88277d',
  dev: 'c2a7db644f148a497775f425ed18f2eff7255aa8',
};
const tokenPath = (of: string) => `${cacheFolder()}/${digests[of]}.json`;
const readToken = (of: string) => JSON.parse(readFileSync(tokenPath(of), 'utf8'));

/** Signs in with awsp; the access is allowed in the browser. */
async function signIn(query: string, env: Readonly<Record<string, string | undefined>>) {
  const running = sandbox.awsp(['login', query], { env: { ...env, BROWSER: browser.command } });
  const url = await browser.opened();
  const { location } = await click(sandbox.emulator, url, 'allow');
  await fetch(location ?? '');
  expect(await running).toMatchObject({ code: 0 });
}

/** Makes the access token expired, in the cache and at AWS. */
function expire(of: string): void {
  const token = readToken(of);
  sandbox.emulator.directory.accessTokens.delete(token.accessToken);
  writeFileSync(tokenPath(of), JSON.stringify({ ...token, expiresAt: '2024-01-01T00:00:00Z' }));
}

/** An AWS tool: its version, and how it gets the identity of a profile. */
interface Tool {
  readonly name: string;
  /** Why it is not tested here; null when it is. */
  readonly reason: string | null;
  readonly run: (profile: string, env: Readonly<Record<string, string | undefined>>) => Promise<Finished>;
  /** By AWS's own host names, because not every tool supports AWS_ENDPOINT_URL. */
  readonly throughProxy: boolean;
}

const commandLine = (profile: string) => ['sts', 'get-caller-identity', '--profile', profile, '--output', 'json'];
const askBotocore = `import json, sys, botocore.session
answer = botocore.session.Session(profile=sys.argv[1]).create_client('sts', region_name='eu-west-1').get_caller_identity()
print(json.dumps({'Account': answer['Account']}))`;

/** Version 2 of the AWS CLI; it may not be the first in PATH. */
async function findVersion2(): Promise<string | null> {
  for (const folder of (process.env.PATH ?? '').split(delimiter)) {
    const program = join(folder, 'aws');
    const version = await runProgram(program, ['--version'], { env: { PATH: process.env.PATH } }).catch(() => null);
    if (version?.stdout.startsWith('aws-cli/2.')) return program;
  }
  return null;
}

async function hasBotocore(): Promise<boolean> {
  const python = findProgram('python3');
  const env = { PATH: process.env.PATH };
  return python !== null && (await runProgram(python, ['-c', 'import botocore.tokens'], { env })).code === 0;
}

const version2 = await findVersion2();
const botocore = await hasBotocore();
const tools: readonly Tool[] = [
  {
    name: 'the first aws on PATH',
    reason: awsCli.reason,
    run: (profile, env) => runAws(commandLine(profile), { env }),
    throughProxy: false,
  },
  {
    name: 'version 2 of the AWS CLI',
    reason: version2 === null ? 'there is no version 2 of the AWS CLI on PATH' : null,
    run: (profile, env) => runProgram(version2 ?? 'aws', commandLine(profile), { env }),
    throughProxy: true,
  },
  {
    name: 'botocore',
    reason: botocore ? null : 'there is no python3 with botocore',
    run: (profile, env) => runPython(askBotocore, [profile], { env }),
    throughProxy: false,
  },
];
// awsp depends on none of them, so a test is skipped when its tool is missing, also in CI.
for (const { name, reason } of tools) {
  if (reason !== null) console.warn(`skipped: ${name} in test/conformance/sign-in.test.ts: ${reason}`);
}

describe.each(tools)('after `awsp login`, $name', (tool) => {
  const env = () => {
    const none = { AWS_ENDPOINT_URL_SSO_OIDC: undefined, AWS_ENDPOINT_URL_SSO: undefined };
    const names = { ...sandbox.envThroughProxy, ...none, AWS_ENDPOINT_URL_STS: undefined };
    return { ...(tool.throughProxy ? names : sandbox.env), AWS_PAGER: '' };
  };
  const ask = async (profile: string) => {
    const { code, stdout, stderr } = await tool.run(profile, env());
    return { account: code === 0 ? JSON.parse(stdout).Account : null, stderr };
  };
  const ownSignIn = () => operations().filter((name) => /RegisterClient|StartDevice|Authorize/.test(name));

  it.skipIf(tool.reason !== null)(
    'works with a session, refreshes it, and works no more after `awsp logout`',
    async () => {
      expect((await ask(stage)).account).toBeNull();
      await signIn('skjema', env());
      sandbox.emulator.requests.length = 0;
      expect(await ask(stage)).toEqual({ account: '123456789021', stderr: '' });
      expect([...ownSignIn(), ...operations().filter((name) => name === 'CreateToken')]).toEqual([]);
      const { accessToken } = readToken('skjema');

      expire('skjema');
      dropRoleCredentials();
      expect(await ask(stage)).toEqual({ account: '123456789021', stderr: '' });
      expect(operations()).toContain('CreateToken');
      expect(readToken('skjema').accessToken).not.toBe(accessToken);
      // awsp uses the token that the tool has renewed.
      sandbox.emulator.requests.length = 0;
      expect(await sandbox.switchVia(['skjema'], { env: env() })).toMatchObject({
        code: 0,
        stdout: expect.stringContaining("AWSP_STATE='verified'"),
      });
      expect(operations()).toEqual(['GetRoleCredentials', 'GetCallerIdentity']);

      expect((await sandbox.awsp(['logout', 'skjema'], { env: env() })).code).toBe(0);
      expect((await ask(stage)).account).toBeNull();
      expect(ownSignIn()).toEqual([]);
    },
  );

  it.skipIf(tool.reason !== null)(
    'works with a legacy profile until its token has expired, and again after awsp has renewed it',
    async () => {
      await sandbox.awsp(['logout', 'dev'], { env: env() });
      expect((await ask(dev)).account).toBeNull();
      await signIn('dev', env());
      expect(await ask(dev)).toEqual({ account: '123456789011', stderr: '' });

      expire('dev');
      dropRoleCredentials();
      // AWS's own tools do not renew the token of a legacy profile; they ask for a new sign-in.
      sandbox.emulator.requests.length = 0;
      const { account, stderr } = await ask(dev);
      expect({ account, stderr }).toEqual({ account: null, stderr: expect.stringMatching(/expired|invalid/) });
      expect(operations()).not.toContain('CreateToken');
      const { code, stderr: said } = await sandbox.awsp(['login', 'dev'], { env: env() });
      expect({ code, said }).toMatchObject({ code: 0, said: expect.stringContaining('was renewed, for 8h') });
      expect(await ask(dev)).toEqual({ account: '123456789011', stderr: '' });

      await sandbox.awsp(['logout', 'dev'], { env: env() });
      expect((await ask(dev)).account).toBeNull();
    },
  );

  it.skipIf(tool.reason !== null)('works with a session that has a name of its own', async () => {
    const config = readFileSync(`${sandbox.home}/.aws/config`, 'utf8');
    sandbox.write(
      '.aws/config',
      config
        .replace('[sso-session skjema]', '[sso-session "blå team"]')
        .replace('sso_session = skjema', 'sso_session = blå team'),
    );
    await signIn('blå', env());
    expect(await ask(stage)).toEqual({ account: '123456789021', stderr: '' });
    expect(await sandbox.switchVia(['skjema'], { env: env() })).toMatchObject({
      code: 0,
      stdout: expect.stringContaining("AWSP_STATE='verified'"),
    });
    expect((await sandbox.awsp(['logout', 'blå team'], { env: env() })).code).toBe(0);
    expect((await ask(stage)).account).toBeNull();
  });

  /** Removes the role credentials that version 2 caches, so that it has to use the token. */
  function dropRoleCredentials(): void {
    rmSync(`${sandbox.home}/.aws/cli`, { recursive: true, force: true });
  }
});

describe.skipIf(!botocore)('a token that botocore has cached', () => {
  /** Runs Python with botocore's token provider of a profile. */
  const python = async (code: string) => {
    const preamble = `import datetime, json, sys
import botocore.session, botocore.tokens
from dateutil.tz import tzutc
session = botocore.session.Session(profile='${kart}')
provider = botocore.tokens.SSOTokenProvider(session)
`;
    const { code: status, stdout, stderr } = await runPython(preamble + code, [], { env: sandbox.env });
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    return stdout.trim();
  };
  const load = 'print(provider.load_token().get_frozen_token().token)';

  it('is used by awsp, and so is one that botocore has refreshed', async () => {
    const refreshed = await python(load);
    expect(readToken('kart').accessToken).toBe(refreshed);
    sandbox.emulator.requests.length = 0;
    expect(await sandbox.switchVia(['kart'])).toMatchObject({ code: 0, stdout: expect.stringContaining('verified') });
    expect(operations()).toEqual(['GetRoleCredentials', 'GetCallerIdentity']);
  });

  it('that has expired is renewed by awsp, and botocore uses the new one', async () => {
    await python(`old = provider._token_loader('https://kart.awsapps.com/start', session_name='kart')
old['expiresAt'] = datetime.datetime.now(tzutc()) - datetime.timedelta(hours=1)
provider._token_loader.save_token('https://kart.awsapps.com/start', old, session_name='kart')`);
    expect(await sandbox.switchVia(['kart'])).toMatchObject({ code: 0, stdout: expect.stringContaining('verified') });
    const { accessToken } = readToken('kart');
    sandbox.emulator.requests.length = 0;
    expect(await python(load)).toBe(accessToken);
    expect(operations()).toEqual([]);
    expect(statSync(tokenPath('kart')).mode & 0o777).toBe(0o600);
  });

  it('is renewed by botocore when awsp has signed in', async () => {
    await sandbox.awsp(['logout', 'kart']);
    await signIn('kart', {});
    expire('kart');
    const before = readToken('kart').refreshToken;
    expect(await python(load)).toBe(readToken('kart').accessToken);
    expect(readToken('kart').refreshToken).not.toBe(before);
    expect((await sandbox.awsp(['login', 'kart'])).stderr).toContain(
      'already signed in to https://kart.awsapps.com/start',
    );
  });
});
