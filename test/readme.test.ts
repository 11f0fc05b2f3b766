import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { aloneOptions, commonOptions, spellings, verbs } from '../src/cli/grammar.ts';
import { readArguments } from '../src/cli/read.ts';
import type { Fault } from '../src/emulator/faults.ts';
import { applyDelta, type Facts, switchDelta } from '../src/environment/delta.ts';
import type { ShellName } from '../src/environment/shells.ts';
import { exitCodes } from '../src/exit-codes.ts';
import { recordOf, recordPath } from '../src/guard/trust.ts';
import { loadSettings, settingKeys } from '../src/settings/settings.ts';
import { devFacts } from './support/facts.ts';
import { makeSandbox, program, programFolder, type Sandbox } from './support/program.ts';
import { codeSpans, fencedBlocks, readme, repositoryFile, section, tableRows } from './support/readme.ts';
import { type Finished, runProgram } from './support/run.ts';
import {
  bareEnvironment,
  describeEachShell,
  describeWith,
  dialects,
  runShell,
  shimFolder,
  temporaryFolder,
} from './support/shells.ts';
import { openShell } from './support/terminal.ts';
import { fakeWorld } from './support/world.ts';

const dev = 'barnehageplass-dev-AWSAdministratorAccess-123456789011';
const prod = 'barnehageplass-prod-AWSReadOnlyAccess-123456789013';
const created = 'kulturskole-dev-AWSReadOnlyAccess-200000000001';
const test = 'barnehageplass-test-AWSPowerUserAccess-123456789012';

interface Expected {
  /** What is in the output of the command, or a pattern for all of it. */
  readonly says: string | RegExp;
  /** The shell's profile afterwards. */
  readonly profile: string;
  /** Where it is not 0. */
  readonly status?: number;
}

/** The commands of daily use, as they follow each other in one shell of the demo. */
const dailyUse: Readonly<Record<string, Expected>> = {
  'awsp dev': { says: `awsp: ${dev}: account 123456789011, AWSAdministratorAccess, eu-west-1\n`, profile: dev },
  'awsp power test': { says: `awsp: ${test}: account 123456789012, AWSPowerUserAccess, eu-west-1\n`, profile: test },
  'awsp 123456789011': { says: `awsp: ${dev}: account 123456789011`, profile: dev },
  // on a terminal: see below
  awsp: { says: dev, profile: dev },
  'awsp -': { says: `awsp: ${test}: account 123456789012`, profile: test },
  'awsp --unset': { says: 'awsp: no profile\n', profile: '' },
  'awsp dev --region eu-north-1': {
    says: `${dev}: account 123456789011, AWSAdministratorAccess, eu-north-1\n`,
    profile: dev,
  },
  'awsp region': { says: 'eu-north-1\nawsp: from AWS_REGION, set by awsp\n', profile: dev },
  'awsp region us-east-1': { says: 'awsp: region us-east-1\n', profile: dev },
  'awsp region --unset': { says: `awsp: region eu-west-1, from profile "${dev}", ~/.aws/config:`, profile: dev },
  'awsp dev --no-verify': { says: /^awsp: warning: .*, eu-west-1, not verified\n$/, profile: dev },
  'awsp dev --verify': { says: /^awsp: (?!warning).*, eu-west-1\n$/, profile: dev },
  'awsp --ro prod': { says: /^awsp: warning: .*-prod-.*, AWSReadOnlyAccess, .*PRODUCTION\n$/, profile: prod },
  'awsp prod readonly --yes': {
    says: /^awsp: warning: .*-prod-.*, AWSReadOnlyAccess, .*PRODUCTION\n$/,
    profile: prod,
  },
  'awsp dev --for 30m': { says: /, eu-west-1, for 30m\n$/, profile: dev },
  'awsp switch list': { says: 'awsp: list: account 123456789042, Hub', profile: 'list' },
  'awsp list': { says: /^ *Name .*Sign-in\n.*skjema-stage.* expired\n.*arkiv-lab-Reader/s, profile: 'list' },
  'awsp list barnehageplass': { says: /^ *Name .*\n( *barnehageplass-.*\n){4}$/, profile: 'list' },
  'awsp list --production': { says: /^ *Name .*\n( *barnehageplass-prod-.*\n){2}$/, profile: 'list' },
  'awsp list --kind static': { says: /^ *Name .*\n *sandkasse-lab-Builder-.*\n$/, profile: 'list' },
  'awsp list --json': { says: /^\{\n {2}"profiles": \[/, profile: 'list' },
  'awsp show dev': { says: /sso_account_id +123456789011 +config-file +~\/\.aws\/config:6\n/, profile: 'list' },
  'awsp show dev --json': { says: `"name": "${dev}"`, profile: 'list' },
  'awsp current': { says: /account +123456789042\n.*state +verified\n/s, profile: 'list' },
  'awsp current --json': { says: '"state": "verified"', profile: 'list' },
  'awsp current --quiet': { says: /^$/, profile: 'list' },
  'awsp new --account kulturskole-dev --role AWSReadOnlyAccess --yes': {
    says: `awsp: "${created}" is in ~/.aws/config\n`,
    profile: created,
  },
  'awsp login barnehageplass-dev': {
    says: 'awsp: already signed in to https://barnehage.awsapps.com/start, for ',
    profile: created,
  },
  'awsp sessions': { says: /^Session +Portal .*\nskjema .* expired /s, profile: created },
  'awsp logout kart': { says: 'awsp: signed out of https://kart.awsapps.com/start\n', profile: created },
  'awsp import --dry-run': {
    says: /^\+ \[profile kulturskole-dev-.*add 15 profiles in ~\/\.aws\/config; 5 profiles were there already\n$/s,
    profile: created,
  },
  "awsp import --account '*-dev,*-test' --role '*ReadOnly*' --yes": {
    says: 'awsp: ~/.aws/config: 1 profile added; 1 profile was there already\n',
    profile: created,
  },
  'awsp import --prune --yes': {
    says: 'awsp: ~/.aws/config: 14 profiles added; 6 profiles were there already\n',
    profile: created,
  },
  // the samples have keys that never end
  'awsp doctor': {
    says: /has access keys that never end\n.*\n2 warnings\n$/s,
    profile: created,
    status: exitCodes.failed,
  },
  'awsp doctor --json': { says: '"id": "long-lived-keys"', profile: created, status: exitCodes.failed },
  'awsp allow': { says: 'awsp: ~/shop/.awsp is trusted: account 123456789011 belongs here\n', profile: created },
  'awsp deny': { says: 'awsp: ~/shop/.awsp is not trusted any more\n', profile: created },
  'awsp init bash': { says: `. '${programFolder}/shell/awsp.bash'\n`, profile: created },
  'awsp --help': { says: 'awsp <query>...', profile: created },
};

/** A profile whose name is also a command: the samples have none. */
const profileNamedList = [
  '[profile list]',
  'role_arn = arn:aws:iam::123456789042:role/Hub',
  'source_profile = sandkasse-lab-Builder-123456789041',
];

const demoEnvironment = { PATH: process.env.PATH, LANG: 'C.UTF-8', TERM: 'xterm-256color' };

describe('the table of daily use', () => {
  it('names the commands that are run here, and no others', () => {
    expect(tableRows(section('Daily use')).map(([command]) => command)).toEqual(Object.keys(dailyUse));
  });
});

describeEachShell('the commands of daily use', (shell) => {
  const commands = Object.keys(dailyUse).filter((command) => command !== 'awsp');
  const results = new Map<string, { readonly status: number; readonly output: string; readonly profile: string }>();

  beforeAll(async () => {
    const words = profileNamedList.map((line) => `'${line}'`).join(' ');
    // Not `2>&1`: in fish a redirection of a function does not reach the command substitutions in it.
    const lines = commands.map(
      (command) => `${command}; printf '%s\x1E' '' ${dialects[shell].status} "$AWS_PROFILE"; printf '\x1E' >&2`,
    );
    const pinned = "mkdir ~/shop; cd ~/shop; echo 'account = 123456789011' >.awsp";
    const script = [`printf '\\n%s' ${words} >>~/.aws/config`, pinned, ...lines].join('\n');
    const { code, stdout, stderr } = await runProgram(program, ['demo', '--shell', shell, '-c', script], {
      env: demoEnvironment,
    });
    expect(code).toBe(0);
    const data = stdout.split('\x1E');
    const messages = stderr.split('\x1E');
    for (const [index, command] of commands.entries()) {
      const [output, status, profile = ''] = data.slice(index * 3);
      results.set(command, { status: Number(status), output: `${output}${messages[index]}`, profile });
    }
  });

  it.each(commands)('%s', (command) => {
    const { says, profile, status = exitCodes.done } = dailyUse[command] as Expected;
    const result = results.get(command);
    expect({ status: result?.status, profile: result?.profile }).toEqual({ status, profile });
    if (typeof says === 'string') expect(result?.output).toContain(says);
    else expect(result?.output).toMatch(says);
  });

  it('awsp', async () => {
    const place = await makeSandbox();
    try {
      const shim = `source '${join(shimFolder, `awsp.${shell}`)}'`;
      const plain = shell === 'fish' ? "function fish_prompt; echo -n '> '; end" : "PS1='> '";
      const env = { ...bareEnvironment(place.home), ...place.env };
      const screen = openShell(shell, `${plain}\n${shim}`, env, place.home);
      await screen.prompt(/^>$/);
      screen.type('awsp\r');
      await screen.until((lines) => screen.isSecond() && lines.some((line) => line.startsWith('> barnehageplass-')));
      screen.type('barnehageplass-dev\r');
      expect(await screen.prompt(/>$/)).toBe(`(${dailyUse.awsp?.profile}) >`);
    } finally {
      await place.remove();
    }
  });
});

const installTests = repositoryFile('test/install/install.test.ts');
const { scripts } = JSON.parse(repositoryFile('package.json')) as { scripts: Record<string, string> };

const inDemo = 'awsp dev && echo $AWS_PROFILE && awsp current --json';
const newInDemo =
  'awsp new --start-url https://bibliotek.awsapps.com/start --account bibliotek-test --role AWSReadOnlyAccess --yes';

/** The commands of the fenced blocks, each with how it is known to work. */
const fencedCommands: Readonly<Record<string, () => void | Promise<void>>> = {
  './install.sh --demo': () => expect(installTests).toContain("'--demo'"),
  [`./install.sh --demo -c '${inDemo}'`]: async () => {
    expect(installTests).toContain("'--demo', '-c'");
    const { code, stdout } = await runProgram(program, ['demo', '-c', inDemo], { env: demoEnvironment });
    expect(code).toBe(exitCodes.done);
    expect(stdout.split('\n')[0]).toBe(dev);
    expect(JSON.parse(stdout.slice(stdout.indexOf('{')))).toMatchObject({ profile: dev, state: 'verified' });
  },
  [`./install.sh --demo -c '${newInDemo}'`]: async () => {
    const command = `${newInDemo} && echo "$AWS_PROFILE $AWSP_STATE"`;
    const { code, stdout } = await runProgram(program, ['demo', '-c', command], { env: demoEnvironment });
    expect(code).toBe(exitCodes.done);
    expect(stdout).toBe('bibliotek-test-AWSReadOnlyAccess-123456789072 verified\n');
  },
  './install.sh': () => expect(installTests).toContain('await run(machine, checkout)'),
  './install.sh --uninstall': () => expect(installTests).toContain("run(machine, checkout, ['--uninstall'])"),
  'npm ci': () => expect(existsSync(join(programFolder, 'package-lock.json'))).toBe(true),
  'npm run build': () => expect(scriptOf('build')).toBe(true),
  '. shell/awsp.bash': async () => {
    const env = bareEnvironment(temporaryFolder());
    const { code, stdout } = await runShell('bash', '. shell/awsp.bash && awsp init bash', { env, cwd: programFolder });
    expect({ code, stdout }).toEqual({ code: 0, stdout: `. '${programFolder}/shell/awsp.bash'\n` });
  },
  'npm cit': () => expect(scripts.test).toMatch(/\bcheck\b.*\bunit\b/),
  'npm run bench': () => expect(scriptOf('bench')).toBe(true),
};

/** Whether npm has a script of that name, whose last command runs a file that exists. */
function scriptOf(name: string): boolean {
  return existsSync(join(programFolder, scripts[name]?.split(' ').at(-1) ?? 'none'));
}

describe('the fenced commands', () => {
  it('are those that are known here', () => {
    const lines = fencedBlocks('sh').flatMap((block) => block.trimEnd().split('\n'));
    expect(lines).toEqual(Object.keys(fencedCommands));
  });

  it.each(Object.entries(fencedCommands))('%s', (_command, holds) => holds());
});

describe('the commands and options in the text', () => {
  const mentions = [...new Set(codeSpans(readme).filter((code) => /^awsp( |$)/.test(code)))];

  it.each(mentions)('%s', async (command) => {
    const [, ...words] = command.split(' ');
    const { request } = await readArguments(words);
    expect(request.verb).not.toBe('invalid');
    // whatever is not a command is a query
    if (request.verb === 'switch') expect(Object.keys(dailyUse)).toContain(command);
  });

  it('have no option that neither awsp nor install.sh has', () => {
    const known = [...verbs.flatMap(({ options }) => options), ...aloneOptions, ...commonOptions]
      .flatMap(spellings)
      .map((spelling) => spelling.replace(/^-+/, ''));
    const [, usage = ''] = repositoryFile('install.sh').split(/^usage\(\) \{|^END$/m);
    const installer = [...usage.matchAll(/--([a-z-]+)/g)].map(([, name]) => name);
    const used = codeSpans(readme).flatMap((code) =>
      [...code.matchAll(/(?<=^| )--([a-z-]+)/g)].map(([, name]) => name),
    );
    expect(used.length).toBeGreaterThan(10);
    expect(used.filter((name) => !(known as unknown[]).includes(name) && !installer.includes(name))).toEqual([]);
  });

  it('have no variable of awsp that it does not set or read', () => {
    const set = switchDelta({ AWS_PROFILE: 'before' }, facts).delta.map(({ name }) => name);
    const named = [...new Set(readme.match(/\bAWSP_[A-Z_]+/g))];
    expect(named).toContain('AWSP_LEVEL');
    expect(named.filter((name) => !set.includes(name)).sort()).toEqual(['AWSP_NO_PROMPT', 'AWSP_PROMPT']);
  });
});

describe('the help', () => {
  const help = async (...words: string[]): Promise<string> => {
    const { code, stdout } = await runProgram(program, [...words, '--help'], { env: demoEnvironment });
    expect(code).toBe(exitCodes.done);
    return stdout;
  };

  it('has every command, and every option that needs none', async () => {
    const text = await help();
    for (const [line] of verbs.flatMap(({ usage }) => usage)) expect(text).toContain(`  ${line} `);
    for (const verb of verbs) expect(text).toContain(`awsp ${verb.name}`);
    for (const option of [...aloneOptions, ...commonOptions].flatMap(spellings)) expect(text).toContain(option);
  });

  it.each(verbs)('of $name has every option of it', async ({ name, options }) => {
    const text = await help(name);
    for (const option of [...options, ...commonOptions].flatMap(spellings)) expect(text).toContain(option);
  });
});

it('the table of errors has the exit codes that there are', () => {
  const codes = tableRows(section('Errors and their meaning')).map(([code]) => Number(code));
  expect(codes).toEqual(Object.values(exitCodes));
});

describe('the table of settings', () => {
  const rows = tableRows(section('Settings'));

  it('has the keys that there are', () => {
    const known = settingKeys.map(({ section: name, key, example, meaning }) => [`[${name}]`, key, example, meaning]);
    expect(rows.slice(0, -2).map((cells) => cells.slice(0, 4))).toEqual(known);
    expect(rows.slice(-2).map((cells) => cells.slice(0, 2))).toEqual([
      ['[pin]', 'a name or a glob'],
      ['[alias]', 'any name'],
    ]);
  });

  it('has examples that are good, in the file that it names', async () => {
    const text = rows.flatMap(([name, key, example]) => [name, key?.includes(' ') ? example : `${key} = ${example}`]);
    const settings = await loadSettings(fakeWorld({ disk: { '/home/kari/.config/awsp/config': text.join('\n') } }));
    expect(section('Settings')).toContain('`~/.config/awsp/config`');
    expect(settings.problems).toEqual([]);
    expect(settings.production).toEqual(['*-prod-*', '123456789013']);
    expect(settings.pins).toEqual([{ glob: 'shop-*', accountId: '123456789011' }]);
    expect([...settings.aliases]).toEqual([['d', 'shop-dev-Admin-123456789011']]);
  });

  it('has the defaults', async () => {
    const defaults = await loadSettings(fakeWorld());
    const lengths = settingKeys.filter(({ section: name }) => name === 'verify');
    expect(lengths).not.toEqual([]);
    for (const { key, read } of lengths) {
      expect(defaults).toMatchObject(read(rows.find(([, name]) => name === key)?.[4] ?? '') ?? { [key]: 'read' });
    }
    expect(defaults.production).toBeNull();
    expect(defaults.aliases.size).toBe(0);
    expect(defaults.pins).toEqual([]);
  });
});

const facts: Facts = { ...devFacts, profile: 'shop-dev-Admin' };

/**
 * What the table of prompts shows, each with what it takes: the last switch, and what was set by hand since, and the account
 * that is pinned. `expiresAt` is
 * in seconds from when the prompt is made, and what is null by hand is there, but not exported.
 */
type ByHand = Readonly<Record<string, string | null>>;
const prompts: Readonly<Record<string, readonly [Partial<Facts>, ByHand, pin?: string]>> = {
  '(shop-dev-Admin 123456789011)': [{}, {}],
  'the same, white on red': [{ level: 'production' }, {}],
  '(shop-dev-Admin 123456789011 not verified)': [{ state: 'unverified' }, {}],
  '(shop-dev-Admin 123456789011 9m)': [{ expiresAt: 510 }, {}],
  '(shop-dev-Admin 123456789011, 123456789013 belongs here)': [{}, {}, '123456789013'],
  '(other not set by awsp)': [{}, { AWS_PROFILE: 'other' }],
  '(shop-dev-Admin not exported)': [{}, { AWS_PROFILE: null }],
  '(shop-dev-Admin overridden by AWS_ACCESS_KEY_ID)': [{}, { AWS_ACCESS_KEY_ID: 'AKIAIOSFODNN7EXAMPLE' }],
};

/** In seconds since 1970. */
function soon(seconds: number): number {
  return Math.floor(Date.now() / 1000) + seconds;
}

describe('the table of prompts', () => {
  it('shows those that are made here, and no others', () => {
    expect(tableRows(section('The prompt')).map(([shown]) => shown)).toEqual(Object.keys(prompts));
  });
});

describeEachShell('the prompts of the table', (shell) => {
  const whiteOnRed: Readonly<Record<ShellName, string>> = {
    bash: '\x1B[1;37;41m\x02',
    zsh: '%F{white}%K{red}',
    fish: '\x1B[1;37;41m',
  };

  async function promptOf(changed: Partial<Facts>, byHand: ByHand, pin?: string): Promise<string> {
    const home = temporaryFolder();
    const env = bareEnvironment(home);
    const expiresAt = changed.expiresAt === undefined ? null : soon(changed.expiresAt ?? 0);
    const switched = applyDelta(env, switchDelta(env, { ...facts, ...changed, expiresAt }).delta);
    const print = shell === 'fish' ? 'awsp_prompt' : '__awsp_prompt; printf %s "$AWSP_PROMPT"';
    const unexport = (name: string) => (shell === 'fish' ? `set -gu ${name} $${name};` : `typeset +x ${name};`);
    const hidden = Object.keys(byHand).filter((name) => byHand[name] === null);
    const script = `source '${join(shimFolder, `awsp.${shell}`)}'; ${hidden.map(unexport).join('')} ${print}`;
    const set = Object.fromEntries(
      Object.entries(byHand).flatMap(([name, value]) => (value === null ? [] : [[name, value]])),
    );
    const cwd = join(home, 'shop');
    const record = recordPath({ env, home }, cwd) ?? '';
    mkdirSync(dirname(record), { recursive: true });
    mkdirSync(cwd);
    if (pin !== undefined) {
      writeFileSync(join(cwd, '.awsp'), pin);
      writeFileSync(record, recordOf({ kind: 'account', value: pin }, pin));
    }
    return (await runShell(shell, script, { env: { ...switched, ...set }, cwd })).stdout;
  }

  it.each(Object.entries(prompts))('%s', async (shown, [changed, byHand, pin]) => {
    if (shown === 'the same, white on red') {
      expect(await promptOf(changed, byHand)).toContain(`${whiteOnRed[shell]}(shop-dev-Admin 123456789011)`);
    } else {
      expect(await promptOf(changed, { ...byHand, NO_COLOR: '1' }, pin)).toBe(`${shown} `);
    }
  });

  it('expired', async () => {
    expect(section('The prompt')).toContain('`expired` when a sign-in is over');
    expect(await promptOf({ expiresAt: -1 }, { NO_COLOR: '1' })).toBe('(shop-dev-Admin 123456789011 expired) ');
  });
});

describe('the recipes for other prompts', () => {
  const states: readonly [Record<string, string>, string][] = [
    [{ AWS_PROFILE: 'a%b', AWSP_PROFILE: 'a%b', AWSP_ACCOUNT_ID: '123456789011' }, 'a%b 123456789011'],
    [{ AWS_PROFILE: 'a%b', AWSP_PROFILE: 'dev', AWSP_ACCOUNT_ID: '123456789011' }, 'a%b not set by awsp'],
    [{}, ''],
  ];

  it.each(states)('starship, with %j: %s', async (variables, shown) => {
    const [recipe = ''] = fencedBlocks('toml');
    const value = (key: string) => new RegExp(`^${key} = '(.*)'$`, 'm').exec(recipe)?.[1] ?? '';
    const env = { ...bareEnvironment(temporaryFolder()), ...variables };
    const when = await runProgram('/bin/sh', ['-c', value('when')], { env });
    expect(when.code === 0).toBe(shown !== '');
    const { stdout } = await runProgram('/bin/sh', ['-c', value('command')], { env });
    if (shown !== '') expect(stdout).toBe(`${shown}\n`);
  });

  describeWith('zsh', 'powerlevel10k', () => {
    it.each(states)('with %j: %s', async (variables, shown) => {
      const script = `p10k() { print -r -- "$@" }\n${fencedBlocks('zsh').join('\n')}\nprompt_awsp`;
      const { stdout } = await runShell('zsh', script, {
        env: { ...bareEnvironment(temporaryFolder()), ...variables },
      });
      // a percent sign is doubled: powerlevel10k expands what it is given
      const colour = shown.endsWith('awsp') ? 'yellow' : 'cyan';
      expect(stdout).toBe(shown === '' ? '' : `segment -f ${colour} -t ${shown.replace('%', '%%')}\n`);
    });
  });

  it('oh-my-posh is JSON', () => {
    const [recipe = ''] = fencedBlocks('json');
    expect(JSON.parse(recipe)).toMatchObject({ type: 'text', template: expect.stringContaining('.Env.AWSP_PROFILE') });
  });
});

describe('the JSON', () => {
  /** A profile of each kind that the samples lack, one that was never signed in to, a sub-property, and a bad line. */
  const more = `
[profile web]
role_arn = arn:aws:iam::123456789042:role/Hub
web_identity_token_file = /token
[profile login]
login_session = arn:aws:iam::123456789041:user/kari
[profile none]
region = eu-west-1
s3 =
  max_concurrent_requests = 20
[sso-session new]
sso_start_url = https://new.awsapps.com/start
sso_region = eu-west-1
[profile new]
sso_session = new
sso_account_id = 123456789011
sso_role_name = Reader
a line that is none
`;
  const text = section('JSON');
  let place: Sandbox;
  beforeAll(async () => {
    place = await makeSandbox();
    place.write('.aws/config', readFileSync(join(place.home, '.aws/config'), 'utf8') + more);
  });
  afterAll(() => place.remove());

  const printed = async (args: readonly string[], env: Record<string, string> = {}) => {
    const finished: Finished = await place.awsp(args, { env });
    expect(finished.code).toBe(exitCodes.done);
    return JSON.parse(finished.stdout);
  };

  /** The README's notation, read as a shape: `{name, at: [{line}], by: […]}`. */
  function documented(notation: string): unknown {
    const json = notation
      .replace(/\[…\]/g, '[]')
      .replace(/…/g, 'null')
      .replace(/(?<=[{,] ?)(\w+)(?=[,}])/g, '"$1": null')
      .replace(/(?<=[{,] ?)(\w+)(?=:)/g, '"$1"');
    return shapeOf(JSON.parse(json));
  }

  /** The same with every value null, and of each array its first element if that has a shape. */
  function shapeOf(value: unknown): unknown {
    if (Array.isArray(value)) return value.slice(0, 1).map(shapeOf).filter(Boolean);
    if (typeof value !== 'object' || value === null) return null;
    return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, shapeOf(inner)]));
  }

  function notationOf(command: string): string {
    const [, after = ''] = text.split(`- \`${command}\`: `);
    return /`([^`]+)`/.exec(after)?.[1]?.replace(/\s+/g, ' ') ?? '';
  }

  it('of list', async () => {
    const notation = notationOf('awsp list --json');
    expect(shapeOf(await printed(['list', '--json']))).toEqual(documented(notation));
  });

  it('of show: that of a profile in list, and its properties', async () => {
    const { profiles } = await printed(['list', '--json']);
    const [, notation = ''] = /one profile of those, and `("properties": \{.*?\}, ".*": …\})`/.exec(text) ?? [];
    const { properties, ...rest } = await printed(['show', 'none', '--json']);
    expect(shapeOf(rest)).toEqual(shapeOf(profiles[0]));
    const shape = documented(`{${notation}}`) as { properties: Record<string, unknown> };
    expect(Object.keys(properties)).toEqual(expect.arrayContaining(Object.keys(shape.properties)));
    for (const property of Object.values(properties)) expect(shapeOf(property)).toEqual(shape.properties.region);
  });

  it('of sessions', async () => {
    expect(shapeOf(await printed(['sessions', '--json']))).toEqual(documented(notationOf('awsp sessions --json')));
  });

  it('of current', async () => {
    const report = await printed(['current', '--json'], { AWS_PROFILE: dev });
    expect(shapeOf(report)).toEqual(documented(notationOf('awsp current --json')));
  });

  it.each([
    ['kind', /`kind` is (.*?);/s],
    ['signIn', /`signIn` is (.*?)\./s],
  ])('has the values of %s that there are', async (key, sentence) => {
    const { profiles } = await printed(['list', '--json']);
    const values = new Set(profiles.map((profile: Record<string, unknown>) => String(profile[key])));
    const words = sentence.exec(text)?.[1]?.match(/[a-z]+(?:-[a-z]+)*/g) ?? [];
    expect([...values].sort()).toEqual(words.filter((word) => word !== 'or').sort());
  });
});

describe('the messages in the list of errors', () => {
  const documented = [...section('Errors and their meaning').matchAll(/^- \*(.*?)( …)?\*/gm)].map(([, said]) => said);

  /** Each with what it takes, in an emulator of its own. */
  const messages: Readonly<Record<string, (place: Sandbox) => Promise<Finished>>> = {
    'not verified: AWS was not reached': (place) => {
      place.emulator.faults.push({ effect: { kind: 'reset' } });
      return place.switchVia(['dev']);
    },
    'IAM Identity Center gives you no role': (place) => {
      place.emulator.directory.assignments.length = 0;
      return place.switchVia(['dev']);
    },
    'AWS refuses requests from this clock': (place) => {
      place.emulator.faults.push({ service: 'sts', effect: { kind: 'error', status: 400, code: 'RequestExpired' } });
      return place.switchVia(['dev']);
    },
    'there seems to be no portal at': (place) => {
      const config = readFileSync(join(place.home, '.aws/config'), 'utf8');
      place.write('.aws/config', config.replaceAll('skjema.awsapps.com', 'skjemma.awsapps.com'));
      const none = { AWS_ENDPOINT_URL_SSO: undefined, AWS_ENDPOINT_URL_SSO_OIDC: undefined };
      return place.awsp(['login', 'skjema', '--device-code'], { env: { ...place.envThroughProxy, ...none } });
    },
    'IAM Identity Center does not accept the sign-in to': (place) => {
      place.emulator.directory.portals.length = 0;
      return place.awsp(['login', 'skjema', '--device-code']);
    },
    'nobody can listen on 127.0.0.1 here': (place) => {
      const fails = "this.emit('error', Object.assign(new Error(), { code: 'EPERM' }))";
      place.write(
        'preload.cjs',
        `require('net').Server.prototype.listen = function () { setImmediate(() => ${fails}); };`,
      );
      const refused: Fault['effect'] = { kind: 'error', status: 400, code: 'AccessDeniedException' };
      place.emulator.faults.push({ operation: 'CreateToken', effect: refused });
      const env = { BROWSER: '/bin/true', NODE_OPTIONS: `--require=${place.home}/preload.cjs` };
      return place.start(['login', 'skjema'], { env });
    },
    'this shell has not loaded awsp': (place) => place.awsp(['dev']),
  };

  it('are those that are caused here, and no others', () => {
    expect(documented).toEqual(Object.keys(messages));
  });

  it.each(Object.entries(messages))('%s', async (said, cause) => {
    const place = await makeSandbox();
    try {
      expect((await cause(place)).stderr).toContain(said);
    } finally {
      await place.remove();
    }
  });
});

describe('the queries in the text', () => {
  const text = section('Which profile a query means').replace(/\n/g, ' ');
  const short = '[profile prod]\nregion = eu-west-1\n[profile dev]\nregion = eu-west-1\n';

  it.each([
    ['`DEV`', short, 'DEV', exitCodes.done, 'awsp: warning: dev: account unknown'],
    ['`bdev`', null, 'bdev', exitCodes.done, `awsp: warning: ${dev}: `],
    ['`did you mean "prod"?`', short, 'prdo', exitCodes.noProfile, 'did you mean "prod"?'],
  ])('%s', async (written, config, query, code, says) => {
    expect(text).toContain(written);
    const place = await makeSandbox();
    try {
      if (config !== null) place.write('.aws/config', config);
      const finished = await place.switchVia([query, '--no-verify']);
      expect(finished.code).toBe(code);
      expect(finished.stderr).toContain(says);
    } finally {
      await place.remove();
    }
  });
});

it('the example at its head is what awsp says', async () => {
  const place = await makeSandbox();
  try {
    const startUrl = 'https://barnehage.awsapps.com/start';
    const user = 'kari.nordmann@example.com';
    place.emulator.directory.assignments.push({ startUrl, user, accountId: '123456789011', roleName: 'Admin' });
    const keys = {
      sso_start_url: startUrl,
      sso_region: 'eu-west-1',
      sso_account_id: '123456789011',
      sso_role_name: 'Admin',
    };
    const lines = Object.entries({ ...keys, region: 'eu-west-1' }).map(([key, value]) => `${key} = ${value}\n`);
    place.write('.aws/config', `[profile shop-dev-Admin-123456789011]\n${lines.join('')}`);
    const [, words = '', says = ''] = /^ {4}\$ awsp (.*)\n {4}(.*\n)/m.exec(readme) ?? [];
    expect(await place.switchVia(words.split(' '))).toMatchObject({ code: exitCodes.done, stderr: says });
  } finally {
    await place.remove();
  }
});

describe('the links', () => {
  const links = [...readme.matchAll(/\]\(([^)#]+)[^)]*\)/g)].map(([, link]) => link ?? '');

  it.each(links.filter((link) => !/^https?:/.test(link)))('%s is there', (link) => {
    expect(existsSync(join(programFolder, link))).toBe(true);
  });

  it.each(['docs/awsp.svg', 'docs/picker.svg', 'docs/prompt.svg'])(
    '%s is among them, and needs nothing from elsewhere',
    (picture) => {
      expect(links).toContain(picture);
      const svg = repositoryFile(picture);
      expect(svg).toMatch(/^<svg xmlns="http:\/\/www\.w3\.org\/2000\/svg" /);
      expect(svg.replace('http://www.w3.org/2000/svg', '')).not.toMatch(/\/\/|href|@import|url\(/);
    },
  );
});
