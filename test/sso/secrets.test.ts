import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { pageBehind } from '../support/browser.ts';
import { click } from '../support/emulator.ts';
import { makeSandbox, type Sandbox } from '../support/program.ts';
import type { Finished } from '../support/run.ts';

let sandbox: Sandbox;
/** The secrets that AWS issued. */
let secrets: Set<string>;
/** The code challenges; a text whose hash is one of them is a code verifier. */
let challenges: Set<string>;
let printed: string[];

beforeEach(async () => {
  sandbox = await makeSandbox({ awsLogin: true });
  secrets = new Set();
  challenges = new Set();
  printed = [];
  const { accessTokens, refreshTokens, deviceRequests, codes, clients } = sandbox.emulator.directory;
  const { consoleCodes, consoleSignIns, accessKeys } = sandbox.emulator.directory;
  watch(consoleCodes, (code, { codeChallenge }) => {
    secrets.add(code);
    challenges.add(codeChallenge);
  });
  watch(consoleSignIns, (token) => secrets.add(token));
  watch(sandbox.emulator.directory.signinTokens, (token) => secrets.add(token));
  watch(accessKeys, (_id, { secret, sessionToken }) => {
    secrets.add(secret);
    if (sessionToken !== null) secrets.add(sessionToken);
  });
  for (const byName of [accessTokens, refreshTokens, deviceRequests, codes] as Map<string, unknown>[]) {
    for (const name of byName.keys()) secrets.add(name);
    watch(byName, (name) => secrets.add(name));
  }
  for (const { secret } of clients.values()) secrets.add(secret);
  watch(clients, (_id, { secret }) => secrets.add(secret));
  watch(accessKeys, (_id, { secret, sessionToken }) => {
    secrets.add(secret);
    if (sessionToken !== null) secrets.add(sessionToken);
  });
  watch(codes, (_code, { codeChallenge }) => challenges.add(codeChallenge));
  mkdirSync(`${sandbox.home}/tmp`);
  // It records the browser's arguments, and the environment of the program that starts it.
  sandbox.write('bin/browser', '#!/bin/sh\nprintf "%s\\n" "$@" >>"$HOME/opened"\nenv >>"$HOME/environment"\n', 0o755);
});
afterEach(() => sandbox.remove());

/** Calls a function for everything that is put into a map. */
function watch<Value>(map: Map<string, Value>, heard: (name: string, value: Value) => void): void {
  const set = map.set.bind(map);
  map.set = (name, value) => {
    heard(name, value);
    return set(name, value);
  };
}

/** Runs awsp, records its output and all command lines meanwhile, and clicks on the pages that it opens. */
async function flow(run: Promise<Finished>, decision: 'allow' | 'deny' | null): Promise<Finished> {
  let isOver = false;
  const watching = (async () => {
    while (!isOver) {
      printed.push(commandLines());
      await sleep(20);
    }
  })();
  if (decision !== null) {
    await expect.poll(() => read('opened')).toMatch(/\n/);
    const { location } = await click(sandbox.emulator, await pageBehind(read('opened').trim()), decision);
    if (location !== null) printed.push(await (await fetch(location)).text());
    printed.push(read('opened'));
    rmSync(`${sandbox.home}/opened`);
  }
  const result = await run;
  isOver = true;
  await watching;
  printed.push(result.stdout, result.stderr);
  return result;
}

function read(path: string): string {
  try {
    return readFileSync(`${sandbox.home}/${path}`, 'utf8');
  } catch {
    return '';
  }
}

/** The command lines of all programs on this machine that mention this sandbox or its emulator. */
function commandLines(): string {
  const all = readdirSync('/proc').filter((name) => /^\d+$/.test(name));
  return all
    .map((pid) => {
      try {
        return readFileSync(`/proc/${pid}/cmdline`, 'utf8');
      } catch {
        return '';
      }
    })
    .join('\n');
}

/** Every file below a folder. */
function filesIn(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = `${folder}/${entry.name}`;
    return entry.isDirectory() ? filesIn(path) : entry.isFile() ? [path] : [];
  });
}

/** The kinds of the secrets in a text; the secrets themselves are not printed. */
function found(text: string): string[] {
  const known = [...secrets]
    .filter((secret) => text.includes(secret))
    .map((secret) => `a secret ${secret.slice(0, 6)}…`);
  const verifiers = [...text.matchAll(/[\w-]{64,}/g)].flatMap(([run]) =>
    Array.from({ length: run.length - 63 }, (_, start) => run.slice(start, start + 64)).filter((part) =>
      challenges.has(createHash('sha256').update(part).digest('base64url')),
    ),
  );
  return [...known, ...verifiers.map(() => 'a code verifier')];
}

const cacheFolder = () => `${sandbox.home}/.aws/sso/cache`;
/** Of the AWS CLI, for the credentials of roles. */
const roleFolder = () => `${sandbox.home}/.aws/cli/cache`;

/** The caches that hold secrets: of sign-ins, and of roles. */
const cacheFolders = () =>
  ['sso', 'login', 'cli'].map((tool) => `${sandbox.home}/.aws/${tool}/cache`).filter((folder) => existsSync(folder));

/** Expects secrets in the caches, which only their owner can read, and nowhere else. */
function expectKept(): void {
  expect(secrets.size).toBeGreaterThan(8);
  expect(found(printed.join('\n'))).toEqual([]);
  const leaking = filesIn(sandbox.home).filter((path) => found(readFileSync(path, 'utf8')).length > 0);
  const isCached = (path: string) => cacheFolders().some((folder) => path.startsWith(`${folder}/`));
  expect(leaking.filter((path) => !isCached(path))).toEqual([]);
  for (const path of cacheFolders().flatMap(filesIn)) expect(statSync(path).mode & 0o777).toBe(0o600);
  expect(filesIn(`${sandbox.home}/tmp`)).toEqual([]);
}

const env = () => ({ BROWSER: `${sandbox.home}/bin/browser`, TMPDIR: `${sandbox.home}/tmp`, AWSP_DEBUG: '1' });
const stage = 'skjema-stage-AWSPowerUserAccess-123456789021';

describe('secrets are only in the caches', () => {
  it('after sign-ins with both grants, a denied one, a second one and a sign-out', async () => {
    rmSync(`${sandbox.home}/.aws/sso`, { recursive: true });
    const awsp = (...args: string[]) => sandbox.awsp([...args, '--debug'], { env: env() });
    expect((await flow(awsp('login', 'skjema'), 'allow')).code).toBe(0);
    for (const folder of ['.aws/sso', '.aws/sso/cache']) {
      expect(statSync(`${sandbox.home}/${folder}`).mode & 0o777).toBe(0o700);
    }
    expectKept();
    // The code, the verifier and the tokens existed.
    expect(challenges.size).toBe(1);
    const kept = filesIn(cacheFolder()).map((path) => readFileSync(path, 'utf8'));
    expect(found(kept.join('\n'))).toHaveLength(3);

    expect((await flow(awsp('login', 'skjema'), null)).code).toBe(0);
    expect((await flow(awsp('logout', 'skjema'), null)).code).toBe(0);
    expect((await flow(awsp('login', 'skjema', '--device-code'), 'allow')).code).toBe(0);
    expect((await flow(awsp('login', 'dev'), 'deny')).code).toBe(1);
    expect((await flow(awsp('login', 'dev', '--device-code'), 'deny')).code).toBe(1);
    expect((await flow(awsp('sessions', '--json'), null)).code).toBe(0);
    expectKept();
  });

  it('after a renewal, and when AWS refuses, garbles or cuts off every response', async () => {
    const awsp = (...args: string[]) => sandbox.awsp([...args, '--debug'], { env: env() });
    expect((await flow(awsp('login', 'kart'), null)).code).toBe(0);
    const effects = [
      { kind: 'error', status: 400, code: 'InvalidRequestException', message: 'no' },
      { kind: 'error', status: 500, code: 'InternalServerException', message: 'no' },
      { kind: 'garbage' },
      { kind: 'reset' },
    ] as const;
    for (const effect of effects) {
      sandbox.emulator.faults.splice(0, Number.POSITIVE_INFINITY, { operation: 'CreateToken', effect });
      expect((await flow(awsp('login', 'skjema'), 'allow')).code).toBe(1);
    }
    sandbox.emulator.faults.length = 0;
    expectKept();
  });

  it('after a switch, and after a profile is created', async () => {
    const switching = sandbox.switchVia([stage, '--login', '--debug'], { env: env() });
    expect((await flow(switching, 'allow')).code).toBe(0);
    rmSync(`${sandbox.home}/.aws/config`);
    const words =
      'new --start-url https://skjema.awsapps.com/start --sso-region eu-west-1 --session fresh --yes --debug';
    const creating = sandbox.start(['--shell', 'bash', ...words.split(' ')], { env: env() });
    expect(await flow(creating, 'allow')).toMatchObject({ code: 0, stdout: expect.stringContaining('AWS_PROFILE') });
    expectKept();
  });

  it('after sign-ins by aws login, a renewal, what AWS refuses, and a sign-out', async () => {
    const awsp = (...args: string[]) => sandbox.awsp([...args, '--debug'], { env: env() });
    expect((await flow(awsp('login', 'verksted'), 'allow')).code).toBe(0);
    const [file = ''] = filesIn(`${sandbox.home}/.aws/login/cache`);
    // The keys, the token and the client's own key, which AWS never sees.
    expect(found(readFileSync(file, 'utf8'))).toHaveLength(3);
    secrets.add(JSON.parse(readFileSync(file, 'utf8')).dpopKey.split('\n')[1]);
    expectKept();
    expect((await flow(sandbox.switchVia(['verksted', '--debug'], { env: env() }), null)).code).toBe(0);
    expect((await flow(awsp('login', 'verksted'), null)).code).toBe(0);
    for (const effect of [
      { kind: 'garbage' },
      { kind: 'error', status: 403, code: 'AccessDeniedException' },
    ] as const) {
      sandbox.emulator.faults.splice(0, Number.POSITIVE_INFINITY, { operation: 'CreateOAuth2Token', effect });
      expect((await flow(awsp('login', 'verksted'), null)).code).toBe(1);
    }
    sandbox.emulator.faults.length = 0;
    expect((await flow(awsp('sessions', '--json'), null)).code).toBe(0);
    expectKept();
    expect((await flow(awsp('logout', 'verksted'), null)).code).toBe(0);
    expectKept();
    expect(filesIn(`${sandbox.home}/.aws/login/cache`)).toEqual([]);
  });

  it('after the console was opened with keys, was refused, and its browser did not start', async () => {
    const before = secrets.size;
    const opening = (query: string, browser = env().BROWSER) =>
      sandbox.awsp(['console', query, '--debug'], { env: { ...env(), BROWSER: browser } });
    for (const query of ['Hub', 'Builder']) {
      const running = flow(opening(query), null);
      await expect.poll(() => read('opened')).toMatch(/\n/);
      printed.push(read('opened'));
      // The address of awsp alone was an argument; where it leads to is a secret.
      const target = await pageBehind(read('opened').trim());
      expect(found(target)).toHaveLength(1);
      rmSync(`${sandbox.home}/opened`);
      expect((await running).code).toBe(0);
    }
    expect((await flow(opening('Hub', '/bin/false'), null)).code).toBe(1);
    for (const effect of [{ kind: 'garbage' }, { kind: 'error', status: 400, code: 'no' }] as const) {
      sandbox.emulator.faults.splice(0, Number.POSITIVE_INFINITY, { operation: 'GetSigninToken', effect });
      expect((await flow(opening('Hub'), null)).code).toBe(1);
    }
    expect(secrets.size).toBeGreaterThan(before + 5);
    expectKept();
  });

  it('after switches to roles, with an MFA code, with every kind of credentials handed out', async () => {
    let count = 0;
    const answer = () => String(123456 + count++);
    const roles = ['sandkasse-lab-Admin-123456789044', 'sandkasse-lab-Deployer-123456789043'];
    for (const name of [...roles, 'barnehageplass-test-AWSPowerUserAccess-123456789012', 'kart-stage']) {
      for (const args of [
        ['--shell', 'bash', name, '--verify', '--debug'],
        ['show', name, '--json'],
        ['list', '--json'],
      ]) {
        expect((await flow(sandbox.awsp(args, { env: env(), answer }), null)).code).toBe(0);
      }
      for (const format of ['process', 'env', 'json']) {
        const given = await sandbox.awsp(['credentials', name, '--format', format, '--debug'], { env: env(), answer });
        expect({ code: given.code, found: found(given.stdout).length }).toEqual({ code: 0, found: 2 });
        printed.push(given.stderr);
      }
    }
    expect(count).toBe(1);
    // A program that is given them, and an error of AWS.
    const child = await flow(sandbox.start(['credentials', roles[0] ?? '', '--debug'], { env: env() }), null);
    printed.splice(printed.indexOf(child.stdout), 1);
    expect(found(child.stdout)).toHaveLength(2);
    sandbox.emulator.faults.push({ effect: { kind: 'error', status: 403, code: 'AccessDenied', message: 'no' } });
    const refused = sandbox.awsp(['--shell', 'bash', roles[1] ?? '', '--verify', '--debug'], { env: env(), answer });
    expect((await flow(refused, null)).code).toBe(1);
    sandbox.emulator.faults.length = 0;
    expectKept();
    const kept = filesIn(roleFolder()).map((path) => readFileSync(path, 'utf8'));
    // Five roles: two, the one between, and two of SSO; each has a secret key and a token.
    expect(found(kept.join('\n'))).toHaveLength(10);
  });

  it('after commands that were given keys, alone and several at once, and that were not', async () => {
    sandbox.write('.config/awsp/config', '[log]\nswitches = on\n');
    const hub = 'sandkasse-lab-Hub-123456789042';
    const options = { env: env(), cwd: sandbox.home };
    const script = 'env >>"$HOME/child.$AWSP_ACCOUNT_ID"';
    // The command alone has them, in its environment: its two, and nobody else's.
    const expectGiven = (...accounts: readonly string[]) => {
      for (const account of accounts) {
        expect({ account, found: found(read(`child.${account}`)).length }).toEqual({ account, found: 2 });
        rmSync(`${sandbox.home}/child.${account}`);
      }
      expectKept();
    };
    const exec = (...args: readonly string[]) => flow(sandbox.start(['exec', ...args], options), null);
    expect((await exec(hub, '--keys', '--debug', '--', 'sh', '-c', `${script}; sleep 0.1`)).code).toBe(0);
    expectGiven('123456789042');
    expect((await exec('dev', '--only', '--', 'sh', '-c', script)).code).toBe(0);
    expectGiven('123456789011');
    const arn = 'arn:aws:iam::123456789042:role/Hub';
    expect((await exec('Builder', '--role-arn', arn, '--', 'sh', '-c', script)).code).toBe(0);
    expectGiven('123456789042');
    const globs = '*-Hub-*,*-Deployer-*,*-dev-*';
    expect((await exec('--each', globs, '-j', '3', '--keys', '--', 'sh', '-c', script)).code).toBe(0);
    expectGiven('123456789042', '123456789043', '123456789011');
    // Without keys the profile leads to them.
    expect((await exec('dev', '--', 'sh', '-c', script)).code).toBe(0);
    expect(found(read('child.123456789011'))).toEqual([]);
    for (const argv of [
      ['--subshell', 'exec', hub, '--keys', '--', 'env'],
      ['--subshell', 'exec', hub, '--', 'env'],
      [hub],
    ]) {
      expect((await flow(sandbox.switchVia(argv, options), null)).code).toBe(0);
    }
    expect((await exec(hub, '--keys', '--', 'no-such-command')).code).toBe(127);
    sandbox.emulator.faults.push({ effect: { kind: 'error', status: 403, code: 'AccessDenied', message: 'no' } });
    rmSync(`${sandbox.home}/.aws/cli`, { recursive: true });
    expect((await exec(hub, '--keys', '--debug', '--', 'true')).code).toBe(1);
    sandbox.emulator.faults.length = 0;
    // An address that signs in goes to stdout alone.
    const address = await sandbox.awsp(['console', hub, '--print', '--debug'], options);
    expect(found(address.stdout)).toHaveLength(1);
    printed.push(address.stderr);
    for (const more of [[], ['--json']]) printed.push((await sandbox.awsp(['log', ...more], options)).stdout);
    expect(printed.join('\n')).toContain('"use": "console"');
    expectKept();
  });

  it('this test finds them wherever they are planted', async () => {
    for (const name of ['Hub', 'dev']) expect((await sandbox.switchVia([name], { env: env() })).code).toBe(0);
    expectKept();
    const secret = [...secrets].find((some) => some.length > 30) ?? '';
    expect(secret).not.toBe('');
    for (const path of [
      'tmp/leak',
      'opened',
      '.local/state/awsp/switches',
      '.cache/awsp/verified.json',
      '.aws/config',
    ]) {
      const before = read(path);
      sandbox.write(path, `${before}x${secret}y`);
      expect(expectKept, path).toThrow();
      if (before === '') rmSync(`${sandbox.home}/${path}`);
      else sandbox.write(path, before);
    }
    for (const text of [`awsp: ${secret}`, `export AWS_SECRET_ACCESS_KEY='${secret}'`]) {
      printed.push(text);
      expect(expectKept, text.slice(0, 6)).toThrow();
      printed.pop();
    }
    const child = spawn('sh', ['-c', 'read line', secret]);
    const shown = commandLines();
    child.kill();
    expect(found(shown)).toHaveLength(1);
    const [cached = ''] = filesIn(roleFolder());
    chmodSync(cached, 0o644);
    expect(expectKept).toThrow();
    chmodSync(cached, 0o600);
    expectKept();
  });

  it('this test finds them in the token cache', () => {
    const [secret = ''] = secrets;
    writeFileSync(`${sandbox.home}/tmp/leak`, `x${secret}y`);
    expect(found(read('tmp/leak'))).toHaveLength(1);
    challenges.add(createHash('sha256').update('v'.repeat(64)).digest('base64url'));
    expect(found(`=x${'v'.repeat(64)}&`)).toEqual(['a code verifier']);
  });
});
