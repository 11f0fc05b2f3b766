// biome-ignore-all lint/suspicious/noTemplateCurlyInString: they are the shells'
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { applyDelta, type Facts, switchDelta } from '../../src/environment/delta.ts';
import { type CodeShellName, shells } from '../../src/environment/shells.ts';
import { devFacts } from '../support/facts.ts';
import {
  bareEnvironment,
  describeEachShell,
  installFake,
  runShell,
  shimFolder,
  temporaryFolder,
} from '../support/shells.ts';
import { type Look, openShell, type Screen } from '../support/terminal.ts';

const dev: Facts = { ...devFacts, roleName: 'ReadOnly' };
const longName = 'barnehageplass-dev-AWSAdministratorAccess-123456789011';

const plain: Look = { foreground: null, background: null, bold: false };
const normal: Look = { ...plain, foreground: 6 };
const caution: Look = { ...plain, foreground: 3 };
const soonOver: Look = { ...plain, foreground: 5 };
const over: Look = { ...plain, foreground: 1 };
const production: Look = { foreground: 7, background: 1, bold: true };
const alarm: Look = { foreground: 1, background: 3, bold: true };

interface Row {
  readonly title: string;
  /** The facts of the last switch in this shell, times in seconds from now; none when there was none. */
  readonly facts?: Partial<Facts>;
  /** What was set by hand since; null is unset. */
  readonly changed?: Readonly<Record<string, string | null>>;
  readonly prompt: string;
  readonly look?: Look;
}

const soon = (seconds: number) => Math.floor(Date.now() / 1000) + seconds;

const rows: readonly Row[] = [
  { title: 'no profile', prompt: '> ' },
  { title: 'an empty profile', changed: { AWS_PROFILE: '' }, prompt: '> ' },
  { title: 'a profile', facts: {}, prompt: '(dev 123456789011) > ', look: normal },
  { title: 'a name with the account in it', facts: { profile: longName }, prompt: `(${longName}) > `, look: normal },
  { title: 'no account known', facts: { accountId: null }, prompt: '(dev) > ', look: normal },
  { title: 'production', facts: { level: 'production' }, prompt: '(dev 123456789011) > ', look: production },
  {
    title: 'not verified',
    facts: { state: 'unverified' },
    prompt: '(dev 123456789011 not verified) > ',
    look: caution,
  },
  {
    title: 'production, not verified',
    facts: { state: 'unverified', level: 'production' },
    prompt: '(dev 123456789011 not verified) > ',
    look: production,
  },
  { title: 'unset by hand', facts: {}, changed: { AWS_PROFILE: null }, prompt: '> ' },
  {
    title: 'unset by hand, with keys',
    facts: {},
    changed: { AWS_PROFILE: null, AWS_ACCESS_KEY_ID: 'x' },
    prompt: '> ',
  },
  {
    title: 'changed by hand',
    facts: { level: 'production' },
    changed: { AWS_PROFILE: 'other' },
    prompt: '(other not set by awsp) > ',
    look: caution,
  },
  { title: 'never switched', changed: { AWS_PROFILE: 'dev' }, prompt: '(dev not set by awsp) > ', look: caution },
  {
    title: 'but for case the same',
    facts: {},
    changed: { AWS_PROFILE: 'DEV' },
    prompt: '(DEV not set by awsp) > ',
    look: caution,
  },
  {
    title: 'another config file',
    facts: {},
    changed: { AWS_CONFIG_FILE: '/other' },
    prompt: '(dev not set by awsp) > ',
    look: caution,
  },
  {
    title: 'another credentials file',
    facts: {},
    changed: { AWS_SHARED_CREDENTIALS_FILE: '/other' },
    prompt: '(dev not set by awsp) > ',
    look: caution,
  },
  {
    title: 'another home, as of `su`',
    facts: {},
    changed: { HOME: '/other' },
    prompt: '(dev not set by awsp) > ',
    look: caution,
  },
  {
    title: 'a key that beats it',
    facts: { level: 'production' },
    changed: { AWS_ACCESS_KEY_ID: 'AKIA', AWS_SECRET_ACCESS_KEY: 'x', AWS_WEB_IDENTITY_TOKEN_FILE: '/t' },
    prompt: '(dev overridden by AWS_ACCESS_KEY_ID) > ',
    look: alarm,
  },
  {
    title: 'a pod identity that beats it',
    facts: {},
    changed: { AWS_WEB_IDENTITY_TOKEN_FILE: '/t' },
    prompt: '(dev, AWS_WEB_IDENTITY_TOKEN_FILE set) > ',
    look: alarm,
  },
  {
    title: 'the same default profile',
    facts: {},
    changed: { AWS_DEFAULT_PROFILE: 'dev' },
    prompt: '(dev 123456789011) > ',
  },
  {
    title: 'another default profile',
    facts: {},
    changed: { AWS_DEFAULT_PROFILE: 'x' },
    prompt: '(dev overridden by AWS_DEFAULT_PROFILE) > ',
    look: alarm,
  },
  {
    title: 'a blank default profile',
    facts: {},
    changed: { AWS_DEFAULT_PROFILE: '' },
    prompt: '(dev overridden by AWS_DEFAULT_PROFILE) > ',
    look: alarm,
  },
  {
    title: 'a session token alone beats nothing',
    facts: {},
    changed: { AWS_SESSION_TOKEN: 'x' },
    prompt: '(dev 123456789011) > ',
  },
  { title: 'time enough', facts: { expiresAt: 3600 }, prompt: '(dev 123456789011) > ', look: normal },
  { title: 'little time', facts: { expiresAt: 510 }, prompt: '(dev 123456789011 9m) > ', look: soonOver },
  { title: 'no time', facts: { expiresAt: -1 }, prompt: '(dev 123456789011 expired) > ', look: over },
  {
    title: 'no time that can be read',
    facts: {},
    changed: { AWSP_EXPIRES: 'a[$(touch pwned)]' },
    prompt: '(dev 123456789011) > ',
  },
  {
    title: 'NO_COLOR',
    facts: { level: 'production' },
    changed: { NO_COLOR: '1' },
    prompt: '(PROD dev 123456789011) > ',
    look: plain,
  },
  { title: 'an empty NO_COLOR', facts: {}, changed: { NO_COLOR: '' }, prompt: '(dev 123456789011) > ', look: normal },
  { title: 'a dumb terminal', facts: {}, changed: { TERM: 'dumb' }, prompt: '(dev 123456789011) > ', look: plain },
  { title: 'switched off', facts: {}, changed: { AWSP_NO_PROMPT: '1' }, prompt: '> ' },
];

const hostileNames = [
  '$(touch pwned)',
  '`touch pwned`',
  '\\u@\\h\\$(touch pwned)',
  '%n%~%{%F{red}',
  '${HOME} $HOME',
  '%(?.a.b) 50%',
  'it\'s "q" \\',
  '!! !x',
  'ærø',
  '* ~ ?',
];

interface Theme {
  /** What takes the prompt away. */
  readonly taken: string;
  /** What makes a variable that no command sees. */
  readonly unexported: string;
  /** A prompt that is only `> `. */
  readonly fixed: string;
  /** A prompt that is made anew each time, as themes do. */
  readonly remade: string;
  /** A prompt that shows the last command's status, and those of the parts of its pipe. */
  readonly status: string;
  /** A prompt that the person put awsp's in, and the last command's status after it. */
  readonly placed: string;
  /** Options and leftovers that a prompt must get along with. */
  readonly odd: string;
}

const themes: Readonly<Record<CodeShellName, Theme>> = {
  bash: {
    taken: 'unset PROMPT_COMMAND',
    unexported: 'unset AWS_PROFILE; AWS_PROFILE=dev',
    fixed: "PS1='> '",
    remade: "theme() { PS1='theme> '; }; PROMPT_COMMAND='theme; # last'",
    status: "PS1='$? ${PIPESTATUS[*]} > '",
    placed: "PS1='${AWSP_PROMPT-}$?> '",
    odd: "PS1='> '; set -eu; shopt -s nocasematch; IFS=dev; unset PWD; PROMPT_COMMAND=('first=1' 'true')",
  },
  zsh: {
    taken: 'precmd_functions=() preexec_functions=()',
    unexported: 'unset AWS_PROFILE; AWS_PROFILE=dev',
    fixed: "PROMPT='> '",
    remade: "theme() { PROMPT='theme> ' }; precmd_functions+=(theme)",
    status: "setopt prompt_subst; PROMPT='%? ${pipestatus} > '",
    placed: "setopt prompt_subst; PROMPT='${AWSP_PROMPT}%?> '",
    odd: "PROMPT='> '; setopt err_exit no_unset ksh_arrays sh_word_split glob_subst prompt_subst ignore_braces; psvar=(one two); IFS=dev",
  },
  fish: {
    taken: "function fish_prompt; echo -n '> '; end",
    unexported: 'set -e AWS_PROFILE; set -g AWS_PROFILE dev',
    fixed: "function fish_prompt; echo -n '> '; end",
    remade: "function theme --on-event fish_prompt; function fish_prompt; echo -n 'theme> '; end; end",
    status: "function fish_prompt; echo -n $status $pipestatus '> '; end",
    placed: 'function fish_prompt; awsp_prompt; echo -n "$status> "; end',
    odd: "function fish_prompt; echo -n '> '; end; set -g IFS ''; set -g fish_prompt x",
  },
};

describeEachShell('the prompt on a screen', (shell) => {
  const shim = `source '${join(shimFolder, `awsp.${shell}`)}'`;
  const theme = themes[shell];

  /** What a person would type to make these changes. */
  function byHand(changes: Readonly<Record<string, string | null>>): string {
    const statement = ([name, value]: [string, string | null]) =>
      value === null ? shells[shell].unset(name) : shells[shell].set(name, value);
    return Object.entries(changes).map(statement).join('; ');
  }

  function open(rc: readonly string[], facts: Partial<Facts> | undefined, extra: Record<string, string> = {}) {
    const home = temporaryFolder();
    const env = { ...bareEnvironment(home), ...extra };
    const expiresAt = typeof facts?.expiresAt === 'number' ? soon(facts.expiresAt) : null;
    const switched = () => applyDelta(env, switchDelta(env, { ...dev, ...facts, expiresAt }).delta);
    const start = facts === undefined ? env : switched();
    return { home, screen: openShell(shell, rc.join('\n'), start, home) };
  }

  it.each(rows)('$title: $prompt', async ({ facts, changed = {}, prompt, look }) => {
    const { screen, home } = open([theme.fixed, shim], facts);
    await screen.prompt(/>$/);
    if (Object.keys(changed).length > 0) {
      screen.type(`${byHand(changed)}\r`);
      await screen.prompt(/>$/);
    }
    screen.type('\r\r');
    await expect.poll(() => screen.lines().slice(-2)).toEqual([prompt.trimEnd(), prompt.trimEnd()]);
    if (look !== undefined) expect(screen.look(prompt.trimEnd())).toEqual(look);
    expect(screen.look('>')).toEqual(plain);
    expect(existsSync(join(home, 'pwned'))).toBe(false);
  });

  /** Waits until the screen ends in these lines. */
  async function ends(screen: Screen, ...lines: string[]): Promise<void> {
    await expect.poll(() => screen.lines().slice(-lines.length)).toEqual(lines);
  }

  it.each(hostileNames)('shows the name %j as it is, and runs none of it', async (profile) => {
    const options = shell === 'zsh' ? ['', 'setopt prompt_subst prompt_bang'] : [''];
    for (const option of options) {
      const { screen, home } = open([theme.fixed, shim, option], { profile });
      await ends(screen, `(${profile} 123456789011) >`);
      screen.type('\r');
      await ends(screen, ...Array(2).fill(`(${profile} 123456789011) >`));
      expect(existsSync(join(home, 'pwned'))).toBe(false);
    }
  });

  it.each(hostileNames)('shows the name %j as it is where the person placed it', async (profile) => {
    const { screen, home } = open([theme.placed, shim], { profile });
    await ends(screen, `(${profile} 123456789011) 0>`);
    expect(existsSync(join(home, 'pwned'))).toBe(false);
  });

  it('shows control characters as question marks', async () => {
    const { screen } = open([theme.fixed, shim], { profile: 'a\u001B[31mb\u0007c\td\u009B32me' });
    await ends(screen, '(a?[31mb?c?d?32me 123456789011) >');
    expect(screen.look('me 1')).toEqual(normal);
  });

  it('keeps the status of the last command, and of each part of a pipe', async () => {
    const { screen } = open([theme.status, shim], {});
    await ends(screen, '(dev 123456789011) 0 0 >');
    screen.type("sh -c 'exit 3' | sh -c 'exit 7'\r");
    await ends(screen, '(dev 123456789011) 7 3 7 >');
  });

  if (shell === 'bash') {
    it('shows nothing of before when it fails', async () => {
      const { screen } = open([theme.fixed, shim], {});
      await ends(screen, '(dev 123456789011) >');
      screen.type('readonly name=x; export AWS_PROFILE=other\r');
      await expect.poll(() => screen.lines().at(-1)).toBe('>');
      expect(screen.lines().join('')).toContain('name: readonly variable');
    });

    it('keeps the status for what PROMPT_COMMAND runs after it', async () => {
      const { screen } = open(["PS1='$seen > '", shim, "PROMPT_COMMAND+='; seen=$?'"], {});
      await ends(screen, '(dev 123456789011) 0 >');
      screen.type("sh -c 'exit 7'\r");
      await ends(screen, '(dev 123456789011) 7 >');
    });
  }

  if (shell === 'fish') {
    it('stays in front of a prompt that a virtual environment makes of the one before, and gives that back', async () => {
      const { screen } = open([theme.fixed, shim], {});
      await ends(screen, '(dev 123456789011) >');
      screen.type("functions -c fish_prompt old; function fish_prompt; echo -n '(venv) '; old; end\r");
      await expect.poll(() => screen.lines().at(-1)).toBe('(dev 123456789011) (venv) >');
      screen.type('functions -e fish_prompt; functions -c old fish_prompt; functions -e old\r');
      await expect.poll(() => screen.lines().at(-1)).toBe('(dev 123456789011) >');
      screen.type('functions fish_prompt | string match "*awsp*"\r');
      await ends(screen, '(dev 123456789011) > functions fish_prompt | string match "*awsp*"', '(dev 123456789011) >');
    });

    it('tells the prompt that there was what fish tells it', async () => {
      const { screen } = open(["function fish_prompt; echo -n $argv '> '; end", shim], {});
      await ends(screen, '(dev 123456789011) >');
      screen.type('bind \\cx "fish_prompt --final-rendering"\r');
      await expect.poll(() => screen.lines().at(-1)).toBe('(dev 123456789011) >');
      screen.type('\u0018');
      await expect.poll(() => screen.lines().join('')).toContain('(dev 123456789011) --final-rendering >');
    });
  }

  it('stays in front of a prompt that is made anew each time, once', async () => {
    const { screen } = open([theme.remade, shim, shim], {});
    screen.type('\r\r');
    await ends(screen, ...Array(3).fill('(dev 123456789011) theme>'));
  });

  it('says when commands do not see the profile', async () => {
    const { screen } = open([theme.fixed, shim], {});
    await ends(screen, '(dev 123456789011) >');
    screen.type(`${theme.unexported}\r`);
    await ends(screen, `(dev 123456789011) > ${theme.unexported}`, '(dev not exported) >');
    expect(screen.look('(dev not')).toEqual(alarm);
  });

  it('is back after a switch when another one took it away', async () => {
    const home = temporaryFolder();
    const source = `source '${installFake(temporaryFolder(), shell, `echo "${shells[shell].set('AWS_PROFILE', 'new')}"`)}'`;
    const env = { ...bareEnvironment(home), AWS_PROFILE: 'old' };
    const screen = openShell(shell, [theme.fixed, source].join('\n'), env, home);
    await ends(screen, '(old not set by awsp) >');
    screen.type(`${theme.taken}\rawsp new\r`);
    await expect.poll(() => screen.lines().at(-1)).toBe('(new not set by awsp) >');
  });

  it('is there once when the shim is sourced again', async () => {
    const { screen } = open([theme.fixed, shim, shim], {});
    await ends(screen, '(dev 123456789011) >');
    screen.type(`${shim}\r`);
    await ends(screen, `(dev 123456789011) > ${shim}`, '(dev 123456789011) >');
  });

  it('stays where the person put it, and keeps the status there', async () => {
    const { screen } = open([theme.placed, shim], {});
    await ends(screen, '(dev 123456789011) 0>');
    screen.type("sh -c 'exit 7'\r");
    await ends(screen, "(dev 123456789011) 0> sh -c 'exit 7'", '(dev 123456789011) 7>');
    expect(screen.look('(dev')).toEqual(normal);
  });

  it('gets along with odd options', async () => {
    const { screen } = open([theme.odd, shim], { expiresAt: 510 });
    await ends(screen, '(dev 123456789011 9m) >');
    screen.type('! true\r');
    await ends(screen, '(dev 123456789011 9m) > ! true', '(dev 123456789011 9m) >');
    screen.type(`${byHand({ AWS_PROFILE: 'DEV' })}\r`);
    await ends(screen, '(DEV not set by awsp) >');
  });

  it('is switched off, and on again', async () => {
    const { screen } = open([theme.fixed, shim], {}, { AWSP_NO_PROMPT: '1' });
    await ends(screen, '>');
    screen.type(`${shells[shell].unset('AWSP_NO_PROMPT')}\r`);
    await ends(screen, `> ${shells[shell].unset('AWSP_NO_PROMPT')}`, '(dev 123456789011) >');
  });

  it('takes no more room than it shows, so that a long line is edited in its place', async () => {
    const { screen } = open([theme.fixed, shim], {});
    await ends(screen, '(dev 123456789011) >');
    const word = 'x'.repeat(78);
    screen.type(`# ${word}`);
    await ends(screen, `(dev 123456789011) > # ${word.slice(0, 77)}`, 'x');
    screen.type('\u0001:\u0005y');
    await ends(screen, `(dev 123456789011) > :# ${word.slice(0, 76)}`, 'xxy');
  });

  it('a Ctrl-C while the program asks leaves all as it was', async () => {
    const home = temporaryFolder();
    const code = shells[shell].set('AWS_PROFILE', 'new');
    const fake = `trap 'echo "${code}"; exit 130' INT; echo asking >&2; while :; do sleep 0.05; done`;
    const source = `source '${installFake(temporaryFolder(), shell, fake)}'`;
    const env = { ...bareEnvironment(home), AWSP_NO_PROMPT: '1', AWS_PROFILE: 'old' };
    const screen = openShell(shell, [theme.fixed, source].join('\n'), env, home);
    await ends(screen, '>');
    screen.type('awsp dev\r');
    await ends(screen, '> awsp dev', 'asking');
    screen.type('\u0003');
    await expect.poll(() => screen.lines().at(-1)).toBe('>');
    screen.type('echo "now $AWS_PROFILE"\r');
    await ends(screen, 'now old', '>');
  });

  it('costs little', async () => {
    const home = temporaryFolder();
    const env = applyDelta(bareEnvironment(home), switchDelta({ HOME: home }, { ...dev, expiresAt: soon(510) }).delta);
    const [many, few] = [200, 40];
    const prompt = ((await time(promptLoop(many), env)) - (await time(promptLoop(0), env))) / many;
    const sourcing = ((await time(sourceLoop(few), env)) - (await time(sourceLoop(0), env))) / few;
    const microseconds = (milliseconds: number) => `${(milliseconds * 1_000).toFixed(0)} µs`;
    console.info(`${shell}: ${microseconds(prompt)} a prompt, ${microseconds(sourcing)} to source the shim`);

    function loop(count: number, body: string): string {
      if (shell === 'fish') return `set i 0; while test $i -lt ${count}; ${body}; set i (math $i + 1); end`;
      return `i=0; while (( i < ${count} )); do ${body}; (( ++i )); done`;
    }

    function promptLoop(count: number): string {
      const body = { bash: '__awsp_prompt', zsh: '__awsp_prompt', fish: 'emit fish_prompt; fish_prompt >/dev/null' };
      return `${theme.fixed}\n${shim}\n${loop(count, body[shell])}`;
    }

    function sourceLoop(count: number): string {
      return loop(count, shim);
    }
  });

  /** Milliseconds that an interactive shell takes for a script: the shortest of three runs. */
  async function time(script: string, env: Readonly<Record<string, string>>): Promise<number> {
    const runs: number[] = [];
    for (let run = 0; run < 3; run += 1) {
      const start = performance.now();
      const { code } = await runShell(shell, script, { env, args: ['-i'] });
      expect(code).toBe(0);
      runs.push(performance.now() - start);
    }
    return Math.min(...runs);
  }
});
