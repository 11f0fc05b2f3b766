import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { redirectError } from '../../src/sso/errors.ts';
import { renderMessages } from '../../src/terminal/messages.ts';
import { isThorough, partOf } from '../support/extent.ts';
import { hostileTexts, hostileValues, steersTerminal } from '../support/hostile-values.ts';
import { type Answer, type LyingServer, startLyingServer } from '../support/lying-server.ts';
import { makeSandbox, type Sandbox } from '../support/program.ts';

let sandbox: Sandbox;
let server: LyingServer;
let env: Record<string, string>;
let start: ReadonlyMap<string, string>;
let cases = 0;
/** How many there must have been, so that no table is empty. */
const minCases = isThorough ? 2_500 : 250;

const config = () => `${sandbox.home}/.aws/config`;
const keys = 'sandkasse-lab-Builder-123456789041';
const sso = 'barnehageplass-test-AWSPowerUserAccess-123456789012';

beforeAll(async () => {
  sandbox = await makeSandbox();
  server = await startLyingServer(sandbox.emulator.url);
  env = {
    AWS_ENDPOINT_URL_STS: server.url,
    AWS_ENDPOINT_URL_SSO: server.url,
    AWS_ENDPOINT_URL_SSO_OIDC: server.url,
    BROWSER: '/bin/true',
  };
  start = new Map([[config(), readFileSync(config(), 'utf8')]]);
});
afterAll(async () => {
  await server.close();
  await sandbox.remove();
  console.info(`${cases} cases`);
});

/** A field of an answer: where it is, and the command that reads it. */
interface Field {
  readonly path: string;
  readonly field: string;
  readonly args: readonly string[];
  /** Whether a command that goes on with the value may succeed. */
  readonly change: (body: Json, value: unknown) => void;
}
// biome-ignore lint/suspicious/noExplicitAny: an answer in JSON, of which any member is replaced.
type Json = any;

const login = ['login', 'skjema', '--device-code'];
const importAll = ['import', '--session', 'barnehage', '--yes'];
const create = ['new', '--session', 'barnehage', '--role', 'AWSPowerUserAccess', '--yes'];

function member(path: string, field: string, args: readonly string[]): Field {
  return { path, field, args, change: (body, value) => Object.assign(body, { [field]: value }) };
}

function item(path: string, list: string, field: string, args: readonly string[]): Field {
  return {
    path,
    field: `${list}[].${field}`,
    args,
    change: (body, value) => Object.assign(body[list][0], { [field]: value }),
  };
}

const fields: readonly Field[] = [
  ...['clientId', 'clientSecret', 'clientSecretExpiresAt'].map((name) => member('/client/register', name, login)),
  ...['deviceCode', 'userCode', 'verificationUri', 'verificationUriComplete', 'expiresIn', 'interval'].map((name) =>
    member('/device_authorization', name, login),
  ),
  ...['accountId', 'accountName', 'emailAddress'].flatMap((name) => [
    item('/assignment/accounts', 'accountList', name, importAll),
    item('/assignment/accounts', 'accountList', name, create),
  ]),
  ...['accountList', 'nextToken'].map((name) => member('/assignment/accounts', name, importAll)),
  ...['roleName', 'accountId'].map((name) => item('/assignment/roles', 'roleList', name, importAll)),
  ...['roleList', 'nextToken'].map((name) => member('/assignment/roles', name, importAll)),
  ...['accessKeyId', 'secretAccessKey', 'sessionToken', 'expiration'].map((name): Field => {
    const change: Field['change'] = (body, value) => Object.assign(body.roleCredentials, { [name]: value });
    return { path: '/federation/credentials', field: name, args: ['--verify', sso], change };
  }),
];

async function runLied(args: readonly string[]): Promise<{ code: number; stdout: string; stderr: string }> {
  cases++;
  const isSwitch = args[0]?.startsWith('-') || args[0] === keys;
  for (const [path, text] of start) writeFileSync(path, text);
  // Between two polls of a device code a person has time.
  const options = { env, wait: async () => {} };
  return isSwitch ? sandbox.switchVia(args, options) : sandbox.awsp(args, options);
}

/** What holds for each run, whatever AWS has answered. */
function expectHarmless({ stdout, stderr }: { stdout: string; stderr: string }): void {
  const shown = `${stdout}${stderr}`;
  expect(shown.replaceAll('\n', '')).not.toMatch(steersTerminal);
  expect(shown).not.toMatch(/\[object Object\]|\bundefined\b|\n\s+at .*:\d+:\d+|this is a bug/);
  // No text of AWS's begins a line.
  expect(shown).not.toMatch(/^(awsp: )?\s*planted/m);
  expect(stderr.length).toBeLessThan(20_000);
  const written = readFileSync(config(), 'utf8');
  expect(written).not.toMatch(/planted\]/);
  expect(written.replaceAll('\n', '')).not.toMatch(steersTerminal);
  for (const [, id] of written.matchAll(/^sso_account_id = (.*)$/gm)) expect(id).toMatch(/^\d{12}$/);
  for (const [, role] of written.matchAll(/^sso_role_name = (.*)$/gm)) expect(role).toMatch(/^[\w+=,.@-]{1,64}$/);
}

describe.each(fields)('$path: $field, read by awsp $args', ({ path, args, change }) => {
  test.each(partOf(hostileValues))('%s', async (_what, value) => {
    server.lie = (asked, answer) => {
      if (asked === '/token') return refusal('AccessDeniedException');
      return asked === path ? edited(answer, (body) => change(body, value)) : answer;
    };
    expectHarmless(await runLied(args));
  });
});

function edited(answer: Answer, change: (body: Json) => void): Answer {
  if (answer.status !== 200) return answer;
  const body = JSON.parse(answer.body);
  change(body);
  return { ...answer, body: JSON.stringify(body) };
}

function refusal(code: unknown, members: object = {}): Answer {
  return {
    status: 400,
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ error: code, __type: code, error_description: 'no', message: 'no', ...members }),
  };
}

describe.each(['accessToken', 'refreshToken', 'expiresIn', 'tokenType'])('/token: %s', (field) => {
  const token = { accessToken: 'a', refreshToken: 'r', expiresIn: 28_800, tokenType: 'Bearer' };
  test.each(partOf(hostileValues))('%s', async (_what, value) => {
    server.lie = (asked, answer) =>
      asked === '/token'
        ? {
            status: 200,
            headers: { 'content-type': 'application/json' },
            body: JSON.stringify({ ...token, [field]: value }),
          }
        : answer;
    expectHarmless(await runLied(login));
    await sandbox.awsp(['sessions'], { env }).then(expectHarmless);
    // The sign-in that this may have left is no part of the next case.
    await sandbox.awsp(['logout', 'skjema'], { env }).then(expectHarmless);
  });
});

describe.each([
  ['/client/register', login],
  ['/device_authorization', login],
  ['/token', login],
  ['/assignment/accounts', importAll],
  ['/assignment/roles', importAll],
  ['/federation/credentials', ['--verify', sso]],
])('an error of %s', (path, args) => {
  const codes = ['InvalidRequestRegionException', 'Planted'];
  const lies = hostileValues.flatMap(([what, value]): [string, Answer][] => [
    [`code: ${what}`, refusal(value)],
    ...codes.map((code): [string, Answer] => [
      `${code}, each text: ${what}`,
      refusal(code, { error_description: value, message: value, Message: value, region: value, endpoint: value }),
    ]),
  ]);
  test.each(partOf(lies))('%s', async (_what, lie) => {
    server.lie = (asked, answer) => (asked === path ? lie : answer);
    const done = await runLied(args);
    expectHarmless(done);
    expect(done.stderr).not.toMatch(/\bnull\b/);
    expect(readFileSync(config(), 'utf8')).toBe(start.get(config()));
  });
});

describe('STS', () => {
  const inXml = (text: string) =>
    text
      .replace(/[&<>]/g, (letter) => `&#${letter.charCodeAt(0)};`)
      .replace(/[\r\n]/g, (end) => `&#${end.charCodeAt(0)};`);
  const identity = { Account: '123456789041', Arn: 'arn:aws:iam::123456789041:user/kari', UserId: 'AIDAEXAMPLE' };
  const answers = hostileTexts.flatMap(([what, text]) => [
    ...Object.keys(identity).map((field) => {
      const members = Object.entries({ ...identity, [field]: text }).map(
        ([name, value]) => `<${name}>${inXml(value)}</${name}>`,
      );
      return [
        `${field}: ${what}`,
        200,
        `<GetCallerIdentityResponse><GetCallerIdentityResult>${members.join('')}</GetCallerIdentityResult></GetCallerIdentityResponse>`,
      ] as const;
    }),
    [
      `the name in the ARN: ${what}`,
      200,
      `<GetCallerIdentityResponse><GetCallerIdentityResult><Account>123456789041</Account><Arn>arn:aws:sts::123456789041:assumed-role/${inXml(text)}/x</Arn><UserId>A</UserId></GetCallerIdentityResult></GetCallerIdentityResponse>`,
    ] as const,
    [
      `an error's code: ${what}`,
      403,
      `<ErrorResponse><Error><Code>${inXml(text)}</Code><Message>no</Message></Error></ErrorResponse>`,
    ] as const,
    ...['AccessDenied', 'Planted', 'SignatureDoesNotMatch'].map(
      (code) =>
        [
          `${code}, its text: ${what}`,
          403,
          `<ErrorResponse><Error><Code>${code}</Code><Message>${inXml(text)}</Message></Error></ErrorResponse>`,
        ] as const,
    ),
    [
      `the text of a credential_process: ${what}`,
      403,
      `<ErrorResponse><Error><Code>Planted</Code><Message>credential_process\nplanted${inXml(text)}</Message></Error></ErrorResponse>`,
    ] as const,
    [`no XML: ${what}`, 403, text] as const,
  ]);
  test.each(partOf(answers))('%s', async (_what, status, body) => {
    server.lie = (asked, answer) =>
      asked === '/' ? { status, headers: { 'content-type': 'text/xml' }, body } : answer;
    const switched = await runLied(['--verify', keys]);
    // The code is evaluated: it has lines, and nothing else that is no printable ASCII.
    expect(switched.stdout).toMatch(/^[\n -~]*$/);
    expect(switched.stdout).not.toContain('planted');
    expectHarmless(switched);
    if (status === 200) expectHarmless(await runLied(['current', '--json']));
  });
});

describe('the error in a redirect', () => {
  const session = { key: 'x', name: 'x', startUrl: 'https://x.awsapps.com/start', region: 'eu-west-1', scopes: [] };
  test.each(hostileTexts)('%s', (_what, text) => {
    cases++;
    const { message, details } = redirectError(text, session);
    const shown = renderMessages([{ kind: 'error', text: message, details }], {
      colour: false,
      columns: Number.POSITIVE_INFINITY,
    });
    expect(shown.replaceAll('\n', '')).not.toMatch(steersTerminal);
    expect(shown).not.toContain('planted');
    expect(shown).toMatch(/^awsp: the browser returned .{1,80}, not an authorization code\n$/);
  });
});

test('the number of cases', () => {
  expect(cases).toBeGreaterThan(minCases);
  rmSync(`${sandbox.home}/.cache`, { recursive: true, force: true });
});
