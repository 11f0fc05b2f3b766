import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { describe, expect, it } from 'vitest';
import { shellNames, shells } from '../../src/environment/shells.ts';
import { regions, regionsMeant, shortCode } from '../../src/network/regions.ts';
import { run } from '../../src/run.ts';
import { programFolder } from '../support/program.ts';
import {
  bareEnvironment,
  describeEachShell,
  dialects,
  runShell,
  shimFolder,
  temporaryFolder,
} from '../support/shells.ts';
import { fakeWorld } from '../support/world.ts';

const config = '[profile dev]\nregion = eu-west-1\n[profile bare]\noutput = json\n[profile odd]\nregion = \u001B[2J\n';
const withDefault = `${config}[default]\nregion = us-west-2\n`;

async function told(argv: readonly string[], env: Readonly<Record<string, string>> = {}, text = config) {
  const {
    code,
    stdout = '',
    messages = [],
  } = await run(argv, fakeWorld({ env, disk: { '/home/kari/.aws/config': text } }));
  const said = messages.flatMap(({ kind, text: line, details = [] }) => [`${kind}: ${line}`, ...details]);
  return { code, stdout, said };
}

const everywhere = (region: string) => `to use "${region}" in all tools: awsp region ${region}`;

describe('awsp region', () => {
  it.each<[env: Record<string, string>, region: string, said: string[]]>([
    [{ AWS_PROFILE: 'dev' }, 'eu-west-1', ['note: from profile "dev", ~/.aws/config:2']],
    [{ AWS_DEFAULT_PROFILE: 'dev' }, 'eu-west-1', ['note: from profile "dev", ~/.aws/config:2']],
    [{ AWS_PROFILE: 'dev', AWS_REGION: '' }, 'eu-west-1', ['note: from profile "dev", ~/.aws/config:2']],
    [{ AWS_REGION: 'eu-north-1', AWS_DEFAULT_REGION: 'eu-north-1' }, 'eu-north-1', ['note: from AWS_REGION']],
    [
      { AWS_REGION: 'eu-north-1', AWS_DEFAULT_REGION: 'eu-north-1', AWSP_REGION: 'eu-north-1' },
      'eu-north-1',
      ['note: from AWS_REGION, set by awsp'],
    ],
    [
      { AWS_PROFILE: 'dev', AWS_REGION: 'eu-north-1', AWS_DEFAULT_REGION: 'us-east-1' },
      'eu-north-1',
      [
        'note: from AWS_REGION',
        'warning: AWS_REGION is not read by the AWS CLI v1 and boto3: for them the region is "us-east-1", from AWS_DEFAULT_REGION',
        everywhere('eu-north-1'),
      ],
    ],
    [
      { AWS_PROFILE: 'dev', AWS_REGION: 'eu-north-1' },
      'eu-north-1',
      [
        'note: from AWS_REGION',
        'warning: AWS_REGION is not read by the AWS CLI v1 and boto3: for them the region is "eu-west-1", from profile "dev", ~/.aws/config:2',
        everywhere('eu-north-1'),
      ],
    ],
    [
      { AWS_PROFILE: 'bare', AWS_REGION: 'eu-north-1' },
      'eu-north-1',
      [
        'note: from AWS_REGION',
        'warning: AWS_REGION is not read by the AWS CLI v1 and boto3: for them there is no region',
        everywhere('eu-north-1'),
      ],
    ],
    [
      { AWS_DEFAULT_REGION: 'eu-north-1' },
      'eu-north-1',
      [
        'note: from AWS_DEFAULT_REGION',
        'warning: AWS_DEFAULT_REGION is not read by the SDK for JavaScript, the SDK for Java and the SDK for .NET v4: for them there is no region',
        everywhere('eu-north-1'),
      ],
    ],
    [{ AWS_PROFILE: 'dev', AWS_REGION: 'eu-west-1' }, 'eu-west-1', ['note: from AWS_REGION']],
  ])('%j: %s', async (env, region, said) => {
    expect(await told(['region'], env)).toEqual({ code: 0, stdout: `${region}\n`, said });
  });

  it.each([
    [{}, 'us-west-2'],
    [{ AWS_PROFILE: 'dev' }, 'eu-west-1'],
  ])("without a profile, %j, AWS's tools use [default]", async (env, region) => {
    expect(await told(['region'], env, withDefault)).toMatchObject({ code: 0, stdout: `${region}\n` });
  });

  it.each([[{}], [{ AWS_PROFILE: 'bare' }], [{ AWS_PROFILE: 'gone' }]])('none, with %j: exit 3', async (env) => {
    expect(await told(['region'], env)).toEqual({
      code: 3,
      stdout: '',
      said: ['error: no region: neither this shell nor its profile has one', 'set one: awsp region <region>'],
    });
  });

  it('prints nothing that could steer a terminal', async () => {
    const { stdout } = await told(['region'], { AWS_PROFILE: 'odd' });
    expect(stdout).toBe('\uFFFD[2J\n');
  });

  it.each(['bash', 'zsh', 'fish'])('is code that prints it where %s evaluates it', async (shell) => {
    expect(await told(['--shell', shell, 'region'], { AWS_REGION: "it's" })).toMatchObject({
      code: 0,
      stdout: shell === 'fish' ? "builtin printf '%s\\n' 'it\\'s'\n" : "builtin printf '%s\\n' 'it'\\''s'\n",
    });
  });
});

describe('awsp region <region>', () => {
  it('sets both variables, as its own', async () => {
    expect(await told(['--shell', 'bash', 'region', 'eu-north-1'], { AWS_REGION: 'x' })).toEqual({
      code: 0,
      stdout:
        "export AWS_DEFAULT_REGION='eu-north-1' &&\nexport AWS_REGION='eu-north-1' &&\nexport AWSP_REGION='eu-north-1'\n",
      said: ['done: region eu-north-1'],
    });
  });

  it.each([
    ['eu-wst-1', '; did you mean "eu-west-1"?'],
    ['eu-nroth-1', '; did you mean "eu-north-1"?'],
    ['irland', '; did you mean "eu-west-1"?'],
    ['xx-completely-9', ''],
  ])('sets "%s", which may be new, only with --force', async (region, hint) => {
    const unknown = `awsp knows no region "${region}"${hint}`;
    const refused = {
      code: 2,
      stdout: '',
      said: [`error: ${unknown}`, 'if it is one that AWS has added: give --force as well'],
    };
    const switching = ['--shell', 'bash', 'dev', '--no-verify', '--region', region];
    expect(await told(['--shell', 'bash', 'region', region])).toEqual(refused);
    expect(await told(switching)).toEqual(refused);
    const { code, stdout, said } = await told(['--shell', 'bash', 'region', region, '--force']);
    expect({ code, said }).toEqual({ code: 0, said: [`warning: ${unknown}`, `done: region ${region}`] });
    expect(stdout).toContain(`export AWS_REGION='${region}' &&\n`);
    const switched = await told([...switching, '--force']);
    expect(switched.code).toBe(0);
    expect(switched.said.slice(0, 2)).toEqual([`warning: ${unknown}`, expect.stringContaining(region)]);
    expect(switched.stdout).toContain(`export AWS_DEFAULT_REGION='${region}' &&\n`);
  });

  it.each([
    ['EU-North-1', 'eu-north-1'],
    ['stockholm', 'eu-north-1'],
    ['Europe Ireland', 'eu-west-1'],
    ['zürich', 'eu-central-2'],
    ['são paulo', 'sa-east-1'],
    ['Tel Aviv', 'il-central-1'],
    ['gov west', 'us-gov-west-1'],
    ['tokyo', 'ap-northeast-1'],
    ['euw1', 'eu-west-1'],
    ['eun1', 'eu-north-1'],
    ['EUC1', 'eu-central-1'],
    ['use1', 'us-east-1'],
    ['aps1', 'ap-south-1'],
    ['apse1', 'ap-southeast-1'],
    ['apne1', 'ap-northeast-1'],
    ['cnnw1', 'cn-northwest-1'],
    ['usgovw1', 'us-gov-west-1'],
  ])('%s is %s', async (typed, region) => {
    expect(await told(['--shell', 'bash', 'region', typed])).toMatchObject({
      code: 0,
      said: [`done: region ${region}`],
    });
    const { stdout } = await told(['--shell', 'bash', 'dev', '--no-verify', '--region', typed]);
    expect(stdout).toContain(`export AWS_REGION='${region}' &&\n`);
  });

  it('of several that fit, without a terminal, names them and changes nothing', async () => {
    for (const argv of [
      ['region', 'ohio'],
      ['dev', '--no-verify', '--region', 'ohio'],
    ]) {
      expect(await told(['--shell', 'bash', ...argv])).toEqual({
        code: 2,
        stdout: '',
        said: ['error: "ohio" fits 2 regions', 'us-east-2  US East (Ohio)', 'us-isob-east-1  US ISOB East (Ohio)'],
      });
    }
  });

  it.each(["eu'; touch x", 'eu\u001B[2J', '…'])('%j is refused, also with --force', async (typed) => {
    for (const force of [[], ['--force']]) {
      expect(await told(['--shell', 'bash', 'region', typed, ...force])).toMatchObject({
        code: 2,
        stdout: '',
        said: [expect.stringContaining('is not a region')],
      });
    }
  });

  it.each(Object.keys(regions))('knows %s', async (region) => {
    expect((await told(['--shell', 'bash', 'region', region])).said).toEqual([`done: region ${region}`]);
  });

  it.each([['eu-north-1'], ['--unset']])('without the shim, %s is an error', async (word) => {
    expect(await told(['region', word])).toMatchObject({
      code: 2,
      stdout: '',
      said: [expect.stringContaining('this shell has not loaded awsp'), ...shellNames.map(() => expect.any(String))],
    });
  });
});

describe('awsp region --unset', () => {
  it.each<[env: Record<string, string>, code: string, said: string]>([
    [
      { AWS_REGION: 'x', AWS_DEFAULT_REGION: 'y', AWSP_REGION: 'x', AWS_PROFILE: 'dev' },
      'unset AWS_DEFAULT_REGION &&\nunset AWS_REGION &&\nunset AWSP_REGION\n',
      'done: region eu-west-1, from profile "dev", ~/.aws/config:2',
    ],
    [{ AWS_REGION: 'x' }, 'unset AWS_REGION\n', 'done: no region'],
    [{}, '', 'done: no region'],
  ])('%j', async (env, stdout, said) => {
    expect(await told(['--shell', 'bash', 'region', '--unset'], env)).toEqual({ code: 0, stdout, said: [said] });
  });
});

describeEachShell('in a shell', (shell) => {
  const { status } = dialects[shell];
  const script = [
    `source '${join(shimFolder, `awsp.${shell}`)}'`,
    'awsp region; awsp region | cat',
    shell === 'fish' ? 'echo "<"(awsp region)">"' : 'echo "<$(awsp region)>"',
    'awsp region eu-north-1; printenv AWS_REGION AWS_DEFAULT_REGION; awsp region',
    'awsp other --no-verify; printenv AWS_REGION AWS_DEFAULT_REGION',
    'awsp region eu-north-1; awsp region --unset; printenv AWS_REGION AWS_DEFAULT_REGION',
    `awsp region 'eu; touch pwned'; echo ${status}; awsp region; echo ${status}`,
  ];

  it('it is shown on stdout, set, unset by the next switch and by hand', async () => {
    const home = temporaryFolder();
    mkdirSync(join(home, '.aws'));
    writeFileSync(join(home, '.aws/config'), '[profile dev]\nregion = $(touch pwned)\n[profile other]\n');
    const run = await runShell(shell, script.join('\n'), { env: { ...bareEnvironment(home), AWS_PROFILE: 'dev' } });
    const odd = '$(touch pwned)';
    expect(run.stdout.split('\n')).toEqual([
      ...[odd, odd, `<${odd}>`],
      ...['eu-north-1', 'eu-north-1', 'eu-north-1'],
      ...['2', '3', ''],
    ]);
    expect(run.stderr).toContain('awsp: region eu-north-1\n');
    expect(run.code).toBe(0);
    expect((await runShell(shell, 'ls', { env: bareEnvironment(home) })).stdout).toBe('');
  });

  it('a line is printed as it is', async () => {
    const lines = ["it's", '-n', '\\', '%s', '$HOME', 'two  words', '\\u00e6'];
    const { stdout } = await runShell(shell, lines.map((line) => shells[shell].print(line)).join('\n'), {
      env: bareEnvironment(temporaryFolder()),
    });
    expect(stdout).toBe(lines.map((line) => `${line}\n`).join(''));
  });
});

describe('the regions', () => {
  it('have a short code each, made from the name', () => {
    const codes = Object.keys(regions).map(shortCode);
    expect(new Set(codes).size).toBe(codes.length);
    for (const [index, code] of codes.entries()) expect(regionsMeant(code)).toEqual([Object.keys(regions)[index]]);
  });

  it('are those that the AWS SDK knows, with its names for them', async () => {
    const path = 'node_modules/@aws-sdk/core/dist-es/submodules/client/util-endpoints/lib/aws/partitions.js';
    const { partitionsInfo } = await import(pathToFileURL(join(programFolder, path)).href);
    const partitions: readonly { regions: Record<string, { description: string }> }[] = partitionsInfo.partitions;
    const known = partitions.flatMap((partition) =>
      Object.entries(partition.regions).map(([region, { description }]) => [region, description]),
    );
    expect(Object.entries(regions)).toEqual(known.filter(([region]) => !region?.endsWith('-global')));
  });
});
