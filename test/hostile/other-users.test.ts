import {
  chmodSync,
  chownSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { makeSandbox, program, type Sandbox } from '../support/program.ts';
import { type Finished, runProgram } from '../support/run.ts';
import { findProgram, shimFolder, temporaryFolder } from '../support/shells.ts';

/** The one who runs awsp, and another user of the machine. */
const [kari, other] = [65_534, 65_533];

const canChangeUser = process.getuid?.() === 0 && findProgram('setpriv') !== null;
if (!canChangeUser)
  console.warn('skipped in test/hostile/other-users.test.ts: it needs root, and setpriv of util-linux');

const profile = 'sandkasse-lab-Builder-123456789041';

/** Runs a program as a user. */
function as(user: number, file: string, args: readonly string[], env: Readonly<Record<string, string>>, cwd: string) {
  const identity = [`--reuid=${user}`, `--regid=${user}`, '--clear-groups'];
  return runProgram('setpriv', [...identity, file, ...args], { env, cwd });
}

function own(path: string, user: number): void {
  for (const name of ['', ...readdirSync(path, { recursive: true, encoding: 'utf8' })])
    chownSync(join(path, name), user, user);
}

describe('another user of this machine', () => {
  let sandbox: Sandbox;
  beforeAll(async () => {
    sandbox = await makeSandbox();
    sandbox.write('work/.awsp', 'account = 123456789041\n');
    if (canChangeUser) own(sandbox.home, kari);
    chmodSync(sandbox.home, 0o755);
  });
  afterAll(() => sandbox.remove());

  const awsp = (args: readonly string[], env: Readonly<Record<string, string>> = {}): Promise<Finished> =>
    as(kari, program, args, { ...sandbox.env, ...env }, `${sandbox.home}/work`);

  it('reads, lists and changes nothing that awsp has written, whatever the umask is', async ({ skip }) => {
    skip(!canChangeUser);
    const before = new Set(readdirSync(sandbox.home, { recursive: true, encoding: 'utf8' }));
    const runs = [
      `--shell bash switch --verify ${profile}`,
      '--shell bash switch --verify sandkasse-lab-Hub-123456789042',
      'login kart',
      'allow',
    ];
    const lines = runs.map((args) => `${program} ${args} || exit`);
    const script = `umask 0; ${lines.join('\n')}`;
    const done = await as(kari, '/bin/sh', ['-c', script], sandbox.env, `${sandbox.home}/work`);
    expect(done.code, done.stderr).toBe(0);
    const made = readdirSync(sandbox.home, { recursive: true, encoding: 'utf8' }).filter((path) => !before.has(path));
    const files = made.filter((path) => lstatSync(join(sandbox.home, path)).isFile());
    expect(files.length).toBeGreaterThan(3);
    expect(files.filter((path) => (lstatSync(join(sandbox.home, path)).mode & 0o777) !== 0o600)).toEqual([]);
    const quoted = made.map((path) => `'${path}'`).join(' ');
    const attempt = `for path in ${quoted}; do if [ -r "$path" ] || [ -w "$path" ]; then echo "$path"; fi; done`;
    const { stdout } = await as(other, '/bin/sh', ['-c', attempt], sandbox.env, sandbox.home);
    expect(stdout).toBe('');
    console.info(`${files.length} files that another user cannot reach`);
  });

  /** A directory that all may write to, as /tmp, in which the other user came first. */
  function shared(): string {
    const folder = temporaryFolder();
    chmodSync(folder, 0o1777);
    mkdirSync(join(folder, 'awsp'), { mode: 0o777 });
    chmodSync(join(folder, 'awsp'), 0o777);
    chownSync(join(folder, 'awsp'), other, other);
    return folder;
  }

  function plant(path: string, text: string): void {
    mkdirSync(join(path, '..'), { recursive: true });
    writeFileSync(path, text);
    chmodSync(path, 0o644);
    chownSync(path, other, other);
  }

  it('leads no write of awsp to another file by a link', async ({ skip }) => {
    skip(!canChangeUser);
    const folder = shared();
    const precious = `${sandbox.home}/precious`;
    writeFileSync(precious, 'mine\n');
    chownSync(precious, kari, kari);
    const links = ['uses', `verified/${profile}.json`, `allowed${sandbox.home}/work/.awsp`];
    for (const link of links) {
      mkdirSync(join(folder, 'awsp', link, '..'), { recursive: true });
      chmodSync(join(folder, 'awsp', link, '..'), 0o777);
      symlinkSync(precious, join(folder, 'awsp', link));
    }
    const env = { XDG_STATE_HOME: folder, XDG_CACHE_HOME: folder };
    const switched = await awsp(['--shell', 'bash', 'switch', '--verify', profile], env);
    expect(switched.code, switched.stderr).toBe(0);
    await awsp(['allow'], env);
    expect(readFileSync(precious, 'utf8')).toBe('mine\n');
    console.info(`${links.length} links`);
  });

  it('plants no verification and no consent', async ({ skip }) => {
    skip(!canChangeUser);
    const folder = shared();
    const env = { XDG_STATE_HOME: folder, XDG_CACHE_HOME: folder };
    // What awsp itself would write, as the other user's.
    const own = temporaryFolder();
    chownSync(own, kari, kari);
    const mine = { XDG_STATE_HOME: own, XDG_CACHE_HOME: own };
    await awsp(['--shell', 'bash', 'switch', '--verify', profile], mine);
    await awsp(['allow'], mine);
    const allowed = `allowed${sandbox.home}/work/.awsp`;
    for (const path of [`verified/${profile}.json`, allowed]) {
      plant(join(folder, 'awsp', path), readFileSync(join(own, 'awsp', path), 'utf8'));
    }
    // A remembered verification needs no request to STS.
    const isVerified = async (which: Readonly<Record<string, string>>) => {
      const before = sandbox.emulator.requests.length;
      await awsp(['--shell', 'bash', 'switch', profile], which);
      return sandbox.emulator.requests.length === before;
    };
    const isTrusted = async (which: Readonly<Record<string, string>>) =>
      (await awsp(['allow'], which)).stderr.includes('trusted already');
    expect([await isVerified(mine), await isTrusted(mine)]).toEqual([true, true]);
    expect([await isVerified(env), await isTrusted(env)]).toEqual([false, false]);
  });

  it('feeds no .awsp that counts: one of another user is untrusted until it is allowed', async ({ skip }) => {
    skip(!canChangeUser);
    const folder = temporaryFolder();
    chmodSync(folder, 0o1777);
    plant(join(folder, '.awsp'), `profile = ${profile}\n`);
    const shown = 'cd "$1"; . "$2"; __awsp_prompt; printf \'%s\' "$AWS_PROFILE$__awsp_pin"';
    const args = ['--noprofile', '--norc', '-c', shown, 'bash', folder, `${shimFolder}/awsp.bash`];
    expect(await as(kari, 'bash', args, sandbox.env, sandbox.home)).toEqual({ code: 0, stdout: '', stderr: '' });
  });
});
