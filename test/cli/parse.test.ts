import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { plainSwitch as plain } from '../../src/actions/switch-options.ts';
import type { Request } from '../../src/cli/command.ts';
import { allOptions, spellings } from '../../src/cli/grammar.ts';
import { parse } from '../../src/cli/parse.ts';
import { parseQuick } from '../../src/cli/quick.ts';
import { readArguments, readQuickly } from '../../src/cli/read.ts';
import { lateGrammar } from '../../src/commands/grammar.ts';
import { requestData as data, type RequestData } from '../support/request.ts';
import { runs } from '../support/runs.ts';

const grammar = await lateGrammar.loadAll();

const noCreation = {
  ...{ startUrl: null, ssoRegion: null, session: null, legacy: false, region: null, forceRegion: false, output: null },
  ...{ deviceCode: false, noBrowser: false, yes: false },
};
const noAnswers = { ...noCreation, account: null, role: null, name: null, awsLogin: false, dryRun: false };
const noImport = { ...noCreation, accounts: [], roles: [], nameTemplate: null, dryRun: false, prune: false };
const noFilter = { production: false, kind: null };
const switched = (
  to: 'choose' | 'previous' | 'match',
  query: readonly string[],
  options: object = {},
  isNamed = false,
  quiet = false,
): RequestData => ({
  command: 'switch',
  options: { to, query, isNamed, options: { ...plain, ...options }, quiet },
});
const switchTo = (...query: string[]): RequestData => switched('match', query);
const switchNamed = (...query: string[]): RequestData => switched('match', query, {}, true);
/** The help of the command is named, if the command line names one. */
const invalid = (message: string, command?: string): RequestData => ({
  invalid: message,
  details: [
    command === undefined
      ? 'awsp --help lists the commands and their options'
      : `awsp help ${command} shows what goes with it`,
  ],
});

/** Where it goes is the rest of the message. */
const strange = (message: string, command?: string): RequestData => ({
  ...invalid(message, command),
  invalid: expect.stringMatching(new RegExp(`^${message}; it goes with awsp [a-z]+`)),
});

describe('argv → request', () => {
  it.each<[argv: string[], request: RequestData]>([
    [[], switched('choose', [])],
    [['dev'], switchTo('dev')],
    [['shop', 'dev'], switchTo('shop', 'dev')],
    [['switch', 'list'], switchNamed('list')],
    [['switch', 'switch'], switchNamed('switch')],
    [['--', 'list'], switchTo('list')],
    [['--', '--odd'], switchTo('--odd')],
    [['switch'], switched('choose', [], {}, true)],
    [['123456789011'], switchTo('123456789011')],
    [['012345678901'], switchTo('012345678901')],
    [['1e5'], switchTo('1e5')],
    [['0x10'], switchTo('0x10')],
    [[''], switchTo('')],
    [['true'], switchTo('true')],
    [['a.b'], switchTo('a.b')],
    [['a=b'], switchTo('a=b')],
    [['$(touch x)', "it's"], switchTo('$(touch x)', "it's")],
    [['-'], switched('previous', [])],
    [['-', '--no-verify'], switched('previous', [], { verify: 'never' })],
    [['-', 'dev'], invalid('"awsp -" takes no name')],
    [['switch', '-'], invalid('"awsp -" takes no name', 'switch')],
    [['--unset'], { command: 'unset', options: undefined }],
    [['-u'], { command: 'unset', options: undefined }],
    [['-u', 'dev'], invalid('"--unset" stands alone')],
    [['list', '-u'], invalid('"--unset" stands alone', 'list')],
    [['--unset', '--no-verify'], invalid('"--unset" stands alone')],
    [['dev', '--no-verify'], switched('match', ['dev'], { verify: 'never' })],
    [['--no-verify', 'dev'], switched('match', ['dev'], { verify: 'never' })],
    [['--verify', 'dev'], switched('match', ['dev'], { verify: 'always' })],
    [['--verify', '--no-verify', 'dev'], invalid('"--verify" and "--no-verify" exclude each other')],
    [['dev', '--region', 'eu-north-1'], switched('match', ['dev'], { region: 'eu-north-1' })],
    [['dev', '--region=eu-north-1'], switched('match', ['dev'], { region: 'eu-north-1' })],
    [['dev', '--for', '30m'], switched('match', ['dev'], { limit: 1_800_000 })],
    [['-', '--for=90s'], switched('previous', [], { limit: 90_000 })],
    [['--for', '2h'], switched('choose', [], { limit: 7_200_000 })],
    [['dev', '--for'], invalid('"--for" needs a value: --for TIME')],
    [['dev', '--for', '1h30m'], switched('match', ['dev'], { limit: 5_400_000 })],
    [['dev', '--for', '1d'], switched('match', ['dev'], { limit: 86_400_000 })],
    [['dev', '--for', '0h0m'], invalid('"--for 0h0m" is not a time such as 30m, 1h30m or 1d')],
    [['dev', '--for', '30'], invalid('"--for 30" is not a time such as 30m, 1h30m or 1d')],
    [['dev', '--for', '0m'], invalid('"--for 0m" is not a time such as 30m, 1h30m or 1d')],
    [['dev', '--for', 'ever'], invalid('"--for ever" is not a time such as 30m, 1h30m or 1d')],
    [['-u', '--for', '30m'], invalid('"--unset" stands alone')],
    [['dev', '-q'], switched('match', ['dev'], {}, false, true)],
    [['-', '--quiet'], switched('previous', [], {}, false, true)],
    [['--ro', 'dev'], switched('match', ['dev'], { readOnly: true })],
    [['dev', '--read-only'], switched('match', ['dev'], { readOnly: true })],
    [['--ro'], invalid('"--read-only" needs a query: awsp --ro <query>')],
    [['-', '--ro'], invalid('"--read-only" needs a query: awsp --ro <query>')],
    [['list', '--ro'], strange('"--read-only" does not go with "awsp list"', 'list')],
    [['dev', '--yes'], switched('match', ['dev'], { yes: true })],
    [['-', '--yes'], switched('previous', [], { yes: true })],
    [['dev', '--region'], invalid('"--region" needs a value: --region REGION')],
    [['dev', '--region='], invalid('"--region" needs a value: --region REGION')],
    [['dev', '--region', 'eu west'], switched('match', ['dev'], { region: 'eu west' })],
    [['dev', '--region', 'xx-new-9', '--force'], switched('match', ['dev'], { region: 'xx-new-9', forceRegion: true })],
    [['dev', '--no-verfy'], invalid('unknown option "--no-verfy"; did you mean "--no-verify"?')],
    [['--jsn', 'list'], invalid('unknown option "--jsn"; did you mean "--json"?', 'list')],
    [['dev', '-x'], invalid('unknown option "-x"')],
    [['dev', '--json'], strange('"--json" does not go with "awsp <query>"')],
    [['dev', '--no-verify=yes'], invalid('"--no-verify" takes no value')],
    [['list'], { command: 'list', options: { query: [], as: 'table', filter: noFilter } }],
    [
      ['list', 'shop', 'prod', '--json'],
      { command: 'list', options: { query: ['shop', 'prod'], as: 'json', filter: noFilter } },
    ],
    [['--json', 'list'], { command: 'list', options: { query: [], as: 'json', filter: noFilter } }],
    [
      ['list', '--production', '--kind', 'static'],
      { command: 'list', options: { query: [], as: 'table', filter: { production: true, kind: 'static' } } },
    ],
    [
      ['list', '--kind', 'keys'],
      invalid('"--kind keys": expected one of sso, assume-role, static, process, web-identity, login, none', 'list'),
    ],
    [['list', '--region', 'eu-west-1'], strange('"--region" does not go with "awsp list"', 'list')],
    [['list', '--names'], { command: 'list', options: { query: [], as: 'names', filter: noFilter } }],
    [['list', '--names', '--json'], invalid('"--json" and "--names" exclude each other', 'list')],
    [['show'], { command: 'show', options: { query: [], json: false } }],
    [['show', 'dev', '--json'], { command: 'show', options: { query: ['dev'], json: true } }],
    [['current'], { command: 'current', options: { json: false, quiet: false, verify: true } }],
    [['current', '-q', '--no-verify'], { command: 'current', options: { json: false, quiet: true, verify: false } }],
    [['current', '--verify'], strange('"--verify" does not go with "awsp current"', 'current')],
    [['current', 'dev'], invalid('"awsp current" takes no "dev"', 'current')],
    [
      ['new', '--account', '123456789012', '--yes'],
      { command: 'new', options: { ...noAnswers, account: '123456789012', yes: true } },
    ],
    [['new', 'x'], invalid('"awsp new" takes no "x"', 'new')],
    [
      ['new', '--name', 'a', '--name', 'b', '--account', 'c', '--account', 'd, e'],
      { command: 'new', options: { ...noAnswers, name: 'b', account: 'd, e' } },
    ],
    [['import'], { command: 'import', options: noImport }],
    [
      ['import', '--dry-run', '--prune', '--name-template', '{role}/{accountId}', '--session', 's', '--legacy'],
      {
        command: 'import',
        options: {
          ...noImport,
          dryRun: true,
          prune: true,
          nameTemplate: '{role}/{accountId}',
          session: 's',
          legacy: true,
        },
      },
    ],
    [
      ['import', '--account', 'shop-*, 123456789012', '--account=x', '--role', 'R'],
      { command: 'import', options: { ...noImport, accounts: ['shop-*', '123456789012', 'x'], roles: ['R'] } },
    ],
    [['import', '--account', ' , '], invalid('"--account" needs a value: --account GLOB', 'import')],
    [['import', '--role='], invalid('"--role" needs a value: --role GLOB', 'import')],
    [['new', '--role='], invalid('"--role" needs a value: --role ROLE', 'new')],
    [['--hasOwnProperty=1'], invalid('unknown option "--hasOwnProperty"')],
    [['--constructor'], invalid('unknown option "--constructor"')],
    [['dev', '--__proto__=x'], invalid('unknown option "--__proto__"')],
    [['current', '-q=1'], invalid('"-q" takes no value', 'current')],
    [['-1'], switchTo('-1')],
    [['demo', '-c', 'awsp dev'], { command: 'demo', options: { shell: null, command: 'awsp dev', accounts: 4 } }],
    [['-_', 'x'], invalid('unknown option "-_"')],
    [['-q_'], invalid('unknown option "-_"')],
    [['--json', 'list', 'false'], { command: 'list', options: { query: ['false'], as: 'json', filter: noFilter } }],
    [['list', '--json', 'true'], { command: 'list', options: { query: ['true'], as: 'json', filter: noFilter } }],
    [['import', '--name', 'x'], strange('"--name" does not go with "awsp import"', 'import')],
    [['import', 'shop'], invalid('"awsp import" takes no "shop"', 'import')],
    [
      ['login', '--all', '--all'],
      { command: 'login', options: { query: [], deviceCode: false, noBrowser: false, all: true, force: false } },
    ],
    [
      ['login'],
      { command: 'login', options: { query: [], deviceCode: false, noBrowser: false, all: false, force: false } },
    ],
    [
      ['login', 'a', '--device-code', '--no-browser'],
      { command: 'login', options: { query: ['a'], deviceCode: true, noBrowser: true, all: false, force: false } },
    ],
    [
      ['login', '--all'],
      { command: 'login', options: { query: [], deviceCode: false, noBrowser: false, all: true, force: false } },
    ],
    [['login', '--json'], strange('"--json" does not go with "awsp login"', 'login')],
    [
      ['login', 'a', '--force'],
      { command: 'login', options: { query: ['a'], deviceCode: false, noBrowser: false, all: false, force: true } },
    ],
    [
      ['new', '--aws-login', '--remote'],
      { command: 'new', options: { ...noAnswers, deviceCode: true, awsLogin: true } },
    ],
    [['logout', 'a'], { command: 'logout', options: { query: ['a'], all: false } }],
    [['logout', '--all'], { command: 'logout', options: { query: [], all: true } }],
    [['sessions', '--json'], { command: 'sessions', options: { json: true } }],
    [['sessions', 'x'], invalid('"awsp sessions" takes no "x"', 'sessions')],
    [['region'], { command: 'region', options: { region: null, unset: false, force: false } }],
    [['region', 'eu-north-1'], { command: 'region', options: { region: 'eu-north-1', unset: false, force: false } }],
    [['region', 'xx-new-9'], { command: 'region', options: { region: 'xx-new-9', unset: false, force: false } }],
    [['region', '--unset'], { command: 'region', options: { region: null, unset: true, force: false } }],
    [['region', '-u'], { command: 'region', options: { region: null, unset: true, force: false } }],
    [['region', 'eu-north-1', '--unset'], invalid('"awsp region --unset" takes no region', 'region')],
    [['region', 'eu-north-1', 'dev'], invalid('"awsp region" takes no "dev"', 'region')],
    [['region', 'Tel Aviv'], { command: 'region', options: { region: 'Tel Aviv', unset: false, force: false } }],
    [['init', 'zsh'], { command: 'init', options: { shell: 'zsh' } }],
    [['init'], invalid('"awsp init" needs a shell: bash, zsh, fish, nu', 'init')],
    [['init', 'tcsh'], invalid('no shell integration for "tcsh": expected one of bash, zsh, fish, nu', 'init')],
    [['init', 'zsh', 'bash'], invalid('"awsp init" takes no "bash"', 'init')],
    [['demo'], { command: 'demo', options: { shell: null, command: null, accounts: 4 } }],
    [
      ['demo', '--shell', 'fish', '-c', 'awsp dev', '--accounts', '300'],
      { command: 'demo', options: { shell: 'fish', command: 'awsp dev', accounts: 300 } },
    ],
    [['demo', '--command=--help'], { command: 'demo', options: { shell: null, command: '--help', accounts: 4 } }],
    [['demo', '--accounts', 'many'], invalid('"--accounts many": expected a number up to 9999', 'demo')],
    [['demo', '--shell', 'tcsh'], invalid('"--shell tcsh": expected one of bash, zsh, fish, nu', 'demo')],
    [['--help'], { command: 'help', options: { topic: null } }],
    [['-h'], { command: 'help', options: { topic: null } }],
    [['list', '--help'], { command: 'help', options: { topic: 'list' } }],
    [['dev', '-h'], { command: 'help', options: { topic: null } }],
    [['help'], { command: 'help', options: { topic: null } }],
    [['help', 'list'], { command: 'help', options: { topic: 'list' } }],
    [['help', 'list', 'show'], invalid('"awsp help" takes no "show"', 'help')],
    [['switch', 'help'], switchNamed('help')],
    [['--version'], { command: 'version', options: undefined }],
    [['--version', 'dev'], invalid('"--version" stands alone')],
  ])('%j', (argv, request) => {
    expect(data(parse(argv, grammar).request)).toEqual(request);
  });

  it('knows --debug beside everything', () => {
    for (const read of [parse, parseQuick]) {
      const { request, debug } = read(['dev', '--debug'], grammar) ?? {};
      expect([data(request as Request), debug]).toEqual([switchTo('dev'), true]);
    }
  });
});

describe('the quick reading', () => {
  const words = [
    ...grammar.commands.map(({ name }) => name),
    ...allOptions(grammar).flatMap(spellings),
    ...[
      'dev',
      '-',
      '-u',
      '--',
      '',
      'a b',
      '-x',
      '-uu',
      '--region=x',
      '--no-verify=1',
      "it's",
      '$(x)',
      '1e5',
      'true',
      'false',
      '-1',
      '_',
    ],
  ];

  it('returns what the whole grammar returns, wherever it returns something', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.constantFrom(...words), { maxLength: 5 }), async (argv) => {
        // With the whole grammar, and with the one command that is named.
        const quick = [parseQuick(argv, grammar), await readQuickly(argv, lateGrammar)].filter((one) => one !== null);
        if (quick.length === 0) return; // yargs takes most of the time
        const whole = parse(argv, grammar);
        for (const one of quick) expect(one).toEqual(whole);
      }),
      { numRuns: runs(1_500) },
    );
  });

  it.each([
    [['dev']],
    [[]],
    [['-']],
    [['-u']],
    [['dev', '--no-verify']],
    [['switch', 'list']],
    [['--help']],
    [['-h']],
    [['help']],
    [['help', 'list']],
    [['list', '--help']],
    [['--version']],
  ])('reads %j', async (argv) => {
    expect(parseQuick(argv, grammar)).not.toBeNull();
    expect(await readQuickly(argv, lateGrammar)).not.toBeNull();
  });
});

describe('argv of a shim', () => {
  it('at the Tab key is not read as a command line', async () => {
    expect(await readArguments(['--complete', 'zsh', 'awsp', '--shell', '-x', ''], lateGrammar)).toEqual({
      shell: null,
      mark: null,
      debug: false,
      request: { kind: 'completion', shell: 'zsh', words: ['awsp', '--shell', '-x', ''] },
    });
    expect(await readArguments(['--complete', 'tcsh', 'awsp'], lateGrammar)).toMatchObject({
      request: { kind: 'invalid' },
    });
    expect(await readArguments(['--shell', 'zsh', '--complete', 'zsh'], lateGrammar)).toMatchObject({
      request: { kind: 'invalid' },
    });
  });

  it.each(['bash', 'zsh', 'fish'] as const)('names %s', async (shell) => {
    const { request, ...rest } = await readArguments(['--shell', shell, 'dev'], lateGrammar);
    expect(rest).toEqual({ shell, mark: null, debug: false });
    expect(data(request)).toEqual(switchTo('dev'));
  });

  it('gives a mark after the shell, and nowhere else', async () => {
    const { request, ...rest } = await readArguments(['--shell', 'zsh', '--mark', 'awsp-1-2', 'dev'], lateGrammar);
    expect(rest).toEqual({ shell: 'zsh', mark: 'awsp-1-2', debug: false });
    expect(data(request)).toEqual(switchTo('dev'));
    for (const argv of [
      ['--mark', 'x', 'dev'],
      ['--shell', 'zsh', 'dev', '--mark', 'x'],
    ]) {
      expect(await readArguments(argv, lateGrammar)).toMatchObject({ mark: null, request: { kind: 'invalid' } });
    }
  });

  it('leaves the shell of a demo alone', async () => {
    expect(await readArguments(['demo', '--shell', 'fish'], lateGrammar)).toMatchObject({
      shell: null,
      request: { options: { shell: 'fish' } },
    });
  });

  it('refuses a shell that it cannot write for', async () => {
    expect(await readArguments(['--shell', 'tcsh', 'dev'], lateGrammar)).toMatchObject({
      shell: null,
      request: { kind: 'invalid' },
    });
    expect(await readArguments(['--shell'], lateGrammar)).toMatchObject({ shell: null, request: { kind: 'invalid' } });
  });

  it('never lets data reach an eval', async () => {
    for (const { name, changesShell, printsByCode, takesCommand, words, options } of grammar.commands) {
      for (const option of ['debug', ...options.filter(({ value }) => value === undefined).map((flag) => flag.name)]) {
        const argv = [`--${option}`, name, ...(words.min > 0 ? ['bash'] : [])];
        const { request } = await readArguments(['--shell', 'bash', ...argv], lateGrammar);
        const isRefused = !(changesShell || printsByCode) || takesCommand === true || option === 'read-only';
        expect([argv, request.kind === 'invalid']).toEqual([argv, isRefused]);
      }
    }
  });

  it('gives the code that becomes a command to a subshell alone', async () => {
    const read = async (...argv: string[]) =>
      data((await readArguments(['--shell', 'bash', ...argv], lateGrammar)).request);
    const older = {
      invalid: 'this shell has loaded an older awsp, which does not know "exec"',
      details: ['open a new shell'],
    };
    expect(await read('exec', 'dev', '--', 'ls')).toEqual(older);
    expect(await read('--mark', 'm', 'exec', 'dev')).toEqual(older);
    expect(await read('--subshell', '--debug', 'exec', 'dev')).toMatchObject({ command: 'exec' });
    expect(await read('--subshell', 'exec', 'dev', '--', 'ls')).toMatchObject({ command: 'exec' });
    expect(await read('--subshell', 'list')).toMatchObject({ invalid: expect.stringContaining('older awsp') });
  });

  it('takes what follows -- as it is, for a command line of its own', async () => {
    const rest = ['--odd', '', '-x', '--', 'a b', '1e5', '--help', '\n'];
    for (const [argv, query] of [
      [['exec', 'dev'], ['dev']],
      [
        ['exec', '--region', 'eu-west-1', 'dev', 'x'],
        ['dev', 'x'],
      ],
      [['exec'], []],
    ] as const) {
      const { request } = await readArguments([...argv, '--', ...rest], lateGrammar);
      expect(data(request)).toMatchObject({ command: 'exec', options: { query, command: rest } });
    }
    const { request } = await readArguments(['exec', 'dev', '--'], lateGrammar);
    expect(data(request)).toMatchObject({ options: { query: ['dev'], command: null } });
    expect(data((await readArguments(['dev', '--', 'exec'], lateGrammar)).request)).toMatchObject({
      options: { query: ['dev', 'exec'] },
    });
  });

  it.each([
    [['exec', 'dev', '--ro', '--role', 'x'], '"--read-only", "--role" and "--role-arn" exclude each other'],
    [
      ['exec', 'dev', '--role-arn', 'x'],
      '"--role-arn x" is not the ARN of a role: arn:aws:iam::123456789012:role/Name',
    ],
    [['exec', 'dev', '-j', '2', '--', 'ls'], '"--jobs" goes with "--each"'],
    [['exec', 'dev', '--fail-fast'], '"--fail-fast" goes with "--each"'],
    [['exec', '--each', '*'], `"--each" needs a command: awsp exec --each 'GLOB' -- <command>`],
    [['exec', 'dev', '--each', '*', '--', 'ls'], '"--each" takes no query beside it'],
    [['exec', '--each', '*', '-j', '0', '--', 'ls'], '"--jobs 0" is not a number from 1 to 999'],
    [['exec', '-', 'dev'], '"awsp exec -" takes no name'],
    [['exec', 'dev', '--login', '--no-login'], '"--login" and "--no-login" exclude each other'],
  ])('%j: %s', async (argv, message) => {
    expect(data((await readArguments(argv, lateGrammar)).request)).toMatchObject({ invalid: message });
  });
});
