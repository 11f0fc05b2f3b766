import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { aloneOptions, commonOptions, verbs } from '../../src/cli/grammar.ts';
import { plainSwitch as plain, type Request } from '../../src/cli/invocation.ts';
import { parse } from '../../src/cli/parse.ts';
import { parseQuick } from '../../src/cli/quick.ts';
import { readArguments } from '../../src/cli/read.ts';

const noCreation = {
  ...{ startUrl: null, ssoRegion: null, session: null, legacy: false, region: null, output: null },
  ...{ deviceCode: false, noBrowser: false, yes: false },
};
const noAnswers = { ...noCreation, account: null, role: null, name: null };
const noImport = { ...noCreation, accounts: [], roles: [], nameTemplate: null, dryRun: false, prune: false };
const noFilter = { production: false, kind: null };
const switchTo = (...query: string[]): Request => ({ verb: 'switch', query, options: plain });
const invalid = (message: string): Request => ({
  verb: 'invalid',
  message,
  details: ['awsp --help lists the commands and their options'],
});

describe('argv → request', () => {
  it.each<[argv: string[], request: Request]>([
    [[], { verb: 'choose', options: plain }],
    [['dev'], switchTo('dev')],
    [['shop', 'dev'], switchTo('shop', 'dev')],
    [['switch', 'list'], switchTo('list')],
    [['switch', 'switch'], switchTo('switch')],
    [['--', 'list'], switchTo('list')],
    [['--', '--odd'], switchTo('--odd')],
    [['switch'], { verb: 'choose', options: plain }],
    [['123456789011'], switchTo('123456789011')],
    [['012345678901'], switchTo('012345678901')],
    [['1e5'], switchTo('1e5')],
    [['0x10'], switchTo('0x10')],
    [[''], switchTo('')],
    [['true'], switchTo('true')],
    [['a.b'], switchTo('a.b')],
    [['a=b'], switchTo('a=b')],
    [['$(touch x)', "it's"], switchTo('$(touch x)', "it's")],
    [['-'], { verb: 'back', options: plain }],
    [['-', '--no-verify'], { verb: 'back', options: { ...plain, verify: 'never' } }],
    [['-', 'dev'], invalid('"awsp -" takes no name')],
    [['switch', '-'], invalid('"awsp -" takes no name')],
    [['--unset'], { verb: 'unset' }],
    [['-u'], { verb: 'unset' }],
    [['-u', 'dev'], invalid('"--unset" stands alone')],
    [['list', '-u'], invalid('"--unset" stands alone')],
    [['--unset', '--no-verify'], invalid('"--unset" stands alone')],
    [['dev', '--no-verify'], { verb: 'switch', query: ['dev'], options: { ...plain, verify: 'never' } }],
    [['--no-verify', 'dev'], { verb: 'switch', query: ['dev'], options: { ...plain, verify: 'never' } }],
    [['--verify', 'dev'], { verb: 'switch', query: ['dev'], options: { ...plain, verify: 'always' } }],
    [['--verify', '--no-verify', 'dev'], invalid('"--verify" and "--no-verify" exclude each other')],
    [
      ['dev', '--region', 'eu-north-1'],
      { verb: 'switch', query: ['dev'], options: { ...plain, region: 'eu-north-1' } },
    ],
    [['dev', '--region=eu-north-1'], { verb: 'switch', query: ['dev'], options: { ...plain, region: 'eu-north-1' } }],
    [['dev', '--for', '30m'], { verb: 'switch', query: ['dev'], options: { ...plain, limit: 1_800_000 } }],
    [['-', '--for=90s'], { verb: 'back', options: { ...plain, limit: 90_000 } }],
    [['--for', '2h'], { verb: 'choose', options: { ...plain, limit: 7_200_000 } }],
    [['dev', '--for'], invalid('"--for" needs a value: --for TIME')],
    [['dev', '--for', '30'], invalid('"--for 30" is not a time such as 30s, 30m or 8h')],
    [['dev', '--for', '0m'], invalid('"--for 0m" is not a time such as 30s, 30m or 8h')],
    [['dev', '--for', 'ever'], invalid('"--for ever" is not a time such as 30s, 30m or 8h')],
    [['-u', '--for', '30m'], invalid('"--unset" stands alone')],
    [['--ro', 'dev'], { verb: 'switch', query: ['dev'], options: { ...plain, readOnly: true } }],
    [['dev', '--read-only'], { verb: 'switch', query: ['dev'], options: { ...plain, readOnly: true } }],
    [['--ro'], invalid('"--read-only" needs a query: awsp --ro <query>')],
    [['-', '--ro'], invalid('"--read-only" needs a query: awsp --ro <query>')],
    [['list', '--ro'], invalid('"--read-only" does not go with "awsp list"')],
    [['dev', '--yes'], { verb: 'switch', query: ['dev'], options: { ...plain, yes: true } }],
    [['-', '--yes'], { verb: 'back', options: { ...plain, yes: true } }],
    [['dev', '--region'], invalid('"--region" needs a value: --region REGION')],
    [['dev', '--region='], invalid('"--region" needs a value: --region REGION')],
    [['dev', '--region', 'eu west'], invalid('"eu west" is not a region')],
    [['dev', '--no-verfy'], invalid('unknown option "--no-verfy"; did you mean "--no-verify"?')],
    [['--jsn', 'list'], invalid('unknown option "--jsn"; did you mean "--json"?')],
    [['dev', '-x'], invalid('unknown option "-x"')],
    [['dev', '--json'], invalid('"--json" does not go with "awsp switch"')],
    [['dev', '--no-verify=yes'], invalid('"--no-verify" takes no value')],
    [['list'], { verb: 'list', query: [], json: false, filter: noFilter }],
    [['list', 'shop', 'prod', '--json'], { verb: 'list', query: ['shop', 'prod'], json: true, filter: noFilter }],
    [['--json', 'list'], { verb: 'list', query: [], json: true, filter: noFilter }],
    [
      ['list', '--production', '--kind', 'static'],
      { verb: 'list', query: [], json: false, filter: { production: true, kind: 'static' } },
    ],
    [
      ['list', '--kind', 'keys'],
      invalid('"--kind keys": expected one of sso, assume-role, static, process, web-identity, login, none'),
    ],
    [['list', '--region', 'eu-west-1'], invalid('"--region" does not go with "awsp list"')],
    [['show'], { verb: 'show', query: [], json: false }],
    [['show', 'dev', '--json'], { verb: 'show', query: ['dev'], json: true }],
    [['current'], { verb: 'current', json: false, quiet: false, verify: true }],
    [['current', '-q', '--no-verify'], { verb: 'current', json: false, quiet: true, verify: false }],
    [['current', '--verify'], invalid('"--verify" does not go with "awsp current"')],
    [['current', 'dev'], invalid('"awsp current" takes no "dev"')],
    [
      ['new', '--account', '123456789012', '--yes'],
      { verb: 'new', options: { ...noAnswers, account: '123456789012', yes: true } },
    ],
    [['new', 'x'], invalid('"awsp new" takes no "x"')],
    [
      ['new', '--name', 'a', '--name', 'b', '--account', 'c', '--account', 'd, e'],
      { verb: 'new', options: { ...noAnswers, name: 'b', account: 'd, e' } },
    ],
    [['import'], { verb: 'import', options: noImport }],
    [
      ['import', '--dry-run', '--prune', '--name-template', '{role}/{accountId}', '--session', 's', '--legacy'],
      {
        verb: 'import',
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
      { verb: 'import', options: { ...noImport, accounts: ['shop-*', '123456789012', 'x'], roles: ['R'] } },
    ],
    [['import', '--account', ' , '], invalid('"--account" needs a value: --account GLOB')],
    [['import', '--role='], invalid('"--role" needs a value: --role ROLE')],
    [['import', '--name', 'x'], invalid('"--name" does not go with "awsp import"')],
    [['import', 'shop'], invalid('"awsp import" takes no "shop"')],
    [['login', '--all', '--all'], { verb: 'login', query: [], deviceCode: false, noBrowser: false, all: true }],
    [['login'], { verb: 'login', query: [], deviceCode: false, noBrowser: false, all: false }],
    [
      ['login', 'a', '--device-code', '--no-browser'],
      { verb: 'login', query: ['a'], deviceCode: true, noBrowser: true, all: false },
    ],
    [['login', '--all'], { verb: 'login', query: [], deviceCode: false, noBrowser: false, all: true }],
    [['login', '--json'], invalid('"--json" does not go with "awsp login"')],
    [['logout', 'a'], { verb: 'logout', query: ['a'], all: false }],
    [['logout', '--all'], { verb: 'logout', query: [], all: true }],
    [['sessions', '--json'], { verb: 'sessions', json: true }],
    [['sessions', 'x'], invalid('"awsp sessions" takes no "x"')],
    [['region'], { verb: 'region', region: null, unset: false }],
    [['region', 'eu-north-1'], { verb: 'region', region: 'eu-north-1', unset: false }],
    [['region', 'xx-new-9'], { verb: 'region', region: 'xx-new-9', unset: false }],
    [['region', '--unset'], { verb: 'region', region: null, unset: true }],
    [['region', '-u'], { verb: 'region', region: null, unset: true }],
    [['region', 'eu-north-1', '--unset'], invalid('"awsp region --unset" takes no region')],
    [['region', 'Ireland'], invalid('"Ireland" is not a region')],
    [['region', "eu'; touch x"], invalid('"eu\'; touch x" is not a region')],
    [['region', 'eu-north-1', 'dev'], invalid('"awsp region" takes no "dev"')],
    [['init', 'zsh'], { verb: 'init', shell: 'zsh' }],
    [['init'], invalid('"awsp init" needs a shell: bash, zsh, fish')],
    [['init', 'tcsh'], invalid('no shell integration for "tcsh": expected one of bash, zsh, fish')],
    [['init', 'zsh', 'bash'], invalid('"awsp init" takes no "bash"')],
    [['demo'], { verb: 'demo', shell: null, command: null, accounts: 4 }],
    [
      ['demo', '--shell', 'fish', '-c', 'awsp dev', '--accounts', '300'],
      { verb: 'demo', shell: 'fish', command: 'awsp dev', accounts: 300 },
    ],
    [['demo', '--command=--help'], { verb: 'demo', shell: null, command: '--help', accounts: 4 }],
    [['demo', '--accounts', 'many'], invalid('"--accounts many": expected a number up to 9999')],
    [['demo', '--shell', 'tcsh'], invalid('"--shell tcsh": expected one of bash, zsh, fish')],
    [['--help'], { verb: 'help', topic: null }],
    [['-h'], { verb: 'help', topic: null }],
    [['list', '--help'], { verb: 'help', topic: 'list' }],
    [['dev', '-h'], { verb: 'help', topic: null }],
    [['--version'], { verb: 'version' }],
    [['--version', 'dev'], invalid('"--version" stands alone')],
  ])('%j', (argv, request) => {
    expect(parse(argv).request).toEqual(request);
  });

  it('knows --debug beside everything', () => {
    expect(parse(['dev', '--debug'])).toEqual({ request: switchTo('dev'), debug: true });
  });
});

describe('the quick reading', () => {
  const words = [
    ...verbs.map(({ name }) => name),
    ...[...verbs.flatMap(({ options }) => options), ...aloneOptions, ...commonOptions].map(({ name }) => `--${name}`),
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
      '-1',
      '_',
    ],
  ];

  it('answers as the whole grammar does, wherever it answers', () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...words), { maxLength: 5 }), (argv) => {
        const quick = parseQuick(argv);
        if (quick !== null) expect(quick).toEqual(parse(argv).request);
      }),
      { numRuns: 2_000 },
    );
  });

  it.each([[['dev']], [[]], [['-']], [['-u']], [['dev', '--no-verify']], [['switch', 'list']]])('reads %j', (argv) => {
    expect(parseQuick(argv)).not.toBeNull();
  });
});

describe('argv of a shim', () => {
  it('at the Tab key is not read as a command line', async () => {
    expect(await readArguments(['--complete', 'zsh', 'awsp', '--shell', '-x', ''])).toEqual({
      shell: null,
      debug: false,
      request: { verb: 'complete', shell: 'zsh', words: ['awsp', '--shell', '-x', ''] },
    });
    expect(await readArguments(['--complete', 'tcsh', 'awsp'])).toMatchObject({ request: { verb: 'invalid' } });
    expect(await readArguments(['--shell', 'zsh', '--complete', 'zsh'])).toMatchObject({
      request: { verb: 'invalid' },
    });
  });

  it.each(['bash', 'zsh', 'fish'] as const)('names %s', async (shell) => {
    expect(await readArguments(['--shell', shell, 'dev'])).toEqual({ shell, debug: false, request: switchTo('dev') });
  });

  it('leaves the shell of a demo alone', async () => {
    expect(await readArguments(['demo', '--shell', 'fish'])).toMatchObject({ shell: null, request: { shell: 'fish' } });
  });

  it('refuses a shell that it cannot write for', async () => {
    expect(await readArguments(['--shell', 'tcsh', 'dev'])).toMatchObject({
      shell: null,
      request: { verb: 'invalid' },
    });
    expect(await readArguments(['--shell'])).toMatchObject({ shell: null, request: { verb: 'invalid' } });
  });

  it('never lets data reach an eval', async () => {
    for (const { name, changesShell, words, options } of verbs) {
      for (const option of ['debug', ...options.filter(({ value }) => value === undefined).map((flag) => flag.name)]) {
        const argv = [`--${option}`, name, ...(words.min > 0 ? ['bash'] : [])];
        const { request } = await readArguments(['--shell', 'bash', ...argv]);
        expect([argv, request.verb === 'invalid']).toEqual([argv, !changesShell || option === 'read-only']);
      }
    }
  });
});
