import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { rejected } from '../../src/aws-config/problems.ts';
import { readProfiles } from '../../src/aws-config/profiles.ts';
import type { ProfileSet } from '../../src/aws-config/types.ts';
import { acceptedText, dialectText } from '../aws-config/dialect.ts';
import { flatInPython } from '../support/botocore-texts.ts';
import { runs } from '../support/runs.ts';

const folder = mkdtempSync(join(tmpdir(), 'awsp-conformance-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const configPath = join(folder, 'config');
const credentialsPath = join(folder, 'credentials');
// Built from nothing: the developer's own profiles have no say here.
const env = {
  PATH: process.env.PATH ?? '/usr/bin:/bin',
  HOME: folder,
  LANG: 'C.UTF-8',
  AWS_CONFIG_FILE: configPath,
  AWS_SHARED_CREDENTIALS_FILE: credentialsPath,
};

function run(program: string, args: readonly string[], input = '') {
  return spawnSync(program, args, { env, input, encoding: 'utf8', maxBuffer: 1 << 28 });
}

const hasBotocore = run('python3', ['-c', 'import botocore.session']).status === 0;
const awsVersion = run('aws', ['--version']);
const hasAws = awsVersion.status === 0;
/** Whether `python3` has the very AWS CLI that the program is. */
const hasModule = awsVersion.stdout?.startsWith(
  `aws-cli/${run('python3', ['-c', 'import awscli; print(awscli.__version__)']).stdout.trim()} `,
);
// The AWS CLI lists profiles since its version 2, which may not be the first on PATH.
const lister = (env.PATH ?? '')
  .split(':')
  .map((folder) => `${folder}/aws`)
  .find((file) => existsSync(file) && run(file, ['configure', 'list-profiles']).status === 0);
// None of them is a dependency of awsp, so its absence is no failure, not even in CI.
const because = (missing: string) => console.warn(`skipped in test/conformance/profiles.test.ts: ${missing}`);
if (!hasBotocore) because('there is no python3 with botocore to compare with');
if (!hasAws) because('there is no "aws" on PATH to compare with');
else if (lister === undefined) because('no "aws" on PATH has "configure list-profiles"; version 2 has');

interface Files {
  readonly config: string;
  readonly credentials: string;
}

function read({ config, credentials }: Files): ProfileSet {
  return readProfiles({ path: configPath, text: config }, { path: credentialsPath, text: credentials }, [
    configPath,
    credentialsPath,
  ]);
}

/** Seeded, so that a failure comes back; as UTF-8 has it, so that both sides read the same text. */
function sample<T>(arbitrary: fc.Arbitrary<T>, count: number): T[] {
  return fc.sample(arbitrary, { numRuns: count, seed: 20_240_613 });
}

const utf8 = (text: string) => Buffer.from(text).toString();
const inOddStyle: fc.Arbitrary<Files> = fc.record({
  config: dialectText({ lines: 8 }).map(utf8),
  credentials: fc.oneof(
    fc.constant(''),
    dialectText({ lines: 4 }).map((text) => utf8(text.replaceAll('[profile ', '['))),
  ),
});

const accepted: fc.Arbitrary<Files> = fc.record({
  config: acceptedText('config').map(utf8),
  credentials: acceptedText('credentials').map(utf8),
});

/** What botocore makes of many pairs of files: an error, or the profiles in order, each with its flattened properties. */
type Answer = { readonly error: string } | { readonly profiles: [string, Record<string, string>][] };

const askBotocore = `
import json, os, sys
import botocore.exceptions, botocore.session

${flatInPython}
def ask(files):
    for name, variable in (('config', 'AWS_CONFIG_FILE'), ('credentials', 'AWS_SHARED_CREDENTIALS_FILE')):
        with open(os.environ[variable], 'w', encoding='utf-8', newline='') as file:
            file.write(files[name])
    # its handlers have no say in how files are read, and take nearly all of its time
    session = botocore.session.Session(include_builtin_handlers=False)
    try:
        names = session.available_profiles
    except botocore.exceptions.ConfigParseError as error:
        return {'error': str(error)}
    return {'profiles': [[name, dict(flat(session.full_config['profiles'][name]))] for name in names]}

json.dump([ask(files) for files in json.load(sys.stdin)], sys.stdout)
`;

interface Case {
  readonly pair: Files;
  readonly answer: Answer;
}

function askAbout(files: readonly Files[]): Case[] {
  const { stdout, stderr } = run('python3', ['-c', askBotocore], JSON.stringify(files));
  expect(stderr).toBe('');
  const answers: Answer[] = JSON.parse(stdout);
  return files.map((pair, index) => ({ pair, answer: answers[index] ?? { error: 'no answer' } }));
}

function expectSameNames({ pair, answer }: Case): void {
  if ('error' in answer) return;
  expect({ pair, names: read(pair).names }).toEqual({ pair, names: answer.profiles.map(([name]) => name) });
}

function isReportedAsRejected(pair: Files): boolean {
  return read(pair)
    .problems()
    .some(({ message }) => message.endsWith(rejected));
}

describe.skipIf(!hasBotocore)('generated files, as botocore reads them', () => {
  it('have the names that `aws configure list-profiles` lists, or a problem that says it lists none', () => {
    const cases = askAbout(sample(inOddStyle, runs(2_000)));
    for (const one of cases) {
      expectSameNames(one);
      const { pair, answer } = one;
      expect({ pair, rejected: isReportedAsRejected(pair) }).toEqual({ pair, rejected: 'error' in answer });
    }
    const rejections = cases.filter(({ answer }) => 'error' in answer).length;
    expect(rejections).toBeGreaterThan(500);
    expect(cases.length - rejections).toBeGreaterThan(150);
  });

  it("have the same values where all of AWS's tools agree", () => {
    let compared = 0;
    for (const one of askAbout(sample(accepted, runs(300)))) {
      const { pair, answer } = one;
      expect({ pair, error: 'error' in answer }).toEqual({ pair, error: false });
      expectSameNames(one);
      const ours = read(pair);
      for (const [name, values] of 'profiles' in answer ? answer.profiles : []) {
        const own = [...(ours.get(name)?.properties ?? [])].map(([key, { value }]) => [key, value]);
        expect({ pair, name, values: own.sort() }).toEqual({ pair, name, values: Object.entries(values).sort() });
        compared += own.length;
      }
    }
    expect(compared).toBeGreaterThan(2500);
  });
});

/** Headers and properties in odd styles, of which the AWS CLI accepts every one. */
const odd: Files = {
  config: [
    '[default]\nregion = r-default\n',
    '[profile plain]\nregion = r-plain\n',
    '[profile\ttabbed]\r\nregion = r-tabbed\r\n',
    '[profile   spaced  ]\nregion=r-spaced\n',
    '[profile "with space"]\nregion = r-space\n',
    "[profile 'single quoted']\nregion : r-single\n",
    '[profile a.b]\nREGION = r-dot\n',
    "[profile it\\'s]\n  region = r-escaped\n",
    '[profile commented] # note\nregion = r-commented\n',
    '[profile commented2]; note\n\n# c\nregion = r-commented2\n',
    '[profile blå-日本-😀]\nregion = r-unicode\n',
    '[profile __proto__]\nregion = r-proto\n',
    '[profile a]b]\nregion = r-bracket\n',
    '[profile $(id)]\nregion = r-dollar\n',
    "[profile unclosed's]\nregion = none\n",
    '[profile two words]\nregion = none\n',
    '[ profile padded ]\nregion = none\n',
    '[bare]\nregion = none\n',
    '[plugins]\n  [profile indented]\n  region = r-indented\n  [profile indented2]\n   region = r-indented2\n',
    '[sso-session s]\nsso_region = none\n',
    '[profiles plural]\nregion = r-plural\n',
    '[profile nested]\ns3 =\n  max_concurrent_requests = 20\n\n  x = y\nregion = r-nested\n',
    '[profile url]\nsso_start_url = https://a.awsapps.com/start#/\nregion = r-url\n',
    '[profile lone]\rregion = r-lone\r',
    '[profile both]\nregion = r-config\noutput = text\n',
  ].join(''),
  credentials:
    '[both]\nregion = r-credentials\n[only here]\nregion = r-only\n["quoted"]\nregion = r-quoted\n[end]\nregion = r-end',
};

function listed({ config, credentials }: Files): string[] {
  writeFileSync(configPath, config);
  writeFileSync(credentialsPath, credentials);
  const { stdout, stderr } = run(lister ?? 'aws', ['configure', 'list-profiles']);
  expect(stderr).toBe('');
  return stdout.split('\n').slice(0, -1);
}

/** What `aws configure get` came to. */
interface Got {
  readonly found: boolean;
  readonly stdout: string;
}

function getByProgram(name: string, key: string): Got {
  const { status, stdout } = run('aws', ['configure', 'get', key, `--profile=${name}`]);
  return { found: status === 0, stdout };
}

/** The same by the module that the program is made of: one Python for all rows, as its start takes most of the time. */
function getAtOnce(rows: readonly (readonly [name: string, key: string])[]): Got[] {
  const { stdout } = run('python3', ['-c', getByModule], JSON.stringify(rows));
  return JSON.parse(stdout);
}

const getByModule = `
import contextlib, io, json, sys
from awscli.clidriver import create_clidriver

def get(name, key):
    out = io.StringIO()
    with contextlib.redirect_stdout(out):
        status = create_clidriver().main(['configure', 'get', key, '--profile=' + name])
    return {'found': status == 0, 'stdout': out.getvalue()}

print(json.dumps([get(*row) for row in json.load(sys.stdin)]))
`;

describe.skipIf(!hasAws)('odd files, as the AWS CLI reads them', () => {
  const ours = read(odd);

  it.skipIf(lister === undefined)('have the profiles that it lists', () => {
    expect(listed(odd)).toEqual(ours.names);
  });

  it.skipIf(lister === undefined)('have the profiles that it lists, generated ones too', () => {
    const pairs = sample(inOddStyle, 200).filter((pair) => !isReportedAsRejected(pair));
    expect(pairs.length).toBeGreaterThan(10);
    for (const pair of pairs) expect({ pair, names: listed(pair) }).toEqual({ pair, names: read(pair).names });
  });

  it('are not empty', () => {
    expect(ours.names).toHaveLength(24);
  });

  const rows: [name: string, key: string][] = [
    ...ours.names.map((name): [string, string] => [name, 'region']),
    ['both', 'output'],
    ['url', 'sso_start_url'],
    ['nested', 's3.max_concurrent_requests'],
    ['nested', 's3.x'],
    ['two words', 'region'],
    ["unclosed's", 'region'],
    ['padded', 'region'],
    ['bare', 'region'],
  ];
  const printedOf: Got[] = [];
  beforeAll(() => {
    writeFileSync(configPath, odd.config);
    writeFileSync(credentialsPath, odd.credentials);
    printedOf.push(...(hasModule ? getAtOnce(rows) : rows.map((row) => getByProgram(...row))));
  });

  it.each(rows.map(([name, key], index) => ({ name, key, index })))(
    '$name has the $key that `aws configure get` prints',
    ({ name, key, index }) => {
      const value = ours.get(name)?.properties.get(key)?.value;
      expect(printedOf[index]).toEqual({
        found: value !== undefined,
        stdout: value === undefined ? '' : `${value}\n`,
      });
    },
  );

  it.each<[name: string, key: string]>([
    ['nested', 's3.max_concurrent_requests'],
    ['two words', 'region'],
  ])('%s has the %s that the program itself prints', (name, key) => {
    expect(getByProgram(name, key)).toEqual(printedOf[rows.findIndex((row) => row[0] === name && row[1] === key)]);
  });
});
