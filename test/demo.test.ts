import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { click } from '../src/emulator/person.ts';
import type { CodeShellName } from '../src/environment/shells.ts';
import { awsCli } from './support/aws-cli.ts';
import { launchBrowser } from './support/browser.ts';
import { program } from './support/program.ts';
import { runProgram } from './support/run.ts';
import { bareEnvironment, describeEachShell, describeWith, temporaryFolder } from './support/shells.ts';
import { awsForFile } from './support/stand-in.ts';
import { openScreen, type Screen } from './support/terminal.ts';

const startUrl = 'https://bibliotek.awsapps.com/start';
const testProfile = 'bibliotek-test-AWSReadOnlyAccess-123456789072';

interface Sandbox {
  readonly env: Record<string, string>;
  /** What the demos have left in TMPDIR. */
  leftovers(): string[];
}

/** A person's own home, outside the demo. */
function makeSandbox(more: Readonly<Record<string, string>> = {}): Sandbox {
  const home = temporaryFolder();
  mkdirSync(join(home, 'tmp'));
  const env = { ...bareEnvironment(home), TMPDIR: join(home, 'tmp'), ...more };
  return { env, leftovers: () => readdirSync(join(home, 'tmp')) };
}

function runDemo(shell: CodeShellName, command: string, sandbox: Sandbox, ...options: string[]) {
  return runProgram(program, ['demo', '--shell', shell, ...options, '-c', command], { env: sandbox.env });
}

/** Opens a demo, and waits for its prompt. */
async function openDemo(shell: CodeShellName, { env }: Sandbox): Promise<Screen> {
  const screen = openScreen(program, ['demo', '--shell', shell], env, env.HOME ?? '/', { cols: 100, rows: 40 });
  await screen.prompt(promptOf[shell]);
  return screen;
}

const promptOf: Readonly<Record<CodeShellName, RegExp>> = { bash: /[$#]$/, zsh: /[%#]$/, fish: /[>#]$/ };

/** What a person sees, and what they type then. */
type Dialogue = readonly (readonly [sees: RegExp, types: string])[];

async function converse(screen: Screen, dialogue: Dialogue): Promise<void> {
  for (const [sees, types] of dialogue) {
    await expect.poll(() => screen.lines().join('\n')).toMatch(sees);
    screen.type(types);
  }
}

/** Leaves the demo, which must leave nothing behind: no folder, no program, nobody at its port. */
async function leave(screen: Screen, sandbox: Sandbox): Promise<void> {
  screen.type('echo "at <$HTTPS_PROXY>"\r');
  const address = () => /at <(http:[^>]+)>/.exec(screen.lines().join('\n'))?.[1] ?? '';
  await expect.poll(address).not.toBe('');
  if (existsSync('/proc/self/environ')) expect(programsIn(sandbox)).not.toEqual([]);
  screen.type('exit\r');
  await screen.ended;
  await expectNothing(sandbox, address());
}

async function expectNothing(sandbox: Sandbox, address: string): Promise<void> {
  expect(sandbox.leftovers()).toEqual([]);
  await expect(fetch(address)).rejects.toThrow();
  await expect.poll(() => programsIn(sandbox)).toEqual([]);
}

/** The programs that run with a HOME of a demo: by /proc, which Linux alone has. */
function programsIn({ env }: Sandbox): string[] {
  if (!existsSync('/proc/self/environ')) return [];
  return readdirSync('/proc').filter((pid) => {
    try {
      return (
        /^\d+$/.test(pid) && readFileSync(`/proc/${pid}/environ`, 'utf8').includes(`HOME=${env.TMPDIR}/awsp-demo-`)
      );
    } catch {
      return false;
    }
  });
}

/** From the account to the switch; the profile is `testProfile`. */
const rest: Dialogue = [
  [/bibliotek-lab/, 'test\r'],
  [/AWSAdministratorAccess/, 'ReadOnly\r'],
  [/default region \(that of the portal\) \[eu-north-1\]/, '\r'],
  [/output format/, '\r'],
  [/profile name \[bibliotek-test-AWSReadOnlyAccess-123456789072\]/, '\r'],
  [/write this to/, '\r'],
  [/switch to it now/, '\r'],
];

interface Flow {
  readonly command: string;
  readonly dialogue: Dialogue;
  /** What the config then has. */
  readonly writes: string;
}

const flows: Readonly<Record<string, Flow>> = {
  'by PKCE': {
    command: 'awsp new',
    dialogue: [
      [/start URL/, `${startUrl}\r`],
      [/SSO region \(from the portal's page\) \[eu-north-1\]/, '\r'],
      [/session name/, '\r'],
      [/http:\/\/127\.0\.0\.1:\d+\/authorize\?/, ''],
    ],
    writes: 'sso_session = bibliotek',
  },
  'by device code': {
    command: 'awsp new --device-code',
    dialogue: [
      [/start URL/, 'bibliotek.awsapps.com\r'],
      [/SSO region \(from the portal's page\) \[eu-north-1\]/, '\r'],
      [/session name/, '\r'],
      [/the code [A-Z2-7]{4}-[A-Z2-7]{4}/, ''],
    ],
    writes: 'sso_session = bibliotek',
  },
  'in the legacy form': {
    command: 'awsp new',
    dialogue: [
      [/start URL/, `${startUrl}/#/\r`],
      [/SSO region \(from the portal's page\) \[eu-north-1\]/, '\r'],
      [/session name/, '-\r'],
    ],
    writes: `sso_start_url = ${startUrl}`,
  },
  'with the wrong region first': {
    command: 'awsp new',
    dialogue: [
      [/start URL/, `${startUrl}\r`],
      [/SSO region \(from the portal's page\) \[eu-north-1\]/, 'eu-west-1\r'],
      [/is in eu-north-1, not in eu-west-1/, ''],
      [/SSO region: eu-north-1$/, '\r'],
      [/session name/, '\r'],
    ],
    writes: 'sso_session = bibliotek',
  },
  'with a slip in the start URL': {
    command: 'awsp new',
    dialogue: [
      [/start URL/, 'biblotek.awsapps.com\r'],
      [/portal: https:\/\/biblotek\.awsapps\.com\/start$/, `\u0015${startUrl}\r`],
      [/SSO region \(from the portal's page\) \[eu-north-1\]/, '\r'],
      [/session name/, '\r'],
    ],
    writes: 'sso_session = bibliotek',
  },
};

/** Each of them in one shell, and the usual one in each: what is asked is the program's, whichever the shell. */
const flowsOf: Readonly<Record<CodeShellName, readonly string[]>> = {
  bash: ['by PKCE', 'in the legacy form', 'with the wrong region first'],
  zsh: ['by PKCE', 'by device code'],
  fish: ['by PKCE', 'with a slip in the start URL'],
};

describeEachShell('awsp new in the demo, from nothing to a verified switch', (shell) => {
  it.each(Object.entries(flows).filter(([name]) => flowsOf[shell].includes(name)))(
    '%s',
    async (_name, { command, dialogue, writes }) => {
      const sandbox = makeSandbox();
      const screen = await openDemo(shell, sandbox);
      screen.type(`awsp --unset; ${command}\r`);
      await converse(screen, [...dialogue, ...rest]);
      await expect.poll(() => screen.lines().at(-1)).toContain('(bibliotek-test ReadOnly)');
      screen.type('clear; echo "is $AWS_PROFILE $AWSP_STATE"; tail -7 ~/.aws/config\r');
      await expect.poll(() => screen.lines()).toContain(`is ${testProfile} verified`);
      await expect.poll(() => screen.lines()).toEqual(expect.arrayContaining([`[profile ${testProfile}]`, writes]));
      await leave(screen, sandbox);
    },
  );
});

describeWith('chromium', 'the browser of the person', () => {
  it('opens the page of PKCE outside the demo, and ends on the page of awsp', async () => {
    const sandbox = makeSandbox();
    const opened = `${sandbox.env.HOME}/opened`;
    const browser = `${sandbox.env.HOME}/browser`;
    writeFileSync(
      browser,
      `#!/bin/sh\n{ printf '%s\\n' "$1"; env; } >'${opened}.new'; mv '${opened}.new' '${opened}'\n`,
      {
        mode: 0o755,
      },
    );
    const screen = await openDemo('bash', { ...sandbox, env: { ...sandbox.env, BROWSER: browser } });
    expect(screen.lines().join('\n')).toContain('sign-in pages: open in your browser');
    screen.type('awsp new\r');
    await converse(screen, (flows['by PKCE'] as Flow).dialogue);
    await expect.poll(() => existsSync(opened)).toBe(true);
    const [address = '', ...environment] = readFileSync(opened, 'utf8').trimEnd().split('\n');
    expect(address).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/authorize\?/);
    expect(environment).toContain(`HOME=${sandbox.env.HOME}`);
    // The person's own, and nothing of the demo.
    const own = `XDG_CONFIG_DIRS=${sandbox.env.XDG_CONFIG_DIRS}`;
    expect(environment.filter((line) => /^(AWS|HTTPS_PROXY|XDG)/.test(line))).toEqual([own]);
    const chromium = await launchBrowser();
    try {
      const page = await chromium.newPage();
      await page.goto(address);
      await page.getByRole('button', { name: 'Allow' }).click();
      await page.getByText('You are signed in').waitFor();
    } finally {
      await chromium.close();
    }
    await converse(screen, rest);
    await expect.poll(() => screen.lines().at(-1)).toContain('(bibliotek-test ReadOnly)');
    await leave(screen, sandbox);
  });
});

describeEachShell('one command in the demo', (shell) => {
  it('makes a profile and switches to it, with nobody at the terminal', async () => {
    const sandbox = makeSandbox();
    const command = `awsp new --start-url ${startUrl} --account bibliotek-test --role AWSReadOnlyAccess --yes`;
    const { code, stdout } = await runDemo(shell, `${command} && echo "$AWS_PROFILE $AWSP_STATE"`, sandbox);
    expect({ code, last: stdout.trimEnd().split('\n').at(-1) }).toEqual({ code: 0, last: `${testProfile} verified` });
    await expect.poll(() => programsIn(sandbox)).toEqual([]);
    expect(sandbox.leftovers()).toEqual([]);
  });
});

// Of the program alone, which is the same in each shell.
describeWith('bash', 'one command in the demo', () => {
  it('signs in, shows it, and signs out', async () => {
    const sandbox = makeSandbox();
    const steps = ['awsp login skjema', 'awsp sessions', 'awsp skjema', 'awsp logout skjema', 'awsp sessions'];
    const { code, stdout, stderr } = await runDemo('bash', `${steps.join(' && ')} && echo "$AWS_PROFILE"`, sandbox);
    expect(code).toBe(0);
    const states = stdout.split('\n').filter((line) => line.startsWith('skjema '));
    expect(states).toHaveLength(2);
    expect(states[0]).toMatch(/ valid /);
    expect(states[1]).not.toMatch(/ valid /);
    expect(stdout).toContain('skjema-stage-AWSPowerUserAccess-123456789021\n');
    expect(stderr).toContain('signed in to https://skjema.awsapps.com/start');
    expect(stderr).toContain('signed out of https://skjema.awsapps.com/start');
  });

  it('finds a hundred accounts when they are asked for', async () => {
    const command = 'awsp new --account skoleskyss3-prod --role AWSReadOnlyAccess --yes && echo "$AWSP_ACCOUNT_ID"';
    const { code, stdout } = await runDemo('bash', command, makeSandbox(), '--accounts', '100');
    expect({ code, last: stdout.trimEnd().split('\n').at(-1) }).toEqual({ code: 0, last: '200000000076' });
  });

  it('reaches no host that is not AWS', async () => {
    const script =
      'node -e "require(`http`).request(process.env.HTTPS_PROXY,{method:`CONNECT`,path:`example.com:443`})';
    const { stdout } = await runDemo(
      'bash',
      `${script.replaceAll('`', "'")}.on('connect',(r)=>{console.log(r.statusCode);process.exit()}).end()"`,
      makeSandbox(),
    );
    expect(stdout).toBe('403\n');
  });

  it('never uses a sign-in that was not asked for', async () => {
    const { code, stderr } = await runDemo('bash', 'awsp skjema', makeSandbox());
    expect({ code, stderr }).toMatchObject({ code: 4, stderr: expect.stringContaining('awsp login') });
  });
});

describeWith('bash', 'a profile of aws login in the demo', () => {
  const verksted = 'verksted-lab-Utvikler-123456789081';

  it('goes from signed out to a verified switch, by the browser', async () => {
    const steps = ['awsp verksted; echo "first $?"', 'awsp verksted --login', 'echo "$AWS_PROFILE $AWSP_STATE"'];
    const { code, stdout } = await runDemo('bash', steps.join('; '), makeSandbox());
    expect({ code, stdout }).toEqual({ code: 0, stdout: `first 4\n${verksted} verified\n` });
  });

  it('and by a code from a browser on another machine', async () => {
    const sandbox = makeSandbox();
    // Wide, so that the address is in one line.
    const size = { cols: 600, rows: 40 };
    const screen = openScreen(program, ['demo', '--shell', 'bash'], sandbox.env, sandbox.env.HOME ?? '/', size);
    await screen.prompt(promptOf.bash);
    screen.type('awsp login verksted --remote\r');
    const address = () => /http:\/\/127\S+\/v1\/authorize\?\S+/.exec(screen.lines().join('\n'))?.[0] ?? '';
    await expect.poll(address).not.toBe('');
    await screen.prompt(/the code:$/);
    const page = await (await click(address(), 'allow', 'follow')).text();
    screen.type(`${/id="verification-code">([^<]*)</.exec(page)?.[1]}\r`);
    await converse(screen, [[/is signed in as arn:aws:iam::123456789081:user\/kari/, 'awsp verksted\r']]);
    await expect.poll(() => screen.lines().at(-1)).toContain('(verksted-lab-Utvikler 123456789081 kari)');
    await leave(screen, sandbox);
  });
});

const aws = awsForFile();
if (awsCli.reason !== null) console.warn(`skipped: the AWS CLI in the demo: ${awsCli.reason}`);

it.skipIf(awsCli.reason !== null)('the AWS CLI uses what awsp made in the demo', async () => {
  const sandbox = makeSandbox({ PATH: [...(aws() === null ? [] : [aws()]), process.env.PATH].join(':') });
  const command = `awsp new --start-url ${startUrl} --account bibliotek-prod --role AWSReadOnlyAccess --yes; aws sts get-caller-identity --query Account --output text; aws s3 ls`;
  const { stdout, stderr } = await runDemo('bash', command, sandbox);
  expect(stdout.trimEnd().split('\n').at(-1)).toBe('123456789073');
  expect(stderr).toContain('(NotImplemented)');
});

describeEachShell('a demo that is told to end', (shell) => {
  it.each(['SIGTERM', 'SIGHUP'] as const)('by %s takes what runs in it along, and leaves nothing', async (signal) => {
    const sandbox = makeSandbox();
    const screen = await openDemo(shell, sandbox);
    screen.type('echo "at <$HTTPS_PROXY>"; sleep 1000\r');
    const address = () => /at <(http:[^>]+)>/.exec(screen.lines().join('\n'))?.[1] ?? '';
    await expect.poll(address).not.toBe('');
    screen.kill(signal);
    await screen.ended;
    await expectNothing(sandbox, address());
  });
});
