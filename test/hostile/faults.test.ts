import fs, { readdirSync, readFileSync, statSync, symlinkSync } from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { exitCodes } from '../../src/exit-codes.ts';
import { brokenBy } from '../support/broken.ts';
import { someOf } from '../support/extent.ts';
import { type FullSandbox, filesOfHome, makeFullSandbox } from '../support/full-home.ts';
import { program } from '../support/program.ts';
import { runProgram } from '../support/run.ts';
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
  const { config, credentials, settings, pin, session, expired, renewable, login } = filesOfHome;
  return {
    ...Object.fromEntries([config, credentials, settings, pin].map((path) => [path, textOf(path)])),
    signedIn: [session, expired, renewable, login].filter((path) => {
      const signIn = JSON.parse(textOf(path) ?? '{}');
      // The keys of aws login last fifteen minutes, and a thorough run longer; the rest of it renews them.
      return signIn.refreshToken !== undefined && signIn.dpopKey !== undefined
        ? true
        : Date.parse(signIn.expiresAt ?? '') > Date.now();
    }),
    isAllowed: textOf(`.local/state/awsp/allowed${sandbox.home}/${pin}`) !== null,
  };
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

/** One fault at each call, and from every third call on each fault. */
function plansFor(asked: Disk['asked']): readonly Plan[] {
  return (['read', 'write'] as const).flatMap((access) => {
    const codes = faults[access];
    return Array.from({ length: asked[access] }, (_, index) => index + 1).flatMap((at) => [
      { access, at, code: codes[at % codes.length] ?? 'EIO', isOver: true },
      ...(at % 3 === 1 ? codes.map((code) => ({ access, at, code, isOver: false })) : []),
    ]);
  });
}

/** What is wrong with a command on a disk that fails so; null if nothing is. */
async function faultOf(verb: Verb, plan: Plan, wanted: unknown): Promise<unknown> {
  const ended = await runWith(verb, plan).catch((error: Error) => error.stack?.split('\n').slice(0, 6));
  const { failed } = disk;
  disk.reset(null);
  if (ended === undefined || Array.isArray(ended)) return { thrown: ended, failed };
  const isForShell = ended.code !== 0 && verb.args[0] === '--shell' && ended.stdout !== '';
  // A consent that cannot be read is none.
  const isDone = ended.code === 0 && !(verb.args[0] === 'deny' && plan.access === 'read');
  const isLeft = leftovers().some((path) => !failed.some((call) => call.endsWith(path)));
  const fault =
    brokenBy(ended, verb.code) ??
    (ended.code !== verb.code && !others.includes(ended.code) ? 'another exit code' : null) ??
    (isForShell ? 'code for the shell' : null) ??
    (isDone && JSON.stringify(effects()) !== JSON.stringify(wanted) ? 'not done' : null) ??
    (isLeft ? 'left a file with secrets' : null);
  return fault === null ? null : { fault, failed: failed.slice(0, 3), code: ended.code, stderr: ended.stderr };
}

it('whatever fails, a command says in its own words that it failed, or has done what it says', async () => {
  const rows: { readonly verb: Verb; readonly plan: Plan; readonly wanted: unknown }[] = [];
  for (const verb of verbs) {
    const { code, stderr } = await runWith(verb, null);
    expect({ args: verb.args, code, stderr }).toMatchObject({ code: verb.code });
    const asked = { ...disk.asked };
    const wanted = effects();
    rows.push(...plansFor(asked).map((plan) => ({ verb, plan, wanted })));
  }
  const tried = someOf(rows, 100);
  const broken: unknown[] = [];
  for (const { verb, plan, wanted } of tried) {
    const found = await faultOf(verb, plan, wanted);
    const { code, access, at, isOver } = plan;
    if (found !== null) {
      broken.push({ line: `${verb.args.join(' ')}: ${code} at ${access} ${at}${isOver ? '' : ' and after'}`, found });
    }
  }
  console.info(
    `${tried.length} of ${rows.length} cases: ${verbs.length} commands × each of their calls of the disk × its faults; ${broken.length} broken`,
  );
  expect(broken.slice(0, 60)).toEqual([]);
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
  const broken: unknown[] = [];
  const rows = Object.entries(homes).flatMap(([what, home]) => verbs.map((verb) => ({ what, home, verb })));
  const some = someOf(rows, 60);
  symlinkSync('loop', join(sandbox.home, 'loop'));
  for (const { what, home, verb } of some) {
    // The root is not the place for the files of a test.
    if (home === '/' && (verb.writes || /login|switch|allow|exec|credentials/.test(verb.args.join(' ')))) continue;
    const HOME = what === 'a link to itself' ? join(sandbox.home, 'loop') : home;
    const line = `${verb.args.join(' ')} with HOME ${what}`;
    try {
      const ended = await sandbox.awsp(verb.args, { ...optionsOf(verb), env: { ...optionsOf(verb).env, HOME } });
      const fault = brokenBy(ended, verb.code);
      if (fault !== null) broken.push({ line, fault, ...ended });
      if (![verb.code, ...others].includes(ended.code)) broken.push({ line, fault: 'another exit code', ...ended });
    } catch (error) {
      broken.push({ line, thrown: error instanceof Error ? error.stack?.split('\n').slice(0, 4) : error });
    }
  }
  console.info(
    `${some.length} of ${rows.length} cases: ${Object.keys(homes).length} homes × ${verbs.length} commands; ${broken.length} broken`,
  );
  expect(broken.slice(0, 60)).toEqual([]);
}, 600_000);

it('with too few open files a command has done all that it says, or none', async () => {
  sandbox.restore();
  const limits = Array.from({ length: 40 }, (_, index) => index + 3);
  const rows = ['switch', 'list', 'login kart', 'doctor'].flatMap((verb) => limits.map((limit) => ({ verb, limit })));
  const some = someOf(rows, 8);
  const line = '( ulimit -n "$1" && shift && exec "$0" "$@" )';
  const broken: unknown[] = [];
  for (const { verb, limit } of some) {
    const args = verb === 'switch' ? ['--shell', 'bash', '--mark', 'the-mark', 'builder'] : verb.split(' ');
    const ended = await runProgram('bash', ['-c', line, program, String(limit), ...args], { env: sandbox.env });
    // A shell evaluates only what stands between two marks. Node itself and the loader need some files.
    const isWhole = ended.stdout.split('the-mark\n').length === 3;
    const isSaid = ended.code !== 0 && ended.stderr !== '';
    if (
      verb === 'switch' ? !(ended.code === 0 ? isWhole : !isWhole) : !(ended.code === 0 || isSaid || verb === 'doctor')
    )
      broken.push({ verb, limit, ...ended });
    if (/this is a bug|^\s+at \S/m.test(ended.stderr) && limit > 20) broken.push({ verb, limit, ...ended });
  }
  console.info(
    `${some.length} of ${rows.length} cases: four commands × ${limits.length} limits of open files; ${broken.length} broken`,
  );
  expect(broken.slice(0, 60)).toEqual([]);
});
