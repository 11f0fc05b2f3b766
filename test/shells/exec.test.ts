// biome-ignore-all lint/suspicious/noTemplateCurlyInString: they are the shells'
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { execCode } from '../../src/environment/exec-code.ts';
import { type ShellName, shells } from '../../src/environment/shells.ts';
import { runChild } from '../../src/node/processes.ts';
import { makeSandbox, program, type Sandbox } from '../support/program.ts';
import {
  bareEnvironment,
  describeEachShell,
  dialects,
  findProgram,
  installFake,
  runShell,
  shimFolder,
  temporaryFolder,
} from '../support/shells.ts';
import { openShell } from '../support/terminal.ts';

const dev = 'barnehageplass-dev-AWSAdministratorAccess-123456789011';
const prod = 'barnehageplass-prod-AWSReadOnlyAccess-123456789013';
const every = Array.from({ length: 256 }, (_, code) => code);

let sandbox: Sandbox;
beforeAll(async () => {
  sandbox = await makeSandbox();
  sandbox.write('noexec', 'echo no\n');
});
afterAll(() => sandbox.remove());

const environment = () => ({ ...bareEnvironment(sandbox.home), ...sandbox.env });

/** A fake program that prints the code of `awsp exec` for as many arguments as follow `--`. */
function fakeExec(folder: string, shell: ShellName): string {
  const delta = [
    { name: 'AWS_ACCESS_KEY_ID', value: null },
    { name: 'AWS_PROFILE', value: "a  b'\\" },
  ];
  const [before = '', after = ''] = execCode(shell, delta, { kind: 'arguments', count: 7777 }).split('7777');
  const quote = (text: string) => `'${text.replaceAll("'", "'\\''")}'`;
  return installFake(
    folder,
    shell,
    `while [ "$1" != -- ]; do shift; done; printf '%s%s%s' ${quote(before)} "$(($# - 1))" ${quote(after)}`,
  );
}

/** Arguments that a shell could change on the way, as its own words; and what they are. */
const odd: readonly (readonly [Partial<Record<ShellName, string>> & { readonly posix: string }, string])[] = [
  [{ posix: "''" }, ''],
  [{ posix: "'a  b'" }, 'a  b'],
  [{ posix: `"it's"` }, "it's"],
  [{ posix: `'"'` }, '"'],
  [{ posix: "'\\n\\\\'", fish: "'\\\\n\\\\\\\\'" }, '\\n\\\\'],
  [{ posix: "'x\ny\n'" }, 'x\ny\n'],
  [{ posix: '--' }, '--'],
  [{ posix: '--help' }, '--help'],
  [{ posix: "'$(touch ran)'" }, '$(touch ran)'],
  [{ posix: "'*'" }, '*'],
  [{ posix: "$'\\xff\\xfe'", fish: '\\Xff\\Xfe' }, '\xff\xfe'],
  [{ posix: '-n' }, '-n'],
  [{ posix: "'$'" }, '$'],
];
const words = (shell: ShellName) => odd.map(([word]) => word[shell] ?? word.posix).join(' ');
const argumentBytes = odd.map(([, value]) => `${value}\0`).join('');

describeEachShell('the command of awsp exec', (shell) => {
  const { status } = dialects[shell];
  const source = () => `source '${shimFolder}/awsp.${shell}'`;

  it('has its exit code, whatever it is; the shell keeps its own profile', async () => {
    const folder = temporaryFolder();
    const shim = fakeExec(folder, shell);
    const { quote } = shells[shell];
    const lines = every.map((code) => `awsp exec p -- sh -c 'exit ${code}'; echo ${status}`);
    const script = [
      `source ${quote(shim)}`,
      shell === 'fish' ? 'set -gx AWS_ACCESS_KEY_ID mine' : 'export AWS_ACCESS_KEY_ID=mine',
      ...lines,
      "awsp exec p -- sh -c 'printenv AWS_PROFILE; printenv AWS_ACCESS_KEY_ID'",
      'printenv AWS_PROFILE; printenv AWS_ACCESS_KEY_ID',
    ].join('\n');
    const { stdout, stderr } = await runShell(shell, script, { env: bareEnvironment(folder) });
    expect({ stdout, stderr }).toEqual({ stdout: `${every.join('\n')}\na  b'\\\nmine\n`, stderr: '' });
  });

  it('gets its arguments, streams and environment as they are, and is found and ends as from the shell', async () => {
    const script = [
      source(),
      `awsp exec dev --no-verify -- printf '%s\\0' ${words(shell)} >args`,
      "printf 'in\\0\\xff' | awsp exec dev --no-verify -- sh -c 'cat; echo err >&2' >out 2>err",
      shell === 'fish' ? 'set -gx AWS_ACCESS_KEY_ID AKIAX' : 'export AWS_ACCESS_KEY_ID=AKIAX',
      'awsp exec dev --no-verify -- env -0 >env',
      // By PATH, as `env` finds it: no function, no alias, no builtin.
      shell === 'fish' ? 'function mine; echo function; end' : 'mine() { echo function; }; alias mine=false',
      'awsp exec dev --no-verify -- mine a >mine 2>/dev/null',
      'awsp exec dev --no-verify -- no-such-command 2>/dev/null; echo 127 STATUS',
      'awsp exec dev --no-verify -- ./noexec 2>/dev/null; echo 126 STATUS',
      "awsp exec dev --no-verify -- '' 2>/dev/null; echo 127 STATUS",
      "awsp exec dev --no-verify -- sh -c 'kill -TERM $$' 2>/dev/null; echo 143 STATUS",
      'awsp exec no-such-profile -- touch ran 2>/dev/null; echo 3 STATUS',
      'awsp exec --help | grep -c exec; echo 0 STATUS',
      "echo 'echo $AWS_PROFILE; exit 9' | SHELL=/bin/sh awsp exec dev --no-verify; echo 9 STATUS",
      'awsp dev --no-verify 2>/dev/null; env -0 >after',
    ]
      .join('\n')
      .replaceAll('STATUS', status)
      .replace('SHELL=/bin/sh awsp', shell === 'fish' ? 'begin; set -lx SHELL /bin/sh; awsp' : 'SHELL=/bin/sh awsp')
      .replace(
        'dev --no-verify; echo 9',
        shell === 'fish' ? 'dev --no-verify; end; echo 9' : 'dev --no-verify; echo 9',
      );
    sandbox.write('bin/mine', '#!/bin/sh\necho program "$@"\n', 0o755);
    const env = environment();
    const { stdout, stderr } = await runShell(shell, script, {
      env: { ...env, PATH: `${sandbox.home}/bin:${env.PATH}` },
      cwd: sandbox.home,
    });
    const read = (name: string) => readFileSync(join(sandbox.home, name), 'latin1');
    // Fish does not redirect what a function writes in a command substitution.
    const isAll = (line: string) => shell === 'fish' || line.includes('not verified') || line === '';
    expect({ stdout, said: stderr.split('\n').filter((line) => !isAll(line)) }).toEqual({
      stdout: `127 127\n126 126\n127 127\n143 143\n3 3\n3\n0 0\n${dev}\n9 9\n`,
      said: [],
    });
    expect(read('args')).toBe(argumentBytes);
    expect(read('out')).toBe('in\0\xff');
    expect(read('err').split('\n').at(-2)).toBe('err');
    expect(read('mine')).toBe('program a\n');
    const variables = (name: string) =>
      read(name)
        .split('\0')
        .filter((line) => !/^(_|SHLVL)=/.test(line))
        .sort();
    expect(variables('env')).toEqual(variables('after'));
    expect(variables('env')).toContain(`AWS_PROFILE=${dev}`);
    expect(variables('env').join('\n')).not.toContain('AKIAX');
  });

  it('stops, goes on, and ends as a job of the shell, which is its parent; questions come on the terminal', async () => {
    const prompt = "PS1='> '";
    const rc = `${shell === 'fish' ? "function fish_prompt; echo '> '; end" : prompt}\n${source()}\n`;
    for (const file of ['.bashrc', '.config/fish/config.fish']) sandbox.write(file, rc);
    sandbox.write('.config/awsp/config', '[guard]\nconfirm = yes\n');
    sandbox.write(
      'job',
      '#!/bin/sh\ntrap "echo got-int; exit 7" INT\ntrap "echo got-winch" WINCH\necho ready ${1-$PPID}\nwhile :; do sleep 0.05; done\n',
      0o755,
    );
    const path = findProgram(shell) ?? shell;
    const screen = openShell(shell, rc, { ...environment(), AWSP_NO_PROMPT: '1', SHELL: path }, sandbox.home);
    const has = (text: string) => screen.until((lines) => lines.some((line) => line.includes(text)));
    const atPrompt = () => screen.prompt(/^>$/);
    await atPrompt();
    screen.type(`echo shell=${shell === 'fish' ? '$fish_pid' : '$$'}=\r`);
    const pid = /shell=(\d+)=/.exec(
      (await screen.until((all) => all.some((line) => /^shell=\d+=/.test(line)))).join('\n'),
    )?.[1];
    await atPrompt();
    screen.type('awsp exec dev --no-verify -- ./job\r');
    await has(`ready ${pid}`);
    screen.resize(90, 40);
    await has('got-winch');
    screen.type('\x1a');
    await atPrompt();
    screen.type('fg\r');
    await screen.until((lines) => !/^>/.test(lines.at(-1) ?? ''));
    screen.type('\x03');
    await has('got-int');
    await atPrompt();
    screen.type('awsp exec dev --no-verify -- ./job again\r');
    await has('ready again');
    screen.type('\x03');
    await screen.until((lines) => lines.filter((line) => line.includes('got-int')).length === 2);
    screen.type(`echo code=${status}=\r`);
    await has('code=7=');
    screen.type("awsp exec dev --no-verify -- sh -c 'echo pid=$$=; exec sleep 600'\r");
    const shown = await screen.until((lines) => lines.some((line) => /^pid=\d+=/.test(line)));
    process.kill(Number(/^pid=(\d+)=/m.exec(shown.join('\n'))?.[1]), 'SIGTERM');
    screen.type(`echo term=${status}=\r`);
    await has('term=143=');
    screen.type(`echo data-in | awsp exec ${prod} --no-verify -- tr a-z A-Z\r`);
    await screen.prompt(/\[y\/N\]$/);
    screen.type('y\r');
    await has('DATA-IN');
    screen.type('awsp exec dev --no-verify\r');
    await atPrompt();
    screen.type('echo inside=$AWS_PROFILE=; exit 5\r');
    await screen.until((lines) => lines.join('').includes(`inside=${dev}=`));
    await atPrompt();
    screen.type(`echo "left=${status}=$AWS_PROFILE="\r`);
    await has('left=5==');
  });
});

describe('the program itself, without a shim', () => {
  /** Everything that runs in one bash, with the program by its path. */
  const script = [
    'run() { timeout 20 "$awsp" exec dev --no-verify "$@"; }',
    `run -- printf '%s\\0' ${odd
      .slice(0, -3)
      .map(([word]) => word.posix)
      .join(' ')} >args`,
    "printf 'in\\0\\xff' | run -- sh -c 'cat; echo err >&2' >out 2>err",
    'export AWS_ACCESS_KEY_ID=AKIAX',
    'run -- env -0 >env',
    'for code in 0 1 2 126 127 128 200 255; do run -- sh -c "exit $code"; echo $code $?; done',
    'run -- no-such-command; echo 127 $?',
    'run -- ./noexec; echo 126 $?',
    "run -- ''; echo 127 $?",
    'for signal in 2 3 9 15; do run -- sh -c "kill -$signal \\$\\$"; echo $((128 + signal)) $?; done',
    'run --fro -- touch ran; echo 2 $?',
    "run -- printf $'\\xff'; echo 2 $?",
    "echo 'echo $AWS_PROFILE; exit 9' | SHELL=/bin/sh run; echo 9 $?",
    // The job is a pipeline's: what it prints, and then that it ends.
    'yes | run -- head -n 1',
    'run -- yes | head -n 1; echo "${PIPESTATUS[0]}"',
  ].join('\n');

  it('passes on arguments, streams, environment and exit codes', async () => {
    const { home } = sandbox;
    sandbox.write('.config/awsp/config', '');
    const env = { ...environment(), awsp: program };
    const { stdout, stderr } = await runShell('bash', script, { env, cwd: home });
    const read = (name: string) => readFileSync(join(home, name), 'latin1');
    expect(stdout.split('\n')).toEqual([
      ...[0, 1, 2, 126, 127, 128, 200, 255].map((code) => `${code} ${code}`),
      ...['127 127', '126 126', '127 127', '130 130', '131 131', '137 137', '143 143', '2 2', '2 2', dev, '9 9'],
      ...['y', 'y', '141', ''],
    ]);
    expect(stderr).toContain('"no-such-command" cannot be run: no such command\n');
    expect(stderr).toContain('"./noexec" cannot be run: permission denied\n');
    expect(stderr).toContain('is not UTF-8, and would reach the command changed\n');
    expect(read('args')).toBe(`${argumentBytes.split('\0').slice(0, -4).join('\0')}\0`);
    expect(read('out')).toBe('in\0\xff');
    expect(read('err').split('\n').at(-2)).toBe('err');
    expect(read('env')).toContain(`AWS_PROFILE=${dev}\0`);
    expect(read('env')).not.toContain('AKIAX');
  });

  it('passes on the signals that it gets itself', async () => {
    // Without a terminal, which would send some of them to the command as well.
    const script = `for s in TERM HUP INT QUIT USR1 USR2; do
      setsid "$awsp" exec dev --no-verify -- sh -c "trap 'exit 42' $s; echo >ready.$s; while :; do sleep 0.02; done" 2>err &
      until [ -e ready.$s ]; do sleep 0.02; done
      kill -$s $!; wait $!; echo $s $?
    done`;
    const { stdout } = await runShell('bash', script, { env: { ...environment(), awsp: program }, cwd: sandbox.home });
    expect(stdout).toBe('TERM 42\nHUP 42\nINT 42\nQUIT 42\nUSR1 42\nUSR2 42\n');
  });

  it('passes on also those that come while the command starts', async () => {
    const signals = ['TERM', 'HUP', 'INT', 'QUIT', 'USR1', 'USR2'];
    // The command sends them, as its first act.
    const script = `for s in ${[...signals, ...signals, ...signals].join(' ')}; do
      setsid "$awsp" exec dev --no-verify -- sh -c "trap 'exit 42' $s; kill -$s \\$PPID; while :; do sleep 0.02; done" 2>err &
      wait $!; echo $s $?
    done`;
    const { stdout } = await runShell('bash', script, { env: { ...environment(), awsp: program }, cwd: sandbox.home });
    expect(stdout).toBe(
      signals
        .map((signal) => `${signal} 42\n`)
        .join('')
        .repeat(3),
    );
  });

  it('returns each exit code', async () => {
    const run = (code: number) =>
      runChild({ program: 'sh', args: ['-c', `exit ${code}`], env: environment(), cwd: sandbox.home }, process);
    for (const code of every) expect(await run(code)).toBe(code);
  });

  it('leaves Ctrl-C and Ctrl-Z to the terminal, so that the command gets them once', async () => {
    sandbox.write('.config/awsp/config', '[guard]\nconfirm = yes\n');
    sandbox.write(
      'counts',
      '#!/bin/sh\nn=0\ntrap "n=$((n+1)); echo int-$n" INT\ntrap "echo end; exit 3" TERM\necho pid=$$=\nwhile :; do sleep 0.05; done\n'.replace(
        'n=$((n+1)); echo int-$n',
        'n=\\$((n+1)); echo int-\\$n',
      ),
      0o755,
    );
    const screen = openShell('bash', "PS1='> '", { ...environment(), awsp: program }, sandbox.home);
    const has = (text: string) => screen.until((lines) => lines.some((line) => line.includes(text)));
    await screen.prompt(/^>$/);
    screen.type('"$awsp" exec dev --no-verify -- ./counts\r');
    const shown = await screen.until((lines) => lines.some((line) => /^pid=\d+=/.test(line)));
    screen.type('\x03');
    await has('int-1');
    screen.type('\x1a');
    await screen.prompt(/^>$/);
    screen.type('fg\r');
    await screen.until((lines) => !/^>/.test(lines.at(-1) ?? ''));
    screen.type('\x03');
    await has('int-2');
    process.kill(Number(/^pid=(\d+)=/m.exec(shown.join('\n'))?.[1]), 'SIGTERM');
    await screen.prompt(/^>$/);
    screen.type('echo code=$?=\r');
    const end = await has('code=3=');
    expect(end.filter((line) => line.includes('int-')).map((line) => line.replace('^C', ''))).toEqual([
      'int-1',
      'int-2',
    ]);
    screen.type(`echo data-in | "$awsp" exec ${prod} --no-verify -- tr a-z A-Z\r`);
    await screen.prompt(/\[y\/N\]$/);
    screen.type('y\r');
    await has('DATA-IN');
  });
});
