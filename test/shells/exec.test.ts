// biome-ignore-all lint/suspicious/noTemplateCurlyInString: they are the shells'
import { existsSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { execCode } from '../../src/environment/exec-code.ts';
import { type CodeShellName, codeShellNames, shells } from '../../src/environment/shells.ts';
import { runChild } from '../../src/node/processes.ts';
import { makeSandbox, program, type Sandbox } from '../support/program.ts';
import {
  bareEnvironment,
  describeWith,
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
function fakeExec(folder: string, shell: CodeShellName): string {
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
const odd: readonly (readonly [Partial<Record<CodeShellName, string>> & { readonly posix: string }, string])[] = [
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
const isUtf8 = ([, value]: (typeof odd)[number]) => !value.includes('\xff');
const bytesOf = (given: typeof odd) => given.map(([, value]) => `${value}\0`).join('');
const words = (shell: CodeShellName, given: typeof odd) => given.map(([word]) => word[shell] ?? word.posix).join(' ');

/**
 * Signals that end a command. Of Ctrl-C and Ctrl-\\ a shell on a terminal leaves the file that it reads, where it sees them
 * in a command of its own.
 */
const signals = { HUP: 1, KILL: 9, USR1: 10, PIPE: 13, TERM: 15 };
const signalsOf = (isChild: boolean) => Object.entries({ ...signals, ...(isChild ? { INT: 2, QUIT: 3 } : {}) });

/** Lists what the files of a command are, for one that is run by awsp and one that is not. */
const listFiles = `sh -c 'for f in /proc/$$/fd/*; do readlink $f; done'`;

/** The status of the first command of a pipeline. */
const firstStatus = { bash: '${PIPESTATUS[0]}', zsh: '${pipestatus[1]}', fish: '$pipestatus[1]' };

/**
 * What a command of `awsp exec` must come to, as statements of the shell; each line of what they print has the same word
 * twice. `isChild`: awsp is its parent, and passes on what is UTF-8.
 */
const table = (shell: CodeShellName, isChild: boolean) => {
  const { status } = dialects[shell];
  const isFish = shell === 'fish';
  const asUtf8 = words(shell, odd.filter(isUtf8));
  const run = 'awsp exec dev --no-verify';
  const lines = [
    `${run} -- printf '%s\\0' ${isChild ? asUtf8 : words(shell, odd)} >args`,
    `awsp exec dev --keys -- printf '%s\\0' ${asUtf8} 2>/dev/null >args.keys`,
    `printf 'in\\0\\xff' | ${run} -- sh -c 'cat; echo err >&2' >out 2>err`,
    `${run} -- ${listFiles} >files.awsp; ${listFiles} >files.shell`,
    isFish ? 'set -gx AWS_ACCESS_KEY_ID AKIAX' : 'export AWS_ACCESS_KEY_ID=AKIAX',
    `${run} -- env -0 >env`,
    // By PATH, as `env` finds it: no function, no alias, no builtin.
    isFish ? 'function mine; echo function; end' : 'mine() { echo function; }; alias mine=false',
    `${run} -- mine a >mine 2>/dev/null`,
    `${run} -- no-such-command 2>no-such; echo 127 ENDED`,
    `${run} -- ./noexec 2>no-exec; echo 126 ENDED`,
    `${run} -- '' 2>/dev/null; echo 127 ENDED`,
    ...signalsOf(isChild).map(
      ([name, number]) => `${run} -- sh -c 'kill -${name} $$' 2>/dev/null; echo ${128 + number} ENDED`,
    ),
    "awsp exec dev --keys -- sh -c 'kill -TERM $$' 2>/dev/null; echo 143 ENDED",
    "awsp exec dev --keys -- sh -c 'exit 77' 2>/dev/null; echo 77 ENDED",
    `${run} -- sh -c 'exec <&-; cat 2>/dev/null; exit 4' 2>/dev/null; echo 4 ENDED`,
    `yes | ${run} -- sh -c 'exec <&-; exit 5' 2>/dev/null; echo 5 ENDED`,
    // The job is a pipeline's: what it prints, and then that it ends.
    `yes | ${run} -- head -n 1 2>/dev/null`,
    // Fish passes on what a function writes when it has ended.
    `${isFish ? run.replace('awsp', '$awsp') : run} -- yes 2>/dev/null | head -n 1; echo 141 ${firstStatus[shell]}`,
    'awsp exec no-such-profile -- touch ran 2>/dev/null; echo 3 ENDED',
    `${run} --fro -- touch ran 2>/dev/null; echo 2 ENDED`,
    'awsp exec --help | grep -c exec; echo 0 ENDED',
    isFish ? 'set -lx SHELL /bin/sh' : 'before=$SHELL SHELL=/bin/sh',
    `echo 'echo $AWS_PROFILE; exit 9' | ${run}; echo 9 ENDED`,
    isFish ? 'set --erase SHELL' : 'SHELL=$before',
    ...(isChild
      ? [`${run} -- printf $'\\xff' 2>lossy; echo 2 ENDED`, isFish ? '' : 'unset AWS_ACCESS_KEY_ID']
      : ['awsp dev --no-verify 2>/dev/null; env -0 >after', 'awsp --unset 2>/dev/null']),
    isFish ? 'functions --erase mine' : 'unalias mine; unset -f mine',
  ];
  return lines.join('\n').replaceAll('ENDED', status);
};
const printed = (isChild: boolean) => [
  ...['127 127', '126 126', '127 127', ...signalsOf(isChild).map(([, number]) => `${128 + number} ${128 + number}`)],
  ...['143 143', '77 77', '4 4', '5 5', 'y', 'y', '141 141', '3 3', '2 2', '3', '0 0', dev, '9 9'],
  ...(isChild ? ['2 2'] : []),
];

/** A command that says who its parent is and what signals it gets, and ends with 7 at the second Ctrl-C. */
const job = `#!/bin/sh
n=0
trap 'n=$((n+1)); echo got-int-$n; [ $n -lt 2 ] || exit 7' INT
trap "echo got-winch" WINCH
trap "echo got-hup >hup; exit 8" HUP
echo ready \${1-$PPID}
while :; do sleep 0.05; done
`;

interface Caller {
  readonly shell: CodeShellName;
  /** `awsp` is the program, not the function of a shim. */
  readonly isChild: boolean;
}

/** An interactive shell in the home of the sandbox. */
async function openCaller({ shell, isChild }: Caller) {
  const { home } = sandbox;
  const prompt = shell === 'fish' ? "function fish_prompt; echo '> '; end" : "PS1='> '";
  const load = isChild ? 'awsp() { "$awsp" "$@"; }' : `source '${shimFolder}/awsp.${shell}'`;
  const rc = `${prompt}\n${load}\n`;
  for (const file of ['.bashrc', '.config/fish/config.fish']) sandbox.write(file, rc);
  sandbox.write('.config/awsp/config', '[guard]\nconfirm = yes\n');
  sandbox.write('noexec', 'echo no\n');
  sandbox.write('job', job, 0o755);
  sandbox.write('bin/mine', '#!/bin/sh\necho program "$@"\n', 0o755);
  for (const name of ['ran', 'hup', 'codes']) rmSync(join(home, name), { force: true });
  const own = environment();
  const env = { ...own, PATH: `${home}/bin:${own.PATH}`, AWSP_NO_PROMPT: '1', awsp: program };
  const screen = openShell(shell, rc, { ...env, SHELL: findProgram(shell) ?? shell }, home);
  const has = (text: string) => screen.until((lines) => lines.some((line) => line.includes(text)));
  const atPrompt = () => screen.prompt(/^>$/);
  await atPrompt();
  return {
    screen,
    load,
    has,
    atPrompt,
    read: (name: string) => readFileSync(join(home, name), 'latin1'),
    /** The number that a line of the screen has in the place of the group. */
    numberIn: async (pattern: RegExp) => {
      const lines = await screen.until((all) => all.some((line) => pattern.test(line)));
      return Number(pattern.exec(lines.find((line) => pattern.test(line)) ?? '')?.[1]);
    },
    /** Reads a file of statements in the shell itself. */
    source: async (name: string, script: string, redirections = '') => {
      sandbox.write(name, script);
      screen.type(`source ./${name} ${redirections}; echo sourced=${name}=\r`);
      await has(`sourced=${name}=`);
      await atPrompt();
    },
  };
}
type OpenCaller = Awaited<ReturnType<typeof openCaller>>;

/** A stand-in for the program makes all exit codes fast. */
async function expectCodes({ shell, isChild }: Caller, { source, read, load }: OpenCaller): Promise<void> {
  const { status } = dialects[shell];
  if (isChild) {
    const some = [0, 1, 2, 126, 127, 128, 200, 255];
    const lines = some.map((code) => `awsp exec dev --no-verify -- sh -c 'exit ${code}' 2>/dev/null; echo $? >>codes`);
    await source('codes.sh', lines.join('\n'));
    expect(read('codes')).toBe(`${some.join('\n')}\n`);
    return;
  }
  const lines = [
    `source ${shells[shell].quote(fakeExec(temporaryFolder(), shell))}`,
    shell === 'fish' ? 'set -gx AWS_ACCESS_KEY_ID mine' : 'export AWS_ACCESS_KEY_ID=mine',
    ...every.map((code) => `awsp exec p -- sh -c 'exit ${code}'; echo ${status} >>codes`),
    "awsp exec p -- sh -c 'printenv AWS_PROFILE; printenv AWS_ACCESS_KEY_ID' >>codes",
    'printenv AWS_PROFILE >>codes; printenv AWS_ACCESS_KEY_ID >>codes',
    shell === 'fish' ? 'set --erase AWS_ACCESS_KEY_ID' : 'unset AWS_ACCESS_KEY_ID',
    load,
  ];
  await source('codes.sh', lines.join('\n'));
  expect(read('codes')).toBe(`${every.join('\n')}\na  b'\\\nmine\n`);
}

async function expectTable({ shell, isChild }: Caller, { source, read }: OpenCaller): Promise<void> {
  await source('table.sh', table(shell, isChild), '>table.out 2>table.err');
  expect(read('table.out').split('\n').slice(0, -1)).toEqual(printed(isChild));
  // Fish does not redirect what a function writes in a command substitution.
  const isUsual = (line: string) => shell === 'fish' || line.includes('not verified') || line === '';
  expect(
    read('table.err')
      .split('\n')
      .filter((line) => !isUsual(line)),
  ).toEqual([]);
  expect(read('args')).toBe(bytesOf(isChild ? odd.filter(isUtf8) : odd));
  expect(read('args.keys')).toBe(bytesOf(odd.filter(isUtf8)));
  expect(read('out')).toBe('in\0\xff');
  expect(read('err').split('\n').at(-2)).toBe('err');
  expect(read('files.awsp').replace('files.awsp', 'files.shell')).toBe(read('files.shell'));
  expect(read('files.awsp')).toContain('/dev/pts/');
  expect(read('mine')).toBe('program a\n');
  const variables = (name: string) =>
    read(name)
      .split('\0')
      .filter((line) => !/^(_|SHLVL|SHELL)=/.test(line))
      .sort();
  expect(variables('env')).toContain(`AWS_PROFILE=${dev}`);
  expect(variables('env').join('\n')).not.toContain('AKIAX');
  if (isChild) {
    expect(read('no-such')).toContain('"no-such-command" cannot be run: no such command\n');
    expect(read('no-exec')).toContain('"./noexec" cannot be run: permission denied\n');
    expect(read('lossy')).toContain('is not UTF-8, and would reach the command changed\n');
  } else {
    expect(variables('env')).toEqual(variables('after'));
  }
  expect(existsSync(join(sandbox.home, 'ran'))).toBe(false);
}

async function expectJobs({ shell, isChild }: Caller, opened: OpenCaller): Promise<void> {
  const { screen, has, atPrompt, numberIn, read } = opened;
  const { status } = dialects[shell];
  screen.type(`echo shell=${shell === 'fish' ? '$fish_pid' : '$$'}=\r`);
  const pid = await numberIn(/^shell=(\d+)=/);
  await atPrompt();
  screen.type('awsp exec dev --no-verify -- ./job\r');
  await has(isChild ? 'ready' : `ready ${pid}`);
  screen.resize(90, 40);
  await has('got-winch');
  // Each Ctrl-C comes once.
  screen.type('\x03');
  await has('got-int-1');
  screen.type('\x1a');
  await atPrompt();
  screen.type('fg\r');
  await screen.until((lines) => !/^>/.test(lines.at(-1) ?? ''));
  screen.type('\x03');
  await has('got-int-2');
  await atPrompt();
  screen.type('awsp exec dev --no-verify -- ./job again\r');
  await has('ready again');
  for (const count of [1, 2]) {
    screen.type('\x03');
    await screen.until((lines) => lines.filter((line) => line.includes(`got-int-${count}`)).length === 2);
  }
  screen.type(`echo code=${status}=\r`);
  await has('code=7=');
  for (const [name, number] of [
    ['SIGTERM', 15],
    ['SIGHUP', 1],
  ] as const) {
    screen.type(`awsp exec dev --no-verify -- sh -c 'echo ${name}-pid=$$=; exec sleep 600'\r`);
    process.kill(await numberIn(new RegExp(`^${name}-pid=(\\d+)=`)), name);
    screen.type(`echo ${name}=${status}=\r`);
    await has(`${name}=${128 + number}=`);
  }
  screen.type(`echo data-in | awsp exec ${prod} --no-verify -- tr a-z A-Z\r`);
  await screen.prompt(/\[y\/N\]$/);
  screen.type('y\r');
  await has('DATA-IN');
  await atPrompt();
  screen.type('awsp exec dev --no-verify\r');
  await atPrompt();
  screen.type('echo inside=$AWS_PROFILE=; exit 5\r');
  await screen.until((lines) => lines.join('').includes(`inside=${dev}=`));
  await atPrompt();
  screen.type(`echo "left=${status}=$AWS_PROFILE="\r`);
  await has('left=5==');
  await atPrompt();
  screen.type('awsp exec dev --no-verify -- ./job last\r');
  await has('ready last');
  // The window is closed.
  screen.kill('SIGHUP');
  await expect
    .poll(() => (existsSync(join(sandbox.home, 'hup')) ? read('hup') : ''), { timeout: 20_000 })
    .toBe('got-hup\n');
}

/** The shells with their shims, and a bash in which `awsp` is the program. */
const callers: readonly Caller[] = [
  ...codeShellNames.map((shell) => ({ shell, isChild: false })),
  { shell: 'bash', isChild: true },
];
for (const caller of callers) {
  const { shell, isChild } = caller;
  describeWith(shell, `the command of awsp exec, on a terminal: ${isChild ? 'the program itself' : shell}`, () => {
    it('has its exit code, arguments, streams, environment, signals and jobs; the shell keeps its own profile', async () => {
      const opened = await openCaller(caller);
      await expectCodes(caller, opened);
      await expectTable(caller, opened);
      await expectJobs(caller, opened);
    });
  });
}

describe('the program itself, without a shim', () => {
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
});
