import { existsSync, mkdirSync, readFileSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { Fault } from '../../src/emulator/faults.ts';
import { sampleMfaCode } from '../../src/emulator/samples.ts';
import { type CodeShellName, shells } from '../../src/environment/shells.ts';
import { awsCli } from '../support/aws-cli.ts';
import { makeSandbox, program, type Sandbox } from '../support/program.ts';
import { runProgram } from '../support/run.ts';
import {
  bareEnvironment,
  describeEachShell,
  describeWith,
  dialects,
  installFake,
  runShell,
  shimFolder,
  temporaryFolder,
} from '../support/shells.ts';
import { awsForFile, standInForFile } from '../support/stand-in.ts';
import { openShell } from '../support/terminal.ts';
import {
  builder,
  dev,
  hostileCredentials,
  hostileNames,
  hub,
  refusals,
  scenarios,
  settled,
  test,
  vocabulary,
  volatile,
} from './scenario.ts';

/** In words of sh alone, whose variables are those of its environment: a program for each name would take longer. */
const see = `#!/bin/sh
for name; do
  eval "if [ \\"\\\${$name+x}\\" ]; then printf '%s=%s\\n' $name \\"\\$$name\\"; else echo $name is unset; fi"
done
`;

interface Stage {
  readonly place: Sandbox;
  readonly env: Readonly<Record<string, string>>;
}

/** A home with the samples, their emulator, the program `see`, and the environment of a shell that starts in it. */
async function setStage(faults: readonly Fault[] = []): Promise<Stage> {
  const place = await makeSandbox({ wrongAccount: true }, faults);
  onTestFinished(() => place.remove());
  place.write('bin/see', see, 0o755);
  const bare = bareEnvironment(place.home);
  return { place, env: { ...place.env, ...bare, PATH: `${place.home}/bin:${bare.PATH}` } };
}

const shimOf = (shell: CodeShellName) => join(shimFolder, `awsp.${shell}`);
const standIn = standInForFile();
const aws = awsForFile();

/** What the scenarios leave open, as this shell says it. */
function inDialect(shell: CodeShellName, script: string): string {
  return script
    .replaceAll('STATUS', dialects[shell].status)
    .replaceAll('BARE', dialects[shell].bare.join(' '))
    .replaceAll('SHELL', shell);
}

describeEachShell('the program in a shell', (shell) => {
  const { quote } = shells[shell];
  /** Runs a script in a shell that has read the shim: `play` with the real program, `playFast` with its stand-in. */
  const playWith = (shim: () => string) => (stage: Stage, script: string) => {
    const text = [vocabulary[shell], `source ${quote(shim())}`, inDialect(shell, script)].join('\n');
    return runShell(shell, text, { env: { ...stage.env, SHIM: shim() } });
  };
  const play = playWith(() => shimOf(shell));
  const playFast = playWith(() => standIn.shimOf(shell));

  it.each(titled(scenarios))(
    '%s',
    async (_title, { script, isOfProcess, env = {}, files = {}, faults, stdout, stderr }) => {
      const stage = await setStage(faults);
      for (const [path, text] of Object.entries(files)) stage.place.write(path, text);
      // The program is the same in each shell.
      const run = await (isOfProcess && shell === 'bash' ? play : playFast)(
        { ...stage, env: { ...stage.env, ...env } },
        script,
      );
      expect({ stdout: run.stdout, stderr: run.stderr }).toEqual({ stdout, stderr: expect.any(String) });
      expectInOrder(run.stderr, stderr);
    },
  );

  it.each(titled(refusals))(
    'refused, the shell stays as it is: %s',
    async (_title, { command, faults, status, stderr }) => {
      const stage = await setStage(faults);
      const { home } = stage.place;
      const begin = `${settled}dump warm\ndump before\necho begin >&2`;
      const end = 'echo STATUS\ndump after';
      const run = await playFast(stage, `${begin}\n${command}\n${end}`);
      expect(run.stdout).toBe(`${status}\n`);
      expect(run.stderr.split('begin\n')[1]).toContain(stderr);
      expect(stateIn(home, 'before.env', '\0')).toContain(`AWS_PROFILE=${builder}`);
      expect(stateIn(home, 'before.env', '\0')).toContain('AWS_ACCESS_KEY_ID=stale');
      expect(stateIn(home, 'after.env', '\0')).toEqual(stateIn(home, 'before.env', '\0'));
      expect(stateIn(home, 'after', '\n')).toEqual(stateIn(home, 'before', '\n'));
    },
  );

  it.each(hostileNames)('the profile %j becomes active as it is, and nothing of it is run', async (name) => {
    const stage = await setStage();
    stage.place.write('.aws/credentials', hostileCredentials);
    const word = `${name.startsWith('-') ? '-- ' : ''}${quote(name)}`;
    const script = `awsp ${word}; see AWS_PROFILE AWSP_STATE\nawsp -u\nawsp -\nsee AWS_PROFILE AWSP_STATE`;
    const run = await playFast(stage, script);
    expect(run.stdout).toBe(`AWS_PROFILE=${name}\nAWSP_STATE=verified\n`.repeat(2));
    expect(existsSync(`${stage.place.home}/pwned`)).toBe(false);
  });

  const surroundings: Readonly<Record<CodeShellName, readonly (readonly [title: string, script: string])[]>> = {
    bash: [
      ['a function', 'f() { awsp dev; see AWS_PROFILE; }; f'],
      ['a shell that ends on failures and on unset variables', 'set -eu; awsp dev; see AWS_PROFILE'],
      ['a function of such a shell', 'set -euo pipefail; f() { awsp dev && see AWS_PROFILE; }; f'],
      ['POSIX mode', 'set -o posix; awsp dev; see AWS_PROFILE'],
    ],
    zsh: [
      ['a function', 'f() { awsp dev; see AWS_PROFILE }; f'],
      [
        'a function with its own options, which returns on failures',
        'f() { emulate -L zsh; setopt err_return no_unset; awsp dev; see AWS_PROFILE }; f',
      ],
      ['a shell that ends on failures and on unset variables', 'setopt err_exit no_unset; awsp dev; see AWS_PROFILE'],
      ['a function that emulates sh', 'f() { emulate -L sh; awsp dev; see AWS_PROFILE; }; f'],
    ],
    fish: [
      ['a function', 'function f; awsp dev; see AWS_PROFILE; end; f'],
      ['a block with a variable of the same name', 'begin; set -l AWSP_STATE x; awsp dev; see AWS_PROFILE; end'],
    ],
  };

  it.each(surroundings[shell])('a switch in %s', async (_title, script) => {
    const run = await play(await setStage(), `${script}\nsee AWS_PROFILE`);
    expect(run).toMatchObject({ code: 0, stdout: `AWS_PROFILE=${dev}\n`.repeat(2) });
  });

  // A command substitution of fish is the same shell.
  if (shell !== 'fish') {
    it('a switch in a subshell is none of its parent', async () => {
      const run = await play(await setStage(), '(awsp dev; see AWS_PROFILE); see AWS_PROFILE AWSP_PROFILE');
      expect(run.stdout).toBe(`AWS_PROFILE=${dev}\nAWS_PROFILE is unset\nAWSP_PROFILE is unset\n`);
    });

    it('a refusal ends a shell that ends on failures, with its own status', async () => {
      expect(await play(await setStage(), 'set -e\nawsp feil\necho alive')).toMatchObject({ code: 5, stdout: '' });
    });
  }

  it('without the shim the program says which line is missing, and with that line it works', async () => {
    const stage = await setStage();
    mkdirSync(`${stage.place.home}/link`);
    symlinkSync(program, `${stage.place.home}/link/awsp`);
    const env = { ...stage.env, PATH: `${stage.env.PATH}:${stage.place.home}/link` };
    const bare = await runShell(shell, inDialect(shell, 'command awsp dev; echo STATUS; see AWS_PROFILE'), { env });
    expect(bare.stdout).toBe('2\nAWS_PROFILE is unset\n');
    const startFile = { bash: '~/.bashrc', zsh: '~/.zshrc', fish: '~/.config/fish/config.fish' }[shell];
    const line = bare.stderr.split('\n').find((text) => text.trim().startsWith(`${startFile}: `));
    const run = await runShell(shell, `${line?.split(': ')[1]}\nawsp dev; see AWS_PROFILE`, { env });
    expect(run.stdout).toBe(`AWS_PROFILE=${dev}\n`);
  });

  it.each(['--help', 'dev --help', 'new -h', 'region --help', '--version'])(
    '`awsp %s` prints for a pipe as well',
    async (words) => {
      const env = bareEnvironment(temporaryFolder());
      const direct = await runProgram(program, words.split(' '), { env });
      const { stdout, stderr } = await runShell(shell, `source ${quote(shimOf(shell))}\nawsp ${words} | cat`, { env });
      expect({ stdout, stderr }).toEqual({ stdout: direct.stdout, stderr: '' });
      expect(stdout).toMatch(/Usage|^awsp \d/);
    },
  );

  it.each(['', '-h', 'dev', '- --no-verify', 'list', 'nonsense --help'])(
    '`awsp %s` runs the program once',
    async (words) => {
      const home = temporaryFolder();
      const shim = installFake(temporaryFolder(), shell, 'echo run >>"$HOME/runs"');
      await runShell(shell, `source ${quote(shim)}\nawsp ${words}`, { env: bareEnvironment(home) });
      expect(readFileSync(`${home}/runs`, 'utf8')).toBe('run\n');
    },
  );

  if (awsCli.reason !== null) console.warn(`skipped: ${shell} beside the AWS CLI: ${awsCli.reason}`);
  describe.skipIf(awsCli.reason !== null)('beside the AWS CLI', () => {
    it('commands run as the profile that the shell says, whatever was exported before', async () => {
      const stage = await setStage();
      const env = {
        ...stage.env,
        PATH: [`${stage.place.home}/bin`, ...(aws() === null ? [] : [aws()]), process.env.PATH].join(':'),
      };
      const who = 'aws sts get-caller-identity --query Account --output text';
      const script = [
        'awsp arkiv',
        'export AWS_ACCESS_KEY_ID=AKIAIOSFODNN7EXAMPLE',
        'export AWS_SECRET_ACCESS_KEY=wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY',
        'export AWS_DEFAULT_PROFILE=gone',
        'export AWS_DEFAULT_REGION=eu-west-1',
        'awsp dev',
        who,
        'awsp -',
        who,
        'awsp -u',
        `${who} 2>&1 | grep -ci credentials`,
      ];
      const run = await play({ ...stage, env }, script.join('\n'));
      expect(run.stdout).toBe('123456789011\n123456789051\n1\n');
    });
  });

  describe('at a terminal', () => {
    const prompts: Readonly<Record<CodeShellName, string>> = {
      bash: "PS1='> '; HISTFILE=",
      zsh: "PROMPT='> '",
      fish: "function fish_prompt; echo -n '> '; end",
    };

    /** Somebody in an interactive shell that has read the shim. */
    async function sitDown({ place, env }: Stage, afterwards = '', shim = shimOf(shell)) {
      const rc = [prompts[shell], vocabulary[shell], `source ${quote(shim)}`, afterwards].join('\n');
      const screen = openShell(shell, rc, env, place.home);
      const last = () => screen.lines().at(-1) ?? '';
      const shows = (pattern: RegExp) => expect.poll(last).toMatch(pattern);
      await shows(/^(theme)?>$/);
      let count = 0;
      /** The status of what ran last; `words` are typed before it. */
      async function status(words = ''): Promise<number> {
        count += 1;
        screen.type(`${words}echo "status ${count}:${dialects[shell].status}"\r`);
        const said = () => screen.lines().findLast((line) => line.startsWith(`status ${count}:`));
        await expect.poll(() => /:\d+$/.test(said() ?? '') && last().endsWith('>')).toBe(true);
        return Number(said()?.split(':')[1]);
      }
      return {
        screen,
        shows,
        status,
        type: (text: string) => screen.type(text),
        run: (command: string) => status(`${command}; `),
        async sees(...names: string[]): Promise<string[]> {
          await status(`see ${names.join(' ')} >"$HOME/seen"; `);
          return readFileSync(`${place.home}/seen`, 'utf8').trimEnd().split('\n');
        },
      };
    }

    /** The foot of the picker: what its keys do, or the name that is selected. */
    const question = /^(Enter: choose|[\w-]+-\d{12}$)/;
    const codeQuestion = /^MFA code of device "kari" for "sandkasse-lab-Admin-123456789044":$/;

    it('a profile is chosen by part of its name', async () => {
      const person = await sitDown(await setStage());
      person.type('awsp\r');
      await person.shows(question);
      person.type('hub\r');
      await person.shows(/^\(sandkasse-lab Hub\) >$/);
      expect(await person.status()).toBe(0);
      expect(await person.sees('AWS_PROFILE', 'AWSP_STATE')).toEqual([`AWS_PROFILE=${hub}`, 'AWSP_STATE=verified']);
    });

    it('a query that fits several is answered by another word', async () => {
      const person = await sitDown(await setStage());
      person.type('awsp lab\r');
      await person.shows(question);
      person.type(' builder\r');
      await person.shows(/^\(sandkasse-lab-Builder 123456789041 kari\) >$/);
    });

    it('an MFA code is asked for, and taken', async () => {
      const person = await sitDown(await setStage());
      person.type('awsp lab admin\r');
      await person.shows(codeQuestion);
      person.type(`${sampleMfaCode}\r`);
      await person.shows(/^\(sandkasse-lab Admin\) >$/);
      expect(await person.sees('AWSP_STATE')).toEqual(['AWSP_STATE=verified']);
    });

    it.each([
      ['while AWS does not answer', 'awsp dev', null, '\x03'],
      ['at the choice', 'awsp', question, '\x03'],
      ['at the choice among those that fit', 'awsp prod', question, '\x03'],
      ['at the question for a code', 'awsp lab admin', codeQuestion, '\x03'],
      ['at the offer to sign in', 'awsp skjema', /\[Y\/n\]$/, '\x03'],
      ['by the end of input, at the choice', 'awsp', question, '\x04'],
      ['by the end of input, at the question for a code', 'awsp lab admin', codeQuestion, '\x04'],
    ])('cancelled %s, it is 130 and all is as it was', async (_when, command, asked, key) => {
      const stage = await setStage();
      const person = await sitDown(stage);
      await person.run('awsp builder --no-verify');
      await person.run('export AWS_SESSION_TOKEN=mine');
      await person.run('dump before');
      if (asked === null) stage.place.emulator.faults.push({ effect: { kind: 'silence' } });
      const requests = stage.place.emulator.requests.length;
      person.type(`${command}\r`);
      if (asked !== null) await person.shows(asked);
      else await expect.poll(() => stage.place.emulator.requests.length).toBeGreaterThan(requests);
      person.type(key);
      await person.shows(/>$/);
      // For an assignment that was interrupted zsh has a status of its own.
      expect(await person.status()).toBe(shell === 'zsh' && asked === null ? 2 : 130);
      await person.run('dump after');
      const { home } = stage.place;
      expect(stateIn(home, 'before.env', '\0')).toContain(`AWS_PROFILE=${builder}`);
      expect(stateIn(home, 'after.env', '\0')).toEqual(stateIn(home, 'before.env', '\0'));
      expect(person.screen.lines().join('\n')).not.toMatch(/cancel|error|bug/i);
    });

    it('two at once: each has its own way back, and a choice that is cancelled takes nothing from the other', async () => {
      const stage = await setStage();
      const [one, two] = await Promise.all([sitDown(stage), sitDown(stage)]);
      await one.run('awsp dev');
      await two.run('awsp builder');
      await one.run('awsp power test');
      two.type('awsp\r');
      await two.shows(question);
      await one.run('awsp arkiv');
      two.type('\x03');
      await two.shows(/>$/);
      expect(await two.status()).toBe(130);
      expect(await two.sees('AWS_PROFILE', 'AWSP_PREVIOUS')).toEqual([
        `AWS_PROFILE=${builder}`,
        'AWSP_PREVIOUS is unset',
      ]);
      expect(await two.run('awsp -')).toBe(3);
      await one.run('awsp -');
      await two.run('awsp hub');
      await two.run('awsp -');
      expect(await one.sees('AWS_PROFILE')).toEqual([`AWS_PROFILE=${test}`]);
      expect(await two.sees('AWS_PROFILE', 'AWSP_PREVIOUS')).toEqual([
        `AWS_PROFILE=${builder}`,
        `AWSP_PREVIOUS=${hub}`,
      ]);
    });

    it('a choice that is cancelled where no profile is active exports none', async () => {
      const person = await sitDown(await setStage());
      person.type('awsp\r');
      await person.shows(question);
      person.type('\x03');
      await person.shows(/^>$/);
      expect(await person.sees('AWS_PROFILE')).toEqual(['AWS_PROFILE is unset']);
    });

    it('a sign-in that AWS renews by itself is not shown as over', async () => {
      const person = await sitDown(await setStage());
      person.type('awsp kart\r');
      await person.shows(/^\(kart-stage ReadOnly\) >$/);
    });

    // Not one that bash runs before each prompt: what that makes, nothing can change any more.
    const laterThemes: Readonly<Record<CodeShellName, string>> = {
      bash: "PS1='theme> '",
      zsh: "autoload -Uz add-zsh-hook; theme() { PROMPT='theme> ' }; add-zsh-hook precmd theme",
      fish: "function fish_prompt; echo -n 'theme> '; end",
    };

    it('a theme that is loaded after the shim leaves the profile in front', async () => {
      const person = await sitDown(await setStage(), laterThemes[shell]);
      person.type('awsp dev\r');
      await person.shows(/^\(barnehageplass-dev Admin\) theme>$/);
    });

    it('the prompt shows each name as it is', async () => {
      const stage = await setStage();
      stage.place.write('.aws/credentials', hostileCredentials);
      const person = await sitDown(stage, '', standIn.shimOf(shell));
      for (const name of hostileNames) {
        person.type(`awsp --no-verify -- ${quote(name)}\r`);
        await expect.poll(() => person.screen.lines().at(-1)).toBe(`(${name} not verified) >`);
        expect(await person.sees('AWS_PROFILE')).toEqual([`AWS_PROFILE=${name}`]);
      }
      expect(existsSync(`${stage.place.home}/pwned`)).toBe(false);
    });
  });
});

describeWith('fish', 'fish with a universal AWS_PROFILE', () => {
  it('is warned that it would come back', async () => {
    const { env } = await setStage();
    const script = [
      'set -Ux AWS_PROFILE prod',
      `source ${shells.fish.quote(shimOf('fish'))}`,
      'awsp dev; see AWS_PROFILE',
      'awsp -u; see AWS_PROFILE',
    ];
    const run = await runProgram('fish', ['-c', script.join('\n')], { env });
    expect(run.stdout).toBe(`AWS_PROFILE=${dev}\nAWS_PROFILE=prod\n`);
    expect(run.stderr.match(/AWS_PROFILE is also a universal variable/g)).toHaveLength(2);
  });
});

/** Rows for `%s`, which does not cut a title short as `$title` does. */
function titled<Row extends { readonly title: string }>(rows: readonly Row[]): (readonly [title: string, row: Row])[] {
  return rows.map((row) => [row.title, row] as const);
}

/** The entries of a dump that stay when nothing happens. */
function stateIn(home: string, file: string, separator: string): string[] {
  return readFileSync(join(home, file), 'utf8')
    .split(separator)
    .filter((entry) => !volatile.test(entry) && !entry.startsWith('_='));
}

/** A text that holds the parts, one after the other; an empty text where there are none. */
function expectInOrder(text: string, parts: readonly string[]): void {
  let rest = text;
  for (const part of parts) {
    expect(rest).toContain(part);
    rest = rest.slice(rest.indexOf(part) + part.length);
  }
  if (parts.length === 0) expect(text).toBe('');
}
