import { appendFileSync, existsSync, mkdirSync, readFileSync } from 'node:fs';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { ownSections, settingKeys } from '../../src/settings/keys.ts';
import { loadSettings, settingsPath } from '../../src/settings/settings.ts';
import { makeSandbox, programFolder, type Sandbox, teamFile } from '../support/program.ts';
import { bareEnvironment } from '../support/shells.ts';
import { openShell } from '../support/terminal.ts';
import { fakeWorld } from '../support/world.ts';

const path = '/home/kari/.config/awsp/config';
const defaults = {
  verifyTimeout: 5_000,
  verifyRemember: 900_000,
  signInOffer: 'ask',
  signInBrowser: null,
  consoleBrowser: null,
  production: [],
  productionExcept: [],
  productionLimit: null,
  confirm: 'off',
  readOnlyFree: false,
  agentAllow: [],
  agentDeny: [],
  agentLimit: 3_600_000,
  logSwitches: false,
  readOnlyRoles: ['*ReadOnly*', '*ViewOnly*', '*Audit*'],
  pins: [],
  nameTemplate: '{account}-{role}-{accountId}',
  promptFormat: null,
  promptWidth: 44,
  picker: 'awsp',
  aliases: new Map(),
  accounts: new Map(),
  loosenedIn: [path],
  problems: [],
};
const settingsIn = (text: string | null) => loadSettings(fakeWorld({ disk: { [path]: text } }));

describe('the path of the settings', () => {
  it.each([
    [{}, '/home/kari', path],
    [{ XDG_CONFIG_HOME: '/etc/kari' }, '/home/kari', '/etc/kari/awsp/config'],
    [{ XDG_CONFIG_HOME: 'relative' }, '/home/kari', path],
    [{ XDG_CONFIG_HOME: '' }, '/home/kari', path],
    [{ XDG_CONFIG_HOME: '/etc/kari' }, null, '/etc/kari/awsp/config'],
    [{}, null, null],
  ])('%j, home %s: %s', (env, home, expected) => {
    expect(settingsPath(fakeWorld({ env, home }))).toBe(expected);
  });

  it('without a path: production is asked for', async () => {
    const problems = [{ file: '~/.config/awsp/config', line: null, message: 'cannot be read: HOME is not set' }];
    expect(await loadSettings(fakeWorld({ home: null }))).toEqual({
      ...defaults,
      ...{ confirm: 'yes', loosenedIn: ['~/.config/awsp/config'], problems },
    });
  });
});

describe('the defaults are used', () => {
  it.each([
    ['without a file', undefined],
    ['with an empty file', ''],
    ['with comments only', '# a\n; b\n\n'],
    ['with empty sections', '[verify]\n[alias]\n[production]\n'],
  ])('%s', async (_what, text) => {
    expect(await loadSettings(fakeWorld(text === undefined ? {} : { disk: { [path]: text } }))).toEqual(defaults);
  });

  it('with a file that cannot be read, which is said; and production is asked for', async () => {
    const problems = [{ file: path, line: null, message: 'cannot be read: permission denied' }];
    expect(await settingsIn(null)).toEqual({ ...defaults, confirm: 'yes', problems });
  });
});

describe('each key', () => {
  it.each([
    ['[verify]\ntimeout = 2s', { verifyTimeout: 2_000 }],
    ['[profiles]\nname = {session}.{role}@{account}', { nameTemplate: '{session}.{role}@{account}' }],
    ['[verify]\ntimeout = 2', { verifyTimeout: 2_000 }],
    ['[verify]\ntimeout=1m', { verifyTimeout: 60_000 }],
    ['[verify]\ntimeout = 596h', { verifyTimeout: 596 * 3_600_000 }],
    ['[verify]\nremember = 1h', { verifyRemember: 3_600_000 }],
    ['[verify]\nremember = 0', { verifyRemember: 0 }],
    ['[verify]\nremember = 10 m ; a while', { verifyRemember: 600_000 }],
    ['[verify]\ntimeout = 1s\ntimeout = 3s', { verifyTimeout: 3_000 }],
    ['[verify]\ntimeout = 1s\n[alias]\n[verify]\nremember = 0', { verifyTimeout: 1_000, verifyRemember: 0 }],
    ['\uFEFF[verify]\r\ntimeout = 2s\r\n', { verifyTimeout: 2_000 }],
    ['[sign-in]\noffer = always', { signInOffer: 'always' }],
    ['[sign-in]\noffer = never', { signInOffer: 'never' }],
    ['[sign-in]\noffer = always\noffer = ask', {}],
    ['[console]\nbrowser = chrome-profile', { consoleBrowser: 'chrome-profile' }],
    ['[sign-in]\nbrowser = firefox -P work %s', { signInBrowser: 'firefox -P work %s' }],
    ['[production]\nmatch = *-prod-*, 123456789013', { production: ['*-prod-*', '123456789013'] }],
    ['[production]\nexcept = live-demo, *ReadOnly*', { productionExcept: ['live-demo', '*ReadOnly*'] }],
    ['[production]\nmatch = , a ,, ', { production: ['a'] }],
    ['[production]\nfor = 30m', { productionLimit: 1_800_000 }],
    ['[production]\nfor = 45 s', { productionLimit: 45_000 }],
    [
      '[pin]\nshop-* = 123456789011\na b = 012345678901',
      {
        pins: [
          { glob: 'shop-*', accountId: '123456789011' },
          { glob: 'a b', accountId: '012345678901' },
        ],
      },
    ],
    ['[read-only]\nroles = *Viewer*, *ReadOnly*', { readOnlyRoles: ['*Viewer*', '*ReadOnly*'] }],
    ['[guard]\nconfirm = off', { confirm: 'off' }],
    ['[guard]\nconfirm = yes', { confirm: 'yes' }],
    ['[guard]\nconfirm = typed', { confirm: 'typed' }],
    ['[guard]\nread-only = free', { readOnlyFree: true }],
    ['[guard]\nread-only = asked', {}],
    ['[agent]\nallow = shop-*, *Support*', { agentAllow: ['shop-*', '*Support*'] }],
    ['[agent]\ndeny = 123456789013', { agentDeny: ['123456789013'] }],
    ['[agent]\nfor = 30m', { agentLimit: 1_800_000 }],
    ['[log]\nswitches = on', { logSwitches: true }],
    ['[log]\nswitches = off', {}],
    ['[picker]\nprogram = fzf', { picker: 'fzf' }],
    ['[picker]\nprogram = awsp', { picker: 'awsp' }],
    [
      '[alias]\np = shop-prod\nx y = æ "ø"',
      {
        aliases: new Map([
          ['p', 'shop-prod'],
          ['x y', 'æ "ø"'],
        ]),
      },
    ],
    ['[alias]\na.b = c', { aliases: new Map([['a.b', 'c']]) }],
    [
      '[alias]\nconstructor = c\ntoString = d',
      {
        aliases: new Map([
          ['constructor', 'c'],
          ['toString', 'd'],
        ]),
      },
    ],
  ])('%j', async (text, expected) => {
    expect(await settingsIn(text)).toEqual({ ...defaults, ...expected });
  });

  it('has a valid example', async () => {
    for (const { section, key, example } of settingKeys) {
      expect(await settingsIn(`[${section}]\n${key} = ${example}\n`)).toMatchObject({ problems: [] });
    }
  });
});

describe('a problem is reported with its line, the default is used, and production is asked for', () => {
  it.each([
    ['[verify]\ntimeout = soon', 2, '"timeout = soon" is not a value such as 5s'],
    ['[verify]\ntimeout = 0', 2, '"timeout = 0" is not a value such as 5s'],
    ['[verify]\ntimeout = -1s', 2, '"timeout = -1s" is not a value such as 5s'],
    ['[verify]\ntimeout = 1.5s', 2, '"timeout = 1.5s" is not a value such as 5s'],
    ['[verify]\ntimeout = 5 parsecs', 2, '"timeout = 5 parsecs" is not a value such as 5s'],
    // Longer than a timer of Node can be, which then ends at once.
    ['[verify]\ntimeout = 597h', 2, '"timeout = 597h" is not a value such as 5s'],
    ['[verify]\ntimeout =', 2, '"timeout = " is not a value such as 5s'],
    ['[verify]\ntimeout', 2, '"timeout" is not a value such as 5s'],
    ['[verify]\ntimeout[] = 5s', 2, '"timeout" is not a value such as 5s'],
    ['[verify.timeout]\nx = 1', 1, '"timeout" is not a value such as 5s'],
    ['\n[verify]\n\nremember = x', 4, '"remember = x" is not a value such as 15m'],
    ['[sign-in]\noffer = sometimes', 2, '"offer = sometimes" is not a value such as always'],
    ['[sign-in]\noffer = Always', 2, '"offer = Always" is not a value such as always'],
    ['[sign-in]\noffer', 2, '"offer" is not a value such as always'],
    ['[sign-in]\nbrowser =', 2, '"browser = " is not a value such as firefox -P work %s'],
    ['[sign-in]\nbrowser', 2, '"browser" is not a value such as firefox -P work %s'],
    ['[production]\nmatch', 2, '"match" is not a value such as *-prod-*, 123456789013'],
    ['[production]\nmatch =', 2, '"match = " is not a value such as *-prod-*, 123456789013'],
    ['[production]\nmatch = ,', 2, '"match = ," is not a value such as *-prod-*, 123456789013'],
    ['[production]\nexcept =', 2, '"except = " is not a value such as live-demo-*, *ReadOnly*'],
    ['[production]\nexcept = a, **?', 2, '"except = a, **?" is not a value such as live-demo-*, *ReadOnly*'],
    ['[production]\nfor = 30', 2, '"for = 30" is not a value such as 30m'],
    ['[production]\nfor = 0h', 2, '"for = 0h" is not a value such as 30m'],
    ['[production]\nfor = ever', 2, '"for = ever" is not a value such as 30m'],
    ['[pin]\n\nshop = 12345', 3, '"shop" is pinned to no account id: twelve digits'],
    ['[pin]\nshop = prod', 2, '"shop" is pinned to no account id: twelve digits'],
    ['[pin]\nshop', 2, '"shop" is pinned to no account id: twelve digits'],
    ['[pin]\nshop[] = 123456789011', 2, '"shop" is pinned to no account id: twelve digits'],
    ['[read-only]\nroles = ,', 2, '"roles = ," is not a value such as *ReadOnly*, *Viewer*'],
    ['[read-only]\nroles', 2, '"roles" is not a value such as *ReadOnly*, *Viewer*'],
    ['[prompt]\nformat = {acount}', 2, '"format = {acount}" is not a value such as {account} {role}'],
    ['[prompt]\nformat = {account} {}', 2, '"format = {account} {}" is not a value such as {account} {role}'],
    ['[prompt]\nformat = aws', 2, '"format = aws" is not a value such as {account} {role}'],
    ['[prompt]\nformat =', 2, '"format = " is not a value such as {account} {role}'],
    ['[prompt]\nwidth = 0', 2, '"width = 0" is not a value such as 60'],
    ['[prompt]\nwidth = 19', 2, '"width = 19" is not a value such as 60'],
    ['[prompt]\nwidth = 201', 2, '"width = 201" is not a value such as 60'],
    ['[prompt]\nwidth = -44', 2, '"width = -44" is not a value such as 60'],
    ['[prompt]\nwidth = 4e1', 2, '"width = 4e1" is not a value such as 60'],
    ['[prompt]\nwidth', 2, '"width" is not a value such as 60'],
    ['[accounts]\n12345 = shop', 2, '"12345" is not an account id: twelve digits'],
    ['[accounts]\nshop = 123456789012', 2, '"shop" is not an account id: twelve digits'],
    ['[accounts]\n123456789012 =', 2, '"123456789012" has no name of at most 128 characters'],
    ['[accounts]\n123456789012', 2, '"123456789012" has no name of at most 128 characters'],
    ['[accounts]\n123456789012[] = shop', 2, '"123456789012" has no name of at most 128 characters'],
    [`[accounts]\n123456789012 = ${'x'.repeat(129)}`, 2, '"123456789012" has no name of at most 128 characters'],
    ['[accounts]\n123456789012 = a\u202Eb', 2, 'has a character that is not shown'],
    ['[acounts]\n123456789012 = shop', 1, 'unknown section "acounts"; did you mean [accounts]?'],
    ['[picker]\nprogram = rofi', 2, '"program = rofi" is not a value such as fzf'],
    ['[picker]\nprogram', 2, '"program" is not a value such as fzf'],
    ['[alias]\np =', 2, 'alias "p" names no profile'],
    ['[alias]\np', 2, 'alias "p" names no profile'],
    ['[alias]\np[] = a', 2, 'alias "p" names no profile'],
    ['[verify]\ntimeuot = 5s', 2, 'unknown setting "verify.timeuot"; did you mean "timeout"?'],
    ['[verify]\ntimeout = 5s\ntime = 5s', 3, 'unknown setting "verify.time"'],
    ['[verify]\nmatch = x', 2, 'unknown setting "verify.match"'],
    ['# verify\n[verfy]\ntimeout = 5s', 2, 'unknown section "verfy"; did you mean [verify]?'],
    ['[a.b]\nc = d', 1, 'unknown section "a"'],
    ['[a.b.c]\nd = e', 1, 'unknown section "a"'],
    ['[verify]\n[verify.time.x]\ny = z', 2, 'unknown setting "verify.time"'],
    ['timeout = 5s\n[alias]', 1, '"timeout" is not in a section'],
    ['verify = 1', 1, '"verify" is not in a section'],
    ['x[] = 1', 1, '"x" is not in a section'],
    ['[verify\ntimeout = 5s', 1, '"[verify" is not in a section'],
    // The line that counts, not the first one that begins so.
    ['[verify]\ntimeout = 5s\ntimeout = bad', 3, '"timeout = bad" is not a value such as 5s'],
    ['[alias]\ntimeout = p\n[verify]\n# timeout\ntimeout = bad', 5, '"timeout = bad" is not a value such as 5s'],
    ['\r\n\r\n[verify]\r\ntimeout = bad\r\n', 4, '"timeout = bad" is not a value such as 5s'],
    ['\uFEFF[verify]\ntimeout = bad', 2, '"timeout = bad" is not a value such as 5s'],
  ])('%j', async (text, line, message) => {
    const { problems, aliases: _aliases, ...settings } = await settingsIn(text);
    expect(problems[0]).toEqual({ file: path, line, message });
    expect({ ...settings, aliases: new Map(), problems: [] }).toEqual({ ...defaults, confirm: 'yes' });
  });

  it.each([
    ['[guard]\nconfirm = maybe', 2, '"confirm = maybe" is not a value such as typed'],
    ['[guard]\nconfirm = Yes', 2, '"confirm = Yes" is not a value such as typed'],
    ['[guard]\nconfirm', 2, '"confirm" is not a value such as typed'],
    ["'null' = x", null, 'cannot be read: it is not INI'],
  ])('%j, but production needs a confirmation', async (text, line, message) => {
    const { problems, ...settings } = await settingsIn(text);
    expect(problems).toEqual([{ file: path, line, message }]);
    expect({ ...settings, problems: [] }).toEqual({ ...defaults, confirm: 'yes' });
  });

  it('all problems, and the valid keys are used', async () => {
    const settings = await settingsIn('[verify]\ntimeout = x\nremember = 0\ny = 1\n[z]\n[alias]\np = q\n');
    expect(settings.problems.map(({ line }) => line)).toEqual([2, 4, 5]);
    expect(settings).toMatchObject({ verifyTimeout: 5_000, verifyRemember: 0, aliases: new Map([['p', 'q']]) });
  });

  it('very many problems, fast', async () => {
    const sections = Array.from({ length: 10_000 }, (_, n) => `[s${n}]\nk = v\n`).join('');
    const keys = Array.from({ length: 10_000 }, (_, n) => `k${n} = v\n`).join('');
    const { problems } = await settingsIn(`${sections}[verify]\n${keys}`);
    expect(problems.map(({ line }) => line)).toEqual([
      ...Array.from({ length: 10_000 }, (_, n) => 2 * n + 1),
      ...Array.from({ length: 10_000 }, (_, n) => 20_002 + n),
    ]);
  });

  it('a key may have the name of a section', async () => {
    for (const name of ['alias', 'verify', 'production', 'guard', 'pin']) {
      const { problems } = await settingsIn(`${name} = 1\n[${name}]\nx = y\n`);
      expect(problems).not.toEqual([]);
    }
  });

  it('no key changes a prototype', async () => {
    const settings = await settingsIn(
      '__proto__ = x\n[__proto__]\npolluted = yes\n[alias]\n__proto__ = p\n[constructor.prototype]\npolluted = yes\n[alias.__proto__]\npolluted = yes\n',
    );
    expect(Reflect.get({}, 'polluted')).toBeUndefined();
    expect(Reflect.get(Object, 'polluted')).toBeUndefined();
    expect(settings.aliases.size).toBe(0);
  });
});

interface Effect {
  /** The line that sets the key, and one that is wrong. */
  readonly line: string;
  readonly bad: string;
  /** What the program does, in a few words. */
  readonly observe: (sandbox: Sandbox) => Promise<string>;
  readonly byDefault: string;
  readonly changed: string;
  /** Where that is not what it does by default. */
  readonly whenBad?: string;
}

const stage = 'skjema-stage-AWSPowerUserAccess-123456789021';
const prod = 'barnehageplass-prod-AWSReadOnlyAccess-123456789013';
const prodAdmin = 'barnehageplass-prod-AWSAdministratorAccess-123456789013';
const builder = 'sandkasse-lab-Builder-123456789041';
const agent = { env: { CLAUDECODE: '1' } };
const fakeFzf = '#!/bin/sh\ntouch "$HOME/fzf-was-there"\nexit 130\n';
const productionNames = async (sandbox: Sandbox) =>
  (await sandbox.awsp(['list', '--production'])).stdout.match(/\S+-\S+-\S+-\d{12}/g)?.join(' ') ?? '';

const textOfPrompt = ({ stdout }: { readonly stdout: string }) => /AWSP_TEXT='(.*)'/.exec(stdout)?.[1] ?? '';

/** A browser in which somebody allows the sign-in at once, and which says what opened it. */
function browser(sandbox: Sandbox, name: string): string {
  const path = `bin/${name}`;
  sandbox.write(
    path,
    `#!/usr/bin/env node
(async () => {
const own = await fetch(process.argv[2], { redirect: 'manual' });
const url = new URL(own.headers.get('location') ?? process.argv[2]);
require('node:fs').appendFileSync(process.env.HOME + '/opened-by', '${name} ');
const body = new URLSearchParams(url.searchParams);
body.set('decision', 'allow');
await fetch(url.origin + url.pathname, { method: 'POST', body });
})();
`,
    0o755,
  );
  return `${sandbox.home}/${path}`;
}

/** Every key, by what it does in the program; a key that is not here fails the test below. */
const effects: Readonly<Record<string, Effect>> = {
  'verify.timeout': {
    line: 'timeout = 1s',
    bad: 'timeout = soon',
    observe: async (sandbox) => {
      sandbox.emulator.faults.splice(0, Number.POSITIVE_INFINITY, {
        service: 'sts',
        effect: { kind: 'delay', milliseconds: 2_000 },
      });
      const { stdout } = await sandbox.switchVia([builder, '--verify']);
      return /AWSP_STATE='(.*)'/.exec(stdout)?.[1] ?? '';
    },
    byDefault: 'verified',
    changed: 'unverified',
  },
  'verify.remember': {
    line: 'remember = 0',
    bad: 'remember = long',
    observe: async (sandbox) => {
      for (const _time of [1, 2]) await sandbox.switchVia([builder]);
      return `AWS was asked ${sandbox.emulator.requests.length} times`;
    },
    byDefault: 'AWS was asked 1 times',
    changed: 'AWS was asked 2 times',
  },
  'sign-in.offer': {
    line: 'offer = always',
    bad: 'offer = sometimes',
    observe: async (sandbox) => {
      const { code } = await sandbox.switchVia([stage], { env: { BROWSER: browser(sandbox, 'any') } });
      return `exit ${code}`;
    },
    byDefault: 'exit 4',
    changed: 'exit 0',
  },
  'sign-in.browser': {
    line: 'browser = ~/bin/settings %s',
    bad: 'browser =',
    observe: async (sandbox) => {
      browser(sandbox, 'settings');
      await sandbox.awsp(['login', 'skjema'], { env: { BROWSER: browser(sandbox, 'variable') } });
      return readFileSync(`${sandbox.home}/opened-by`, 'utf8').trim();
    },
    byDefault: 'variable',
    changed: 'settings',
  },
  'console.browser': {
    line: 'browser = ~/bin/settings %s',
    bad: 'browser =',
    observe: async (sandbox) => {
      browser(sandbox, 'settings');
      await sandbox.awsp(['console', 'Hub'], { env: { BROWSER: browser(sandbox, 'variable') } });
      // The browser writes it down after it has opened the page.
      const opened = () => existsSync(`${sandbox.home}/opened-by`) && readFileSync(`${sandbox.home}/opened-by`, 'utf8');
      await expect.poll(opened).toMatch(/ $/);
      return readFileSync(`${sandbox.home}/opened-by`, 'utf8').trim();
    },
    byDefault: 'variable',
    changed: 'settings',
  },
  'prompt.format': {
    line: 'format = {role} in {account} ({accountId}, {region})',
    bad: 'format = {rolle}',
    observe: async (sandbox) => textOfPrompt(await sandbox.switchVia(['dev'])),
    byDefault: 'barnehageplass-dev Admin',
    changed: 'Admin in barne..ev (1234567.., eu-west-1)',
  },
  'prompt.width': {
    line: 'width = 20',
    bad: 'width = 0',
    observe: async (sandbox) => textOfPrompt(await sandbox.switchVia(['dev'])),
    byDefault: 'barnehageplass-dev Admin',
    changed: 'barneh..dev Admin',
  },
  'picker.program': {
    line: 'program = fzf',
    bad: 'program = skim',
    observe: async (sandbox) => {
      sandbox.write('bin/fzf', fakeFzf, 0o755);
      const bare = bareEnvironment(sandbox.home);
      const env = { ...bare, ...sandbox.env, PATH: `${sandbox.home}/bin:${bare.PATH}` };
      const screen = openShell('bash', `PS1='> '; . '${programFolder}/shell/awsp.bash'`, env, sandbox.home);
      await screen.prompt(/^>$/);
      screen.type('awsp\r');
      await screen.until(
        (lines) => screen.isSecond() || existsSync(`${sandbox.home}/fzf-was-there`) || lines.length > 20,
      );
      return existsSync(`${sandbox.home}/fzf-was-there`) ? 'fzf' : 'awsp';
    },
    byDefault: 'awsp',
    changed: 'fzf',
  },
  'production.match': {
    line: 'match = *-dev-*',
    bad: 'match',
    observe: productionNames,
    byDefault:
      'barnehageplass-prod-AWSReadOnlyAccess-123456789013 barnehageplass-prod-AWSAdministratorAccess-123456789013',
    changed:
      'barnehageplass-dev-AWSAdministratorAccess-123456789011 barnehageplass-prod-AWSReadOnlyAccess-123456789013 barnehageplass-prod-AWSAdministratorAccess-123456789013',
  },
  'production.except': {
    line: 'except = *ReadOnly*',
    bad: 'except = *',
    observe: productionNames,
    byDefault:
      'barnehageplass-prod-AWSReadOnlyAccess-123456789013 barnehageplass-prod-AWSAdministratorAccess-123456789013',
    changed: 'barnehageplass-prod-AWSAdministratorAccess-123456789013',
  },
  'production.for': {
    line: 'for = 2h',
    bad: 'for = 30',
    observe: async (sandbox) =>
      /, for (.*)\n/.exec((await sandbox.switchVia([prod, '--yes'])).stderr)?.[1] ?? 'without end',
    byDefault: 'without end',
    changed: '2h',
  },
  'read-only.roles': {
    line: 'roles = *Administrator*',
    bad: 'roles =',
    observe: async (sandbox) =>
      /AWSP_ROLE='(.*)'/.exec((await sandbox.switchVia(['--ro', 'prod', '--yes'])).stdout)?.[1] ?? 'none',
    byDefault: 'AWSReadOnlyAccess',
    changed: 'AWSAdministratorAccess',
  },
  'guard.confirm': {
    line: 'confirm = yes',
    bad: 'confirm = sometimes',
    observe: async (sandbox) => `exit ${(await sandbox.switchVia([prod])).code}`,
    byDefault: 'exit 0',
    changed: 'exit 6',
    whenBad: 'exit 6',
  },
  'guard.read-only': {
    line: 'read-only = free',
    bad: 'read-only = sometimes',
    observe: async (sandbox) => {
      mkdirSync(`${sandbox.home}/.config/awsp`, { recursive: true });
      appendFileSync(`${sandbox.home}/.config/awsp/config`, '[guard]\nconfirm = yes\n');
      return `exit ${(await sandbox.switchVia([prod])).code}`;
    },
    byDefault: 'exit 6',
    changed: 'exit 0',
  },
  'agent.allow': {
    line: 'allow = barnehageplass-prod-AWSAdmin*',
    bad: 'allow =',
    observe: async (sandbox) => `exit ${(await sandbox.switchVia([prodAdmin, '--yes'], agent)).code}`,
    byDefault: 'exit 6',
    changed: 'exit 0',
  },
  'agent.deny': {
    line: 'deny = 123456789041',
    bad: 'deny =',
    observe: async (sandbox) => `exit ${(await sandbox.switchVia([builder], agent)).code}`,
    byDefault: 'exit 0',
    changed: 'exit 6',
  },
  'agent.for': {
    line: 'for = 10m',
    bad: 'for = 10',
    observe: async (sandbox) => / (for \d+\w)/.exec((await sandbox.switchVia([builder], agent)).stderr)?.[1] ?? '',
    byDefault: 'for 1h',
    changed: 'for 10m',
  },
  'log.switches': {
    line: 'switches = on',
    bad: 'switches = maybe',
    observe: async (sandbox) => {
      await sandbox.switchVia([builder]);
      return JSON.parse((await sandbox.awsp(['log', '--json'])).stdout).switches.length === 1 ? 'logged' : 'not logged';
    },
    byDefault: 'not logged',
    changed: 'logged',
  },
  'profiles.name': {
    line: 'name = {role}.{account}',
    bad: 'name = {roll}',
    observe: async (sandbox) => {
      const { stderr } = await sandbox.awsp([
        'new',
        '--account',
        'barnehageplass-test',
        '--role',
        'AWSPowerUserAccess',
        '--yes',
      ]);
      return /"(\S+)" is in/.exec(stderr)?.[1] ?? stderr;
    },
    byDefault: 'barnehageplass-test-AWSPowerUserAccess-123456789012',
    changed: 'AWSPowerUserAccess.barnehageplass-test',
  },
};

describe('the effect of each key, in the program', () => {
  it('is tested for every key', () => {
    expect(Object.keys(effects).sort()).toEqual(settingKeys.map(({ section, key }) => `${section}.${key}`).sort());
  });

  it.each(Object.entries(effects))(
    '%s',
    async (name, { line, bad, observe, byDefault, changed, whenBad = byDefault }) => {
      const [section = ''] = name.split('.');
      const inPlace = async <Result>(
        text: string | null,
        look: (sandbox: Sandbox) => Promise<Result>,
        file = '.config/awsp/config',
      ): Promise<Result> => {
        const sandbox = await makeSandbox();
        try {
          if (text !== null) sandbox.write(file, `# settings\n[${section}]\n${text.replace('~', sandbox.home)}\n`);
          return await look(sandbox);
        } finally {
          await sandbox.remove();
        }
      };
      expect(await inPlace(null, observe)).toBe(byDefault);
      expect(await inPlace(line, observe)).toBe(changed);
      expect(await inPlace(line, observe, teamFile)).toBe(changed);
      const told = await inPlace(bad, async (sandbox) => {
        expect(await observe(sandbox)).toBe(whenBad);
        return sandbox.awsp(['list']);
      });
      expect(told.stderr).toContain('awsp: warning: ~/.config/awsp/config:3: "');
      expect(told.stderr).toContain(
        `is not a value such as ${settingKeys.find(({ section: one, key }) => `${one}.${key}` === name)?.example}`,
      );
    },
  );
});

/** The sections with names of a person's own: a line, a bad one with what is said of it, and a switch with its exit codes. */
const ownEffects: Readonly<
  Record<(typeof ownSections)[number], readonly [string, string, string, string[], number[]]>
> = {
  alias: [`d1 = ${builder}`, 'd1 =', 'alias "d1" names no profile', ['d1'], [3, 0]],
  pin: [`${builder} = 123456789011`, `${builder} = x`, 'is pinned to no account id', [builder], [0, 5]],
  accounts: ['123456789041 = shop-prod', '12 = shop-prod', '"12" is not an account id', [builder], [0, 6]],
};

describe("the effect of a person's own names, in the program", () => {
  let sandbox: Sandbox;
  beforeAll(async () => {
    sandbox = await makeSandbox();
  });
  afterAll(() => sandbox.remove());

  it.each(ownSections)('%s', async (name) => {
    const [line, bad, told, words, [byDefault, changed]] = ownEffects[name];
    const guard = name === 'accounts' ? '[guard]\nconfirm = yes\n' : '';
    const switchWith = async (own: string, team: string) => {
      sandbox.write('.config/awsp/config', own);
      sandbox.write(teamFile, team);
      return sandbox.switchVia(words);
    };
    const section = (text: string) => `${guard}[${name}]\n${text}\n`;
    expect((await switchWith(guard, '')).code).toBe(byDefault);
    expect((await switchWith(section(line), '')).code).toBe(changed);
    expect((await switchWith('', section(line))).code).toBe(changed);
    expect((await switchWith(section(bad), '')).code).not.toBe(changed);
    expect((await sandbox.awsp(['list'])).stderr).toContain(told);
  });
});

describe('in the program', () => {
  let sandbox: Sandbox | undefined;
  afterEach(() => sandbox?.remove());

  it('an alias and the production globs are used, and a problem is reported once, with its sandbox', async () => {
    sandbox = await makeSandbox();
    const dev = 'barnehageplass-dev-AWSAdministratorAccess-123456789011';
    sandbox.write(
      '.config/awsp/config',
      `[production]\nmatch = *-DEV-*\n\n[verify]\ntimeout = soon\n[alias]\nd = ${dev}\n`,
    );
    const { code, stdout, stderr } = await sandbox.switchVia(['d', '--no-verify', '--yes']);
    expect({ code, stdout }).toEqual({ code: 0, stdout: expect.stringContaining(`AWS_PROFILE='${dev}'`) });
    expect(stdout).toContain("AWSP_LEVEL='production'");
    expect(
      stderr.match(/warning: ~\/\.config\/awsp\/config:5: "timeout = soon" is not a value such as 5s\n/g),
    ).toHaveLength(1);
    const { profiles } = JSON.parse((await sandbox.awsp(['list', '--json'])).stdout);
    expect(
      profiles
        .filter(({ level }: { level: string }) => level === 'production')
        .map(({ name }: { name: string }) => name),
    ).toContain(dev);
  });

  it('a settings file that is a directory does not prevent a switch', async () => {
    sandbox = await makeSandbox();
    sandbox.write('.config/awsp/config/x', '');
    const { code, stderr } = await sandbox.switchVia(['dev', '--no-verify']);
    expect({ code, stderr }).toEqual({
      code: 0,
      stderr: expect.stringContaining('~/.config/awsp/config: cannot be read: is a folder'),
    });
  });

  it('a relative XDG_CONFIG_HOME is ignored', async () => {
    sandbox = await makeSandbox();
    sandbox.write('awsp/config', '[verify]\ntimeout = here\n');
    sandbox.write('.config/awsp/config', '[verify]\ntimeout = home\n');
    const { stderr } = await sandbox.awsp(['list'], { cwd: sandbox.home, env: { XDG_CONFIG_HOME: '.' } });
    expect(stderr).toContain('timeout = home');
    expect(stderr).not.toContain('timeout = here');
  });
});
