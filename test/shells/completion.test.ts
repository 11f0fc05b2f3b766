import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, expect, it } from 'vitest';
import type { CodeShellName } from '../../src/environment/shells.ts';
import {
  bareEnvironment,
  describeEachShell,
  describeWith,
  installFake,
  runShell,
  shimFolder,
  temporaryFolder,
} from '../support/shells.ts';
import { standInForFile } from '../support/stand-in.ts';
import { openShell, type Screen } from '../support/terminal.ts';

/** What shells find special; each is the end of a name that begins with a number of its own. */
const hostile = [
  'two  words',
  ' lead and trail ',
  "o'brien",
  "quote'",
  'say "hi"',
  'say "hi"!',
  '$(touch pwned)',
  '`touch pwned`',
  '$HOME',
  '; touch pwned',
  'a|b&c>d<e',
  'back\\slash',
  'end\\',
  '*[a]?',
  '{a,b}',
  '~',
  '#',
  '!!',
  '^a^b',
  '%s%n',
  'a:b=c',
  'ærøskøbing 🦊',
];
const numbered = hostile.map((end, index) => `n${String(index).padStart(2, '0')}-${end}`);

const plain = ['shop-dev-Admin', 'shop-prod-Admin', 'a:b', 'a:c', 'x=y', '-dash', '~tilde', 'list', 'Æble'];
const hidden = ['tab\there', 'esc\u001B]0;title\u0007'];

const config = [
  ...[...numbered, ...plain].map((name) => `[profile "${name.replace(/["\\]/g, '\\$&')}"]\nregion = eu-west-1\n`),
  ...hidden.map((name) => `[profile "${name}"]\n`),
  '[profile role]\nrole_arn = arn:aws:iam::123456789013:role/Hub\nsource_profile = shop-dev-Admin\n',
  '[sso-session main]\nsso_start_url = https://main.awsapps.com/start\nsso_region = eu-west-1\n',
].join('\n');

interface Start {
  readonly before?: string;
  readonly after?: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly config?: string;
  readonly settings?: string;
  /** The real program in place of the stand-in for it. */
  readonly real?: boolean;
}

const prompts: Readonly<Record<CodeShellName, string>> = {
  bash: "PS1='> '",
  zsh: "PS1='> '",
  fish: "function fish_prompt; echo -n '> '; end; set -g fish_greeting; set -g fish_autosuggestion_enabled 0",
};
/** Starts the completion system of zsh: what it finds in the folders of functions, which takes longest, is kept for all tests. */
const compinit = `compinit -u -C -d '${join(tmpdir(), `awsp-test-zcompdump-${process.pid}`)}'`;
const start: Readonly<Record<CodeShellName, string>> = {
  bash: '',
  zsh: `autoload -Uz compinit && ${compinit}`,
  fish: '',
};
afterAll(() => rmSync(join(tmpdir(), `awsp-test-zcompdump-${process.pid}`), { force: true }));

const standIn = standInForFile();

/** A shell on a terminal that has loaded awsp, in a home with the profiles above; `args` there prints its arguments. */
async function open(
  shell: CodeShellName,
  { before, after, env, real = false, ...files }: Start = {},
): Promise<Screen & { home: string }> {
  const home = temporaryFolder();
  mkdirSync(join(home, '.aws'));
  mkdirSync(join(home, '.config/awsp'), { recursive: true });
  mkdirSync(join(home, 'bin'));
  writeFileSync(join(home, '.aws/config'), files.config ?? config);
  writeFileSync(join(home, '.config/awsp/config'), files.settings ?? '[alias]\nshort = shop-dev-Admin\nlist = role\n');
  writeFileSync(join(home, 'bin/args'), '#!/bin/sh\nn=$1; shift; printf "#%s " "$n"; printf "<%s>" "$@"; echo\n', {
    mode: 0o755,
  });
  writeFileSync(join(home, 'bin/zz-program'), '', { mode: 0o755 });
  writeFileSync(join(home, 'two words'), '');
  const bare = bareEnvironment(home);
  const shim = real ? join(shimFolder, `awsp.${shell}`) : standIn.shimOf(shell);
  const rc = [prompts[shell], before ?? start[shell], `source '${shim}'`, after ?? ''];
  const screen = openShell(shell, rc.join('\n'), { ...bare, PATH: `${home}/bin:${bare.PATH}`, ...env }, home);
  await screen.prompt(/^>$/);
  return { ...screen, home };
}

/** Types each line and Tab, and answers what the shell then takes the words for; Enter ends a line as a person would. */
async function completed(screen: Screen, lines: readonly string[]): Promise<Record<string, string>> {
  const results: Record<string, string> = {};
  for (const [index, line] of lines.entries()) {
    screen.type(`${line}\t`);
    // Ctrl-E, Ctrl-A
    screen.type(`\x05\x01args ${index} \r`);
    results[line] = await answer(screen, index);
  }
  return results;
}

async function answer(screen: Screen, index: number): Promise<string> {
  const start = `#${index} `;
  const lines = await screen.until((all) => all.some((line) => line.startsWith(start)));
  return lines.findLast((line) => line.startsWith(start))?.slice(start.length) ?? '';
}

async function shows(screen: Screen, text: RegExp): Promise<void> {
  await screen.until((lines) => text.test(lines.join('\n')));
}

const given = (...words: readonly string[]) => words.map((word) => `<${word}>`).join('');

/** No node in PATH, and only the part of the program that finds the Node that built it, which is gone. */
function withoutNode(shell: CodeShellName): string {
  const set =
    shell === 'fish'
      ? 'set -g __awsp_dist ~/a/b/c; set -gx PATH /nonexistent'
      : '__awsp_dist=~/a/b/c PATH=/nonexistent';
  return `mkdir -p ~/a/b/c; cp '${shimFolder}/../dist/awsp.sh' ~/a/b/c; ${set}`;
}

describeEachShell('at the Tab key', (shell) => {
  it('a name is completed whatever is in it, also between quotes that are open', async () => {
    const screen = await open(shell);
    const expected = Object.fromEntries(
      numbered.flatMap((name) =>
        ['', "'", '"'].map((quote) => [`awsp ${quote}${name.slice(0, 3)}`, given('awsp', name)]),
      ),
    );
    expect(await completed(screen, Object.keys(expected))).toEqual(expected);
  });

  it('the grammar, the settings and the profiles are what is offered', async () => {
    const screen = await open(shell);
    const expected: Record<string, string> = {
      'awsp curr': given('awsp', 'current'),
      'awsp switch li': given('awsp', 'switch', 'list'),
      'awsp -- lis': given('awsp', '--', 'list'),
      'awsp -- -d': given('awsp', '--', '-dash'),
      'awsp sho': given('awsp', 'sho'),
      'awsp shor': given('awsp', 'short'),
      'awsp prod': given('awsp', 'shop-prod-Admin'),
      'awsp SHOP-P': given('awsp', 'shop-prod-Admin'),
      'awsp admin prod': given('awsp', 'admin', 'shop-prod-Admin'),
      'awsp --no-v': given('awsp', '--no-verify'),
      'awsp dev --reg': given('awsp', 'dev', '--region'),
      'awsp dev --region eu-no': given('awsp', 'dev', '--region', 'eu-north-1'),
      'awsp dev --region=eu-no': given('awsp', 'dev', '--region=eu-north-1'),
      'awsp region me-c': given('awsp', 'region', 'me-central-1'),
      'awsp list --ki': given('awsp', 'list', '--kind'),
      'awsp list --kind web': given('awsp', 'list', '--kind', 'web-identity'),
      'awsp login ma': given('awsp', 'login', 'main'),
      'awsp demo --shell f': given('awsp', 'demo', '--shell', 'fish'),
      'awsp init z': given('awsp', 'init', 'zsh'),
      'awsp rename shop-p': given('awsp', 'rename', 'shop-prod-Admin'),
      'awsp set list outp': given('awsp', 'set', 'list', 'output='),
      'awsp set list region=eu-no': given('awsp', 'set', 'list', 'region=eu-north-1'),
      'awsp config guard.c': given('awsp', 'config', 'guard.confirm'),
      'awsp config guard.confirm ty': given('awsp', 'config', 'guard.confirm', 'typed'),
      'awsp exec prod': given('awsp', 'exec', 'shop-prod-Admin'),
      'awsp credentials prod': given('awsp', 'credentials', 'shop-prod-Admin'),
      'awsp console prod': given('awsp', 'console', 'shop-prod-Admin'),
      'awsp console dev cloudsh': given('awsp', 'console', 'dev', 'cloudshell'),
      // As after sudo: a command, and what its arguments are.
      'awsp exec dev -- zz-pro': given('awsp', 'exec', 'dev', '--', 'zz-program'),
      'awsp exec --ro dev -- zz-pro': given('awsp', 'exec', '--ro', 'dev', '--', 'zz-program'),
      'awsp exec dev -- cat .aws/con': given('awsp', 'exec', 'dev', '--', 'cat', '.aws/config'),
      'awsp exec dev -- env -- cat two\\ w': given('awsp', 'exec', 'dev', '--', 'env', '--', 'cat', 'two words'),
      'awsp exec dev -- zz-program prod': given('awsp', 'exec', 'dev', '--', 'zz-program', 'prod'),
      'awsp a:b': given('awsp', 'a:b'),
      'awsp x=': given('awsp', 'x=y'),
      'awsp Æ': given('awsp', 'Æble'),
      'awsp \\~t': given('awsp', '~tilde'),
      'awsp nothing-like-it': given('awsp', 'nothing-like-it'),
      'awsp current x': given('awsp', 'current', 'x'),
    };
    expect(await completed(screen, Object.keys(expected))).toEqual(expected);
  });

  it('a word in the middle is completed where it is', async () => {
    const screen = await open(shell, { real: true });
    const left = '\x1B[D'.repeat(' --no-verify'.length);
    expect(await completed(screen, [`awsp prod --no-verify${left}`])).toEqual({
      [`awsp prod --no-verify${left}`]: given('awsp', 'shop-prod-Admin', '--no-verify'),
    });
  });

  it('several that have a fragment are listed, and the word stays', async () => {
    const screen = await open(shell);
    screen.type(shell === 'bash' ? 'awsp admin\t\t' : 'awsp admin\t');
    await shows(screen, /shop-dev-Admin.*\n?.*shop-prod-Admin/);
    expect(screen.lines().filter((line) => line.startsWith('> '))).toContain('> awsp admin');
  });

  it('profiles that have the word are listed beside the commands that begin with it', async () => {
    const screen = await open(shell);
    screen.type(shell === 'bash' ? 'awsp de\t\t' : 'awsp de\t');
    // fish itself leaves out what does not begin with the word, where something does.
    await shows(screen, shell === 'fish' ? /deny/ : /deny[\s\S]*shop-dev-Admin|shop-dev-Admin[\s\S]*deny/);
    expect(screen.lines().filter((line) => line.startsWith('> '))).toContain('> awsp de');
  });

  it('a name that could steer the terminal is not offered', async () => {
    const screen = await open(shell);
    expect(await completed(screen, ['awsp tab', 'awsp esc'])).toEqual({
      'awsp tab': given('awsp', 'tab'),
      'awsp esc': given('awsp', 'esc'),
    });
  });

  it.each<[what: string, start: Start]>([
    ['a config file that is no text', { config: '\0\uFFFD'.repeat(500) }],
    ['a config file full of errors', { config: 'x\n[\n[profile\n = \n[profile a' }],
    ['bad settings', { settings: '[alias\nnull\n[verify]\ntimeout = x\n[verify.timeout]\n', config: '' }],
    ['no home', { env: { HOME: '' } }],
    ['no program', { after: shell === 'fish' ? 'set -g __awsp_dist /none' : '__awsp_dist=/none', real: true }],
    ['no Node', { after: withoutNode(shell) }],
  ])('%s: nothing is said', async (_what, given) => {
    const screen = await open(shell, given);
    screen.type('awsp pro\t\t');
    await sleep(700);
    screen.type('x');
    await shows(screen, /^> awsp prox$/m);
    expect(screen.lines()).toEqual(['> awsp prox']);
  });

  it('the shell goes on after Ctrl-C at a disk that does not answer', async () => {
    const folder = temporaryFolder();
    const shim = installFake(folder, shell, 'sleep 60');
    const screen = await open(shell, { after: `source '${shim}'` });
    screen.type('awsp pro\t');
    await sleep(300);
    screen.type('\x03');
    await sleep(300);
    // bash gives the first key after it to the Ctrl-C
    screen.type('\x15\x15\r');
    await sleep(300);
    screen.type('args 1 alive\r');
    expect(await answer(screen, 1)).toBe('<alive>');
  });
});

describeWith('bash', 'bash', () => {
  it('under strict options', async () => {
    const screen = await open('bash', { before: 'set -eu' });
    expect(await completed(screen, ['awsp prod', 'awsp nothing-like-it'])).toEqual({
      'awsp prod': given('awsp', 'shop-prod-Admin'),
      'awsp nothing-like-it': given('awsp', 'nothing-like-it'),
    });
  });

  // Readline replaces only what is behind the last of them.
  it.each([
    ['as they come', ''],
    ['without : and =', `COMP_WORDBREAKS=$' \\t\\n"\\'@><;|&('`],
    ['with a hyphen', `COMP_WORDBREAKS=$' \\t\\n"\\'@><=;|&(:-'`],
  ])('with COMP_WORDBREAKS %s', async (_what, after) => {
    const screen = await open('bash', { after });
    const expected = {
      'awsp a:c': given('awsp', 'a:c'),
      'awsp "a:c': given('awsp', 'a:c'),
      'awsp n20-a:b': given('awsp', 'n20-a:b=c'),
      'awsp n20-a:b=': given('awsp', 'n20-a:b=c'),
      'awsp shop-p': given('awsp', 'shop-prod-Admin'),
      'awsp x --region=eu-no': given('awsp', 'x', '--region=eu-north-1'),
      'awsp prod': given('awsp', 'shop-prod-Admin'),
    };
    expect(await completed(screen, Object.keys(expected))).toEqual(expected);
  });

  it.each(['A=1 ', 'true | ', 'true && '])('in a longer line, after %j', async (front) => {
    const screen = await open('bash');
    screen.type(`${front}awsp prod\t`);
    await screen.until((lines) => lines.includes(`> ${front}awsp shop-prod-Admin`));
  });

  it('a fragment is replaced where what all begin with has it', async () => {
    const screen = await open('bash');
    expect(await completed(screen, ['awsp hop-'])).toEqual({ 'awsp hop-': given('awsp', 'shop-') });
  });
});

describeWith('zsh', 'zsh', () => {
  it.each([
    ['before the completion system', { before: '', after: start.zsh }],
    ['when the completion system is started again', { after: compinit }],
    ['with its own matching', { after: "zstyle ':completion:*' matcher-list '' 'm:{a-z}={A-Z}' 'l:|=* r:|=*'" }],
    ['with strict options', { before: `setopt err_return no_unset pipe_fail; ${start.zsh}` }],
    ['with a menu', { after: 'setopt menu_complete' }],
    ['with completion in words', { after: 'setopt complete_in_word' }],
  ])('%s', async (_what, given_) => {
    const screen = await open('zsh', given_);
    expect(await completed(screen, ['awsp prod', 'awsp "n06', 'awsp --no-v'])).toEqual({
      'awsp prod': given('awsp', 'shop-prod-Admin'),
      'awsp "n06': given('awsp', numbered[6] ?? ''),
      'awsp --no-v': given('awsp', '--no-verify'),
    });
  });

  it('without the completion system nothing is registered, and nothing is said', async () => {
    const screen = await open('zsh', { before: '' });
    screen.type('awsp prod\tx');
    await shows(screen, /^> awsp prodx$/m);
    expect(screen.lines()).toEqual(['> awsp prodx']);
  });

  it('a second Tab goes through those that have the fragment', async () => {
    const screen = await open('zsh');
    screen.type('awsp admin\t');
    await shows(screen, /shop-dev-Admin/);
    screen.type('\t');
    await shows(screen, /^> awsp shop-(dev|prod)-Admin$/m);
  });

  it('a profile of another account or role is found by them, and described by them', async () => {
    const screen = await open('zsh');
    expect(await completed(screen, ['awsp 9013'])).toEqual({ 'awsp 9013': given('awsp', 'role') });
    screen.type('awsp rol\t\x15awsp \t');
    await shows(screen, /role +-- 123456789013 Hub/);
  });
});

describeWith('fish', 'fish', () => {
  it('a profile is described by account and role', async () => {
    const screen = await open('fish');
    screen.type('awsp ro\t');
    await shows(screen, /^> awsp role$/m);
    screen.type('\x15awsp r\t');
    await shows(screen, /role +\(123456789013 Hub\)/);
  });

  it('nothing is added that fish has made of the manual page', async () => {
    const folder = temporaryFolder();
    writeFileSync(join(folder, 'awsp.fish'), 'complete --command awsp --old-option made --description "of the page"\n');
    const made = 'set -g fish_complete_path $HOME';
    const list = "complete -C 'awsp list -'";
    const env = bareEnvironment(folder);
    const [without, loaded] = await Promise.all(
      [`function awsp; end; ${made}; ${list}`, `${made}; source '${shimFolder}/awsp.fish'; ${list}`].map((script) =>
        runShell('fish', script, { env }),
      ),
    );
    expect(without?.stdout).toBe('-made\tof the page\n');
    expect(loaded?.stdout).toMatch(/^--json\t/m);
    expect(loaded?.stdout).not.toContain('of the page');
  });

  it('sourced twice, the program is started once', async () => {
    const folder = temporaryFolder();
    const shim = installFake(folder, 'fish', 'echo x >>"$HOME/started"; printf "one\\tx\\n"');
    const env = bareEnvironment(folder);
    const script = `source '${shim}'; source '${shim}'; complete -C 'awsp o'; cat "$HOME/started"`;
    expect(await runShell('fish', script, { env })).toEqual({ stdout: 'one\tx\nx\n', stderr: '', code: 0 });
  });
});
