import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { pinnedAccount } from '../../src/guard/pins.ts';
import { isProductionName } from '../../src/selection/risk-level.ts';
import { nameOfKey, settingKeys } from '../../src/settings/keys.ts';
import { loadSettings } from '../../src/settings/settings.ts';
import { confirmModes, type Settings } from '../../src/settings/types.ts';
import { runs } from '../support/runs.ts';
import { fakeWorld } from '../support/world.ts';

const ownPath = '/home/kari/.config/awsp/config';
const teamPath = '/etc/xdg/awsp/config';
const settingsIn = (own: string, team: string) =>
  loadSettings(fakeWorld({ disk: { [ownPath]: own, [teamPath]: team } }));

/** A key in the team's file, in the person's, and what then holds. */
type Row = readonly [team: string, own: string, holds: Partial<Settings>];

/** The rows of each key; a key that is not here fails the test below. */
const rows: Readonly<Record<string, readonly Row[]>> = {
  'verify.timeout': [
    ['timeout = 2s', '', { verifyTimeout: 2_000 }],
    ['timeout = 2s', 'timeout = 9s', { verifyTimeout: 9_000 }],
  ],
  'verify.remember': [
    ['remember = 0', '', { verifyRemember: 0 }],
    ['remember = 0', 'remember = 1h', { verifyRemember: 3_600_000 }],
  ],
  'sign-in.offer': [
    ['offer = never', '', { signInOffer: 'never' }],
    ['offer = never', 'offer = ask', { signInOffer: 'ask' }],
  ],
  'sign-in.browser': [
    ['browser = a', '', { signInBrowser: 'a' }],
    ['browser = a', 'browser = b', { signInBrowser: 'b' }],
  ],
  'console.browser': [
    ['browser = a', '', { consoleBrowser: 'a' }],
    ['browser = a', 'browser = b', { consoleBrowser: 'b' }],
  ],
  'profiles.name': [
    ['name = {role}.{account}', '', { nameTemplate: '{role}.{account}' }],
    ['name = {role}.{account}', 'name = {account}.{role}', { nameTemplate: '{account}.{role}' }],
  ],
  'prompt.format': [
    ['format = {role}', '', { promptFormat: '{role}' }],
    ['format = {role}', 'format = {account}', { promptFormat: '{account}' }],
  ],
  'prompt.width': [
    ['width = 30', '', { promptWidth: 30 }],
    ['width = 30', 'width = 60', { promptWidth: 60 }],
  ],
  'picker.program': [
    ['program = fzf', '', { picker: 'fzf' }],
    ['program = fzf', 'program = awsp', { picker: 'awsp' }],
  ],
  // Each adds to the other.
  'production.match': [
    ['match = a, b', '', { production: ['a', 'b'] }],
    ['match = a, b', 'match = b, c', { production: ['a', 'b', 'c'] }],
  ],
  'agent.deny': [
    ['deny = a', '', { agentDeny: ['a'] }],
    ['deny = a', 'deny = b', { agentDeny: ['a', 'b'] }],
  ],
  // What takes from a guard only as far as the team's file has it.
  'production.except': [
    ['except = a, b', '', { productionExcept: ['a', 'b'] }],
    ['except = a, b', 'except = b, c', { productionExcept: ['b'] }],
    ['except = a', 'except = c', { productionExcept: ['a'] }],
    ['match = x', 'except = c', { productionExcept: [] }],
    ['', 'except = c', { productionExcept: ['c'] }],
  ],
  'agent.allow': [
    ['allow = a, b', '', { agentAllow: ['a', 'b'] }],
    ['allow = a, b', 'allow = c, b', { agentAllow: ['b'] }],
    ['allow = a', 'allow = *', { agentAllow: ['a'] }],
    ['deny = x', 'allow = c', { agentAllow: [] }],
    ['', 'allow = c', { agentAllow: ['c'] }],
  ],
  'read-only.roles': [
    ['roles = a, b', '', { readOnlyRoles: ['a', 'b'] }],
    ['roles = a, b', 'roles = b, a', { readOnlyRoles: ['b', 'a'] }],
    ['roles = a', 'roles = *', { readOnlyRoles: ['a'] }],
    ['', 'roles = c', { readOnlyRoles: ['c'] }],
  ],
  // The stricter one.
  'guard.confirm': [
    ['confirm = typed', '', { confirm: 'typed' }],
    ['confirm = typed', 'confirm = off', { confirm: 'typed' }],
    ['confirm = yes', 'confirm = off', { confirm: 'yes' }],
    ['confirm = yes', 'confirm = typed', { confirm: 'typed' }],
    ['confirm = off', 'confirm = yes', { confirm: 'yes' }],
  ],
  'guard.read-only': [
    ['read-only = free', '', { readOnlyFree: true }],
    ['read-only = free', 'read-only = asked', { readOnlyFree: false }],
    ['read-only = asked', 'read-only = free', { readOnlyFree: false }],
    ['confirm = yes', 'read-only = free', { readOnlyFree: false }],
    ['', 'read-only = free', { readOnlyFree: true }],
  ],
  'production.for': [
    ['for = 1h', '', { productionLimit: 3_600_000 }],
    ['for = 1h', 'for = 2h', { productionLimit: 3_600_000 }],
    ['for = 60m', 'for = 5m', { productionLimit: 300_000 }],
  ],
  'agent.for': [
    ['for = 30m', '', { agentLimit: 1_800_000 }],
    ['for = 30m', 'for = 2h', { agentLimit: 1_800_000 }],
    ['for = 30m', 'for = 5m', { agentLimit: 300_000 }],
    ['for = 2h', 'for = 3h', { agentLimit: 7_200_000 }],
    ['deny = x', 'for = 2h', { agentLimit: 3_600_000 }],
    ['', 'for = 2h', { agentLimit: 7_200_000 }],
  ],
  'log.switches': [
    ['switches = on', '', { logSwitches: true }],
    ['switches = on', 'switches = off', { logSwitches: true }],
    ['switches = off', 'switches = on', { logSwitches: true }],
  ],
};

describe("a key in the team's file and in the person's", () => {
  it('is tested for every key', () => {
    expect(Object.keys(rows).sort()).toEqual(settingKeys.map(nameOfKey).sort());
  });

  const cases = Object.entries(rows).flatMap(([name, all]) => all.map((row) => [name, ...row] as const));
  it.each(cases)('%s: "%s", and "%s": %j', async (name, team, own, holds) => {
    const [section = ''] = name.split('.');
    const file = (line: string) => `[${section}]\n${line}\n`.repeat(line === '' ? 0 : 1);
    expect(await settingsIn(file(own), file(team))).toMatchObject({ ...holds, problems: [] });
  });
});

describe('a team that guards production by anything', () => {
  const allows = '[production]\nexcept = live\n[agent]\nallow = *\n[read-only]\nroles = *\n[guard]\nread-only = free\n';
  const loose = { productionExcept: ['live'], agentAllow: ['*'], readOnlyRoles: ['*'], readOnlyFree: true };

  it.each([
    '[guard]\nconfirm = yes\n',
    '[production]\nmatch = x\n',
    '[production]\nfor = 1h\n',
    '[agent]\ndeny = x\n',
    '[read-only]\nroles = *ReadOnly*, *ViewOnly*, *Audit*\n',
    '[accounts]\n123456789041 = shop-prod\n',
  ])('%j: nothing of the person takes from it', async (team) => {
    const settings = await settingsIn(allows, team);
    expect(settings).toMatchObject({ productionExcept: [], agentAllow: [], readOnlyFree: false });
    expect(settings.readOnlyRoles).toEqual(['*ReadOnly*', '*ViewOnly*', '*Audit*']);
    expect(settings.loosenedIn).toEqual([teamPath]);
  });

  it.each([
    '',
    '[prompt]\nwidth = 60\n',
    '[alias]\nd = dev\n',
    '[accounts]\n123456789041 = shop-dev\n',
    '[pin]\nx = 123456789041\n',
  ])('%j guards nothing', async (team) => {
    expect(await settingsIn(allows, team)).toMatchObject({ ...loose, loosenedIn: [ownPath] });
  });
});

/** What is to be so of the settings with a person's file beside the team's, and of those with the team's alone. */
type Checks = Readonly<Record<string, (alone: Settings, both: Settings) => boolean>>;

const hasAll = (of: readonly string[], all: readonly string[]) => all.every((one) => of.includes(one));
const noLater = (one: number | null, other: number | null) => other === null || (one !== null && one <= other);

/** What a person can add to. */
const added: Checks = {
  confirm: (alone, both) => confirmModes.indexOf(both.confirm) >= confirmModes.indexOf(alone.confirm),
  production: (alone, both) => hasAll(both.production, alone.production),
  deny: (alone, both) => hasAll(both.agentDeny, alone.agentDeny),
  limit: (alone, both) => noLater(both.productionLimit, alone.productionLimit),
  log: (alone, both) => both.logSwitches || !alone.logSwitches,
  pins: (alone, both) =>
    ['a', 'b', 'ab', 'x'].every((name) => {
      const pinned = pinnedAccount(name, alone.pins);
      return pinned === null || pinnedAccount(name, both.pins) === pinned;
    }),
  accounts: (alone, both) =>
    [...alone.accounts].every(([id, name]) => !isProductionName(name) || isProductionName(both.accounts.get(id) ?? '')),
};

/** What a person cannot take where the team guards. */
const taken: Checks = {
  except: (alone, both) => hasAll(alone.productionExcept, both.productionExcept),
  allow: (alone, both) => hasAll(alone.agentAllow, both.agentAllow),
  roles: (alone, both) => hasAll(alone.readOnlyRoles, both.readOnlyRoles),
  readOnly: (alone, both) => alone.readOnlyFree || !both.readOnlyFree,
  time: (alone, both) => both.agentLimit <= alone.agentLimit,
};

it("whatever a person's file says, whole or torn, it takes nothing from what the team's file guards", async () => {
  const globs = fc.uniqueArray(fc.constantFrom('a', 'b', '*', 'a*'), { minLength: 1 }).map((all) => all.join(', '));
  const names = fc.constantFrom('a', 'b', 'a*', 'ab');
  const account = fc.constantFrom('123456789041', '123456789042');
  const key = (name: string, value: fc.Arbitrary<string>) => value.map((text) => `${name} = ${text}`);
  const section = (name: string, ...lines: readonly fc.Arbitrary<string>[]) =>
    fc.array(fc.oneof(...lines), { minLength: 1, maxLength: 3 }).map((all) => `[${name}]\n${all.join('\n')}\n`);
  const limit = key('for', fc.constantFrom('5m', '1h', '90m', '2h'));
  const settings = fc
    .array(
      fc.oneof(
        section('production', key('match', globs), key('except', globs), limit),
        section('agent', key('allow', globs), key('deny', globs), limit),
        section(
          'guard',
          key('confirm', fc.constantFrom('off', 'yes', 'typed')),
          key('read-only', fc.constantFrom('free', 'asked')),
        ),
        section('read-only', key('roles', globs)),
        section('log', key('switches', fc.constantFrom('on', 'off'))),
        section(
          'pin',
          fc.tuple(names, account).map((pair) => pair.join(' = ')),
        ),
        section(
          'accounts',
          fc.tuple(account, fc.constantFrom('shop', 'prod', 'live')).map((pair) => pair.join(' = ')),
        ),
      ),
      { maxLength: 4 },
    )
    .map((all) => all.join('\n'));
  const torn = fc
    .tuple(settings, fc.nat(80), fc.constantFrom('', '[', 'x', '\0', ' = '))
    .map(([text, end, more]) => text.slice(0, end) + more);
  let held = 0;
  await fc.assert(
    fc.asyncProperty(
      fc.oneof({ weight: 4, arbitrary: settings }, torn),
      fc.oneof({ weight: 2, arbitrary: settings }, torn),
      async (team, own) => {
        const [alone, both] = [await settingsIn('', team), await settingsIn(own, team)];
        const isGuarded = alone.loosenedIn.includes(teamPath);
        const failing = Object.entries({ ...added, ...(isGuarded ? taken : {}) }).flatMap(([what, holds]) =>
          holds(alone, both) ? [] : [what],
        );
        expect({ team, own, failing }).toEqual({ team, own, failing: [] });
        held += Number(isGuarded);
      },
    ),
    { numRuns: runs(300) },
  );
  expect(held).toBeGreaterThan(100);
});

describe('the names of a section', () => {
  it('are the own ones, then those of the team', async () => {
    const { aliases } = await settingsIn('[alias]\nd = mine\n', '[alias]\nd = theirs\np = prod\n');
    expect(aliases).toEqual(new Map(Object.entries({ d: 'mine', p: 'prod' })));
  });

  it('of accounts: a name of production stays', async () => {
    const team = '[accounts]\n123456789041 = shop-prod\n123456789042 = shop\n123456789043 = live\n';
    const own = '[accounts]\n123456789041 = harmless\n123456789042 = mine\n123456789043 = my-prod\n';
    const { accounts } = await settingsIn(own, team);
    expect(Object.fromEntries(accounts)).toEqual({
      ...{ 123456789041: 'shop-prod', 123456789042: 'mine', 123456789043: 'my-prod' },
    });
  });

  it('of pins: those of the team come first, and no other takes a profile from them', async () => {
    const own = '[pin]\nshop-dev = 123456789011\nshop-* = 123456789012\nother = 123456789013\n';
    const { pins } = await settingsIn(own, '[pin]\nshop-* = 123456789041\n');
    expect(pins.map(({ glob, accountId }) => `${glob} ${accountId}`)).toEqual([
      'shop-* 123456789041',
      'other 123456789013',
    ]);
  });
});

describe('the folders of XDG_CONFIG_DIRS', () => {
  const world = (env: Readonly<Record<string, string>>, disk: Readonly<Record<string, string>>) =>
    fakeWorld({ env, disk });
  const widths = {
    '/a/awsp/config': '[prompt]\nwidth = 30\n[guard]\nconfirm = off\n[agent]\nallow = *\n',
    '/b/awsp/config': '[prompt]\nwidth = 40\n[picker]\nprogram = fzf\n[guard]\nconfirm = typed\n',
    [teamPath]: '[prompt]\nwidth = 50\n',
  };

  it.each([
    [{}, { promptWidth: 50, picker: 'awsp', confirm: 'off' }],
    [{ XDG_CONFIG_DIRS: '' }, { promptWidth: 50 }],
    [{ XDG_CONFIG_DIRS: 'a:./b' }, { promptWidth: 50 }],
    [{ XDG_CONFIG_DIRS: '/nowhere' }, { promptWidth: 44 }],
    [{ XDG_CONFIG_DIRS: '/a' }, { promptWidth: 30, picker: 'awsp', confirm: 'off', agentAllow: ['*'] }],
    // The first one has the first word, and takes nothing from the guards of the others.
    [{ XDG_CONFIG_DIRS: '/a/:/b' }, { promptWidth: 30, picker: 'fzf', confirm: 'typed', agentAllow: [] }],
    [{ XDG_CONFIG_DIRS: '/b:relative:/a' }, { promptWidth: 40, picker: 'fzf', confirm: 'typed', agentAllow: ['*'] }],
    // The person's own file is no team's.
    [{ XDG_CONFIG_DIRS: '/home/kari/.config:/a' }, { promptWidth: 30 }],
  ] as const)('%j: %j', async (env, holds) => {
    expect(await loadSettings(world(env, widths))).toMatchObject(holds);
  });

  it('are the usual one as well for an AI agent, which can set the variable', async () => {
    const guarding = { [teamPath]: '[guard]\nconfirm = typed\n[agent]\ndeny = x\n' };
    const opening = { '/mine/awsp/config': '[agent]\nallow = *\n', ...guarding };
    const env = { XDG_CONFIG_DIRS: '/mine' };
    expect(await loadSettings(world(env, opening))).toMatchObject({ confirm: 'off', agentDeny: [] });
    const held = { confirm: 'typed', agentDeny: ['x'], agentAllow: [] };
    expect(await loadSettings(world({ ...env, AWSP_AGENT: '1' }, opening))).toMatchObject(held);
    // Nor does a folder of its own allow anything where there is no file of a team.
    const { agentAllow, loosenedIn } = await loadSettings(
      world({ ...env, AWSP_AGENT: '1' }, { '/mine/awsp/config': '[agent]\nallow = *\n' }),
    );
    expect({ agentAllow, loosenedIn }).toEqual({ agentAllow: [], loosenedIn: [ownPath, '/mine/awsp/config'] });
    // Of a user without an account only the person's file is not known.
    const unknown = { ...world({ ...env, AWSP_AGENT: '1' }, opening), userHome: () => null };
    expect(await loadSettings(unknown)).toMatchObject(held);
  });
});
