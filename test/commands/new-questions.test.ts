import { readFileSync, rmSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { CodeShellName } from '../../src/environment/shells.ts';
import { handOver } from '../support/browser.ts';
import { click } from '../support/emulator.ts';
import { makeSandbox, programFolder, type Sandbox } from '../support/program.ts';
import { bareEnvironment, describeEachShell, dialects } from '../support/shells.ts';
import { openShell, type Screen } from '../support/terminal.ts';

let sandbox: Sandbox;
beforeEach(async () => {
  sandbox = await makeSandbox();
});
afterEach(() => sandbox.remove());

const startUrl = 'https://barnehage.awsapps.com/start';
const config = () => readFileSync(`${sandbox.home}/.aws/config`, 'utf8');

/** Takes the profile that is to be created out of the samples' config; answers what is left. */
function withoutProfile(): string {
  const text = config().replace(/\[profile barnehageplass-test-[^[]*/, '');
  sandbox.write('.aws/config', text);
  return text;
}

/** Behind AWS's own names the emulator has the portals' start pages. */
function behindNames(): Record<string, string> {
  const { AWS_ENDPOINT_URL_SSO_OIDC, AWS_ENDPOINT_URL_SSO, AWS_ENDPOINT_URL_STS, ...env } = sandbox.envThroughProxy;
  return env;
}

interface Opening {
  readonly shell?: CodeShellName;
  readonly columns?: number;
  readonly env?: Readonly<Record<string, string>>;
}

/** A shell at its prompt, in which `awsp new` was typed. */
async function open(
  command: string,
  { shell = 'bash', columns = 100, env = sandbox.env }: Opening = {},
): Promise<Screen> {
  const prompt = shell === 'fish' ? "function fish_prompt; echo '> '; end" : "PS1='> '";
  const shim = `${prompt}\n. '${programFolder}/shell/awsp.${shell}'`;
  const screen = openShell(shell, shim, { ...bareEnvironment(sandbox.home), ...env }, sandbox.home, {
    cols: columns,
    rows: 60,
  });
  await screen.prompt(/^>$/);
  screen.type(`${command}\r`);
  return screen;
}

/** What a person sees at the end of the screen, and what they type then: text and Enter, or keys. */
type Dialogue = readonly (readonly [sees: RegExp, types: string])[];

/** A key that types nothing, such as Ctrl-C. */
function isKey(text: string): boolean {
  return text !== '' && text < ' ';
}

async function converse(screen: Screen, dialogue: Dialogue): Promise<void> {
  for (const [sees, types] of dialogue) {
    await screen.prompt(sees);
    const shown = screen.lines();
    screen.type(isKey(types) ? types : `${types}\r`);
    await screen.until((lines) => lines.join() !== shown.join());
  }
}

/** The command of which all but one portal, account and role are options. */
const given = (...more: string[]) =>
  ['awsp new --start-url', startUrl, '--account barnehageplass-test --role AWSPowerUserAccess', ...more].join(' ');

const questions: Dialogue = [
  [/^portal \(barnehage, .*, a start URL or aws login\) \[barnehage\]:$/, startUrl],
  [/^SSO region \(as in your profiles\) \[eu-west-1\]:$/, ''],
  [/^session name \(- for none\) \[barnehage\]:$/, ''],
  [/^Enter: choose/, 'test'],
  [/^default region \(that of the portal\) \[eu-west-1\]:$/, 'eu-north-1'],
  [/^output format \[json\]:$/, ''],
  [/^profile name \[barnehageplass-test-AWSPowerUserAccess-123456789012\]:$/, ''],
  [/^write this to ~\/\.aws\/config\? \[Y\/n\]$/, ''],
];

describe('the questions', () => {
  it('lead from the portal to a switch, and are asked again for what is not understood', async () => {
    withoutProfile();
    const screen = await open('awsp new');
    const [first, region, session, ...others] = questions;
    await converse(screen, [
      [/^portal/, 'the portal'],
      [/^portal/, first?.[1] ?? ''],
      [/^SSO region/, 'Atlantis'],
      region as Dialogue[number],
      [/^session name/, 'a b'],
      session as Dialogue[number],
      ...others,
      [/^switch to it now\? \[Y\/n\]$/, 'perhaps'],
      [/^switch to it now\? \[Y\/n\]$/, ''],
    ]);
    expect(await screen.prompt(/\) >$/)).toBe('(barnehageplass-test PowerUser) >');
    expect(config()).toMatch(/region = eu-north-1\noutput = json\n$/);
    expect(screen.lines()).toEqual(
      expect.arrayContaining([
        '"the portal" is not one of your sessions, nor a start URL such as https://<portal>.awsapps.com/start',
        '"Atlantis" is not a region such as eu-west-1',
        '"a b" is not a name of letters, digits, ".", "_" and "-"',
        '"perhaps" is neither y nor n',
        'account: barnehageplass-test (123456789012)',
        'role: AWSPowerUserAccess',
      ]),
    );
  });

  it('take all answers at once, the picker its own among them', async () => {
    withoutProfile();
    const screen = await open('awsp new');
    await screen.prompt(/^portal/);
    screen.type('barnehage.awsapps.com\rAtlantis\r\r\rtest\reu-north-1\r\r\r\r\r');
    expect(await screen.prompt(/\) >$/)).toBe('(barnehageplass-test PowerUser) >');
    expect(config()).toMatch(/region = eu-north-1\noutput = json\n$/);
  });

  it('a session that is there brings its portal, its region and its name', async () => {
    withoutProfile();
    const screen = await open('awsp new');
    await converse(screen, [
      [/^portal/, ''],
      [/^Enter: choose/, 'test'],
      [/^default region/, ''],
      [/^output format/, ''],
      [/^profile name/, ''],
    ]);
    await screen.prompt(/^write this to/);
    expect(screen.lines()).toContain('+ sso_session = barnehage');
    expect(screen.lines().join('\n')).not.toMatch(/SSO region|session name/);
  });

  it('go back one by one at Esc, each with its answer to be changed; Esc of an arrow key is none', async () => {
    withoutProfile();
    const screen = await open('awsp new');
    await converse(screen, [
      [/^portal/, startUrl],
      [/^SSO region/, ''],
      [/^session name/, '\x1b'],
      [/^SSO region \(as in your profiles\) \[eu-west-1\]:$/, ''],
      [/^session name/, ''],
      [/^Enter: choose {3}Esc: back /, 'prod'],
      [/^Enter: choose {3}Esc: back /, '\x1b'],
    ]);
    // The account that was chosen before is selected.
    await screen.until((lines) => lines.some((line) => /^> barnehageplass-prod /.test(line)));
    screen.type('\x1b');
    await converse(screen, [
      [/^session name/, '\x1b'],
      [/^SSO region/, '\x1b'],
      [/^portal: https:\/\/barnehage\.awsapps\.com\/start$/, ''],
      [/^SSO region/, ''],
      [/^session name/, ''],
      [/^Enter: choose/, 'test'],
      [/^default region/, '\x1b[Deu-north-1\r'],
      [/^output format/, '\x1b'],
      [/^default region: eu-north-1$/, ''],
      [/^output format/, ''],
      [/^profile name/, 'n'],
      [/^write this to/, '\x1b'],
      [/^profile name: n$/, '2'],
      [/^write this to/, ''],
      [/^switch to it now/, '\x1b'],
    ]);
    await screen.prompt(/^>$/);
    const hints = screen.lines().filter((line) => line === 'awsp: Esc goes back to the question before, Ctrl-C leaves');
    expect(hints).toHaveLength(1);
    expect(config()).toMatch(/\n\[profile n2\]\n(?:.*\n)*region = eu-north-1\noutput = json\n$/);
  });

  it.each([
    ['at', /^portal/],
    ['before', /^> awsp new$/],
  ])('leave at an Esc that is typed %s the first one', async (_when, shown) => {
    const screen = await open('awsp new');
    await screen.prompt(shown);
    screen.type('\x1b');
    await screen.prompt(/^>$/);
    screen.type('echo $?\r');
    await expect.poll(() => screen.lines()).toContain('130');
  });

  it('take the name of a portal alone', async () => {
    const screen = await open('awsp new');
    await converse(screen, [[/^portal/, 'Bibliotek']]);
    await screen.prompt(/^SSO region/);
    screen.type('eu-west-1\r');
    await screen.prompt(/^session name \(- for none\) \[bibliotek\]:$/);
  });

  it('with --yes nothing that has a default is asked', async () => {
    withoutProfile();
    const screen = await open(
      'awsp new --session barnehage --account barnehageplass-test --role AWSPowerUserAccess --yes',
    );
    expect(await screen.prompt(/\) >$/)).toBe('(barnehageplass-test PowerUser) >');
    expect(screen.lines().join('\n')).not.toMatch(/\]:|\?/);
    expect(config()).toContain('sso_session = barnehage');
  });

  it('have no default where there is nothing yet, and no answer is none', async () => {
    rmSync(`${sandbox.home}/.aws/config`);
    const screen = await open('awsp new');
    await converse(screen, [
      [/^start URL \(such as https:\/\/<portal>\.awsapps\.com\/start or aws login\):$/, ''],
      [/^start URL/, ''],
      [/^start URL/, 'barnehage.awsapps.com'],
      [/^SSO region \(the one that IAM Identity Center is in\):$/, ''],
      [/^SSO region/, 'eu-west-1'],
    ]);
    await screen.prompt(/^session name \(- for none\) \[barnehage\]:$/);
    expect(screen.lines().join('\n')).not.toContain('""');
    expect(screen.lines().filter((line) => line.startsWith('start URL'))).toHaveLength(3);
  });

  it('say which region is the portal’s own', async () => {
    rmSync(`${sandbox.home}/.aws/config`);
    const screen = await open('awsp new --start-url barnehage.awsapps.com', { env: behindNames() });
    await screen.prompt(/^SSO region \(from the portal's page\) \[eu-west-1\]:$/);
  });

  it('doubt a region and a format, and take them when they are insisted on', async () => {
    const screen = await open(given('--session barnehage --name n --sso-region eu-west-1'));
    await converse(screen, [
      [/^default region \(/, 'eu-wset-1'],
      [/^default region: eu-west-1$/, '\u0015'],
      [/^default region:$/, 'eu-wset-1'],
      [/^output format \[json\]:$/, 'jsn'],
      [/^output format: jsn$/, ''],
    ]);
    await screen.prompt(/^write this to/);
    const shown = screen.lines();
    expect(shown).toContain('awsp: warning: awsp knows no region "eu-wset-1"; did you mean "eu-west-1"?');
    expect(shown).toEqual(expect.arrayContaining(['+ region = eu-wset-1', '+ output = jsn']));
  });
});

/** One of each kind: typed, picked from a list, yes or no. */
const oneOfEachKind = [0, questions.findIndex(([sees]) => sees.source.includes('choose')), questions.length - 1];

describeEachShell('Ctrl-C', (shell) => {
  // Which question it is makes no difference to a shell.
  const asked = shell === 'bash' ? questions.map((_, index) => index) : oneOfEachKind;
  it.each(asked)('at question %i leaves everything as it was', async (count) => {
    const before = withoutProfile();
    const screen = await open('awsp new', { shell });
    await converse(screen, questions.slice(0, count));
    await screen.prompt((questions[count] as Dialogue[number])[0]);
    screen.type('\x03');
    await screen.prompt(/^>$/);
    expect(screen.isSecond()).toBe(false);
    screen.type(`echo "ended with ${dialects[shell].status}:$AWS_PROFILE:"\r`);
    await expect.poll(() => screen.lines()).toContain('ended with 130::');
    expect(config()).toBe(before);
  });

  it('at the offer leaves the profile that was written, and the shell as it was', async () => {
    withoutProfile();
    const screen = await open(given('--session barnehage --name n'), { shell });
    await converse(screen, [
      [/^SSO region/, ''],
      [/^default region/, ''],
      [/^output format/, ''],
      [/^write this to/, ''],
      [/^switch to it now/, '\x03'],
    ]);
    await screen.prompt(/^>$/);
    screen.type(`echo "ended with ${dialects[shell].status}:$AWS_PROFILE:"\r`);
    await expect.poll(() => screen.lines()).toContain('ended with 130::');
    expect(config()).toContain('[profile n]\n');
  });
});

describeEachShell('Ctrl-C, when AWS is slow', (shell) => {
  it.each([
    ['ShowStart', 'looking up the portal …', false],
    ['ListAccountRoles', 'asking AWS …', false],
    ['GetCallerIdentity', 'asking AWS …', true],
  ])('to answer %s', async (operation, notice, isWritten) => {
    const before = withoutProfile();
    sandbox.emulator.faults.push({ operation, effect: { kind: 'silence' } });
    const answers = '--session barnehage --sso-region eu-west-1 --region eu-west-1 --output json --name n --yes';
    const screen = await open(given(answers), { shell, env: behindNames() });
    await screen.prompt(new RegExp(`^${notice}$`));
    screen.type('\x03');
    await screen.prompt(/^>$/);
    screen.type(`echo "ended with ${dialects[shell].status}:$AWS_PROFILE:"\r`);
    await expect.poll(() => screen.lines()).toContain(`ended with ${shell === 'zsh' ? 2 : 130}::`);
    expect(screen.lines().join('\n')).not.toContain(notice);
    expect(config() === before).toBe(!isWritten);
  });
});

describe('what was typed wrong', () => {
  it('in the start URL is changed, where there is no such portal', async () => {
    withoutProfile();
    const screen = await open('awsp new', { env: behindNames() });
    await converse(screen, [
      [/^portal/, 'barnehagge.awsapps.com'],
      // back to the letter too many
      [
        /^portal: https:\/\/barnehagge\.awsapps\.com\/start$/,
        `${'\u001b[D'.repeat('e.awsapps.com/start'.length)}\u007f\r`,
      ],
    ]);
    await screen.prompt(/^SSO region \(from the portal's page\) \[eu-west-1\]:$/);
    const text =
      'there seems to be no portal at https://barnehagge.awsapps.com/start (no such page): is the start URL right?';
    expect(screen.said()).toContain(`awsp: warning: ${text}`);
  });

  it('in the start URL stays when it is insisted on', async () => {
    const screen = await open('awsp new', { env: behindNames() });
    await converse(screen, [
      [/^portal/, 'barnehagge.awsapps.com'],
      [/^portal: https:\/\/barnehagge/, ''],
    ]);
    await screen.prompt(/^SSO region \(as in your profiles\) \[eu-west-1\]:$/);
  });

  it('is the default where the terminal cannot change a line', async () => {
    const screen = await open('TERM=dumb awsp new', { env: behindNames() });
    await converse(screen, [
      [/^portal/, 'barnehagge.awsapps.com'],
      [/^portal \[https:\/\/barnehagge\.awsapps\.com\/start\]:$/, 'barnehage.awsapps.com'],
    ]);
    await screen.prompt(/^SSO region \(from the portal's page\) \[eu-west-1\]:$/);
  });

  it('for the region is replaced by the portal’s own', async () => {
    const screen = await open('awsp new', { env: behindNames() });
    await converse(screen, [
      [/^portal/, startUrl],
      [/^SSO region/, 'us-east-1'],
      [/^SSO region: eu-west-1$/, ''],
    ]);
    await screen.prompt(/^session name/);
    expect(screen.said()).toContain(`the portal ${startUrl} is in eu-west-1, not in us-east-1`);
  });

  it.each(['', ' --session kart'])(
    'for the session is another portal’s: another is asked for, given as %j',
    async (option) => {
      const screen = await open(`awsp new --sso-region eu-west-1 --start-url ${startUrl}${option}`);
      if (option === '') await converse(screen, [[/^session name/, 'kart']]);
      await screen.prompt(/^session name: barnehage$/);
      expect(screen.said()).toContain('[sso-session kart] exists, for https://kart.awsapps.com/start in eu-north-1');
      screen.type('\u0015ny\r');
      await screen.prompt(/^[|/\\-] waiting/);
    },
  );
});

describe('a portal that AWS does not accept, of which no page tells the region', () => {
  beforeEach(() => {
    rmSync(`${sandbox.home}/.aws/config`);
    sandbox.emulator.faults.push({
      operation: 'ShowStart',
      effect: { kind: 'error', status: 500, code: 'Unavailable' },
    });
  });
  const known = '--start-url barnehage.awsapps.com --session mine --sso-region us-east-1 --name n';
  const written = '[sso-session mine]\nsso_start_url = https://barnehage.awsapps.com/start\nsso_region = eu-west-1\n';

  /** Clicks yes to what the browser is opened with for the so-many-th time, as often as AWS asks for it. */
  async function allow(browser: ReturnType<typeof handOver>, time: number) {
    const { location, status } = await click(sandbox.emulator, await browser.opened(time), 'allow');
    if (location !== null) await fetch(location);
    return status;
  }

  it.each([
    ['InvalidGrantException', 'CreateToken', undefined, [[/^SSO region: us-east-1$/, '\u0015']]],
    [
      'InvalidRequestException',
      'StartDeviceAuthorization',
      undefined,
      [
        [/^start URL: https:\/\/barnehage\.awsapps\.com\/start$/, ''],
        [/^SSO region: us-east-1$/, '\u0015'],
      ],
    ],
    ['InvalidRequestRegionException', 'StartDeviceAuthorization', { region: 'eu-west-1' }, []],
  ] as const)(
    '%s: what may be wrong is asked for again, and no other answer',
    async (code, operation, members, dialogue) => {
      const browser = handOver(sandbox);
      sandbox.emulator.faults.push({
        operation,
        times: 1,
        effect: { kind: 'error', status: 400, code, ...(members === undefined ? {} : { members }) },
      });
      const screen = await open(`awsp new ${known} --device-code`, {
        env: { ...behindNames(), BROWSER: browser.command },
      });
      await converse(screen, dialogue);
      if (members === undefined) {
        await screen.prompt(/^SSO region:$/);
        screen.type('eu-west-1\r');
      } else {
        await screen.prompt(/^SSO region: eu-west-1$/);
        screen.type('\r');
      }
      expect(await allow(browser, operation === 'CreateToken' ? 2 : 1)).toBe(200);
      await converse(screen, [[/^Enter: choose/, 'test']]);
      await converse(screen, [
        [/^default region/, ''],
        [/^output format/, ''],
        [/^write this to/, ''],
        [/^switch to it now/, 'n'],
      ]);
      await screen.prompt(/^>$/);
      expect(config()).toContain(written);
    },
  );

  it('at a start URL with a slip: the name that was made of it is asked for again', async () => {
    const screen = await open('awsp new --device-code --sso-region eu-west-1', { env: behindNames() });
    await converse(screen, [
      [/^start URL/, 'barnehagge.awsapps.com'],
      [/^session name \(- for none\) \[barnehagge\]:$/, ''],
      [/^start URL: https:\/\/barnehagge\.awsapps\.com\/start$/, '\u0015barnehage.awsapps.com\r'],
      [/^SSO region: eu-west-1$/, ''],
    ]);
    await screen.prompt(/^session name \(- for none\) \[barnehage\]:$/);
  });

  it('is heard of by the browser alone: Ctrl-C leads to the question, and there it leaves', async () => {
    const browser = handOver(sandbox);
    const screen = await open(`awsp new ${known}`, { env: { ...behindNames(), BROWSER: browser.command } });
    expect(await allow(browser, 1)).toBe(400);
    await screen.prompt(/Ctrl-C cancels$/);
    expect(screen.lines()).toContain('  if it says invalid_grant, the portal is not in us-east-1: press Ctrl-C');
    screen.type('\x03');
    await converse(screen, [[/^SSO region: us-east-1$/, '\u0015']]);
    screen.type('eu-west-1\r');
    expect(await allow(browser, 2)).toBe(302);
    await screen.prompt(/^Enter: choose/);
    screen.type('\x03');
    await screen.prompt(/^>$/);
    expect(screen.lines().join('\n')).toContain('signed in to https://barnehage.awsapps.com/start; it renews itself');
  });
});

describe('a name that exists', () => {
  const other = 'barnehageplass-prod-AWSReadOnlyAccess-123456789013';

  it('is asked for again when it is not to be replaced', async () => {
    const before = withoutProfile();
    const screen = await open(
      given(`--session barnehage --sso-region eu-west-1 --region eu-west-1 --output json --name ${other}`),
    );
    await converse(screen, [
      [/exists: replace it in ~\/\.aws\/config\? \[y\/N\]$/, ''],
      [new RegExp(`^another profile name: ${other}$`), '-2'],
      [/^write this to/, ''],
      [/switch to it now/, 'n'],
    ]);
    await screen.prompt(/^>$/);
    expect(config().startsWith(before)).toBe(true);
    expect(config()).toContain(`[profile ${other}-2]\n`);
  });

  it('is replaced by a yes', async () => {
    const screen = await open(
      given(`--session barnehage --sso-region eu-west-1 --region eu-west-1 --output json --name ${other}`),
    );
    await converse(screen, [
      [/exists: replace it in ~\/\.aws\/config\? \[y\/N\]$/, 'y'],
      [/switch to it now/, 'n'],
    ]);
    await screen.prompt(/^>$/);
    expect(config()).toMatch(
      new RegExp(`\\[profile ${other}\\]\nsso_session = barnehage\nsso_account_id = 123456789012`),
    );
  });
});

it('a no to writing says that nothing was written', async () => {
  const before = withoutProfile();
  const screen = await open(
    given('--session barnehage --sso-region eu-west-1 --region eu-west-1 --output json --name n'),
  );
  await converse(screen, [[/^write this to/, 'n']]);
  await screen.prompt(/^>$/);
  expect(screen.lines().at(-2)).toBe('awsp: nothing was written');
  screen.type('echo $?\r');
  await expect.poll(() => screen.lines()).toContain('130');
  expect(config()).toBe(before);
});

it('one of production is switched to for a yes, and not for an Enter', async () => {
  const question = /^it is production: switch to it now\? \[y\/N\]$/;
  const command = given('--session barnehage --sso-region eu-west-1 --region eu-west-1 --output json --name test-live');
  const screen = await open(command);
  await converse(screen, [
    [/^write this to/, ''],
    [question, ''],
  ]);
  expect(await screen.prompt(/>$/)).toBe('>');
  screen.type(`clear; ${command}\r`);
  await converse(screen, [[question, 'y']]);
  expect(await screen.prompt(/\) >$/)).toBe('(test-live barnehageplass-test PowerUser) >');
});

describe('the new profile', () => {
  const command = () => given('--session barnehage --sso-region eu-west-1 --region eu-west-1 --output json');

  it.each([
    [120, /^profile +barnehageplass-test-AWSPowerUserAccess-123456789012 +sso +~\/\.aws\/config:\d+$/],
    [80, /^profile +barnehageplass-test-AWSP\w*…\w+ +~\/\.aws\/config:\d+$/],
    [50, /^profile +barnehageplass-t[\w-]*…\w+$/],
  ])('is shown within %i columns, a line for each property', async (columns, profile) => {
    withoutProfile();
    const screen = await open(`clear; ${command()}`, { columns });
    await converse(screen, [
      [/123456789012\]:$/, ''],
      [/\[Y\/n\]$/, ''],
    ]);
    await screen.prompt(/^switch to it now/);
    const lines = screen.lines();
    const start = lines.findIndex((line) => line.startsWith('Name '));
    expect(lines[start + 1]).toMatch(profile);
    expect(lines.slice(start + 1).map((line) => line.split(' ')[0])).toEqual([
      'profile',
      'account',
      'sso_session',
      'sso_account_id',
      'sso_role_name',
      'region',
      'output',
      'sso_start_url',
      'sso_region',
      'sso_registration_scopes',
      '',
      'switch',
    ]);
    expect(screen.look('Name').bold).toBe(true);
  });
});
