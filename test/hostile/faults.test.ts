import fs, { readdirSync, readFileSync, statSync, symlinkSync } from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { exitCodes } from '../../src/exit-codes.ts';
import { brokenBy } from '../support/broken.ts';
import { tryRows } from '../support/extent.ts';
import { type FullSandbox, filesOfHome, makeFullSandbox } from '../support/full-home.ts';
import { program } from '../support/program.ts';
import { type Finished, runProgram } from '../support/run.ts';
import { type Verb, verbs } from '../support/verbs.ts';

/** What a disk may answer, by what is asked of it. */
const faults = {
  read: ['EACCES', 'EIO', 'EMFILE', 'ELOOP', 'ESTALE'],
  write: ['ENOSPC', 'EDQUOT', 'EACCES', 'EROFS', 'EMFILE', 'EIO', 'ENOTDIR', 'ENAMETOOLONG'],
} as const;
type Access = keyof typeof faults;

/** The functions of `node:fs` that awsp uses on files, and what they are there for. */
const functions: Readonly<Record<string, Access>> = {
  statSync: 'read',
  lstatSync: 'read',
  fstatSync: 'read',
  readSync: 'read',
  readFileSync: 'read',
  readdirSync: 'read',
  readlinkSync: 'read',
  writeFileSync: 'write',
  writeSync: 'write',
  fsyncSync: 'write',
  renameSync: 'write',
  rmSync: 'write',
  mkdirSync: 'write',
  chmodSync: 'write',
  fchmodSync: 'write',
  fchownSync: 'write',
  utimesSync: 'write',
  symlinkSync: 'write',
  unlinkSync: 'write',
};

/** The disk of the home folder: how often it was asked, and what it is to answer from a time on. */
class Disk {
  readonly asked = { read: 0, write: 0 };
  plan: { access: Access; at: number; code: string; isOver: boolean } | null = null;
  /** The calls that have failed. */
  failed: string[] = [];
  readonly #open = new Set<number>();
  readonly #real: Record<string, unknown> = {};

  constructor(home: string) {
    const named = fs as unknown as Record<string, (...args: unknown[]) => unknown>;
    const wrap = (name: string, accessOf: (args: readonly unknown[]) => Access) => {
      const real = named[name] as (...args: unknown[]) => unknown;
      this.#real[name] = real;
      named[name] = (...args) => {
        const [path] = args;
        const isHere = typeof path === 'number' ? this.#open.has(path) : String(path).startsWith(home);
        if (isHere) this.#ask(name, accessOf(args), String(path));
        const result = real(...args);
        if (isHere && name === 'openSync') this.#open.add(result as number);
        if (name === 'closeSync') this.#open.delete(path as number);
        return result;
      };
    };
    wrap('openSync', ([, flags = 'r']) =>
      flags === 'r' || (typeof flags === 'number' && (flags & 3) === 0) ? 'read' : 'write',
    );
    for (const [name, access] of Object.entries(functions)) wrap(name, () => access);
    const close = named.closeSync as (...args: unknown[]) => unknown;
    this.#real.closeSync = close;
    named.closeSync = (fd) => {
      this.#open.delete(fd as number);
      return close(fd);
    };
    syncBuiltinESMExports();
  }

  #ask(name: string, access: Access, path: string): void {
    const { plan } = this;
    const times = ++this.asked[access];
    if (plan === null || plan.access !== access || times < plan.at || (plan.isOver && times > plan.at)) return;
    // A disk that is full can be emptied, and where there is no folder there is no file.
    if (name === 'rmSync' && /^(?:ENOSPC|EDQUOT|ENOTDIR)$/.test(plan.code)) return;
    this.failed.push(`${name} ${path}`);
    const error = new Error(`${plan.code}: planted, ${name} '${path}'`);
    throw Object.assign(error, { code: plan.code, errno: -1, syscall: name, path });
  }

  /** Begins to count again. */
  reset(plan: Disk['plan']): void {
    Object.assign(this.asked, { read: 0, write: 0 });
    this.failed = [];
    this.plan = plan;
  }

  putBack(): void {
    Object.assign(fs, this.#real);
    syncBuiltinESMExports();
  }
}

let sandbox: FullSandbox;
let disk: Disk;
beforeAll(async () => {
  sandbox = await makeFullSandbox();
  sandbox.keep();
  disk = new Disk(sandbox.home);
});
afterAll(async () => {
  disk?.putBack();
  await sandbox.remove();
});

const optionsOf = ({ env }: Verb) => ({
  cwd: `${sandbox.home}/work`,
  env: { BROWSER: sandbox.browser, ...env(sandbox) },
  wait: async () => {},
});

async function runWith(verb: Verb, plan: Disk['plan']) {
  disk.reset(null);
  sandbox.restore();
  disk.reset(plan);
  try {
    return await sandbox.awsp(verb.args, optionsOf(verb));
  } finally {
    disk.plan = null;
  }
}

function textOf(path: string): string | null {
  try {
    return readFileSync(join(sandbox.home, path), 'latin1');
  } catch {
    return null;
  }
}

/** What is there after a command: what a person has written, who is signed in, and what is allowed. */
function effects(): Readonly<Record<string, unknown>> {
  const { config, credentials, settings, pin, session, expired, renewable, login, legacy } = filesOfHome;
  return {
    ...Object.fromEntries([config, credentials, settings, pin].map((path) => [path, textOf(path)])),
    signedIn: [session, expired, renewable, login, legacy].filter((path) => {
      const signIn = JSON.parse(textOf(path) ?? '{}');
      // The keys of aws login last fifteen minutes, and a thorough run longer; the rest of it renews them.
      return signIn.refreshToken !== undefined && signIn.dpopKey !== undefined
        ? true
        : Date.parse(signIn.expiresAt ?? '') > Date.now();
    }),
    isAllowed: textOf(`.local/state/awsp/allowed${sandbox.home}/${pin}`) !== null,
  };
}

/** The files with the keys of roles, which the end of a sign-in removes. */
function roleKeys(): readonly string[] {
  return readdirSync(join(sandbox.home, '.aws/cli/cache')).filter(
    (name) => name.endsWith('.json') && textOf(`.aws/cli/cache/${name}`)?.includes('SecretAccessKey'),
  );
}

/** Of the code for a shell, what it says of the identity; the names of accounts and the dates of files may be missing. */
function switchIn(stdout: string): string {
  const lines = stdout.match(/^export (?:AWS_|AWSP_(?:PROFILE|ACCOUNT_ID|ROLE|STATE|LEVEL)=).*?(?= &&$|$)/gm) ?? [];
  return lines.join('\n');
}

/** Whether what awsp keeps is shown otherwise. A list says `none` of a sign-in that cannot be read: a person has to sign in. */
function isOther({ args }: Verb, { stdout }: Finished, usual: Finished): boolean {
  return ['log', 'config'].includes(args[0] ?? '') && stdout !== usual.stdout;
}

/** The files with secrets that are not where AWS's tools keep them. */
function leftovers(): readonly string[] {
  const all = readdirSync(sandbox.home, { recursive: true, encoding: 'utf8' });
  const files = all.filter((path) => statSync(join(sandbox.home, path), { throwIfNoEntry: false })?.isFile());
  return files.filter(
    (path) => path.includes('.awsp-') && /accessToken|SecretAccessKey|clientSecret/.test(textOf(path) ?? ''),
  );
}

/** The exit codes that a failing disk may lead to, beside the usual one: it failed, or nothing is known. */
const others: readonly number[] = [
  // The sessions could not be read, and then there is nothing to choose from.
  exitCodes.usage,
  exitCodes.failed,
  exitCodes.noProfile,
  exitCodes.signInNeeded,
  exitCodes.refused,
];

type Plan = NonNullable<Disk['plan']>;

interface Row {
  readonly verb: Verb;
  readonly plan: Plan;
  readonly usual: Usual;
}

/** A command on a disk that works: what it prints, and what is there afterwards. */
interface Usual extends Finished {
  readonly effects: ReturnType<typeof effects>;
  readonly roleKeys: readonly string[];
}

/** One fault at each call alone, and each fault from each call on. */
function plansFor(asked: Disk['asked']): readonly Plan[] {
  return (['read', 'write'] as const).flatMap((access) => {
    const codes = faults[access];
    return Array.from({ length: asked[access] }, (_, index) => index + 1).flatMap((at) => [
      { access, at, code: codes[at % codes.length] ?? 'EIO', isOver: true },
      ...codes.map((code) => ({ access, at, code, isOver: false })),
    ]);
  });
}

/** What is wrong with a command on a disk that fails so; null if nothing is. */
async function faultOf({ verb, plan, usual }: Row): Promise<unknown> {
  const ended = await runWith(verb, plan).catch((error: Error) => error.stack?.split('\n').slice(0, 6));
  const { failed } = disk;
  disk.reset(null);
  if (ended === undefined || Array.isArray(ended)) return { thrown: ended, failed };
  const isForShell = ended.code !== 0 && verb.args[0] === '--shell' && ended.stdout !== '';
  const isDone = ended.code === 0;
  const isLeft = leftovers().some((path) => !failed.some((call) => call.endsWith(path)));
  const fault =
    brokenBy(ended, verb.code) ??
    (ended.code !== verb.code && !others.includes(ended.code) ? 'another exit code' : null) ??
    (isForShell ? 'code for the shell' : null) ??
    (isDone && JSON.stringify(effects()) !== JSON.stringify(usual.effects) ? 'not done' : null) ??
    (isDone && roleKeys().some((name) => !usual.roleKeys.includes(name)) ? 'left keys of a role' : null) ??
    (ended.stderr === usual.stderr && switchIn(ended.stdout) !== switchIn(usual.stdout) ? 'another switch' : null) ??
    (isDone && ended.stderr === usual.stderr && isOther(verb, ended, usual) ? 'shows other things' : null) ??
    (isLeft ? 'left a file with secrets' : null);
  return fault === null ? null : { fault, failed: failed.slice(0, 3), code: ended.code, stderr: ended.stderr };
}

it('whatever fails, a command says in its own words that it failed, or has done what it says', async () => {
  const rows: Row[] = [];
  for (const verb of verbs) {
    const ended = await runWith(verb, null);
    const { code, stderr } = ended;
    expect({ args: verb.args, code, stderr }).toMatchObject({ code: verb.code });
    const asked = { ...disk.asked };
    const usual = { ...ended, effects: effects(), roleKeys: roleKeys() };
    rows.push(...plansFor(asked).map((plan) => ({ verb, plan, usual })));
  }
  const lineOf = ({ verb, plan: { code, access, at, isOver } }: Row) =>
    `${verb.args.join(' ')}: ${code} at ${access} ${at}${isOver ? '' : ' and after'}`;
  const { broken, summary } = await tryRows(rows, 100, lineOf, faultOf);
  console.info(`${verbs.length} commands × each of their calls of the disk × its faults: ${summary}`);
  expect(broken).toEqual([]);
}, 7_200_000);

/** What HOME may be, on a machine where something is wrong. */
const homes: Readonly<Record<string, string | undefined>> = {
  'not set': undefined,
  empty: '',
  missing: '/proc/nowhere',
  'missing, and below a missing one': '/proc/nowhere/home/kari',
  'a file': '/dev/null',
  'below a file': '/etc/passwd/kari',
  relative: 'home',
  'the root': '/',
  'too long': `/${'x'.repeat(5_000)}`,
  'a link to itself': 'loop',
};

it('without a home folder each command ends in its own words', async () => {
  const rows = Object.entries(homes).flatMap(([what, home]) => verbs.map((verb) => ({ what, home, verb })));
  symlinkSync('loop', join(sandbox.home, 'loop'));
  // For the relative one.
  const before = process.cwd();
  process.chdir(sandbox.home);
  const lineOf = ({ what, verb }: (typeof rows)[number]) => `${verb.args.join(' ')} with HOME ${what}`;
  const { broken, summary } = await tryRows(rows, 60, lineOf, async ({ what, home, verb }) => {
    // The root is not the place for the files of a test.
    if (home === '/' && (verb.writes || /login|switch|allow|exec|credentials/.test(verb.args.join(' ')))) return null;
    const HOME = what === 'a link to itself' ? join(sandbox.home, 'loop') : home;
    const ended = await sandbox.awsp(verb.args, { ...optionsOf(verb), env: { ...optionsOf(verb).env, HOME } });
    const fault =
      brokenBy(ended, verb.code) ?? ([verb.code, ...others].includes(ended.code) ? null : 'another exit code');
    return fault === null ? null : { fault, ...ended };
  });
  process.chdir(before);
  console.info(`${Object.keys(homes).length} homes × ${verbs.length} commands: ${summary}`);
  expect(broken).toEqual([]);
}, 600_000);

it('with too few open files a command has done all that it says, or none', async () => {
  sandbox.restore();
  const limits = Array.from({ length: 40 }, (_, index) => index + 3);
  const rows = ['switch', 'list', 'login kart', 'doctor'].flatMap((verb) => limits.map((limit) => ({ verb, limit })));
  const limited = '( ulimit -n "$1" && shift && exec "$0" "$@" )';
  const lineOf = ({ verb, limit }: (typeof rows)[number]) => `${verb} with ${limit} open files`;
  const { broken, summary } = await tryRows(rows, 8, lineOf, async ({ verb, limit }) => {
    const args = verb === 'switch' ? ['--shell', 'bash', '--mark', 'the-mark', 'builder'] : verb.split(' ');
    const ended = await runProgram('bash', ['-c', limited, program, String(limit), ...args], { env: sandbox.env });
    // A shell evaluates only what stands between two marks. Node itself and the loader need some files.
    const isWhole = ended.stdout.split('the-mark\n').length === 3;
    const isSaid = ended.code !== 0 && ended.stderr !== '';
    const isRight =
      verb === 'switch' ? isWhole === (ended.code === 0) : ended.code === 0 || isSaid || verb === 'doctor';
    const isBug = /this is a bug|^\s+at \S/m.test(ended.stderr) && limit > 20;
    return isRight && !isBug ? null : ended;
  });
  console.info(`four commands × ${limits.length} limits of open files: ${summary}`);
  expect(broken).toEqual([]);
}, 600_000);
