import { execFileSync, spawn } from 'node:child_process';
import {
  chmodSync,
  chownSync,
  cpSync,
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  realpathSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { describeWith, findProgram } from '../support/shells.ts';

const repository = fileURLToPath(new URL('../..', import.meta.url));

/** The programs that install.sh and npm may use: what a machine with only Node has. zsh and fish are added by a test. */
const tools =
  'bash cat chmod cp cut dirname env grep head ls ln mkdir mktemp mv node npm printf readlink rm rmdir sed sh sleep sort tail uname wc';

/** Every path below a folder with its type, mode and content, for a comparison byte for byte. */
function listing(root: string): Record<string, string> {
  const entries: Record<string, string> = {};
  const visit = (path: string) => {
    const found = lstatSync(join(root, path));
    const mode = (found.mode & 0o7777).toString(8);
    if (found.isSymbolicLink()) {
      entries[path] = `link ${readlinkSync(join(root, path))}`;
    } else if (found.isDirectory()) {
      entries[path] = `folder ${mode}`;
      for (const name of readdirSync(join(root, path))) visit(join(path, name));
    } else {
      entries[path] = `file ${mode} ${readFileSync(join(root, path), 'latin1')}`;
    }
  };
  visit('.');
  return entries;
}

interface Run {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** A place of its own for one test: HOME, a folder for temporary files, and a folder of programs. */
interface Machine {
  readonly root: string;
  readonly home: string;
  readonly temporary: string;
  readonly programs: string;
}

function makeMachine(shells: readonly string[] = ['zsh', 'fish', 'nu']): Machine {
  const root = realpathSync(mkdtempSync(join(tmpdir(), 'awsp-install-')));
  const machine = { root, home: join(root, 'home'), temporary: join(root, 'tmp'), programs: join(root, 'bin') };
  for (const folder of [machine.home, machine.temporary, machine.programs]) mkdirSync(folder);
  for (const tool of tools.split(' ')) {
    const path = tool === 'node' ? process.execPath : findProgram(tool);
    if (path === null) throw new Error(`this test needs "${tool}" in PATH`);
    symlinkSync(path, join(machine.programs, tool));
  }
  // install.sh only asks whether they exist.
  for (const shell of shells) program(machine, shell, 'exit 1');
  // The real one waits for all that this machine writes.
  symlinkSync(findProgram('true') ?? '/bin/true', join(machine.programs, 'sync'));
  return machine;
}

/** Puts a bash script in front of the program of that name. */
function program(machine: Machine, name: string, script: string): void {
  rmSync(join(machine.programs, name), { force: true });
  writeFileSync(join(machine.programs, name), `#!${findProgram('bash')}\n${script}\n`, { mode: 0o755 });
}

/** An environment built from nothing, but for how npm reaches its registry. */
function environment(machine: Machine): Record<string, string> {
  const env: Record<string, string> = { PATH: machine.programs, HOME: machine.home, TMPDIR: machine.temporary };
  const settings = process.env.npm_config_userconfig ?? join(homedir(), '.npmrc');
  if (existsSync(settings)) env.NPM_CONFIG_USERCONFIG = settings;
  for (const [name, value] of Object.entries(process.env)) {
    if (/^(NODE_EXTRA_CA_CERTS|npm_config_registry|(https?|no)_proxy)$/i.test(name)) env[name] = value ?? '';
  }
  return env;
}

function start(
  machine: Machine,
  checkout: string,
  args: readonly string[],
  env: Record<string, string> = {},
  user: { uid: number; gid: number } | { uid?: undefined } = {},
) {
  const child = spawn(join(checkout, 'install.sh'), args, {
    env: { ...environment(machine), ...env },
    cwd: machine.root,
    stdio: ['ignore', 'pipe', 'pipe'],
    // A process group of its own, which a test can interrupt as a terminal does.
    detached: true,
    ...user,
  });
  const output = { stdout: '', stderr: '' };
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    output.stdout += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    output.stderr += text;
  });
  const finished = new Promise<Run>((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code) => resolve({ code, ...output }));
  });
  return { finished, output, interrupt: () => process.kill(-(child.pid as number), 'SIGINT') };
}

function run(machine: Machine, checkout: string, args: readonly string[] = [], env: Record<string, string> = {}) {
  return start(machine, checkout, args, env).finished;
}

async function until(condition: () => boolean): Promise<void> {
  for (let tries = 0; !condition(); tries += 1) {
    if (tries === 600) throw new Error('waited for 30 seconds');
    await pause(50);
  }
}

/** The files of this repository as they are now, committed or not, without what is built and downloaded. */
function copyOfRepository(target: string): void {
  const names = execFileSync('git', ['ls-files', '-z', '--cached', '--others', '--exclude-standard'], {
    cwd: repository,
    encoding: 'utf8',
  });
  for (const name of new Set(names.split('\0'))) {
    if (name !== '' && existsSync(join(repository, name))) cpSync(join(repository, name), join(target, name));
  }
}

/** A build that takes no time: bash runs it, in place of Node. */
const quickBuild = `set -e
mkdir dist
: >dist/awsp.cjs
chmod 755 dist/awsp.cjs
cp shell/templates/* shell/
`;

/** A checkout whose build takes no time, for the tests of everything but the build: npm and Node are replaced as well. */
function quickCheckout(machine: Machine): string {
  const checkout = join(machine.root, 'checkout');
  for (const [name, text] of Object.entries({
    'package.json': '{"name":"awsp"}\n',
    LICENSE: 'as you like\n',
    'docs/commands.md': '# Commands\n',
    'shell/templates/awsp.bash': 'awsp() { :; }\n',
    'shell/templates/awsp.zsh': 'awsp() { :; }\n',
    'shell/templates/awsp.fish': 'function awsp; end\n',
    'shell/templates/awsp.nu': 'def awsp [] {}\n',
    'scripts/build.mjs': quickBuild,
    'scripts/man.mjs': "mkdir man && echo '.Dd x' >man/awsp.1\n",
  })) {
    mkdirSync(dirname(join(checkout, name)), { recursive: true });
    writeFileSync(join(checkout, name), text);
  }
  cpSync(join(repository, 'install.sh'), join(checkout, 'install.sh'));
  program(machine, 'npm', 'exit 0');
  program(machine, 'node', `[ "$1" != -p ] || { echo ${process.versions.node}; exit; }; exec bash "$1"`);
  return checkout;
}

/** Where `man` finds the page of awsp when ~/.local/bin is in PATH; a machine without `man` is taken to find it. */
function manualOf({ home }: Machine): string {
  const path = join(home, '.local/share/man/man1/awsp.1');
  const man = findProgram('man');
  if (man === null) return realpathSync(path);
  const env = { HOME: home, PATH: `${join(home, '.local/bin')}:/usr/bin:/bin` };
  return execFileSync(man, ['-w', 'awsp'], { env, encoding: 'utf8' }).trim();
}

/** A user without root's rights: root can write to every file. */
function ordinaryUser(): { uid: number; gid: number } | { uid?: undefined } {
  return process.getuid?.() === 0 ? { uid: 65534, gid: 65534 } : {};
}

let machine: Machine;
beforeEach(() => {
  machine = makeMachine();
});
afterEach(() => {
  rmSync(machine.root, { recursive: true, force: true });
});

/** A listing without what V8 compiled, which is never the same twice. */
function shape(entries: Record<string, string>): Record<string, string> {
  const same = ([path, entry]: [string, string]) => [path, path.endsWith('.code') ? entry.slice(0, 8) : entry];
  return Object.fromEntries(Object.entries(entries).map(same));
}

describe('with npm and the real build', () => {
  let checkout: string;
  /** The same, except that its build copies what is built already: for the second installation, and the demo. */
  let built: string;
  /** Replaces npm for `built`: the script that makes the manual page needs its packages. */
  const spareNpm = () => program(machine, 'npm', `ln -s '${join(repository, 'node_modules')}' node_modules`);
  beforeAll(() => {
    const folder = mkdtempSync(join(tmpdir(), 'awsp-checkout-'));
    checkout = join(folder, 'checkout');
    built = join(folder, 'built');
    copyOfRepository(checkout);
    cpSync(checkout, built, { recursive: true });
    writeFileSync(
      join(built, 'scripts/build.mjs'),
      [
        "import { cpSync } from 'node:fs';",
        `for (const name of ['dist', 'shell']) cpSync(\`${repository}\${name}\`, name, { recursive: true });`,
      ].join('\n'),
    );
  });
  afterAll(() => {
    rmSync(dirname(checkout), { recursive: true, force: true });
  });

  it('installs twice and leaves the machine and the checkout as they were', async () => {
    writeFileSync(join(machine.home, '.zshrc'), 'setopt autocd', { mode: 0o600 });
    const before = listing(machine.root);
    const checkoutBefore = listing(checkout);
    expect(await run(machine, checkout)).toMatchObject({ code: 0 });
    const installed = join(machine.home, '.local/share/awsp');
    expect(readdirSync(installed).sort()).toEqual([
      'LICENSE',
      'dist',
      'docs',
      'man',
      'manifest',
      'package.json',
      'shell',
    ]);
    expect(readdirSync(join(installed, 'shell'))).toEqual(readdirSync(join(checkout, 'shell/templates')));
    expect(readlinkSync(join(machine.home, '.local/bin/awsp'))).toBe(join(installed, 'dist/awsp.cjs'));
    expect(listing(join(installed, 'docs'))).toEqual(listing(join(checkout, 'docs')));
    const page = join(machine.home, '.local/share/man/man1/awsp.1');
    expect(readlinkSync(page)).toBe(join(installed, 'man/awsp.1'));
    expect(readFileSync(page, 'utf8')).toContain('.Nd switch the AWS profile of the shell you are in\n');
    expect(manualOf(machine)).toBe(join(installed, 'man/awsp.1'));
    const help = execFileSync(join(machine.home, '.local/bin/awsp'), ['--help'], {
      env: environment(machine),
      encoding: 'utf8',
    });
    expect(help).toContain('awsp');
    const once = shape(listing(machine.home));
    spareNpm();
    expect(await run(machine, built)).toMatchObject({ code: 0 });
    expect(shape(listing(machine.home))).toEqual(once);
    expect(await run(machine, checkout, ['--uninstall'])).toMatchObject({ code: 0 });
    const npm = join('bin', 'npm');
    expect({ ...listing(machine.root), [npm]: before[npm] }).toEqual(before);
    expect(listing(checkout)).toEqual(checkoutBefore);
  });

  it('shows the demo and touches nothing', async () => {
    writeFileSync(join(machine.home, '.bashrc'), 'alias ll="ls -l"\n');
    spareNpm();
    const before = listing(machine.root);
    const builtBefore = listing(built);
    const hi = await run(machine, built, ['--demo', '-c', 'echo hi']);
    expect(hi).toMatchObject({ code: 0, stdout: 'hi\n' });
    expect(hi.stderr.split('\n').slice(0, 2)).toEqual(['awsp: installing dependencies', 'awsp: building']);
    expect(listing(machine.root)).toEqual(before);
    expect(listing(built)).toEqual(builtBefore);
    expect(await run(machine, built, ['--demo', '-c', 'exit 7'])).toMatchObject({ code: 7, stdout: '' });
    expect(listing(machine.root)).toEqual(before);
  });

  it('cleans up after Ctrl-C in the demo', async () => {
    spareNpm();
    const before = listing(machine.root);
    const demo = start(machine, built, ['--demo', '-c', 'echo started; sleep 60']);
    await until(() => demo.output.stdout.includes('started'));
    demo.interrupt();
    expect(await demo.finished).toMatchObject({ code: 130 });
    expect(listing(machine.root)).toEqual(before);
  });
});

describe('start-up files', () => {
  const styles: readonly (readonly [string, (home: string) => void])[] = [
    ['none', () => {}],
    ['an ordinary one', (home) => writeFileSync(join(home, '.bashrc'), '# mine\nalias a=b\n')],
    ['no final newline', (home) => writeFileSync(join(home, '.bashrc'), 'alias a=b')],
    ['CRLF', (home) => writeFileSync(join(home, '.bashrc'), '# a\r\n# b\r\n')],
    ['CRLF and no final newline', (home) => writeFileSync(join(home, '.bashrc'), '# a\r\n# b')],
    ['empty', (home) => writeFileSync(join(home, '.bashrc'), '')],
    ['blank lines at the end', (home) => writeFileSync(join(home, '.bashrc'), 'a=1\n\n\n')],
    [
      'bytes that are not text',
      (home) => writeFileSync(join(home, '.bashrc'), Buffer.from([0xff, 0, 0xe6, 10, 0, 0x41])),
    ],
    ['mode 0600', (home) => writeFileSync(join(home, '.bashrc'), 'a=1\n', { mode: 0o600 })],
    [
      'a symbolic link, mode 0640',
      (home) => {
        mkdirSync(join(home, 'dotfiles'));
        writeFileSync(join(home, 'dotfiles/bash rc'), 'a=1', { mode: 0o640 });
        symlinkSync('dotfiles/bash rc', join(home, '.bashrc'));
      },
    ],
  ];

  it.each(styles)('%s: one line each, once, and gone without a trace', async (_style, prepare) => {
    const checkout = quickCheckout(machine);
    prepare(machine.home);
    const before = listing(machine.root);
    const had = existsSync(join(machine.home, '.bashrc')) ? readFileSync(join(machine.home, '.bashrc'), 'latin1') : '';

    const first = await run(machine, checkout);
    expect(first.code).toBe(0);
    expect(first.stdout).toMatch(/^Added {4}~\/\.bashrc, line \d+$/m);
    expect(first.stdout).toMatch(/^Added {4}~\/\.zshrc, line 1$/m);
    expect(first.stdout).toMatch(/^Added {4}~\/\.config\/fish\/config\.fish, line 1$/m);
    expect(first.stdout).toMatch(/^Added {4}~\/\.config\/nushell\/config\.nu, line 1$/m);
    const folder = `${machine.home}/.local/share/awsp/shell`;
    const gap = had === '' || had.endsWith('\n') ? '' : '\n';
    expect(readFileSync(join(machine.home, '.bashrc'), 'latin1')).toBe(`${had}${gap}. '${folder}/awsp.bash' # awsp\n`);
    expect(readFileSync(join(machine.home, '.zshrc'), 'utf8')).toBe(`. '${folder}/awsp.zsh' # awsp\n`);
    expect(readFileSync(join(machine.home, '.config/fish/config.fish'), 'utf8')).toBe(
      `source '${folder}/awsp.fish' # awsp\n`,
    );
    const once = listing(machine.root);
    if (before['home/.bashrc']?.startsWith('link')) expect(once['home/.bashrc']).toBe(before['home/.bashrc']);

    const second = await run(machine, checkout);
    expect(second.code).toBe(0);
    expect(second.stdout.match(/^Exists/gm)).toHaveLength(6);
    expect(second.stdout).not.toContain('Added');
    expect(listing(machine.root)).toEqual(once);

    expect((await run(machine, checkout, ['--uninstall'])).code).toBe(0);
    expect(listing(machine.root)).toEqual(before);
  });

  it('are those of the shells on the machine, where the shells look for them', async () => {
    rmSync(machine.root, { recursive: true });
    machine = makeMachine(['zsh']);
    const checkout = quickCheckout(machine);
    const env = { ZDOTDIR: join(machine.home, 'z'), XDG_CONFIG_HOME: join(machine.home, 'settings') };
    const before = listing(machine.root);
    await run(machine, checkout, [], env);
    expect(Object.keys(listing(machine.home)).filter((path) => !path.startsWith('.local'))).toEqual(
      expect.arrayContaining(['.bashrc', 'z/.zshrc']),
    );
    expect(existsSync(join(machine.home, '.zshrc'))).toBe(false);
    expect(existsSync(env.XDG_CONFIG_HOME)).toBe(false);
    program(machine, 'fish', 'exit 1');
    await run(machine, checkout, [], env);
    expect(existsSync(join(machine.home, 'settings/fish/config.fish'))).toBe(true);
    rmSync(join(machine.programs, 'fish'));
    // The environment of the installation is not needed to undo it.
    await run(machine, checkout, ['--uninstall']);
    expect(listing(machine.root)).toEqual(before);
  });

  it('keep what a person wrote around, after, and like the line', async () => {
    const checkout = quickCheckout(machine);
    const bashrc = join(machine.home, '.bashrc');
    const fish = join(machine.home, '.config/fish/config.fish');
    writeFileSync(bashrc, 'a=1');
    await run(machine, checkout);
    const line = readFileSync(bashrc, 'utf8').split('\n')[1] as string;
    writeFileSync(bashrc, `b=2\na=1\n${line}\nalias p=awsp # awsp\n[ -e x ] && ${line}\nc=3`);
    writeFileSync(fish, `${readFileSync(fish, 'utf8')}set -g a 1\n`);
    const removed = await run(machine, checkout, ['--uninstall']);
    expect(removed.code).toBe(0);
    expect(removed.stdout).toContain('Kept     ~/.bashrc: it still names');
    expect(readFileSync(bashrc, 'utf8')).toBe(`b=2\na=1\nalias p=awsp # awsp\n[ -e x ] && ${line}\nc=3`);
    expect(readFileSync(fish, 'utf8')).toBe('set -g a 1\n');
    expect(existsSync(join(machine.home, '.zshrc'))).toBe(false);
  });

  it('keep a final newline that a person has added', async () => {
    const checkout = quickCheckout(machine);
    const bashrc = join(machine.home, '.bashrc');
    writeFileSync(bashrc, 'a=1');
    await run(machine, checkout);
    writeFileSync(bashrc, 'a=1\n');
    await run(machine, checkout);
    await run(machine, checkout, ['--uninstall']);
    expect(readFileSync(bashrc, 'utf8')).toBe('a=1\n');
  });

  it('are left alone with --no-rc, which prints the lines', async () => {
    const checkout = quickCheckout(machine);
    writeFileSync(join(machine.home, '.bashrc'), 'a=1');
    const before = listing(machine.root);
    const installed = await run(machine, checkout, ['--no-rc']);
    expect(installed).toMatchObject({ code: 0 });
    expect(installed.stdout.match(/^Skipped .*--no-rc/gm)).toHaveLength(4);
    expect(installed.stdout).toContain(`. '${machine.home}/.local/share/awsp/shell/awsp.bash' # awsp\n`);
    const { 'home/.local': _, ...rest } = listing(machine.root);
    expect(Object.keys(rest).filter((path) => !path.startsWith('home/.local/'))).toEqual(Object.keys(before));
    expect(rest['home/.bashrc']).toBe(before['home/.bashrc']);
    await run(machine, checkout, ['--uninstall', '--no-rc']);
    expect(listing(machine.root)).toEqual(before);
  });

  it('that cannot be written are skipped, with the line to add', async () => {
    const checkout = quickCheckout(machine);
    mkdirSync(join(machine.home, '.bashrc'));
    symlinkSync('gone/zshrc', join(machine.home, '.zshrc'));
    writeFileSync(join(machine.home, '.config'), 'a file, not a folder');
    const before = listing(machine.root);
    const installed = await run(machine, checkout);
    expect(installed.code).toBe(0);
    expect(installed.stdout).toMatch(
      /^Skipped {2}~\/\.bashrc: it cannot be written; .*:\n {9}\. '.*awsp\.bash' # awsp$/m,
    );
    expect(installed.stdout).toMatch(
      /^Skipped {2}~\/\.zshrc: it links to a missing file; .*:\n {9}\. '.*\.zsh' # awsp$/m,
    );
    expect(installed.stdout).toMatch(
      /^Skipped {2}~\/\.config\/fish\/config\.fish: it cannot .*:\n {9}source '.*' # awsp$/m,
    );
    expect((await run(machine, checkout, ['--uninstall'])).code).toBe(0);
    expect(listing(machine.root)).toEqual(before);
  });

  it('that are read-only are skipped, and uninstalling says what it could not take back', async () => {
    const checkout = quickCheckout(machine);
    const user = ordinaryUser();
    const bashrc = join(machine.home, '.bashrc');
    writeFileSync(bashrc, 'a=1\n', { mode: 0o444 });
    if (user.uid !== undefined) {
      for (const path of [machine.root, machine.home, machine.temporary, bashrc]) chownSync(path, user.uid, user.gid);
    }
    const before = listing(machine.root);
    const installed = await start(machine, checkout, [], {}, user).finished;
    expect(installed.code).toBe(0);
    expect(installed.stdout).toMatch(/^Skipped {2}~\/\.bashrc: it cannot be written; .*:\n {9}\. '.*' # awsp$/m);
    expect(readFileSync(bashrc, 'utf8')).toBe('a=1\n');

    chmodSync(bashrc, 0o644);
    await start(machine, checkout, [], {}, user).finished;
    chmodSync(bashrc, 0o444);
    const removed = await start(machine, checkout, ['--uninstall'], {}, user).finished;
    expect(removed.code).toBe(1);
    expect(removed.stdout).toContain('Kept     ~/.bashrc, line 2: the file cannot be written; remove the line by hand');
    chmodSync(bashrc, 0o644);
    expect(await start(machine, checkout, ['--uninstall'], {}, user).finished).toMatchObject({ code: 0 });
    chmodSync(bashrc, 0o444);
    expect(listing(machine.root)).toEqual(before);
  });

  it.each([
    ['no login file', [], '.bash_profile'],
    ['~/.bash_profile', ['.bash_profile', '.profile'], '.bash_profile'],
    ['~/.bash_login', ['.bash_login', '.profile'], '.bash_login'],
    ['~/.profile', ['.profile'], '.profile'],
  ])('on macOS with %s: a login shell loads it, sh does not', async (_name, files, expected) => {
    const checkout = quickCheckout(machine);
    program(machine, 'uname', 'echo Darwin');
    for (const file of files) writeFileSync(join(machine.home, file), '# not .bashrc\n');
    const before = listing(machine.root);
    expect((await run(machine, checkout)).stdout).toMatch(new RegExp(`^Added {4}~/${expected}, line`, 'm'));
    const options = { env: { HOME: machine.home, PATH: process.env.PATH }, encoding: 'utf8' } as const;
    const bash = findProgram('bash') as string;
    expect(execFileSync(bash, ['--login', '-c', 'type -t awsp'], options)).toBe('function\n');
    if (expected === '.profile') {
      execFileSync('/bin/sh', ['-euc', '. "$HOME/.profile"; ! command -v awsp'], options);
    }
    expect((await run(machine, checkout)).stdout.match(/^Exists/gm)).toHaveLength(7);
    await run(machine, checkout, ['--uninstall']);
    expect(listing(machine.root)).toEqual(before);
  });

  it('on macOS: a login file that reads ~/.bashrc gets no line, and nushell looks in its own place', async () => {
    const checkout = quickCheckout(machine);
    program(machine, 'uname', 'echo Darwin');
    writeFileSync(join(machine.home, '.bash_profile'), '[ -f ~/.bashrc ] && . ~/.bashrc\n');
    await run(machine, checkout);
    expect(readFileSync(join(machine.home, '.bash_profile'), 'utf8')).toBe('[ -f ~/.bashrc ] && . ~/.bashrc\n');
    expect(readFileSync(join(machine.home, 'Library/Application Support/nushell/config.nu'), 'utf8')).toContain(
      'source ',
    );
  });
});

/**
 * The options of the BSD programs of macOS, as `getopts` takes them, of the programs that install.sh starts. There options end at
 * the first operand.
 */
const bsdOptions: Readonly<Record<string, string>> = {
  cat: 'belnstuv',
  chmod: 'fhvRHLP',
  cp: 'afHiLnpRPXcv',
  grep: 'abcEFGHhILlnoqRrSsUVvwxZzA:B:C:D:d:e:f:m:',
  head: 'n:c:',
  ln: 'Ffhinsv',
  ls: 'ABCFGHLOPRSTUWabcdefghiklmnopqrstuwx1',
  mkdir: 'm:pv',
  mktemp: 'dqt:u',
  mv: 'fhinv',
  readlink: 'n',
  rm: 'dfiPRrvWx',
  rmdir: 'pv',
  sed: 'Eae:f:lnu',
  sort: 'bcCdfghiMmnrsuVzk:o:S:T:t:',
  sync: '',
  tail: 'Frfqb:c:n:',
  uname: 'amnoprsv',
  wc: 'clmwL',
};

/** What these print otherwise there. */
const bsdOutput: Readonly<Record<string, string>> = {
  wc: " | sed 's/^/       /'",
  sed: " | { grep -a '' || :; }",
  uname: ' >/dev/null; echo Darwin',
};

/** Puts a program that takes only the options of macOS in front of each one that it has. */
function useBsdOptions(machine: Machine): void {
  for (const [name, options] of Object.entries(bsdOptions)) {
    const script = [
      `while getopts ':${options}' option; do`,
      `  case $option in [?:]) echo "${name}: illegal option -- $OPTARG" >&2; exit 64 ;; esac`,
      'done',
      // `--` before the first operand has been taken.
      `operands() { shift $((OPTIND - 1)); for word; do case $word in -*) echo "${name}: $word: not found" >&2; exit 64 ;; esac; done; }`,
      'operands "$@"',
      'export PATH=/usr/bin:/bin POSIXLY_CORRECT=1',
      `${findProgram(name)} "$@"${bsdOutput[name] ?? ''}`,
    ];
    program(machine, name, script.join('\n'));
  }
}

describe('the programs of', () => {
  const systems: readonly (readonly [name: string, needs: string, prepare: (machine: Machine) => void])[] = [
    ['macOS, as far as their options go', 'bash', useBsdOptions],
    [
      'BusyBox',
      'busybox',
      (machine) => {
        for (const name of [...tools.split(' '), 'sync']) {
          if (['bash', 'env', 'node', 'npm'].includes(name)) continue;
          rmSync(join(machine.programs, name));
          symlinkSync(findProgram('busybox') as string, join(machine.programs, name));
        }
      },
    ],
  ];
  for (const [name, needs, prepare] of systems) {
    describeWith(needs, name, () => {
      it('install, and leave nothing behind', async () => {
        const checkout = quickCheckout(machine);
        prepare(machine);
        writeFileSync(join(machine.home, '.bashrc'), '# mine\nalias a=b');
        writeFileSync(join(machine.home, '.profile'), '. ~/.bashrc');
        const before = listing(machine.root);
        const first = await run(machine, checkout);
        expect(first).toMatchObject({ code: 0, stdout: expect.stringContaining('Added    ~/.bashrc, line 3\n') });
        const once = listing(machine.root);
        expect(await run(machine, checkout)).toMatchObject({ code: 0, stdout: expect.not.stringContaining('Added') });
        expect(listing(machine.root)).toEqual(once);
        const removed = await run(machine, checkout, ['--uninstall']);
        expect(removed).toMatchObject({ code: 0, stderr: '' });
        expect(listing(machine.root)).toEqual(before);
      });
    });
  }
});

describe('--prefix', () => {
  const prefixes = ['it\'s a $HOME & `folder` \\ with "quotes"', 'plain', 'æøå'];
  it.each(prefixes)('%s', async (name) => {
    const checkout = quickCheckout(machine);
    const before = listing(machine.root);
    // A relative one is below the current folder, which is the machine's root here.
    const given = name === 'plain' ? './plain/' : join(machine.root, name);
    expect(await run(machine, checkout, ['--prefix', given])).toMatchObject({ code: 0 });
    const folder = join(machine.root, name);
    expect(readlinkSync(join(folder, 'bin/awsp'))).toBe(join(folder, 'share/awsp/dist/awsp.cjs'));
    expect(readlinkSync(join(folder, 'share/man/man1/awsp.1'))).toBe(join(folder, 'share/awsp/man/awsp.1'));
    expect(existsSync(join(machine.home, '.local'))).toBe(false);
    const second = await run(machine, checkout, [`--prefix=${folder}/`]);
    expect(second.stdout.match(/^Exists/gm)).toHaveLength(6);
    for (const [shell, rc] of [
      ['bash', '.bashrc'],
      ['zsh', '.zshrc'],
      ['fish', '.config/fish/config.fish'],
      ['nu', '.config/nushell/config.nu'],
    ] as const) {
      const path = findProgram(shell);
      if (path === null && process.env.CI) throw new Error(`${shell} is not in PATH`);
      if (path === null) console.log(`not checked in ${shell}: it is not in PATH`);
      else
        execFileSync(path, ['-c', `source ${join(machine.home, rc)}${shell === 'nu' ? '; help' : ' && type'} awsp`], {
          env: { HOME: machine.temporary },
        });
    }
    rmSync(machine.temporary, { recursive: true });
    mkdirSync(machine.temporary);
    await run(machine, checkout, ['--uninstall', '--prefix', given]);
    expect(listing(machine.root)).toEqual(before);
  });

  it('that cannot be created: exit 1, and nothing is left', async () => {
    const checkout = quickCheckout(machine);
    writeFileSync(join(machine.home, 'file'), '');
    const before = listing(machine.root);
    const refused = await run(machine, checkout, ['--prefix', join(machine.home, 'file/sub')]);
    expect(refused).toMatchObject({ code: 1, stdout: '' });
    expect(refused.stderr).toContain(
      `cannot create "${machine.home}/file/sub"; choose another place with --prefix DIR`,
    );
    expect(listing(machine.root)).toEqual(before);
  });
});

describe("other people's files", () => {
  it('a program named awsp stays', async () => {
    const checkout = quickCheckout(machine);
    mkdirSync(join(machine.home, '.local/bin'), { recursive: true });
    writeFileSync(join(machine.home, '.local/bin/awsp'), 'another', { mode: 0o755 });
    const before = listing(machine.root);
    const installed = await run(machine, checkout);
    expect(installed.code).toBe(0);
    expect(installed.stdout).toContain('Skipped  ~/.local/bin/awsp: something else has that name');
    await run(machine, checkout, ['--uninstall']);
    expect(listing(machine.root)).toEqual(before);
  });

  it('a manual page named awsp stays, and the way to the own one is told', async () => {
    const checkout = quickCheckout(machine);
    mkdirSync(join(machine.home, '.local/share/man/man1'), { recursive: true });
    writeFileSync(join(machine.home, '.local/share/man/man1/awsp.1'), 'another');
    const before = listing(machine.root);
    const installed = await run(machine, checkout);
    expect(installed.code).toBe(0);
    expect(installed.stdout).toContain(
      'Skipped  ~/.local/share/man/man1/awsp.1: something else has that name; to read it: man ~/.local/share/awsp/man/awsp.1',
    );
    await run(machine, checkout, ['--uninstall']);
    expect(listing(machine.root)).toEqual(before);
  });

  it('a folder named awsp that is not an installation stays', async () => {
    const checkout = quickCheckout(machine);
    mkdirSync(join(machine.home, '.local/share/awsp/dist'), { recursive: true });
    const before = listing(machine.root);
    const refused = await run(machine, checkout);
    expect(refused).toMatchObject({ code: 1, stdout: '' });
    expect(refused.stderr).toContain('was not made by this installer');
    await run(machine, checkout, ['--uninstall']);
    expect(listing(machine.root)).toEqual(before);
  });

  it('files beside the installation, and in it, stay', async () => {
    const checkout = quickCheckout(machine);
    await run(machine, checkout);
    const mine = ['.local/bin/other', '.local/share/awsp/notes', '.config/fish/fish_variables', '.config/awsp/config'];
    for (const name of mine) {
      mkdirSync(dirname(join(machine.home, name)), { recursive: true });
      writeFileSync(join(machine.home, name), name);
    }
    await run(machine, checkout);
    expect(readFileSync(join(machine.home, '.local/share/awsp/notes'), 'utf8')).toBe('.local/share/awsp/notes');
    const removed = await run(machine, checkout, ['--uninstall']);
    expect(removed.stdout).toContain('Kept     ~/.config/awsp: your own settings');
    const left = Object.entries(listing(machine.home)).filter(([, entry]) => !entry.startsWith('folder'));
    expect(left.map(([path]) => path).sort()).toEqual([...mine].sort());
  });
});

describe('the disk', () => {
  it('has all of the installation before it is said to be done', async () => {
    const checkout = quickCheckout(machine);
    const written = ['.local/share/awsp/dist/awsp.cjs', '.local/bin/awsp', '.local/share/man/man1/awsp.1', '.zshrc'];
    const there = written.map((path) => `[ -e '${machine.home}/${path}' ] || exit 1`);
    program(machine, 'sync', [...there, 'echo synced >>"$HOME/synced"'].join('\n'));
    const installed = await run(machine, checkout);
    expect(installed.code).toBe(0);
    expect(installed.stderr).toMatch(/open a new shell, then type: awsp\n$/);
    // Once for the program and once for the home folder, which may be on another disk.
    expect(readFileSync(join(machine.home, 'synced'), 'utf8')).toBe('synced\nsynced\n');
  });

  it('is not waited for where there is no sync', async () => {
    const checkout = quickCheckout(machine);
    rmSync(join(machine.programs, 'sync'));
    expect(await run(machine, checkout)).toMatchObject({ code: 0 });
  });
});

describe('what goes wrong', () => {
  it.each([
    ['npm', (checkout: string) => program(machine, 'npm', 'echo the registry is away; exit 1') ?? checkout],
    [
      'the build',
      (checkout: string) => writeFileSync(join(checkout, 'scripts/build.mjs'), 'echo the registry is away; exit 1'),
    ],
  ])('%s: the output is shown, and a previous installation works on', async (_name, breakIt) => {
    const checkout = quickCheckout(machine);
    breakIt(checkout);
    const empty = listing(machine.root);
    const failed = await run(machine, checkout);
    expect(failed).toMatchObject({ code: 1, stdout: '' });
    expect(failed.stderr).toContain('the registry is away');
    expect(failed.stderr).toMatch(/awsp: ".*" failed, its output is above; nothing was changed\n$/);
    expect(listing(machine.root)).toEqual(empty);

    rmSync(checkout, { recursive: true });
    quickCheckout(machine);
    await run(machine, checkout);
    breakIt(checkout);
    const installed = listing(machine.root);
    expect((await run(machine, checkout)).code).toBe(1);
    expect(listing(machine.root)).toEqual(installed);
  });

  it.each([
    ['no node', () => rmSync(join(machine.programs, 'node')), 'node is not in PATH'],
    ['an old node', () => program(machine, 'node', 'echo 20.18.3'), 'node 20.18.3 ("'],
    ['a very old node', () => program(machine, 'node', 'echo 8.17.0'), 'is too old'],
    ['no npm', () => rmSync(join(machine.programs, 'npm')), 'npm is not in PATH'],
  ])('%s', async (_name, breakIt, message) => {
    const checkout = quickCheckout(machine);
    breakIt();
    const before = listing(machine.root);
    for (const args of [[], ['--demo']]) {
      const refused = await run(machine, checkout, args);
      expect(refused).toMatchObject({ code: 1, stdout: '' });
      expect(refused.stderr).toContain(message);
      expect(refused.stderr).toContain('install Node 20.19 or later (https://nodejs.org), then run this again');
    }
    expect(listing(machine.root)).toEqual(before);
  });

  it.each(['20.19.0', '22.0.0'])('node %s is recent enough', async (version) => {
    const checkout = quickCheckout(machine);
    program(machine, 'node', `[ "$1" != -p ] || { echo ${version}; exit; }; exec bash "$1"`);
    expect(await run(machine, checkout)).toMatchObject({ code: 0 });
  });

  it('Ctrl-C while npm runs, which takes its time to stop', async () => {
    const checkout = quickCheckout(machine);
    program(machine, 'npm', `trap '' INT; : >'${machine.root}/npm-runs'; exec sleep 60`);
    const before = listing(machine.root);
    const installation = start(machine, checkout, []);
    await until(() => existsSync(join(machine.root, 'npm-runs')));
    installation.interrupt();
    expect(await installation.finished).toMatchObject({ code: 130, stdout: '' });
    rmSync(join(machine.root, 'npm-runs'));
    expect(listing(machine.root)).toEqual(before);
  });

  it('nothing to uninstall', async () => {
    const checkout = quickCheckout(machine);
    const before = listing(machine.root);
    const nothing = await run(machine, checkout, ['--uninstall']);
    expect(nothing).toMatchObject({ code: 0, stdout: '' });
    expect(nothing.stderr).toBe('awsp: there is no installation in "~/.local"\n');
    expect(listing(machine.root)).toEqual(before);
  });

  it.each([
    [['--bogus'], 'unknown option "--bogus"'],
    [['extra'], 'unknown option "extra"'],
    [['--prefix'], '"--prefix" needs a folder'],
    [['--prefix', ''], '"--prefix" needs a folder'],
    [['-c', 'x'], '"-c" goes with "--demo"'],
    [['--demo', '-c'], '"-c" needs a command'],
    [['--demo', '--uninstall'], 'exclude each other'],
    [['--demo', '--prefix', '/x'], '"--prefix" does not go with "--demo"'],
  ])('%j: exit 2 with the usage', async (args, message) => {
    const checkout = quickCheckout(machine);
    const refused = await run(machine, checkout, args);
    expect(refused).toMatchObject({ code: 2, stdout: '' });
    expect(refused.stderr).toContain(message);
    expect(refused.stderr).toContain('usage: ./install.sh');
  });

  it('--help', async () => {
    const help = await run(machine, quickCheckout(machine), ['--help']);
    expect(help).toMatchObject({ code: 0, stderr: '' });
    expect(help.stdout).toMatch(/^usage: /);
  });
});

describe('the scripts themselves', () => {
  it.each(['install.sh', '.ci/run'])('%s passes shellcheck', (script) => {
    expect(statSync(join(repository, script)).mode & 0o111).toBe(0o111);
    const shellcheck = findProgram('shellcheck');
    if (shellcheck === null) {
      if (process.env.CI) throw new Error('shellcheck is not in PATH');
      console.log(`skipped: ${script} is not checked, shellcheck is not in PATH`);
      return;
    }
    execFileSync(shellcheck, ['--severity=style', join(repository, script)], { stdio: 'pipe' });
  });

  it('a checkout on a read-only disk can be installed', async () => {
    const checkout = quickCheckout(machine);
    const user = ordinaryUser();
    if (user.uid !== undefined) {
      for (const path of [machine.root, machine.home, machine.temporary]) chownSync(path, user.uid, user.gid);
    }
    const protect = (mode: number) => {
      for (const name of ['', 'scripts', 'shell', 'shell/templates']) chmodSync(join(checkout, name), mode);
    };
    protect(0o555);
    const installed = await start(machine, checkout, [], {}, user).finished;
    protect(0o755);
    expect(installed).toMatchObject({ code: 0 });
    expect(readdirSync(machine.temporary)).toEqual([]);
    expect(await start(machine, checkout, ['--uninstall'], {}, user).finished).toMatchObject({ code: 0 });
    expect(readdirSync(machine.home)).toEqual([]);
  });
});
