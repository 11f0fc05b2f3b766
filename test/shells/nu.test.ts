// biome-ignore-all lint/suspicious/noTemplateCurlyInString: they are nushell's
import { cpSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, it, onTestFinished } from 'vitest';
import { lateGrammar } from '../../src/commands/grammar.ts';
import { commandRunningWords, passThroughWords, shimReportingWords } from '../../src/commands/grammar-data.ts';
import { shellCode, shells } from '../../src/environment/shells.ts';
import { regionVariables, variables } from '../../src/environment/variables.ts';
import { makeSandbox, programFolder } from '../support/program.ts';
import { type Finished, runProgram } from '../support/run.ts';
import {
  bareEnvironment,
  describeWith,
  findProgram,
  installFake,
  runShell,
  temporaryFolder,
} from '../support/shells.ts';
import { openScreen } from '../support/terminal.ts';

const grammar = await lateGrammar.loadAll();
const { quote } = shells.nu;

interface Scenario {
  readonly title: string;
  /** What the program does, in `sh`; `CODE` stands for what switches the shell to profile "a  b". */
  readonly program: string;
  /** The script after the shim is sourced. */
  readonly script: string;
  readonly input?: string;
  readonly expected: Finished;
}

const show = 'for name in [AWS_PROFILE AWS_DEFAULT_PROFILE] { print ($env | get --optional $name); ^printenv $name }';
/** Runs the rest, and prints its exit code. */
const status = (command: string) => `try { ${command} } catch {|e| print $e.exit_code }`;

/** A program that prints a text. */
const printing = (text: string) => `cat <<'END'\n${text.trim()}\nEND`;

const scenarios: readonly Scenario[] = [
  {
    title: 'a switch sets and unsets variables, those that are set in nushell too',
    program: 'CODE',
    script:
      '$env.AWS_DEFAULT_PROFILE = "set here"; awsp a b; print ($env.AWS_DEFAULT_PROFILE? | describe); ^printenv AWS_PROFILE AWSP_PROFILE',
    expected: { stdout: `nothing\na  b\nit's $(touch pwned)\n*æ🦊\n`, stderr: '', code: 0 },
  },
  {
    title: 'it does from inside a function that hands on its environment',
    program: 'CODE',
    script: 'def --env f [] { awsp dev }; f; ^printenv AWS_PROFILE',
    expected: { stdout: 'a  b\n', stderr: '', code: 0 },
  },
  {
    title: 'the program gets the words as they are',
    program: 'printf "<%s>" "$@" >&2',
    script: `awsp 'two  words' '' '$x' '*' 007 1kb true --for=1h ("a" + "b") 12 -- -n`,
    expected: {
      stdout: '',
      stderr: '<--shell><nu><two  words><><$x><*><007><1kb><true><--for=1h><ab><12><--><-n>',
      code: 0,
    },
  },
  {
    title: 'no output and success changes nothing',
    program: ':',
    script: `awsp dev; ${show}`,
    expected: { stdout: 'old\nold\nold\nold\n', stderr: '', code: 0 },
  },
  {
    title: 'a failure changes nothing, and ends what it stands in with its own code',
    program: 'CODE; exit 5',
    script: `${status('awsp dev')}; ${show}; awsp dev; print alive`,
    expected: { stdout: '5\nold\nold\nold\nold\n', stderr: '', code: 5 },
  },
  {
    title: 'output without its end changes nothing',
    program: `trap '' EXIT; CODE`,
    script: `try { awsp dev } catch {|e| print $e.msg }; ${show}`,
    expected: {
      stdout: 'awsp: the program did not run to its end, so nothing was changed\nold\nold\nold\nold\n',
      stderr: '',
      code: 0,
    },
  },
  {
    title: 'what comes after its end is not read',
    program: `trap '' EXIT; CODE; echo "$mark"; echo '{"set":{"AWS_PROFILE":"noise"}}'`,
    script: 'awsp dev; print $env.AWS_PROFILE',
    expected: { stdout: 'a  b\n', stderr: '', code: 0 },
  },
  {
    title: 'text is a value, for a pipe too',
    program: printing(shells.nu.print("it's")),
    script: 'print $"<(awsp region)>"; awsp dev | str length',
    expected: { stdout: "<it's>\n4\n", stderr: '', code: 0 },
  },
  {
    title: "a question's answer comes from the real standard input",
    program: 'read -r answer; echo "got $answer" >&2',
    script: 'awsp dev',
    input: 'yes\n',
    expected: { stdout: '', stderr: 'got yes\n', code: 0 },
  },
  ...['list', 'doctor', 'exec'].map((word) => ({
    title: `awsp ${word} keeps its input, its output and its exit code`,
    program: 'cat; echo "{}"; exit 3',
    script: `print ("in\\n" | awsp ${word} x | complete | get stdout); ${status(`"in\\n" | awsp ${word} x`)}`,
    expected: { stdout: 'in\n{}\n\nin\n{}\n3\n', stderr: '', code: 0 },
  })),
  {
    title: 'a script is told that nothing ends its limit',
    program: printing(shellCode(shells.nu, [{ name: 'AWSP_UNTIL', value: '9' }])),
    script: 'awsp dev --for 1h',
    expected: {
      stdout: '',
      stderr: 'awsp: warning: a script has no prompts, so nothing ends the time limit there\n',
      code: 0,
    },
  },
];

/** The facts of a verified switch to `d`, for a prompt without colour. */
const factsIn = (home: string) => ({
  AWS_PROFILE: 'd',
  AWSP_PROFILE: 'd',
  AWSP_FILES: `${home}::`,
  AWSP_STATE: 'verified',
  NO_COLOR: '1',
});

describeWith('nu', 'the shim of nushell', () => {
  const code = shellCode(shells.nu, [
    { name: 'AWS_PROFILE', value: 'a  b' },
    { name: 'AWS_DEFAULT_PROFILE', value: null },
    { name: 'AWSP_PROFILE', value: "it's $(touch pwned)\n*æ🦊" },
  ]);

  /** A home with the old profile active, the shim in it, and the line that sources it. */
  function prepare(program: string, folder = temporaryFolder()) {
    const home = temporaryFolder();
    writeFileSync(join(home, 'code'), code);
    const shim = installFake(folder, 'nu', program.replace('CODE', 'cat "$HOME/code"'));
    const env: Record<string, string> = { ...bareEnvironment(home), AWS_PROFILE: 'old', AWS_DEFAULT_PROFILE: 'old' };
    return { home, shim, env, source: `source ${quote(shim)}` };
  }

  it.each(scenarios)('$title', async ({ program, script, input, expected }) => {
    const { home, env, source } = prepare(program);
    const run = await runShell('nu', `${source}; ${script}`, { env, ...(input === undefined ? {} : { input }) });
    expect(run).toEqual(expected);
    expect(existsSync(join(home, 'pwned'))).toBe(false);
  });

  it('works from a folder with any name, also by a link, sourced twice, over an alias; it prints nothing and has its hooks once', async () => {
    const folder = join(temporaryFolder(), `it's "a" $HOME (x) [*] ærø`);
    const { env, source } = prepare('CODE', folder);
    const counts = '$env.config.hooks | each {|h| [$h.pre_prompt $h.pre_execution] | each {|list| $list | length } }';
    const script = `alias awsp = print alias; ${source}; ${source}; cd /; awsp dev; print $env.AWS_PROFILE; ${counts} | to json --raw`;
    expect(await runShell('nu', script, { env })).toEqual({ stdout: 'a  b\n[1,1]\n', stderr: '', code: 0 });
  });

  it('runs the program on PATH when it has been copied alone', async () => {
    const { home, env } = prepare('CODE');
    mkdirSync(join(home, 'bin'));
    writeFileSync(join(home, 'bin/awsp'), '#!/bin/sh\necho "program $*"\n', { mode: 0o755 });
    cpSync(join(programFolder, 'shell/awsp.nu'), join(home, 'copy/awsp.nu'));
    const run = await runShell('nu', `source ${quote(join(home, 'copy/awsp.nu'))}; awsp list`, {
      env: { ...env, PATH: `${home}/bin:${env.PATH}` },
    });
    expect(run).toEqual({ stdout: 'program list\n', stderr: '', code: 0 });
  });

  it('passes through the words that the grammar has for that and what runs a command, and loads what all others print', async () => {
    const { home, env, source } = prepare('echo "$AWSP_SHIM <$*>" >>"$HOME/calls"');
    const words = [
      ...new Set([...grammar.commands.map(({ name }) => name), ...passThroughWords, '--unset', '-', '', 'dev']),
    ];
    const { code } = await runShell('nu', `${source}; ${words.map((word) => `awsp ${quote(word)} x`).join('; ')}`, {
      env,
    });
    const { version } = JSON.parse(readFileSync(join(programFolder, 'package.json'), 'utf8'));
    const expected = words.map((word) => {
      const isRunAsItIs = [...passThroughWords, ...commandRunningWords].includes(word);
      if (!isRunAsItIs) return ` <--shell nu ${word} x>`;
      return `${shimReportingWords.includes(word) ? `nu ${version}` : ''} <${word} x>`;
    });
    const calls = readFileSync(join(home, 'calls'), 'utf8').trimEnd().split('\n');
    expect({ code, calls }).toEqual({ code: 0, calls: expected });
  });

  it('has from the table of variables those that beat AWS_PROFILE: the prompt names them, and no other', async () => {
    const { home, env, source } = prepare(':');
    const { AWS_DEFAULT_PROFILE: _old, ...rest } = env;
    const facts = { AWS_PROFILE: 'dev', AWSP_PROFILE: 'dev', AWSP_FILES: `${home}::`, AWSP_STATE: 'verified' };
    const others = variables.filter(({ name }) => !/^(AWS|AWSP)_PROFILE$|^AWSP_/.test(name));
    const cases = others.flatMap(({ name }) => ['other', 'dev', ''].map((value) => ({ name, value })));
    const script = cases.map(({ name, value }) => {
      return `${shells.nu.set(name, value)}; print (awsp_prompt); ${shells.nu.unset(name)}`;
    });
    const run = await runShell('nu', [source, ...script].join('\n'), { env: { ...rest, ...facts, NO_COLOR: '1' } });
    const expected = cases.map(({ name, value }) => {
      const kind = variables.find((row) => row.name === name)?.beatsProfile;
      const beats = (kind === 'when-set' && value !== '') || (kind === 'when-different' && value !== 'dev');
      return beats ? `(dev${name.length > 24 ? `, ${name} set` : ` overridden by ${name}`}) ` : '(dev) ';
    });
    expect(run).toEqual({ stdout: `${expected.join('\n')}\n`, stderr: '', code: 0 });
  });

  it.each([
    ['as awsp set it', 'x'],
    ["that is the person's own", 'mine'],
  ])('has from it those that go when the time is over, with a region %s', async (_title, region) => {
    const { env, source } = prepare(':');
    const values = Object.fromEntries(variables.map(({ name }) => [name, 'x']));
    for (const name of regionVariables) values[name] = region;
    const all = { ...env, ...values, AWSP_UNTIL: '1' };
    const { stdout, stderr } = await runShell('nu', `${source}; __awsp_before_prompt; ^env`, { env: all });
    const left = Object.fromEntries(stdout.split('\n').map((line) => line.split(/=(.*)/)));
    const expected = variables.flatMap(({ name, onUnset }) => {
      const stays = onUnset === 'left' || (onUnset === 'ours' && region === 'mine') || name === 'AWSP_PREVIOUS';
      return stays ? [[name, values[name]]] : [];
    });
    expect(variables.flatMap(({ name }) => (name in left ? [[name, left[name]]] : []))).toEqual(expected);
    expect(stderr).toBe('awsp: the time of "x" is over: no profile now; awsp - goes back\n');
  });

  it('tells in the prompt that AWS’s files have changed since, or are gone', async () => {
    const { home, env, source } = prepare(':');
    const { AWS_DEFAULT_PROFILE: _old, ...rest } = env;
    const facts = factsIn(home);
    const seen = join(home, 'seen [a]*');
    mkdirSync(seen);
    const script = [
      source,
      `cd ${quote(seen)}`,
      '^sh -c "touch -d @100 a; touch -d @101 config.until; touch -d @99 config.since credentials.until; ln -s a config; ln -s none credentials"',
      'print (awsp_prompt)',
      '^touch -d @98 a; print (awsp_prompt); ^touch -d @102 a; print (awsp_prompt)',
      '^touch -d @100 a none; print (awsp_prompt); ^rm none; print (awsp_prompt)',
      '^rm a; print (awsp_prompt)',
      '^touch -d @100 a; print (awsp_prompt); $env.AWSP_SEEN = "/none"; print (awsp_prompt)',
    ].join('\n');
    const { stdout } = await runShell('nu', script, { env: { ...rest, ...facts, AWSP_SEEN: seen } });
    const changed = '(d, files changed: awsp current) ';
    expect(stdout.split('\n').slice(0, -1)).toEqual([
      '(d) ',
      changed,
      changed,
      changed,
      '(d) ',
      changed,
      '(d) ',
      changed,
    ]);
  });

  it('warns in a pinned folder and below it, of an allowed file alone', async () => {
    const { home, env, source } = prepare(':');
    const { AWS_DEFAULT_PROFILE: _old, ...rest } = env;
    const facts = factsIn(home);
    const pin = (folder: string, text: string, record: string | null) => {
      mkdirSync(join(home, folder, 'below'), { recursive: true });
      writeFileSync(join(home, folder, '.awsp'), text);
      const copy = join(home, '.local/state/awsp/allowed', home, folder, '.awsp');
      mkdirSync(dirname(copy), { recursive: true });
      if (record !== null) writeFileSync(copy, record);
    };
    const names = ['plain', 'with  [a]* "q"', 'not allowed', 'changed', 'too long', 'same', ''];
    pin('plain', 'x\n', 'account 1\nx\n');
    pin('with  [a]* "q"', 'x', 'profile other\nx');
    pin('not allowed', 'x\n', null);
    pin('changed', 'y\n', 'account 1\nx\n');
    pin('too long', `${'x'.repeat(4096)}y`, `account 1\n${'x'.repeat(4096)}`);
    pin('same', 'x\n', 'profile d\nx\n');
    pin('', 'x\n', 'account 1\nx\n'); // the home folder
    const script = names.map((name) => `cd ${quote(join(home, name, 'below'))}; print (awsp_prompt)`);
    const { stdout, stderr } = await runShell('nu', [source, ...script].join('\n'), { env: { ...rest, ...facts } });
    const other = ['(d, 1 belongs here) ', '(d, other belongs here) '];
    expect({ stdout, stderr }).toEqual({
      stdout: `${[...other, '(d) ', '(d) ', '(d) ', '(d) ', '(d) '].join('\n')}\n`,
      stderr: '',
    });
  });

  it('is shown as AWSP_PROMPT_STYLE says, once, and not where the person has put it elsewhere', async () => {
    const { env, source } = prepare(':');
    const look = (style: string, prompt = '"\\nown"') =>
      `$env.PROMPT_COMMAND = ${prompt}; $env.AWSP_PROMPT_STYLE = "${style}"; __awsp_before_prompt; __awsp_before_prompt
       print ((if ($env.PROMPT_COMMAND | describe) == closure { do $env.PROMPT_COMMAND } else { $env.PROMPT_COMMAND }) | to json)`;
    const script = [
      source,
      look(''),
      look('line'),
      look('off'),
      look('export'),
      'print $env.AWSP_PROMPT',
      look('', '{|| "x" + (awsp_prompt)}'),
    ];
    const { AWS_DEFAULT_PROFILE: _old, ...rest } = env;
    const { stdout, stderr } = await runShell('nu', script.join('\n'), {
      env: { ...rest, AWS_PROFILE: '$1', NO_COLOR: '1' },
    });
    const text = '($1 not set by awsp) ';
    expect({ lines: stdout.split('\n').slice(0, -1), stderr }).toEqual({
      lines: [`"\\n${text}own"`, `"\\n${text}\\nown"`, '"\\nown"', '"\\nown"', text, `"x${text}"`],
      stderr: '',
    });
  });

  it('completes by what the program prints, quoted where it must be; what stands after -- is of another command', async () => {
    const { home, env, source } = prepare(`printf '<%s>' "$@" >"$HOME/asked"; printf 'b c\\tmeaning\\nb-d\\t\\n'`);
    const script = [
      source,
      'print (__awsp_complete [awsp switch "\'it`s b"] | to json --raw)',
      'print (__awsp_complete [awsp exec dev -- aws s] | to json --raw)',
      '$env.config.completions.external.completer = {|words| $words }',
      'print (__awsp_complete [awsp exec dev -- aws s] | to json --raw)',
    ].join('\n');
    const { stdout, stderr } = await runShell('nu', script, { env });
    const candidates = [
      { value: '"b c"', description: 'meaning' },
      { value: 'b-d', description: '' },
    ];
    expect({
      stderr,
      lines: stdout
        .trimEnd()
        .split('\n')
        .map((line) => JSON.parse(line)),
    }).toEqual({
      stderr: '',
      lines: [candidates, null, ['aws', 's']],
    });
    expect(readFileSync(join(home, 'asked'), 'utf8')).toBe('<--complete><nu><awsp><switch><it`s b>');
  });

  it('in a terminal shows the profile before the person’s own prompt, which commands find; and ends a limit', async () => {
    const place = await makeSandbox();
    onTestFinished(() => place.remove());
    const config = [
      '$env.config.show_banner = false',
      '$env.PROMPT_COMMAND = {|| $"\\nown ($env.LAST_EXIT_CODE)" }',
      '$env.PROMPT_COMMAND_RIGHT = ""',
      '$env.PROMPT_INDICATOR = "> "',
      `source ${quote(join(programFolder, 'shell/awsp.nu'))}`,
    ];
    place.write('config.nu', config.join('\n'));
    const env = { ...bareEnvironment(place.home), ...place.env, NO_COLOR: '1', XDG_CONFIG_HOME: place.home };
    const args = ['--config', join(place.home, 'config.nu'), '--env-config', '/dev/null'];
    const screen = openScreen(findProgram('nu') ?? 'nu', args, env, place.home, { cols: 100, rows: 40 });
    await screen.prompt(/^own 0>$/);
    screen.type('awsp barnehageplass-dev\r');
    await screen.prompt(/^\(barnehageplass-dev Admin\) own 0>$/);
    screen.type('view source $env.PROMPT_COMMAND | print; awsp nosuch\r');
    await screen.until((all) => all.some((line) => line.startsWith('{|| $"\\nown')));
    await screen.prompt(/^\(barnehageplass-dev Admin\) own 3>$/);
    // At an old prompt a command finds no profile any more, and `awsp -` goes to the one before that.
    screen.type('awsp --no-verify barnehageplass-test --for 3s\r');
    await screen.prompt(/^\(barn.* not verified 1m\) own 0>$/);
    await sleep(3_200);
    screen.type('print $"is ($env.AWS_PROFILE?)."; awsp -\r');
    await screen.prompt(/^\(barnehageplass-dev Admin\) own 0>$/);
    expect(screen.lines()).toContain('is .');
    expect(screen.lines().join(' ')).toMatch(/the time of "barnehageplass-test.*" is over: no profile now/);
    screen.type('awsp lo\t');
    await screen.until((all) => /^logout /m.test(all.join('\n')));
  });
});

describeWith('nu', 'the demo in nushell', () => {
  it('switches, verified, hands out data, and passes on the code', async () => {
    const home = temporaryFolder();
    const script = 'awsp dev -q; let now = awsp current --json | from json; print $now.state; awsp - ; print no';
    const env = { ...bareEnvironment(home), PATH: `${dirname(findProgram('nu') ?? '')}:${bareEnvironment(home).PATH}` };
    const run = await runProgram(join(programFolder, 'dist/awsp.cjs'), ['demo', '--shell', 'nu', '-c', script], {
      env,
    });
    expect(run).toEqual({ stdout: 'verified\n', stderr: expect.stringContaining('no previous profile'), code: 3 });
  });
});
