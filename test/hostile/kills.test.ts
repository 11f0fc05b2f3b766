import { spawn } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { exitCodes } from '../../src/exit-codes.ts';
import { brokenBy } from '../support/broken.ts';
import { countOf } from '../support/extent.ts';
import { type FullSandbox, filesOfHome, makeFullSandbox } from '../support/full-home.ts';
import { program } from '../support/program.ts';

/** Ends of the program by SIGKILL in all, at random moments of all commands that write. */
const kills = countOf(8, 500);

const hub = 'sandkasse-lab-Hub-123456789042';
const login = 'verksted-lab-Utvikler-123456789081';
/** Who is signed in to the console when a profile of `aws login` is first used. */
const ola = { accountId: '123456789082', arn: 'arn:aws:iam::123456789082:user/ola', userId: 'AIDAOLA', roleArn: null };
const start = 'https://barnehage.awsapps.com/start';
const commands: readonly (readonly [string, readonly string[]])[] = [
  ['a switch', ['--shell', 'bash', 'switch', '--verify', 'sandkasse-lab-Builder-123456789041']],
  [
    'a switch with role credentials',
    ['--shell', 'bash', 'switch', '--verify', 'barnehageplass-test-AWSPowerUserAccess-123456789012'],
  ],
  ['a switch that renews the sign-in', ['--shell', 'bash', 'switch', '--verify', 'kart']],
  ['a login that renews', ['login', 'kart']],
  ['a login with a device code', ['login', 'skjema', '--device-code', '--no-browser']],
  ['a login in the browser', ['login', 'skjema']],
  ['a switch that signs in', ['--shell', 'bash', 'switch', '--login', 'skjema']],
  ['a switch that renews the keys of aws login', ['--shell', 'bash', 'switch', '--verify', login]],
  ['a login that renews those of aws login', ['login', login]],
  ['a login to the AWS console', ['login', 'workshop']],
  ['the logout of aws login', ['logout', login]],
  ['a command as a chain of roles', ['exec', hub, '--', 'true']],
  ['a command with keys of aws login', ['exec', login, '--keys', '--', 'true']],
  ['commands as several profiles', ['exec', '--each', 'sandkasse-lab-?u*', '--yes', '--', 'true']],
  ['the keys of a role', ['credentials', hub]],
  ['a region', ['--shell', 'bash', 'switch', '--verify', hub, '--region', 'eu-north-1']],
  ['the end of a profile', ['--shell', 'bash', '--unset']],
  ['the identity of now', ['current']],
  ['a logout', ['logout', 'barnehage']],
  ['the logout of all', ['logout', '--all']],
  [
    'a new profile',
    ['new', '--session', 'barnehage', '--account', '123456789013', '--role', 'AWSReadOnlyAccess', '--yes'],
  ],
  ['a new session', ['new', '--start-url', start, '--session', 'other', '--yes', '--no-browser', '--device-code']],
  ['an import', ['import', '--session', 'barnehage', '--yes']],
  ['allow', ['allow']],
  ['deny', ['deny']],
  ['a new name', ['rename', 'sandkasse-lab-Builder-123456789041', 'bygger', '--yes']],
  ['a copy', ['copy', 'sandkasse-lab-Builder-123456789041', 'kopi', '--yes']],
  ['a change', ['set', 'sandkasse-lab-Builder-123456789041', 'region=eu-north-1', '--yes']],
  ['a removal', ['rm', 'sandkasse-lab-Builder-123456789041', '--yes']],
  ['the mending of doctor', ['doctor', '--fix', '--yes']],
];

let sandbox: FullSandbox;
let killerFile: string;
beforeAll(async () => {
  sandbox = await makeFullSandbox();
  sandbox.write('allowed/.awsp', 'account = 123456789013\n');
  await sandbox.awsp(['allow'], { cwd: `${sandbox.home}/allowed` });
  await sandbox.awsp(['deny'], { cwd: `${sandbox.home}/work` });
  // Something to import, and something for doctor to mend.
  const own = (textOf('.aws/config') ?? '').replace(/^\[profile barnehageplass-prod-[^[]*/gm, '');
  const workshop = `[profile workshop]\nlogin_session = ${ola.arn}\nregion = eu-west-1\n`;
  sandbox.write('.aws/config', `${own}\n[profile "late"]\nregion = eu-west-1\n${workshop}`);
  sandbox.write('.aws/credentials', textOf('.aws/credentials') ?? '', 0o644);
  // Roles are assumed and keys renewed again, and everything is verified.
  for (const folder of ['.aws/cli', '.cache', '.local/state/awsp/seen', '.local/state/awsp/uses']) {
    rmSync(join(sandbox.home, folder), { recursive: true });
  }
  const cached = JSON.parse(textOf(filesOfHome.login) ?? '');
  cached.accessToken.expiresAt = '2020-01-01T00:00:00Z';
  sandbox.write(filesOfHome.login, JSON.stringify(cached));
  sandbox.emulator.directory.consoleSessions.unshift(ola);
  killerFile = join(mkdtempSync(join(tmpdir(), 'awsp-test-killer-')), 'killer.cjs');
  writeFileSync(killerFile, killer);
  sandbox.keep();
});
afterAll(async () => {
  rmSync(dirname(killerFile), { recursive: true, force: true });
  await sandbox.remove();
});

/** Numbers from 0 up to 1 that are the same in each run (a linear congruential generator, Numerical Recipes). */
let seed = 20_261_128;
function random(): number {
  seed = (seed * 1_664_525 + 1_013_904_223) % 2 ** 32;
  return seed / 2 ** 32;
}

function textOf(path: string): string | null {
  try {
    return readFileSync(join(sandbox.home, path), 'utf8');
  } catch {
    return null;
  }
}

/** The files in the home folder, by their path in it. */
function filesIn(home: string): ReadonlyMap<string, string> {
  const paths = readdirSync(home, { recursive: true, encoding: 'utf8' }).filter((path) =>
    statSync(join(home, path)).isFile(),
  );
  return new Map(paths.map((path) => [path, readFileSync(join(home, path), 'utf8')]));
}

/**
 * Kills its own process before or after its n-th change of the disk, in the middle of what is written; preloaded into the
 * real program, because the moments that count take microseconds.
 */
const killer = `
const fs = require('node:fs');
let changes = 0;
const step = () => ++changes === Number(process.env.KILL_AT) && process.kill(process.pid, 'SIGKILL');
const written = fs.writeSync;
for (const name of ['openSync', 'writeFileSync', 'writeSync', 'fsyncSync', 'renameSync', 'rmSync', 'mkdirSync', 'chmodSync', 'fchmodSync']) {
  const real = fs[name];
  fs[name] = (...args) => {
    if (name === 'openSync' && !(Number(args[1]) & 3) && !/[aw]/.test(args[1])) return real(...args);
    if (name.startsWith('write') && args[0] <= 2) return real(...args);
    const [what, text] = args;
    if (name === 'writeFileSync' && changes + 1 === Number(process.env.KILL_AT)) written(what, text.slice(0, text.length / 2));
    step();
    const result = real(...args);
    step();
    return result;
  };
}
`;

/** About as long as a command takes. */
const maxMs = 600;

/** More changes of the disk than most commands make. */
const maxChanges = 24;

/** Starts the real program, and kills it at a change of the disk, or after so many milliseconds; returns whether it was. */
async function startAndKill(args: readonly string[], at: { change: number } | { ms: number }): Promise<boolean> {
  const preload = { NODE_OPTIONS: `--require=${killerFile}` };
  const env = 'change' in at ? { ...environment(), ...preload, KILL_AT: String(at.change) } : environment();
  const child = spawn(program, args, { env, cwd: cwdOf(args), stdio: 'ignore' });
  const timer = 'ms' in at ? setTimeout(() => child.kill('SIGKILL'), at.ms) : undefined;
  const signal = await new Promise((resolve) => child.once('close', (_code, name) => resolve(name)));
  clearTimeout(timer);
  return signal === 'SIGKILL';
}

/** What is denied was allowed before. */
const cwdOf = (args: readonly string[]) => `${sandbox.home}/${args[0] === 'deny' ? 'allowed' : 'work'}`;

/** As in a shell that has the profile of the first commands. */
const environment = () => ({
  ...sandbox.env,
  BROWSER: sandbox.browser,
  AWS_PROFILE: hub,
  AWSP_PROFILE: hub,
});

const run = (args: readonly string[]) =>
  sandbox.awsp(args, { cwd: cwdOf(args), env: environment(), wait: async () => {} });

/** `.json.new` is blank: it tries whether a token can be written. */
const isTemporary = (path: string) => path.includes('.awsp-') || path.endsWith('.json.new');
const hasSecret = (text: string) => /accessToken|refreshToken|clientSecret|SecretAccessKey/i.test(text);

/** Whether a file has lost something: neither as it was, nor as the whole command leaves it, nor whole JSON of a cache. */
function isLost(path: string, now: string | undefined, before: string | undefined, after: string | undefined): boolean {
  if (now === before || now === after) return false;
  if (now === undefined) return true;
  if (/\/(?:uses|switches)$/.test(path)) return !/^(?:(?:\d+ |\{).+\n)*$/.test(now) || !now.startsWith(before ?? '');
  const isCache = /(?:^|\/)(?:\.cache|cache|\.local\/state)\//.test(path) && !path.includes('/allowed/');
  if (!isCache || before?.startsWith('{') === false) return true;
  try {
    return typeof JSON.parse(now) !== 'object';
  } catch {
    return true;
  }
}

it('loses no byte, and leaves no token behind after the next run, wherever it is killed', async () => {
  const before = filesIn(sandbox.home);
  const isAsBefore = (after: ReadonlyMap<string, string>) =>
    after.size === before.size && [...after].every(([path, text]) => before.get(path) === text);
  const whole = new Map<string, ReadonlyMap<string, string>>();
  /** The files after all of a command, which changes some of them. */
  const afterAllOf = async (what: string, args: readonly string[]) => {
    const known = whole.get(what);
    if (known !== undefined) return known;
    sandbox.restore();
    await run(args);
    const after = filesIn(sandbox.home);
    expect({ what, isAsBefore: isAsBefore(after) }).toEqual({ what, isAsBefore: false });
    whole.set(what, after);
    return after;
  };

  const count = { killed: 0, temporary: 0, withSecrets: 0 };
  const [lost, left]: [string[], string[]] = [[], []];
  const stuck: unknown[] = [];
  let runs = 0;
  for (; count.killed < kills; runs++) {
    // A short run, too, has commands of each kind.
    const [what, args] = commands[(7 * runs) % commands.length] ?? ['', []];
    const after = await afterAllOf(what, args);
    sandbox.restore();
    // Every third at a moment of the clock, which may also be in the middle of a request.
    const at = runs % 3 === 2 ? { ms: maxMs * random() } : { change: 1 + Math.floor(maxChanges * random()) };
    const wasKilled = await startAndKill(args, at);
    if (wasKilled) count.killed++;
    const found = filesIn(sandbox.home);
    const temporary = [...found].filter(([path]) => isTemporary(path));
    count.temporary += temporary.length;
    count.withSecrets += temporary.filter(([, text]) => hasSecret(text)).length;
    const paths = [...new Set([...before.keys(), ...found.keys()])].filter((path) => !isTemporary(path));
    const losses = paths.filter((path) => isLost(path, found.get(path), before.get(path), after.get(path)));
    lost.push(...losses.map((path) => `${what}: ${path}`));
    const next = await run(args);
    const fault =
      brokenBy(next, exitCodes.done) ?? (next.stderr.includes('by another awsp') ? 'waits for the dead' : null);
    if (fault !== null) stuck.push({ what, at, fault, ...next });
    const remaining = [...filesIn(sandbox.home)].filter(([path, text]) => isTemporary(path) && hasSecret(text));
    left.push(...remaining.map(([path]) => `${what}: ${path}`));
  }
  console.info(
    `${runs} runs of ${commands.length} commands: ${count.killed} killed before their end, which left ${count.temporary} temporary files, ${count.withSecrets} of them with secrets; ${lost.length} files lost, ${left.length} with secrets left after the next run, ${stuck.length} next runs stuck`,
  );
  expect({ lost, left, stuck }).toEqual({ lost: [], left: [], stuck: [] });
}, 3_600_000);
