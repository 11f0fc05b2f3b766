import { describe, expect, it } from 'vitest';
import { lateGrammar } from '../../src/commands/grammar.ts';
import { servicePages } from '../../src/console/services.ts';
import { regions } from '../../src/network/regions.ts';
import { run } from '../../src/run.ts';
import { fakeWorld } from '../support/world.ts';

const grammar = await lateGrammar.loadAll();

const config = `
[profile shop-dev-Admin]
sso_session = shop
sso_account_id = 123456789011
sso_role_name = AWSAdministratorAccess
[profile shop-prod-Admin]
sso_session = shop
sso_account_id = 123456789013
sso_role_name = AWSAdministratorAccess
[profile shop-prod-Read]
sso_start_url = https://old.awsapps.com/start
sso_region = eu-west-1
sso_account_id = 123456789013
sso_role_name = AWSReadOnlyAccess
[profile hub]
role_arn = arn:aws:iam::123456789042:role/Hub
source_profile = lab
[profile lab]
[profile list]
[profile a:b]
s3 =
  max_queue_size = 5
[sso-session shop]
sso_start_url = https://shop.awsapps.com/start
sso_region = eu-west-1
[sso-session unused]
sso_start_url = https://new.awsapps.com/start
`;
const settings = '[alias]\nzz = shop-dev-Admin\nhub = lab\n';

const files = { '/home/kari/.aws/config': config, '/home/kari/.config/awsp/config': settings };

async function linesOf(argv: readonly string[], disk: Readonly<Record<string, string>> = files): Promise<string[]> {
  const { code, stdout = '', messages = [] } = await run(['--complete', ...argv], fakeWorld({ disk }));
  expect({ code, messages }).toEqual({ code: 0, messages: [] });
  return stdout.split('\n').slice(0, -1);
}

const fish = (...words: string[]) => linesOf(['fish', 'awsp', ...words]);
const zsh = (...words: string[]) => linesOf(['zsh', 'awsp', ...words]);
const bash = (line: string, replaced = line.split(' ').at(-1) ?? '') => linesOf(['bash', line, replaced]);
const values = (lines: readonly string[]) => lines.map((line) => line.split('\t')[0]);

const admin = 'AWSAdministratorAccess';
const dev = `shop-dev-Admin\t123456789011 ${admin}`;
const prod = `shop-prod-Admin\t123456789013 ${admin}`;
const read = 'shop-prod-Read\t123456789013 AWSReadOnlyAccess';

describe('what is offered', () => {
  it('first: the commands, the aliases and the profiles, but no profile that is taken for a command', async () => {
    const names = ['shop-dev-Admin', 'shop-prod-Admin', 'shop-prod-Read', 'hub', 'lab', 'a:b'];
    expect(values(await fish(''))).toEqual([...grammar.commands.map(({ name }) => name), 'zz', ...names]);
    expect(await linesOf(['nu', 'awsp', ''])).toEqual(await fish(''));
  });

  it.each<[words: string[], lines: string[]]>([
    [['shop-d'], [dev]],
    [['SHOP-D'], [dev]],
    [['prod'], [prod, read]],
    [['rename', 'shop-d'], [dev]],
    [['rename', 'shop-dev-Admin', ''], []],
    [['copy', 'lab', 'x'], []],
    [['rm', 'readonly'], [read]],
    [['set', 'shop-d'], [dev]],
    [['set', 'shop-dev-Admin', 'sso_acc'], ['sso_account_id=\t123456789011']],
    [
      ['set', 'lab', 'output=y'],
      ['output=yaml\t', 'output=yaml-stream\t'],
    ],
    [['set', 'lab', 'region=eu-north'], [`region=eu-north-1\t${regions['eu-north-1']}`]],
    [['set', 'lab', 'source_profile=shop-d'], ['source_profile=shop-dev-Admin\t']],
    [
      ['set', 'lab', 'use_fips_endpoint='],
      ['use_fips_endpoint=true\t', 'use_fips_endpoint=false\t'],
    ],
    [['set', 'lab', 'aws_secret'], []],
    [['set', 'a:b', 's3.'], ['s3.max_queue_size=\t5']],
    [
      ['config', 'log.'],
      ['log.switches\twhether awsp keeps a log of switches, without secrets, for `awsp log`: `on` or `off`'],
    ],
    [
      ['config', 'alias.'],
      ['alias.zz\tshop-dev-Admin', 'alias.hub\tlab'],
    ],
    [
      ['config', 'guard.confirm', ''],
      ['off\t', 'yes\t', 'typed\t'],
    ],
    [['config', 'alias.d', 'shop-d'], ['shop-dev-Admin\t']],
    [['config', 'verify.timeout', ''], []],
    [['123456789042'], ['hub\t123456789042 Hub']],
    [['readonly'], [read]],
    [['prod', 'adm'], [prod]],
    [
      ['prod', ''],
      [prod, read],
    ],
    [['shop-dev-Admin', ''], []],
    [['readonly', 'sh'], [read]],
    [['z'], ['zz\tshop-dev-Admin']],
    [
      ['log'],
      [
        'login\tsign in, for a profile or a session',
        'logout\tforget a sign-in, here and at AWS',
        'log\tthe switches of your shells, where the settings keep a log of them',
      ],
    ],
    [['x', 'z'], []],
    [['switch', 'lis'], ['list\t']],
    [['--', 'lis'], ['list\t']],
    [['show', 'lis'], ['list\t']],
    [['current', ''], []],
    [['--uns'], ['--unset\tno profile']],
    [['shop', '--uns'], []],
    [['list', '--k'], ['--kind\tonly those of a kind: sso, assume-role, static, process, web-identity, login, none']],
    [
      ['list', '--kind', 's'],
      ['sso\t', 'assume-role\t', 'static\t', 'process\t'],
    ],
    [['dev', '--region', 'stockholm'], ['eu-north-1\tEurope (Stockholm)']],
    [['dev', '--region=eu-n'], ['--region=eu-north-1\tEurope (Stockholm)']],
    [
      ['login', 'u'],
      ['unused\t', 'hub\t123456789042 Hub'],
    ],
    [
      ['logout', 'shop', ''],
      [dev, prod, read],
    ],
    [
      ['new', '--session', ''],
      ['shop\t', 'unused\t'],
    ],
    [['new', '--start-url', 'old'], ['https://old.awsapps.com/start\tshop-prod-Read']],
    [['new', '--account', '9013'], ['123456789013\tshop-prod-Admin']],
    [['new', '--role', 'ADMIN'], [`${admin}\tshop-dev-Admin`]],
    [['new', '--name', ''], []],
    [['init', 'z'], ['zsh\t']],
    [['region', 'frankfurt'], ['eu-central-1\tEurope (Frankfurt)']],
    [['region', 'eu-west-1', ''], []],
    [['exec', 'shop-d'], [dev]],
    [['exec', 'z'], ['zz\tshop-dev-Admin']],
    [['exec', 'shop-dev-Admin', '--', ''], []],
    [['exec', '--role', 'ADMIN'], [`${admin}\tshop-dev-Admin`]],
    [
      ['credentials', 'prod'],
      [prod, read],
    ],
    [['credentials', 'prod', '--format', 'windows'], ['windows-cmd\t']],
    [['console', 'shop-d'], [dev]],
    [['console', 'shop-dev-Admin', 's3'], ['s3\ta service']],
    [['console', 'clouds'], ['cloudshell\ta service']],
    [['console', 'hub', 's3', '--pa'], ['--path\tthis page of the console, such as /ec2/home#Instances:']],
    [['$(touch pwned)'], []],
    [['('], []],
  ])('after awsp %j', async (words, lines) => {
    expect(await fish(...words)).toEqual(lines);
  });

  it('services of the console: all of them, after a profile', async () => {
    expect(values(await fish('console', 'shop-dev-Admin', ''))).toEqual(Object.keys(servicePages));
  });

  it('regions: all of them', async () => {
    expect(values(await fish('region', ''))).toEqual(Object.keys(regions));
  });

  it('no name that is empty, or has a control character', async () => {
    const odd = ['[profile ""]', '[profile a\u001Bb]', '[profile "a\tb"]', '[profile a\u009Bb]', '[profile ab]'];
    expect(await linesOf(['fish', 'awsp', 'b'], { '/home/kari/.aws/config': odd.join('\n') })).toEqual(['ab\t']);
  });

  it('no meaning that could steer a terminal, or end a line', async () => {
    const text = '[profile a]\nsso_session = s\nsso_account_id = 123456789011\nsso_role_name = x\u001B]0;y\tz\n';
    expect(await linesOf(['fish', 'awsp', 'a'], { '/home/kari/.aws/config': text })).toContain(
      'a\t123456789011 x\uFFFD]0;y\uFFFDz',
    );
  });

  it('the meanings of so many as somebody reads', async () => {
    const many = (count: number) =>
      Array.from(
        { length: count },
        (_, index) => `[profile p${index}]\nsso_account_id = 123456789011\nsso_session = s\n`,
      );
    const offered = (count: number) =>
      linesOf(['fish', 'awsp', 'switch', ''], { '/home/kari/.aws/config': many(count).join('') });
    expect((await offered(100)).filter((line) => line.endsWith('\t123456789011'))).toHaveLength(100);
    expect((await offered(101)).filter((line) => line.endsWith('\t'))).toHaveLength(101);
  });

  it.each<[string, Readonly<Record<string, string>>]>([
    ['no files', {}],
    ['a config file that is no text', { '/home/kari/.aws/config': '\0'.repeat(50) }],
    ['bad settings', { '/home/kari/.config/awsp/config': "[verify\n'null' = x" }],
  ])('the commands, with %s', async (_what, disk) => {
    expect(values(await linesOf(['fish', 'awsp', 'logi'], disk))).toEqual(['login']);
  });
});

describe('as each shell wants it', () => {
  it('zsh: by groups, and with its own marks escaped', async () => {
    expect(await zsh('hu')).toEqual(['profiles\thub:123456789042 Hub']);
    expect(await zsh('a:')).toEqual(['profiles\ta\\:b']);
    expect(await zsh('--ver')).toEqual([
      'options\t--verify:ask AWS even when a verification is cached',
      'options\t--version:print the version',
    ]);
  });

  it.each<[line: string, replaced: string, lines: string[]]>([
    ['awsp shop-d', 'shop-d', ['shop-dev-Admin']],
    ['awsp shop', 'shop', ['shop-dev-Admin', 'shop-prod-Admin', 'shop-prod-Read']],
    // one that has the fragment
    ['awsp Read', 'Read', ['shop-prod-Read']],
    ['awsp 9042', '9042', ['hub']],
    // all that have it begin with something that has it
    ['awsp hop-pr', 'hop-pr', ['shop-prod-Admin', 'shop-prod-Read']],
    // nothing in common: the empty one keeps the word
    ['awsp admin', 'admin', ['', 'shop-dev-Admin', 'shop-prod-Admin']],
    ['awsp prod', 'prod', ['shop-prod-Admin', 'shop-prod-Read']],
    // what stands before the part that is replaced stays
    ['awsp a:', '', ['b']],
    ['awsp "a:', '', ['b']],
    ['awsp x --region=eu-no', 'eu-no', ['eu-north-1']],
    ['awsp x --region=north-', 'north-', []],
    ['awsp "shop-d', 'shop-d', ['shop-dev-Admin']],
    ['awsp "Read', 'Read', ['shop-prod-Read']],
    ['awsp nothing', 'nothing', []],
    // commands alone begin with it, and profiles have it: none is hidden, and the word stays
    ['awsp de', 'de', ['', 'deny', 'demo', 'shop-dev-Admin']],
    ['awsp dem', 'dem', ['demo']],
    ['awsp s', 's', ['switch', 'show', 'set', 'sessions', 'shop-dev-Admin', 'shop-prod-Admin', 'shop-prod-Read']],
    ['awsp shop', 'else', []],
  ])('bash: %j', async (line, replaced, lines) => {
    expect(await bash(line, replaced)).toEqual(lines);
  });
});

it('zsh is told where a word is the beginning of commands alone', async () => {
  expect((await zsh('de')).map((line) => line.replace(/:.*/, ''))).toEqual([
    '\t',
    'commands\tdeny',
    'commands\tdemo',
    'profiles\tshop-dev-Admin',
  ]);
  expect(await zsh('dem')).toHaveLength(1);
});

it('another shell is an error', async () => {
  expect(await run(['--complete', 'tcsh', 'awsp', ''], fakeWorld())).toMatchObject({ code: 2 });
});
