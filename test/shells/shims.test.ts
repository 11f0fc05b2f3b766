// biome-ignore-all lint/suspicious/noTemplateCurlyInString: they are the shells'
import { cpSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { lateGrammar } from '../../src/commands/grammar.ts';
import { passThroughWords, shimReportingWords } from '../../src/commands/grammar-data.ts';
import { type CodeShellName, shells } from '../../src/environment/shells.ts';
import { regionVariables, variables } from '../../src/environment/variables.ts';
import { type Finished, runProgram } from '../support/run.ts';
import {
  bareEnvironment,
  countProcesses,
  describeEachShell,
  describeWith,
  dialects,
  findProgram,
  installFake,
  runShell,
  shimFolder,
  temporaryFolder,
} from '../support/shells.ts';
import { openShell } from '../support/terminal.ts';

const grammar = await lateGrammar.loadAll();

interface Scenario {
  readonly title: string;
  /** What the program does, in `sh`; `CODE` stands for code that switches the shell to profile "a  b". */
  readonly program: string;
  /** The shell's script after the shim is sourced; `STATUS` stands for `$?`. */
  readonly script: string;
  /** Before the shim is sourced, where a shell needs it. */
  readonly before?: Partial<Record<CodeShellName, string>>;
  readonly input?: string;
  readonly expected: Finished;
}

const show = 'printenv AWS_PROFILE AWS_DEFAULT_PROFILE';

const scenarios: readonly Scenario[] = [
  {
    title: 'a switch sets and unsets variables, two spaces and all',
    program: 'CODE',
    script: `awsp a b; echo STATUS; ${show}`,
    expected: { stdout: '0\na  b\n', stderr: '', code: 1 },
  },
  {
    title: 'the program gets the shell first and the words as they are',
    program: 'printf "<%s>" "$@" >&2',
    script: `awsp 'two  words' '' '$x' '*' -- -n`,
    expected: { stdout: '', stderr: '<--shell><SHELL><two  words><><$x><*><--><-n>', code: 0 },
  },
  {
    title: 'without words it gets none',
    program: 'printf "<%s>" "$@" >&2',
    script: 'awsp',
    expected: { stdout: '', stderr: '<--shell><SHELL>', code: 0 },
  },
  {
    title: 'the exit code is passed on, and nothing is evaluated',
    program: 'CODE; exit 5',
    script: `awsp dev; echo STATUS; ${show}`,
    expected: { stdout: '5\nold\nold\n', stderr: '', code: 0 },
  },
  {
    title: 'no output and success changes nothing',
    program: ':',
    script: `awsp dev; echo STATUS; ${show}`,
    expected: { stdout: '0\nold\nold\n', stderr: '', code: 0 },
  },
  {
    title: 'a program that is killed changes nothing',
    program: 'CODE; kill -9 $$',
    script: `awsp dev; echo STATUS; ${show}`,
    expected: { stdout: '137\nold\nold\n', stderr: expect.any(String), code: 0 },
  },
  {
    title: "a question's answer comes from the real standard input",
    program: 'read -r answer; echo "got $answer" >&2',
    script: 'awsp dev',
    input: 'yes\n',
    expected: { stdout: '', stderr: 'got yes\n', code: 0 },
  },
  {
    title: 'a word that passes through is not evaluated, and keeps stdin, stdout and the exit code',
    program: 'cat; echo "echo evaluated"; echo "$*" >&2; exit 3',
    script: 'awsp list --json; echo STATUS',
    input: 'input\n',
    expected: { stdout: 'input\necho evaluated\n3\n', stderr: 'list --json\n', code: 0 },
  },
  {
    title: '-h does not close the shell',
    program: 'echo exit 9',
    script: 'awsp -h; echo alive STATUS',
    expected: { stdout: 'exit 9\nalive 0\n', stderr: '', code: 0 },
  },
  {
    title: 'an alias of the same name is out of the way',
    program: 'CODE',
    before: {
      bash: 'shopt -s expand_aliases; alias awsp="echo alias"',
      zsh: 'setopt aliases; alias awsp="echo alias"',
      fish: 'alias awsp "echo alias"',
    },
    script: `eval 'awsp dev'\n${show}`,
    expected: { stdout: 'a  b\n', stderr: '', code: 1 },
  },
  {
    title: 'strict options and a strange IFS',
    program: 'CODE',
    before: {
      bash: 'set -euo pipefail; IFS=Aexport; shopt -s nocasematch nullglob',
      zsh: 'setopt err_exit no_unset pipe_fail sh_word_split ksh_arrays rc_quotes glob_subst null_glob csh_junkie_quotes ignore_braces sh_glob posix_builtins; IFS=Aexport',
      fish: "set -g IFS ''",
    },
    script: `awsp dev\n${show} || true`,
    expected: { stdout: 'a  b\n', stderr: '', code: 0 },
  },
];

describeEachShell('the shim', (shell) => {
  const dialect = dialects[shell];
  const code = [
    shells[shell].set('AWS_PROFILE', 'a  b'),
    shells[shell].unset('AWS_DEFAULT_PROFILE'),
    shells[shell].set('AWSP_PROFILE', "it's $(touch pwned)\n*"),
  ].join('\n');

  /** A home with the old profile active, the shim in it, and the line that sources it. */
  function prepare(program: string, folder = temporaryFolder()) {
    const home = temporaryFolder();
    writeFileSync(join(home, 'code'), `${code}\n`);
    const shim = installFake(folder, shell, program.replace('CODE', 'cat "$HOME/code"'));
    const env: Record<string, string> = { ...bareEnvironment(home), AWS_PROFILE: 'old', AWS_DEFAULT_PROFILE: 'old' };
    return { home, shim, env, source: `source ${shells[shell].quote(shim)}` };
  }

  it.each(scenarios)('$title', async ({ program, script, before, input, expected }) => {
    const { env, source } = prepare(program);
    const lines = [before?.[shell] ?? '', source, script].join('\n');
    const inDialect = lines.replaceAll('STATUS', dialect.status);
    const run = await runShell(shell, inDialect, { env, ...(input === undefined ? {} : { input }) });
    const named = (text: string) => (typeof text === 'string' ? text.replaceAll('SHELL', shell) : text);
    expect(run).toEqual({ ...expected, stdout: named(expected.stdout), stderr: named(expected.stderr) });
  });

  it.each([1, 3, 5, 130])('a failure with %i leaves the environment as it was, byte for byte', async (status) => {
    const { home, env, source } = prepare(`CODE; exit ${status}`);
    await runShell(shell, `${source}\nenv -0 >"$HOME/before"\nawsp dev\nenv -0 >"$HOME/after"; :`, { env });
    const [before, after] = ['before', 'after'].map((name) => entries(join(home, name)));
    expect(before).toContain('AWS_PROFILE=old');
    expect(after).toEqual(before);
  });

  it('sourced twice it is the same', async () => {
    const { env, source } = prepare('CODE');
    const run = await runShell(shell, `${source}\n${source}\nawsp dev\n${show}`, { env });
    expect(run).toEqual({ stdout: 'a  b\n', stderr: '', code: 1 });
  });

  it('sourced twice it is run once before a prompt', async () => {
    const { env, source } = prepare('CODE');
    const hooks = {
      bash: 'declare -p PROMPT_COMMAND',
      zsh: 'print -l $precmd_functions $preexec_functions',
      fish: 'functions --handlers-type generic | string match "*awsp*"',
    };
    const run = await runShell(shell, `${source}\n${source}\n${hooks[shell]}`, { env, args: ['-i'] });
    const names = run.stdout.match(/(\w+ )?__awsp\w*/g) ?? [];
    expect(names).not.toEqual([]);
    expect(names).toEqual([...new Set(names)]);
  });

  it('takes effect in the shell from inside a function', async () => {
    const { env, source } = prepare('CODE');
    const body = shell === 'fish' ? 'function f; awsp dev; end' : 'f() { awsp dev; }';
    const run = await runShell(shell, `${source}\n${body}\nf\n${show}`, { env });
    expect(run).toEqual({ stdout: 'a  b\n', stderr: '', code: 1 });
  });

  it.each(['with  space', "o'brien", '$(touch pwned)', 'a%b*[c]', 'ærø'])(
    'works from a folder named %j',
    async (name) => {
      const { env, source } = prepare('CODE', join(temporaryFolder(), name));
      const run = await runShell(shell, `${source}\ncd /\nawsp dev\n${show}`, { env });
      expect(run).toEqual({ stdout: 'a  b\n', stderr: '', code: 1 });
    },
  );

  it.each(['./shell', 'shell', '../x/shell', 'shell/../shell'])('works from the relative path %s', async (path) => {
    const folder = join(temporaryFolder(), 'x');
    const { env } = prepare('CODE', folder);
    const script = `source ${path}/awsp.${shell}\ncd /\nawsp dev\n${show}`;
    const run = await runShell(shell, script, { env, cwd: folder });
    expect(run).toEqual({ stdout: 'a  b\n', stderr: '', code: 1 });
  });

  it('works from its own folder', async () => {
    const folder = temporaryFolder();
    const { env } = prepare('CODE', folder);
    const script = `source ./awsp.${shell}\ncd /\nawsp dev\n${show}`;
    const run = await runShell(shell, script, { env, cwd: join(folder, 'shell') });
    expect(run).toEqual({ stdout: 'a  b\n', stderr: '', code: 1 });
  });

  // Fish has no such option.
  if (shell !== 'fish') {
    it('ends a shell that was told to end on failures, as any command does', async () => {
      const { env, source } = prepare('exit 4');
      const run = await runShell(shell, `set -e\n${source}\nawsp dev\necho alive`, { env });
      expect(run).toEqual({ stdout: '', stderr: '', code: 4 });
    });
  }

  it('leaves `command awsp` to the program on PATH', async () => {
    const { home, env, source } = prepare('CODE');
    mkdirSync(join(home, 'bin'));
    writeFileSync(join(home, 'bin', 'awsp'), '#!/bin/sh\necho "program $*"\n', { mode: 0o755 });
    const run = await runShell(shell, `${source}\ncommand awsp dev`, {
      env: { ...env, PATH: `${home}/bin:${env.PATH}` },
    });
    expect(run).toEqual({ stdout: 'program dev\n', stderr: '', code: 0 });
  });

  it('runs the program on PATH when a plugin manager has copied it alone', async () => {
    const { home, env } = prepare('CODE');
    mkdirSync(join(home, 'bin'));
    writeFileSync(join(home, 'bin', 'awsp'), '#!/bin/sh\necho "program $*"\n', { mode: 0o755 });
    const copy = join(home, 'snippet', `awsp.${shell}`);
    cpSync(join(shimFolder, `awsp.${shell}`), copy);
    const run = await runShell(shell, `source ${shells[shell].quote(copy)}\nawsp list`, {
      env: { ...env, PATH: `${home}/bin:${env.PATH}` },
    });
    expect(run).toEqual({ stdout: 'program list\n', stderr: '', code: 0 });
  });

  describe('sourcing', () => {
    it.each([[[]], [['-i']]])('prints nothing and needs no program, with arguments %j', async (args) => {
      const { home, env, source } = prepare('CODE');
      const script = `${source} >"$HOME/printed" 2>&1\necho ${dialect.status}`;
      const run = await runShell(shell, script, { env: { ...env, PATH: '/nonexistent' }, args });
      expect({ stdout: run.stdout, code: run.code }).toEqual({ stdout: '0\n', code: 0 });
      expect(readFileSync(join(home, 'printed'), 'utf8')).toBe('');
    });

    it.each([[[]], [['-i']]])('leaks no name, with arguments %j', async (args) => {
      const { home, env, source } = prepare('CODE');
      const list = (file: string) =>
        `${shell === 'fish' ? `begin; ${dialect.names}; end` : `{ ${dialect.names}; }`} >"$HOME/${file}"`;
      const script = [list('warm'), list('before'), source, 'awsp dev', list('after')].join('\n');
      await runShell(shell, script, { env, args });
      const [before, after] = ['before', 'after'].map(
        (file) => new Set(readFileSync(join(home, file), 'utf8').split('\n')),
      );
      const leaked = [...(after ?? [])].filter((name) => !before?.has(name) && !/^(__)?awsp|^AWSP_/.test(name));
      const hooks = { bash: ['PROMPT_COMMAND'], zsh: ['precmd_functions', 'preexec_functions'], fish: [] };
      expect(leaked).toEqual(args.length > 0 ? hooks[shell] : []);
      expect(after).toContain('awsp');
    });
  });

  it('passes through the words that the grammar has for that, and evaluates the output of all others', async () => {
    const { home, env, source } = prepare('echo "$AWSP_SHIM <$*>" >>"$HOME/calls"');
    const words = [
      ...new Set([...grammar.commands.map(({ name }) => name), ...passThroughWords, '--unset', '-', '', 'dev']),
    ];
    const script = words.map((word) => `awsp ${shells[shell].quote(word)} x`).join('\n');
    const { code } = await runShell(shell, `${source}\n${script}`, { env });
    const { version } = JSON.parse(readFileSync(join(shimFolder, '../package.json'), 'utf8'));
    const expected = words.map((word) => {
      if (!passThroughWords.includes(word))
        return ` <--shell ${shell} ${word === 'exec' ? '--subshell exec' : word} x>`;
      return `${shimReportingWords.includes(word) ? `${shell} ${version}` : ''} <${word} x>`;
    });
    expect({ code, calls: lines(join(home, 'calls')) }).toEqual({ code: 0, calls: expected });
  });

  describe('has from the table of variables', () => {
    const setAll = (values: Readonly<Record<string, string>>) =>
      Object.entries(values).map(([name, value]) => shells[shell].set(name, value));
    const showPrompt = shell === 'fish' ? 'awsp_prompt; echo' : '__awsp_prompt; echo "$AWSP_PROMPT"';

    it('those that beat AWS_PROFILE: the prompt names them, and no other', async () => {
      const { home, env, source } = prepare(':');
      const clean = {
        ...env,
        AWS_PROFILE: 'dev',
        AWSP_PROFILE: 'dev',
        AWSP_FILES: `${home}::`,
        AWSP_STATE: 'verified',
      };
      const others = variables.filter(({ name }) => !/^(AWS|AWSP)_PROFILE$|^AWSP_/.test(name));
      const cases = others.flatMap(({ name }) => ['other', 'dev', ''].map((value) => ({ name, value })));
      const script = cases.flatMap(({ name, value }) => [
        shells[shell].set(name, value),
        showPrompt,
        shells[shell].unset(name),
      ]);
      const { AWS_DEFAULT_PROFILE: _old, ...given } = { ...clean, NO_COLOR: '1' } as Record<string, string>;
      const run = await runShell(shell, [source, ...script].join('\n'), { env: given });
      const expected = cases.map(({ name, value }) => {
        const kind = variables.find((row) => row.name === name)?.beatsProfile;
        const beats = (kind === 'when-set' && value !== '') || (kind === 'when-different' && value !== 'dev');
        // There is room for 44 columns.
        const words = name.length > 24 ? `, ${name} set` : ` overridden by ${name}`;
        return beats ? `(dev${words}) ` : '(dev) ';
      });
      expect(run).toEqual({ stdout: `${expected.join('\n')}\n`, stderr: '', code: 0 });
      expect(new Set(expected).size).toBeGreaterThan(7);
    });

    it('of several that beat AWS_PROFILE the id of the key', async () => {
      const names = variables.filter(({ beatsProfile }) => beatsProfile !== undefined).map(({ name }) => name);
      const { env, source } = prepare(':');
      const script = [source, ...setAll(Object.fromEntries(names.map((name) => [name, 'x']))), showPrompt].join('\n');
      const run = await runShell(shell, script, { env: { ...env, NO_COLOR: '1' } });
      expect(run.stdout).toBe('(old overridden by AWS_ACCESS_KEY_ID) \n');
    });

    it.each([
      ['as awsp set it', 'x'],
      ["that is the person's own", 'mine'],
    ])('those that go when the time is over, with a region %s', async (_title, region) => {
      const { home, env, source } = prepare(':');
      const values = Object.fromEntries(variables.map(({ name }) => [name, 'x']));
      for (const name of regionVariables) values[name] = region;
      const script = [
        source,
        ...setAll({ ...values, AWSP_UNTIL: '1' }),
        shell === 'fish' ? 'emit fish_prompt' : '__awsp_prompt',
        'env -0 >"$HOME/after"',
      ].join('\n');
      await runShell(shell, script, { env: { ...env, AWSP_NO_PROMPT: '1' } });
      const left = Object.fromEntries(entries(join(home, 'after')).map((entry) => entry.split(/=(.*)/s)));
      const expected = variables.flatMap(({ name, onUnset }) => {
        const stays = onUnset === 'left' || (onUnset === 'ours' && region === 'mine') || name === 'AWSP_PREVIOUS';
        return stays ? [[name, values[name]]] : [];
      });
      const found = variables.flatMap(({ name }) => (name in left ? [[name, left[name]]] : []));
      expect(found).toEqual(expected);
    });
  });
});

describeWith('strace', 'seen from the kernel', () => {
  describeEachShell('sourcing starts no process', (shell) => {
    it.each([[[]], [['-i']]])('with arguments %j', async (args) => {
      const nothing = await countProcesses(shell, args, ':');
      expect(await countProcesses(shell, args, `source '${join(shimFolder, `awsp.${shell}`)}'`)).toBe(nothing);
      expect(await countProcesses(shell, args, 'env; :')).toBeGreaterThan(nothing);
    });
  });
});

describeWith('bash', 'awsp.bash where PROMPT_COMMAND is readonly', () => {
  it('says once what cannot be done, and works', async () => {
    const home = temporaryFolder();
    const shim = installFake(home, 'bash', 'echo "export AWS_PROFILE=dev"');
    const script = `readonly PROMPT_COMMAND=:; . '${shim}'; awsp dev; echo "$? $AWS_PROFILE"`;
    const run = await runShell('bash', script, { env: bareEnvironment(home), args: ['-i'] });
    const said = run.stderr.split('\n').filter((line) => /awsp|readonly/.test(line));
    expect({ said, stdout: run.stdout }).toEqual({
      said: ['awsp: PROMPT_COMMAND is readonly here, so the prompt shows no profile and no time limit ends'],
      stdout: '0 dev\n',
    });
  });
});

describeWith('zsh', 'awsp.zsh where zsh corrects words', () => {
  it('is not asked whether a profile is a misspelt file', async () => {
    const home = temporaryFolder();
    const shim = installFake(home, 'zsh', 'echo "print switched to $3"');
    writeFileSync(join(home, 'deve'), '');
    const rc = `setopt correct_all; PS1='> '\nsource '${shim}'; cd`;
    const screen = openShell('zsh', rc, bareEnvironment(home), home);
    await screen.prompt(/^>$/);
    screen.type('cat dev\r');
    await screen.prompt(/correct 'dev' to 'deve'/);
    screen.type('n');
    await screen.prompt(/^>$/);
    screen.type('awsp dev\r');
    await screen.until((all) => all.slice(-2).join('|') === 'switched to dev|>');
  });
});

describeWith('shellcheck', 'awsp.bash', () => {
  it('has nothing that shellcheck finds', async () => {
    const run = await runProgram(
      'shellcheck',
      ['--severity=style', join(shimFolder, 'awsp.bash'), join(shimFolder, '../dist/awsp.sh')],
      {
        env: bareEnvironment('/'),
      },
    );
    expect(run).toEqual({ stdout: '', stderr: '', code: 0 });
  });
});

describeEachShell('the syntax', (shell) => {
  it('is right', async () => {
    const run = await runProgram(shell, ['-n', join(shimFolder, `awsp.${shell}`)], {
      env: bareEnvironment(temporaryFolder()),
    });
    expect(run).toEqual({ stdout: '', stderr: '', code: 0 });
  });
});

describe('a shell that a shim is not for', () => {
  describe.each(['dash', 'busybox', 'mksh', 'bash', 'zsh'].filter((other) => findProgram(other) !== null))(
    '%s',
    (other) => {
      it.each(['bash', 'zsh', 'fish'].filter((name) => name !== other))(
        'is told so by awsp.%s, and goes on',
        async (name) => {
          const script = `set -eu; . '${shimFolder}/awsp.${name}'; echo "$?, and on"`;
          const args = [...(other === 'busybox' ? ['sh'] : []), '-c', script];
          const run = await runProgram(findProgram(other) ?? other, args, { env: bareEnvironment(temporaryFolder()) });
          expect(run).toEqual({
            stdout: '0, and on\n',
            stderr: `awsp: awsp.${name} is for ${name}, and this is another shell: nothing was loaded\n`,
            code: 0,
          });
        },
      );
    },
  );

  describe('a fish older than 3.4', () => {
    const text = readFileSync(join(shimFolder, 'awsp.fish'), 'utf8');

    it('is known by its version', () => {
      const [, pattern = ''] = /match -qr '(.*)' -- \$FISH_VERSION/.exec(text) ?? [];
      const versions = [
        '2.7.1',
        '3.0.0',
        '3.1b1',
        '3.3.1',
        '3.4.0',
        '3.4.1-12-gabc',
        '3.6.0',
        '3.10.0',
        '4.0.2',
        '10.1',
      ];
      expect(versions.filter((version) => !new RegExp(pattern).test(version))).toEqual(versions.slice(0, 4));
    });

    it('can parse what comes after that', () => {
      // What fish 3.3 and 3.4 refuse when they read the file, whether it is run or not.
      expect(text.match(/^[^#]*(?:"[^"\n]*(?<!\\)\$\(|\bbuiltin (?:-\w )?path\b)/gm)).toBeNull();
    });
  });

  describeWith('fish', 'a fish older than 3.4: the message', () => {
    it('is all that is printed', async () => {
      const folder = temporaryFolder();
      const text = readFileSync(join(shimFolder, 'awsp.fish'), 'utf8');
      const old = text.replace('-- $FISH_VERSION', '-- 3.3.1');
      expect(old).not.toBe(text);
      writeFileSync(join(folder, 'awsp.fish'), old);
      const run = await runShell('fish', `source '${folder}/awsp.fish'`, { env: bareEnvironment(folder) });
      expect(run).toEqual({
        stdout: '',
        stderr: expect.stringMatching(/^awsp: this is fish \S+, and awsp needs 3\.4 or later\n$/),
        code: 0,
      });
    });
  });
});

describeEachShell('the shim in shell/', (shell) => {
  const text = readFileSync(join(shimFolder, `awsp.${shell}`), 'utf8');

  it('says first that it is made from its template', () => {
    expect(text.split('\n')[0]).toContain(`from shell/templates/awsp.${shell}`);
  });

  it('has the same parts as the others, in the same order', () => {
    expect([...text.matchAll(/^# --- (.*?) -+$/gm)].map(([, heading]) => heading)).toEqual([
      'program and state',
      'the awsp function',
      'clock and time limit',
      'folder pins',
      'completion',
      'prompt',
      'hooks',
      'start',
    ]);
  });
});

describe('a template', () => {
  it.each<[title: string, template: string, data: string, result: string]>([
    ['is filled', 'a @X@ @Y@ $@ ${a@Q} @X@', '{ X: "1", Y: "2" }', 'a 1 2 $@ ${a@Q} 1'],
    ['has a line for each item of a list', 'a\nunset @X@\nb', '{ X: ["1 2", "3"] }', 'a\nunset 1 2\nunset 3\nb'],
    ['is not filled by what it is filled with', '@X@', '{ X: "$& @Y@" }', '$& @Y@'],
    ['fails with a placeholder without data', '@X@ @Y@', '{ X: "1" }', 'Error: name: there is no data for @Y@'],
    ['fails with a placeholder in other letters', '@x@', '{}', 'Error: name: there is no data for @x@'],
    [
      'fails with data without a placeholder',
      '@X@',
      '{ X: "1", Y: "", Z: [] }',
      'Error: name: there is no placeholder for Y, Z',
    ],
  ])('%s', async (_title, template, data, result) => {
    const script = `import { fillTemplate } from ${JSON.stringify(join(shimFolder, '../scripts/template.mjs'))};
      try { process.stdout.write(fillTemplate('name', ${JSON.stringify(template)}, ${data})); }
      catch (error) { process.stdout.write(String(error)); }`;
    const run = await runProgram(process.execPath, ['--input-type=module', '-e', script], {
      env: bareEnvironment('/'),
    });
    expect(run).toEqual({ stdout: result, stderr: '', code: 0 });
  });
});

/** The lines of a file. */
function lines(file: string): string[] {
  return readFileSync(file, 'utf8').trimEnd().split('\n');
}

/** The entries of an `env -0`, but for `_`, which shells set to the last word of the command before. */
function entries(file: string): string[] {
  return readFileSync(file, 'utf8')
    .split('\0')
    .filter((entry) => !entry.startsWith('_='));
}
