import { execFileSync } from 'node:child_process';
import {
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  type Stats,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { exitCodes } from '../../src/exit-codes.ts';
import type { Files } from '../../src/world.ts';
import { brokenBy } from '../support/broken.ts';
import { tryRows } from '../support/extent.ts';
import { type FullSandbox, filesOfHome, makeFullSandbox } from '../support/full-home.ts';
import { type Verb, verbs } from '../support/verbs.ts';

/** Makes a file another one, or something else in its place. */
type Damage = (path: string, good: Buffer) => void;

const text =
  (change: (good: Buffer) => string | Buffer): Damage =>
  (path, good) =>
    writeFileSync(path, change(good));
const instead =
  (put: (path: string) => void): Damage =>
  (path) => {
    rmSync(path, { force: true });
    put(path);
  };

/** What takes half the time of all of them. */
const slow = 'fifty thousand lines';

const damages: Readonly<Record<string, Damage>> = {
  missing: instead(() => {}),
  empty: text(() => ''),
  'a newline': text(() => '\n'),
  blanks: text(() => ' \t\r\n '.repeat(100)),
  'zero bytes': text((good) => Buffer.alloc(good.length)),
  'its first half': text((good) => good.subarray(0, good.length / 2)),
  'its second half': text((good) => good.subarray(good.length / 2)),
  'without its last byte': text((good) => good.subarray(0, -1)),
  'without its first byte': text((good) => good.subarray(1)),
  twice: text((good) => Buffer.concat([good, good])),
  'zero bytes behind': text((good) => Buffer.concat([good, Buffer.alloc(4_096)])),
  'a block of zeros in it': text((good) =>
    Buffer.concat([good.subarray(0, good.length / 3), Buffer.alloc(64), good.subarray(good.length / 2)]),
  ),
  'random bytes': text(() =>
    Buffer.from(Array.from({ length: 4_096 }, (_, index) => (index * 151 + (index >> 3)) % 256)),
  ),
  'bytes that are not UTF-8': text((good) => Buffer.concat([good, Buffer.from([0xff, 0xfe, 0xc0, 0x80, 0x0a])])),
  'Latin-1': text((good) => Buffer.from(good.toString().replaceAll('a', 'å'), 'latin1')),
  'a byte order mark': text((good) => `\uFEFF${good}`),
  'UTF-16, little-endian': text((good) => Buffer.from(`\uFEFF${good}`, 'utf16le')),
  'UTF-16, big-endian': text((good) => Buffer.from(`\uFEFF${good}`, 'utf16le').swap16()),
  'CR LF': text((good) => good.toString().replaceAll('\n', '\r\n')),
  CR: text((good) => good.toString().replaceAll('\n', '\r')),
  'escapes in it': text((good) =>
    good.toString().replaceAll('"', '"\u001b[2J').replaceAll(' = ', ' = \u001b]0;x\u0007'),
  ),
  'a line of a megabyte': text((good) => `${good}${'A'.repeat(1_000_000)}`),
  [slow]: text((good) => `${good}${'x\n'.repeat(50_000)}`),
  'more than 64 MB': (path) => truncateSync(path, 64 * 1024 * 1024 + 1),
  brackets: text(() => '['.repeat(5_000)),
  'a page of HTML': text(() => '<!doctype html><html><body>Sign in to the network</body></html>\n'),
  'a conflict of git': text((good) => `<<<<<<< HEAD\n${good}=======\n${good}>>>>>>> other\n`),
  'JSON null': text(() => 'null'),
  'JSON true': text(() => 'true'),
  'a JSON number': text(() => '1e400'),
  'a JSON text': text(() => '"planted"'),
  'a JSON list': text(() => '[{}, null]'),
  'an empty JSON object': text(() => '{}'),
  'a JSON prototype': text(() => '{"__proto__": {"accessToken": "x"}, "constructor": null, "toString": 1}'),
  'a folder': instead((path) => mkdirSync(path)),
  'a folder with files': instead((path) => {
    mkdirSync(path);
    writeFileSync(join(path, 'x'), 'x');
  }),
  'a pipe': instead((path) => execFileSync('mkfifo', [path])),
  'a link to nothing': instead((path) => symlinkSync('/proc/nowhere/file', path)),
  'a link to itself': instead((path) => symlinkSync(path, path)),
  'a link to a folder': instead((path) => symlinkSync(dirname(path), path)),
  'a link to a device without end': instead((path) => symlinkSync('/dev/zero', path)),
  'a link to /dev/null': instead((path) => symlinkSync('/dev/null', path)),
  'its folder a file': (path) => {
    rmSync(dirname(path), { recursive: true });
    writeFileSync(dirname(path), '');
  },
  // Root may read any file, so it is the world that refuses.
  'not readable': () => {},
};

/** A JSON file with each of its fields, in turn, as something else. */
const wrongTypes: readonly unknown[] = [
  null,
  true,
  0,
  -1,
  1e300,
  '',
  'planted',
  '\u001b[2J\n',
  [],
  {},
  [['x']],
  { x: null },
];
function wronglyTyped(good: Buffer): readonly (readonly [what: string, text: string])[] {
  let fields: Readonly<Record<string, unknown>>;
  try {
    fields = JSON.parse(good.toString());
  } catch {
    return [];
  }
  return Object.keys(fields).flatMap((name) => [
    [`without ${name}`, JSON.stringify({ ...fields, [name]: undefined })] as const,
    ...wrongTypes.map(
      (value) => [`${name}: ${JSON.stringify(value)}`, JSON.stringify({ ...fields, [name]: value })] as const,
    ),
  ]);
}

/** The files that are looked at, by what they are; the others of the home are of the same kinds. */
const kinds: Readonly<Record<string, string | RegExp>> = {
  config: filesOfHome.config,
  credentials: filesOfHome.credentials,
  settings: filesOfHome.settings,
  "a team's settings": filesOfHome.teamSettings,
  'a .awsp': filesOfHome.pin,
  'the consent to a .awsp': /\/allowed\/.*\/\.awsp$/,
  'the record of use': filesOfHome.uses,
  'the log of switches': filesOfHome.log,
  'the sign-in of a session': filesOfHome.session,
  'a sign-in that has expired': filesOfHome.expired,
  'a sign-in that can be renewed': filesOfHome.renewable,
  'the sign-in of a profile without a session': filesOfHome.legacy,
  'a client registration': filesOfHome.registration,
  'a sign-in of aws login': filesOfHome.login,
  'keys of a role': /^\.aws\/cli\/cache\//,
  'the note to the keys of a role': /^\.cache\/awsp\/roles\//,
  'a verification': /^\.cache\/awsp\/verified\/sandkasse-lab-Hub/,
  'the facts of a switch': /\/seen\/.*\/facts$/,
};

let sandbox: FullSandbox;
const paths = new Map<string, string>();
beforeAll(async () => {
  sandbox = await makeFullSandbox();
  sandbox.keep();
  const all = readdirSync(sandbox.home, { recursive: true, encoding: 'utf8' });
  for (const [what, is] of Object.entries(kinds)) {
    const path = all.find((some) => (typeof is === 'string' ? some === is : is.test(some)));
    if (path === undefined) throw new Error(`there is no file that is ${what}`);
    paths.set(what, path);
  }
});
afterAll(() => sandbox.remove());

function run({ args, env }: Verb, files?: (real: Files) => Files) {
  return sandbox.awsp(args, {
    cwd: `${sandbox.home}/work`,
    env: { BROWSER: sandbox.browser, ...env(sandbox) },
    wait: async () => {},
    files,
  });
}

/** The paths that a command looks at. */
async function readsOf(verb: Verb): Promise<ReadonlySet<string>> {
  const reads = new Set<string>();
  const seen = (real: Files) =>
    new Proxy(real, {
      get: (target, name: keyof Files) => {
        const method = target[name] as (...args: unknown[]) => unknown;
        return (...args: unknown[]) => {
          const path = args[0];
          if (typeof path === 'string' && name !== 'list') reads.add(path);
          return method(...args);
        };
      },
    });
  sandbox.restore();
  const { code, stderr } = await run(verb, seen);
  expect({ args: verb.args, code, stderr }).toMatchObject({ code: verb.code });
  return reads;
}

/** What a person has written, which only the commands for it change. */
const own = (['config', 'credentials', 'settings', 'teamSettings', 'pin'] as const).map((what) => filesOfHome[what]);

function statOf(path: string): Stats | undefined {
  try {
    return lstatSync(path);
  } catch {
    return undefined;
  }
}

function stateOf(path: string): string {
  const stat = statOf(path);
  if (stat === undefined) return 'missing';
  if (!stat.isFile()) return `mode ${stat.mode}`;
  return stat.size > 2_000_000 ? `size ${stat.size}` : readFileSync(path, 'latin1');
}

interface Row {
  /** What the file is. */
  readonly what: string;
  readonly how: string;
  readonly damage: Damage;
  readonly verb: Verb;
}

/** The files that a command reads, each with everything that may be wrong with it. */
async function rowsOf(verb: Verb, readers: Map<string, number>): Promise<readonly Row[]> {
  const reads = await readsOf(verb);
  return [...paths].flatMap(([what, path]) => {
    const file = join(sandbox.home, path);
    if (!reads.has(file) && !(what === 'the facts of a switch' && reads.has(dirname(file)))) return [];
    sandbox.restore();
    const times = (readers.get(what) ?? 0) + 1;
    readers.set(what, times);
    // Those that read a file read it alike.
    const isFirst = times <= 4;
    const some = Object.entries(damages).filter(([how]) => isFirst || how !== slow);
    const types = isFirst ? wronglyTyped(readFileSync(file)) : [];
    const all = [...some, ...types.map(([how, json]) => [how, text(() => json)] as const)];
    return all.map(([how, damage]) => ({ what, how, damage, verb }));
  });
}

const refused: Readonly<Record<string, string>> = {
  'not readable': 'permission denied',
  'a pipe': 'nobody writes to this pipe',
};

/** The files where root and the wait for the writer of a pipe would be in the way. */
const filesWith =
  ({ what, how }: Row, path: string) =>
  (real: Files): Files => {
    const reason = refused[how];
    if (reason === undefined || (how === 'a pipe' && what !== 'config' && what !== 'credentials')) return real;
    return {
      ...real,
      read: (given, pipes) => (given === path ? { kind: 'unreadable', reason } : real.read(given, pipes)),
    };
  };

/** What is wrong with a command after the damage; null if nothing is. */
async function faultOf(row: Row): Promise<unknown> {
  const { what, damage, verb } = row;
  const path = join(sandbox.home, paths.get(what) ?? '');
  sandbox.restore();
  damage(path, readFileSync(path));
  const before = own.map((name) => stateOf(join(sandbox.home, name)));
  const ended = await run(verb, filesWith(row, path)).catch((error: Error) => error.stack?.split('\n').slice(0, 4));
  if (ended === undefined || Array.isArray(ended)) return ended;
  const changed = own.filter((name, index) => stateOf(join(sandbox.home, name)) !== before[index]);
  // doctor mends what it can, and fails for what is left.
  const mayChange = verb.writes && [exitCodes.done, verb.code].includes(ended.code);
  const isSilent = changed.some((name) => !`${ended.stdout}${ended.stderr}`.includes(name));
  const isForShell = ended.code !== 0 && verb.args[0] === '--shell' && ended.stdout !== '';
  const fault =
    brokenBy(ended, verb.code) ??
    (changed.length > 0 && !mayChange ? 'changed a file' : null) ??
    (isSilent ? 'changed a file without a word' : null) ??
    (isForShell ? 'code for the shell' : null);
  return fault === null ? null : { fault, ...ended };
}

it('whatever is in the place of a file, each command that reads it ends in its own words', async () => {
  const readers = new Map<string, number>();
  const rows: Row[] = [];
  for (const verb of verbs) rows.push(...(await rowsOf(verb, readers)));
  const lineOf = ({ verb, what, how }: Row) => `${verb.args.join(' ')} with ${what}: ${how}`;
  const { broken, summary } = await tryRows(rows, 100, lineOf, faultOf);
  console.info(
    `${paths.size} files × ${Object.keys(damages).length} damages, and wrong types, × the commands that read them: ${summary}`,
  );
  expect(broken).toEqual([]);
}, 7_200_000);
