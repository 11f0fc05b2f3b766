import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { grammarData, passThroughWords, spellings, variables } from '../../scripts/tables.ts';
import { readArguments } from '../../src/cli/read.ts';
import { lateGrammar } from '../../src/commands/grammar.ts';
import { exitCodes } from '../../src/exit-codes.ts';
import { allPages, codeSpans, fencedBlocks, repositoryFile, section, tableRows, userPages } from '../support/docs.ts';
import { makeSandbox, program, programFolder } from '../support/program.ts';
import { runProgram } from '../support/run.ts';
import {
  bareEnvironment,
  describeEachShell,
  dialects,
  runShell,
  shimFolder,
  temporaryFolder,
} from '../support/shells.ts';
import { standInForFile } from '../support/stand-in.ts';
import { openShell } from '../support/terminal.ts';

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
  'awsp exec dev -- env': { says: `AWS_PROFILE=${dev}\n`, profile: prod },
  'awsp exec prod --ro -- env': { says: `AWS_PROFILE=${prod}\n`, profile: prod },
  "awsp exec --each '*-dev-*,*-test-*' -- env": { says: 'awsp: 2 of 2 profiles: exit code 0\n', profile: prod },
  'awsp log': { says: 'awsp: no log is kept; to keep one: [log] switches = on in the settings\n', profile: prod },
  'awsp dev --for 30m': { says: /, eu-west-1, for 30m\nawsp: warning: a script has no prompts, .*\n$/, profile: dev },
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
  'awsp credentials dev': { says: /^\{\n {2}"Version": 1,\n {2}"AccessKeyId": "ASIA/, profile: 'list' },
  'awsp credentials dev --format env': { says: /^export AWS_ACCESS_KEY_ID=ASIA\w{16}\n/, profile: 'list' },
  'awsp copy dev shop-dev --yes': {
    says: `awsp: "shop-dev" is a copy of "${dev}" in ~/.aws/config\n`,
    profile: 'list',
  },
  'awsp set shop-dev region=stockholm output=yaml --yes': {
    says: /\+ region = eu-north-1\n.*awsp: "shop-dev" is changed in ~\/\.aws\/config\n$/s,
    profile: 'list',
  },
  'awsp set shop-dev s3.max_concurrent_requests=20 --yes': {
    says: /\+ s3 =\n {2}\+ {3}max_concurrent_requests = 20\n.*awsp: "shop-dev" is changed in ~\/\.aws\/config\n$/s,
    profile: 'list',
  },
  'awsp rename shop-dev shop --yes': { says: 'awsp: "shop-dev" is "shop" now, in ~/.aws/config\n', profile: 'list' },
  "awsp rename --template '{account}-{role}' 'skjema-*' --dry-run": {
    says: /\+ \[profile skjema-stage-AWSPowerUserAccess\]\n.*awsp: nothing was written\n$/s,
    profile: 'list',
  },
  'awsp rm shop --yes': { says: 'awsp: "shop" is removed from ~/.aws/config\n', profile: 'list' },
  'awsp config': { says: /^Setting +Value .*\nguard\.confirm +off +default\n/s, profile: 'list' },
  'awsp config picker.program fzf --yes': {
    says: 'awsp: "picker.program" is "fzf" now, in ~/.config/awsp/config\n',
    profile: 'list',
  },
  'awsp config --unset picker.program --yes': {
    says: 'awsp: "picker.program" is removed from ~/.config/awsp/config\n',
    profile: 'list',
  },
  'awsp allow': { says: 'awsp: ~/shop/.awsp is trusted: account 123456789011 belongs here\n', profile: 'list' },
  'awsp here': { says: `awsp: ${dev}: account 123456789011`, profile: dev },
  'awsp allow --pin --yes': { says: `awsp: ~/shop/.awsp is trusted: profile "${dev}" belongs here\n`, profile: dev },
  'awsp deny': { says: 'awsp: ~/shop/.awsp is not trusted any more\n', profile: dev },
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
  // the samples have keys that do not expire
  'awsp doctor': {
    says: /has access keys that do not expire\n.*\n2 warnings\n$/s,
    profile: created,
    status: exitCodes.failed,
  },
  'awsp doctor --json': { says: '"id": "long-lived-keys"', profile: created, status: exitCodes.failed },
  'awsp init bash': { says: `. '${programFolder}/shell/awsp.bash'\n`, profile: created },
  'awsp help list': { says: 'awsp list [query]', profile: created },
  'awsp --help': { says: 'awsp <query>...', profile: created },
};

/** A profile whose name is also a command: the samples have none. */
const profileNamedList = [
  '[profile list]',
  'role_arn = arn:aws:iam::123456789042:role/Hub',
  'source_profile = sandkasse-lab-Builder-123456789041',
];

const demoEnvironment = { PATH: process.env.PATH, LANG: 'C.UTF-8', TERM: 'xterm-256color' };

describe('the tables of commands', () => {
  const examples = tableRows(section('docs/commands.md', 'By example'));

  it('name the commands that are run here, and no others', () => {
    expect(examples.map(([command]) => command)).toEqual(Object.keys(dailyUse));
  });

  it('are the same in README.md, which has some of them', () => {
    const short = tableRows(section('README.md', 'Daily use'));
    expect(short.length).toBeGreaterThan(10);
    for (const row of short) expect(examples).toContainEqual(row);
  });
});

const standIn = standInForFile();

describeEachShell('the commands of daily use', (shell) => {
  // The program is the same in each shell: once will do for the program itself, and for the commands that do not change the
  // shell, which run straight through the shim.
  const commands = Object.keys(dailyUse).filter(
    (command) => command !== 'awsp' && (shell === 'bash' || !passThroughWords.includes(command.split(' ')[1] ?? '')),
  );
  const results = new Map<string, { readonly status: number; readonly output: string; readonly profile: string }>();

  beforeAll(async () => {
    const words = profileNamedList.map((line) => `'${line}'`).join(' ');
    // Not `2>&1`: in fish a redirection of a function does not reach the command substitutions in it.
    const lines = commands.map(
      (command) => `${command}; printf '%s\x1E' '' ${dialects[shell].status} "$AWS_PROFILE"; printf '\x1E' >&2`,
    );
    // `awsp allow` is one of the commands in bash alone.
    const allow = shell === 'bash' ? '' : '; awsp allow 2>/dev/null';
    const pinned = `mkdir ~/shop; cd ~/shop; echo 'account = 123456789011' >.awsp${allow}`;
    const shim = shell === 'bash' ? [] : [`source '${standIn.shimOf(shell)}'`];
    const script = [...shim, `printf '\\n%s' ${words} >>~/.aws/config`, pinned, ...lines].join('\n');
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
      expect(await screen.prompt(/>$/)).toBe('(barnehageplass-dev Admin) >');
    } finally {
      await place.remove();
    }
  });
});

const installTests = repositoryFile('test/install/install.test.ts');
const { scripts } = JSON.parse(repositoryFile('package.json')) as { scripts: Record<string, string> };

/** The first commands with a portal of one's own, in the order in which they are typed. */
const firstPortal = fencedBlocks('README.md', 'sh')
  .map((block) => block.trimEnd().split('\n'))
  .find(([first = '']) => first.startsWith('awsp import')) as readonly string[];

it('the first commands with a portal of your own work without any profile, and lead to the prompt that is shown', async () => {
  const text = section('README.md', 'Five minutes with your own portal');
  expect(text).toContain(firstPortal.join('\n'));
  const [, prompt = ''] = /^ {4}(\(.*\)) \$$/m.exec(text) ?? [];
  const commands = firstPortal.map((command) => `${command.replace('<portal>', 'bibliotek')} || exit`);
  commands[0] = commands[0]?.replace(' ||', ' --yes ||') ?? '';
  commands.splice(-1, 0, `NO_COLOR=1 __awsp_prompt; echo "$AWSP_PROMPT"`);
  const script = ['rm ~/.aws/config', ...commands, 'echo "<$AWS_PROFILE>"'].join('\n');
  const { code, stdout, stderr } = await runProgram(program, ['demo', '--shell', 'bash', '-c', script], {
    env: { ...demoEnvironment, NO_COLOR: '1' },
  });
  expect({ code, stderr }).toMatchObject({ code: exitCodes.done, stderr: expect.stringContaining('profiles added') });
  expect(stdout).toContain('bibliotek-test-AWSReadOnlyAccess');
  expect(stdout).toContain(`${prompt} \n<>\n`);
});

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
  'npm run build': () => expect(scriptOf('build')).toBe(true),
  '. shell/awsp.bash': async () => {
    const env = bareEnvironment(temporaryFolder());
    const { code, stdout } = await runShell('bash', '. shell/awsp.bash && awsp init bash', { env, cwd: programFolder });
    expect({ code, stdout }).toEqual({ code: 0, stdout: `. '${programFolder}/shell/awsp.bash'\n` });
  },
  'npm cit': () => expect(scripts.test).toMatch(/\bcheck\b.*\bunit\b/),
  'npm test': () => expect(scripts.test).toMatch(/\bcheck\b.*\bunit\b/),
  'npm run bench': () => expect(scriptOf('bench')).toBe(true),
  'npm run release': () => expect(scriptOf('release')).toBe(true),
  'npm run docs': () => expect(scriptOf('docs')).toBe(true),
  'npm run screens': () => expect(scriptOf('screens')).toBe(true),
  'npm run shells -- FOLDER': () => expect(scriptOf('shells')).toBe(true),
  'npm run fmt': () => expect(scripts.fmt).toBe('biome check --write .'),
  'AWSP_ALL_NODES=1 npx vitest run test/start.test.ts': () =>
    expect(repositoryFile('test/start.test.ts')).toContain('process.env.AWSP_ALL_NODES'),
  'AWSP_HOSTILE=1 npx vitest run test/hostile': () =>
    expect(repositoryFile('test/support/extent.ts')).toContain('process.env.AWSP_HOSTILE'),
  'npx vitest run test/selection': () => expect(existsSync(join(programFolder, 'test/selection'))).toBe(true),
};

/** Whether npm has a script of that name, whose last command runs a file that exists. */
function scriptOf(name: string): boolean {
  return existsSync(join(programFolder, scripts[name]?.split(' ').at(-1) ?? 'none'));
}

describe('the fenced commands', () => {
  it('are those that are known here', () => {
    // Those of that page are run, as they stand there, by test/install/release.test.ts.
    const pages = allPages.filter((page) => page !== 'docs/install.md');
    const lines = pages.flatMap((page) => fencedBlocks(page, 'sh')).flatMap((block) => block.trimEnd().split('\n'));
    const commands = [...new Set(lines.map((line) => line.replace(/ +#.*$/, '')))];
    expect(commands.filter((command) => !firstPortal.includes(command)).sort()).toEqual(
      [...Object.keys(fencedCommands)].sort(),
    );
  });

  it.each(Object.entries(fencedCommands))('%s', (_command, holds) => holds());
});

describe('the commands and options in the text', () => {
  const spans = userPages.flatMap((page) => codeSpans(repositoryFile(page)));
  const mentions = [...new Set(spans.filter((code) => /^awsp( |$)/.test(code)))];

  it.each(mentions)('%s', async (command) => {
    const [, ...words] = command.split(' ');
    const { request } = await readArguments(words, lateGrammar);
    expect(request.kind).not.toBe('invalid');
    // Without a command the words are a query.
    const isQuery = request.kind === 'command' && (request.options as { to?: string })?.to === 'match';
    if (isQuery) expect(Object.keys(dailyUse)).toContain(command);
  });

  it('have no option that neither awsp nor install.sh has', () => {
    const { commands, standaloneOptions, commonOptions } = grammarData;
    const options = [...commands.flatMap((command) => command.options), ...standaloneOptions, ...commonOptions]
      .flatMap(spellings)
      .map((spelling) => spelling.replace(/^-+/, ''));
    const [, usage = ''] = repositoryFile('install.sh').split(/^usage\(\) \{|^END$/m);
    const installer = [...usage.matchAll(/--([a-z-]+)/g)].map(([, name]) => name);
    const used = spans.flatMap((code) => [...code.matchAll(/(?<=^| )--([a-z-]+)/g)].map(([, name]) => name));
    expect(used.length).toBeGreaterThan(10);
    expect(used.filter((name) => !(options as unknown[]).includes(name) && !installer.includes(name))).toEqual([]);
  });

  it('have no variable of awsp that it does not set or read', () => {
    const set: readonly string[] = variables.map(({ name }) => name);
    const text = userPages.map(repositoryFile).join('\n');
    const named = [...new Set(text.match(/\bAWSP_[A-Z_]+/g))];
    expect(named).toContain('AWSP_LEVEL');
    expect(named.filter((name) => !set.includes(name)).sort()).toEqual([
      'AWSP_AGENT',
      'AWSP_NO_PROMPT',
      'AWSP_PROMPT',
      'AWSP_PROMPT_STYLE',
    ]);
  });
});

describe('the queries in the text', () => {
  const text = section('docs/commands.md', 'Which profile a query means').replace(/\n/g, ' ');
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

it('the example at the head of README.md is what awsp says', async () => {
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
    const [, words = '', says = ''] = /^ {4}\$ awsp (.*)\n {4}(.*\n)/m.exec(repositoryFile('README.md')) ?? [];
    expect(await place.switchVia(words.split(' '))).toMatchObject({ code: exitCodes.done, stderr: says });
  } finally {
    await place.remove();
  }
});
