import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { applyDelta, type Facts, overridingVariables, switchDelta, unsetDelta } from '../../src/environment/delta.ts';
import { describeNotes } from '../../src/environment/notes.ts';
import { type ShellName, shellCode, shells } from '../../src/environment/shells.ts';
import { variables } from '../../src/environment/variables.ts';
import type { Environment } from '../../src/world.ts';

const dev: Facts = {
  profile: 'dev',
  accountId: '123456789011',
  roleName: 'ReadOnly',
  state: 'verified',
  level: 'normal',
  expiresAt: 1_800_000_000,
  until: null,
  profileRegion: 'eu-west-1',
  region: null,
};

const bareDev: Facts = { ...dev, accountId: null, roleName: null, expiresAt: null };

/** The environment after a switch. */
function switched(env: Environment, facts: Facts = dev): Environment {
  return applyDelta(env, switchDelta(env, facts).delta);
}

function afterUnset(env: Environment): Environment {
  return applyDelta(env, unsetDelta(env).delta);
}

function said(notes: Parameters<typeof describeNotes>[0], shell: ShellName = 'bash'): string[] {
  return describeNotes(notes, shell).flatMap(({ kind, text, details = [] }) => [`${kind}: ${text}`, ...details]);
}

describe('a switch as shell code', () => {
  it('sets the profile and the facts in an empty environment', () => {
    expect(shellCode(shells.bash, switchDelta({}, dev).delta)).toMatchInlineSnapshot(`
      "export AWS_PROFILE='dev' &&
      export AWSP_ACCOUNT_ID='123456789011' &&
      export AWSP_EXPIRES='1800000000' &&
      export AWSP_FILES='::' &&
      export AWSP_LEVEL='normal' &&
      export AWSP_PROFILE='dev' &&
      export AWSP_ROLE='ReadOnly' &&
      export AWSP_STATE='verified'
      "
    `);
  });

  it('sets no fact that is not known, and unsets the old one', () => {
    const env = { AWSP_ACCOUNT_ID: '1', AWSP_ROLE: 'x', AWSP_EXPIRES: '' };
    expect(shellCode(shells.zsh, switchDelta(env, bareDev).delta)).toMatchInlineSnapshot(`
      "export AWS_PROFILE='dev' &&
      unset AWSP_ACCOUNT_ID &&
      unset AWSP_EXPIRES &&
      export AWSP_FILES='::' &&
      export AWSP_LEVEL='normal' &&
      export AWSP_PROFILE='dev' &&
      unset AWSP_ROLE &&
      export AWSP_STATE='verified'
      "
    `);
  });

  it('clears what would beat the profile, in fish', () => {
    const env = { AWS_ACCESS_KEY_ID: 'AKIA', AWS_SECRET_ACCESS_KEY: 's', AWS_DEFAULT_PROFILE: '', AWS_PROFILE: 'old' };
    expect(shellCode(shells.fish, switchDelta(env, bareDev).delta)).toMatchInlineSnapshot(`
      "set -e -g AWS_ACCESS_KEY_ID; or true
      set -e -g AWS_DEFAULT_PROFILE; or true
      set -e -g AWS_SECRET_ACCESS_KEY; or true
      set -gx AWS_PROFILE 'dev'
      set -gx AWSP_FILES '::'
      set -gx AWSP_LEVEL 'normal'
      set -gx AWSP_PREVIOUS 'old'
      set -gx AWSP_PROFILE 'dev'
      set -gx AWSP_STATE 'verified'
      begin; for awsp_name in AWS_ACCESS_KEY_ID AWS_DEFAULT_PROFILE AWS_PROFILE AWS_SECRET_ACCESS_KEY; set -qU $awsp_name; and echo 'awsp: warning:' $awsp_name 'is also a universal variable, of every fish shell; to remove it: set -eU' $awsp_name >&2; end; end; true
      "
    `);
  });

  it('sets both regions when one is asked for', () => {
    expect(shellCode(shells.bash, switchDelta({}, { ...bareDev, region: 'eu-north-1' }).delta)).toMatchInlineSnapshot(`
      "export AWS_DEFAULT_REGION='eu-north-1' &&
      export AWS_PROFILE='dev' &&
      export AWS_REGION='eu-north-1' &&
      export AWSP_FILES='::' &&
      export AWSP_LEVEL='normal' &&
      export AWSP_PROFILE='dev' &&
      export AWSP_REGION='eu-north-1' &&
      export AWSP_STATE='verified'
      "
    `);
  });

  it('remembers which files the profile was found in', () => {
    const env = { HOME: '/home/kari', AWS_CONFIG_FILE: '/a/config', AWS_SHARED_CREDENTIALS_FILE: '' };
    expect(switched(env).AWSP_FILES).toBe('/home/kari:/a/config:');
    expect(switched(env)).toMatchObject(env);
  });
});

describe('every row of the table', () => {
  const full: Environment = Object.fromEntries(variables.map(({ name }) => [name, 'x']));

  it.each(variables)('$name: $onSwitch on a switch, $onUnset on --unset', ({ name, onSwitch, onUnset }) => {
    const expected = { set: expect.any(String), unset: undefined, ours: undefined, left: 'x' };
    expect(
      switched(
        { ...full, AWS_ENDPOINT_URL: 'x' },
        {
          ...{ ...dev, region: 'eu-north-1', until: 1, seen: '/seen', folder: '/folder' },
          ...{ accountName: 'shop', prompt: { text: 'dev shop', short: 'dev', width: 60 } },
        },
      )[name],
    ).toEqual(onSwitch === 'ours' ? 'eu-north-1' : expected[onSwitch]);
    expect(afterUnset(full)[name]).toEqual(expected[onUnset]);
  });

  it.each(variables)('$name is mentioned in no delta when it is not there, unless it is set', ({ name, onSwitch }) => {
    const names = switchDelta({}, dev).delta.map((change) => change.name);
    if (onSwitch !== 'set') expect(names).not.toContain(name);
    expect(unsetDelta({}).delta).toEqual([]);
  });

  it.each(variables.filter(({ onSwitch }) => onSwitch === 'unset'))('$name is unset though it is empty', ({ name }) => {
    expect(switched({ [name]: '' })).not.toHaveProperty(name);
    expect(afterUnset({ [name]: '' })).not.toHaveProperty(name);
    expect(switchDelta({ [name]: '' }, dev).notes).toEqual([]);
  });

  it('is there once', () => {
    expect(new Set(variables.map(({ name }) => name)).size).toBe(variables.length);
  });
});

describe('the previous profile', () => {
  const none = undefined;
  it.each<[current: string | undefined, previous: string | undefined, target: string, expected: string | undefined]>([
    [none, none, 'dev', none],
    ['', none, 'dev', none],
    ['prod', none, 'dev', 'prod'],
    ['prod', 'test', 'dev', 'prod'],
    ['prod', 'dev', 'dev', 'prod'],
    ['dev', 'prod', 'dev', 'prod'],
    ['dev', none, 'dev', none],
    [none, 'prod', 'dev', 'prod'],
    ['', 'prod', 'dev', 'prod'],
    [none, 'dev', 'dev', none],
  ])('profile %j, previous %j, switched to %j: %j', (current, previous, target, expected) => {
    const env = environment({ AWS_PROFILE: current, AWSP_PREVIOUS: previous });
    expect(switched(env, { ...dev, profile: target }).AWSP_PREVIOUS).toBe(expected);
  });

  it.each<[current: string | undefined, previous: string | undefined, expected: string | undefined]>([
    [none, none, none],
    [none, 'prod', 'prod'],
    ['', 'prod', 'prod'],
    ['dev', none, 'dev'],
    ['dev', 'prod', 'dev'],
  ])('profile %j, previous %j, unset: %j', (current, previous, expected) => {
    expect(afterUnset(environment({ AWS_PROFILE: current, AWSP_PREVIOUS: previous }))).toEqual(
      environment({ AWSP_PREVIOUS: expected }),
    );
  });
});

describe('the end of a time limit', () => {
  const limited = { AWS_PROFILE: 'prod', AWSP_PROFILE: 'prod', AWSP_UNTIL: '1000' };

  it('goes with the switch, and is kept for the way back', () => {
    expect(switched({}, { ...dev, until: 2000 }).AWSP_UNTIL).toBe('2000');
    const { AWSP_UNTIL, AWSP_PREVIOUS, AWSP_PREVIOUS_UNTIL } = switched(limited);
    expect({ AWSP_UNTIL, AWSP_PREVIOUS, AWSP_PREVIOUS_UNTIL }).toEqual({
      AWSP_UNTIL: undefined,
      AWSP_PREVIOUS: 'prod',
      AWSP_PREVIOUS_UNTIL: '1000',
    });
    expect(afterUnset(limited)).toEqual({ AWSP_PREVIOUS: 'prod', AWSP_PREVIOUS_UNTIL: '1000' });
  });

  it.each<[string, Environment]>([
    ['that profile has none', { AWS_PROFILE: 'prod', AWSP_PROFILE: 'prod' }],
    ['it is of another profile', { ...limited, AWS_PROFILE: 'other' }],
    ['it is empty', { ...limited, AWSP_UNTIL: '' }],
  ])('is not kept when %s', (_when, env) => {
    const before = { ...env, AWSP_PREVIOUS: 'older', AWSP_PREVIOUS_UNTIL: '3000' };
    expect(switched(before)).not.toHaveProperty('AWSP_PREVIOUS_UNTIL');
    expect(afterUnset(before)).not.toHaveProperty('AWSP_PREVIOUS_UNTIL');
  });

  it('of the previous profile stays with it', () => {
    const env = { AWSP_PREVIOUS: 'older', AWSP_PREVIOUS_UNTIL: '3000' };
    expect(switched(env)).toMatchObject(env);
    expect(switched({ ...env, AWS_PROFILE: 'dev' })).toMatchObject(env);
    expect(switched(env, { ...dev, profile: 'older' })).not.toHaveProperty('AWSP_PREVIOUS_UNTIL');
  });
});

describe('the region', () => {
  const north = { ...dev, region: 'eu-north-1' };
  const none = { AWS_REGION: undefined, AWS_DEFAULT_REGION: undefined, AWSP_REGION: undefined };

  it('goes with the next switch when awsp set it', () => {
    const env = switched({}, north);
    expect(env).toMatchObject({
      AWS_REGION: 'eu-north-1',
      AWS_DEFAULT_REGION: 'eu-north-1',
      AWSP_REGION: 'eu-north-1',
    });
    expect(switched(env)).not.toMatchObject({ AWS_REGION: expect.anything() });
    expect({ ...none, ...pick(switched(env)) }).toEqual(none);
    expect({ ...none, ...pick(afterUnset(env)) }).toEqual(none);
    expect(switchDelta(env, dev).notes).toEqual([]);
  });

  it('stays when it was changed since', () => {
    const env = { ...switched({}, north), AWS_REGION: 'us-east-1' };
    expect(pick(switched(env))).toEqual({ AWS_REGION: 'us-east-1' });
    expect(pick(afterUnset(env))).toEqual({ AWS_REGION: 'us-east-1' });
  });

  it("stays when it is the person's own, and is spoken of when the profile's is another", () => {
    const env = { AWS_REGION: 'us-east-1', AWS_DEFAULT_REGION: 'eu-west-1' };
    expect(pick(switched(env))).toEqual(env);
    expect(said(switchDelta(env, dev).notes)).toMatchInlineSnapshot(`
      [
        "note: AWS_REGION is "us-east-1" as you set it; the region of profile "dev" is "eu-west-1"",
        "to use the profile's: unset AWS_REGION",
      ]
    `);
    expect(said(switchDelta(env, dev).notes, 'fish')[1]).toBe("to use the profile's: set -e AWS_REGION");
    expect(pick(afterUnset(env))).toEqual(env);
    expect(unsetDelta(env).notes).toEqual([]);
  });

  it.each<[Environment, Facts]>([
    [{ AWS_REGION: 'us-east-1' }, { ...dev, profileRegion: null }],
    [{ AWS_REGION: '' }, dev],
    [{ AWS_REGION: 'us-east-1' }, north],
  ])('is not spoken of: %j', (env, facts) => {
    expect(switchDelta(env, facts).notes).toEqual([]);
  });

  function pick(env: Environment): Environment {
    return Object.fromEntries(Object.entries(env).filter(([name]) => name in none));
  }
});

describe('what is said', () => {
  const env = {
    AWS_ACCESS_KEY_ID: 'hunter2',
    AWS_SECRET_ACCESS_KEY: 'hunter2',
    AWS_SESSION_TOKEN: 'hunter2',
    AWS_WEB_IDENTITY_TOKEN_FILE: '/var/run/token',
    AWS_ROLE_ARN: 'arn:aws:iam::123456789012:role/pod',
    AWS_VAULT: 'prod',
  };

  it('says nothing of a variable that is no identity', () => {
    const { delta, notes } = switchDelta({ AWS_PROFILE_REGION: 'eu-north-1' }, dev);
    expect(delta).toContainEqual({ name: 'AWS_PROFILE_REGION', value: null });
    expect(notes).toEqual([]);
  });

  it('names what was cleared and what was left', () => {
    expect(said(switchDelta(env, dev).notes)).toMatchInlineSnapshot(`
      [
        "note: cleared AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY and AWS_SESSION_TOKEN, which would stand in for a profile",
        "warning: AWS_WEB_IDENTITY_TOKEN_FILE and AWS_ROLE_ARN left as set: some tools take this machine's own identity before a profile",
        "to use the profile in all tools: unset AWS_WEB_IDENTITY_TOKEN_FILE AWS_ROLE_ARN",
        "warning: another tool switched this shell (AWS_VAULT is set): its prompt and renewals may disagree with awsp",
      ]
    `);
  });

  it('says the same on --unset, and never a value', () => {
    expect(unsetDelta(env).notes).toEqual(switchDelta(env, dev).notes);
    expect(said(unsetDelta(env).notes).join('\n')).not.toContain('hunter2');
  });

  it('is nothing in a clean environment', () => {
    expect(said(switchDelta({ AWS_PROFILE: 'old', PATH: '/bin' }, dev).notes)).toEqual([]);
  });
});

describe('overridingVariables', () => {
  it.each<[Environment, string[]]>([
    [{}, []],
    [{ AWS_PROFILE: 'dev' }, []],
    [{ AWS_PROFILE: 'dev', AWS_ACCESS_KEY_ID: '' }, []],
    [{ AWS_PROFILE: 'dev', AWS_ACCESS_KEY_ID: 'x' }, ['AWS_ACCESS_KEY_ID']],
    [{ AWS_PROFILE: 'dev', AWS_SESSION_TOKEN: 'x', AWS_ROLE_ARN: 'x', AWS_REGION: 'x' }, []],
    [{ AWS_PROFILE: 'dev', AWS_DEFAULT_PROFILE: 'dev', AWS_EB_PROFILE: 'dev' }, []],
    [{ AWS_PROFILE: 'dev', AWS_DEFAULT_PROFILE: 'prod' }, ['AWS_DEFAULT_PROFILE']],
    [{ AWS_PROFILE: 'dev', AWS_DEFAULT_PROFILE: '' }, ['AWS_DEFAULT_PROFILE']],
    [{ AWS_DEFAULT_PROFILE: 'prod' }, ['AWS_DEFAULT_PROFILE']],
    [
      { AWS_PROFILE: 'dev', AWS_WEB_IDENTITY_TOKEN_FILE: '/t', AWS_SECRET_KEY: 'x' },
      ['AWS_SECRET_KEY', 'AWS_WEB_IDENTITY_TOKEN_FILE'],
    ],
  ])('%j: %j', (env, expected) => {
    expect(overridingVariables(env)).toEqual(expected);
  });
});

describe('for any environment', () => {
  const environments = fc.dictionary(
    fc.oneof(
      fc.constantFrom('PATH', 'AWS_CONFIG_FILE', 'AWSP_NO_PROMPT', '__proto__'),
      fc.constantFrom(...variables.map(({ name }) => name)),
    ),
    fc.constantFrom('', 'dev', 'prod', 'eu-west-1', 'eu-north-1'),
  );
  const someFacts = fc.record<Facts>({
    profile: fc.constantFrom('dev', 'prod'),
    accountId: fc.constantFrom(null, '123456789011'),
    roleName: fc.constantFrom(null, 'Admin'),
    state: fc.constantFrom('verified', 'unverified'),
    level: fc.constantFrom('normal', 'production'),
    expiresAt: fc.constantFrom(null, 1_800_000_000),
    until: fc.constantFrom(null, 1_700_000_000),
    profileRegion: fc.constantFrom(null, 'eu-west-1'),
    region: fc.constantFrom(null, 'eu-north-1'),
  });

  it('a delta is sorted, and a switch done twice changes nothing', () => {
    fc.assert(
      fc.property(environments, someFacts, (env, facts) => {
        const names = switchDelta(env, facts).delta.map(({ name }) => name);
        expect(names).toEqual([...new Set(names)].sort());
        const once = switched(env, facts);
        expect(switched(once, facts)).toEqual(once);
      }),
    );
  });

  it('nothing overridingVariables the profile after a switch but what is left with a warning', () => {
    fc.assert(
      fc.property(environments, someFacts, (env, facts) => {
        expect(overridingVariables(switched(env, facts))).toEqual(
          env.AWS_WEB_IDENTITY_TOKEN_FILE ? ['AWS_WEB_IDENTITY_TOKEN_FILE'] : [],
        );
      }),
    );
  });

  it("--unset undoes a switch, but for the way back; a region asked for took the place of the person's own", () => {
    fc.assert(
      fc.property(environments, someFacts, (env, facts) => {
        const { AWS_REGION, AWS_DEFAULT_REGION, AWSP_PREVIOUS_UNTIL: _older, ...others } = afterUnset(env);
        const regions = environment(facts.region === null ? { AWS_REGION, AWS_DEFAULT_REGION } : {});
        const until = facts.until === null ? {} : { AWSP_PREVIOUS_UNTIL: String(facts.until) };
        const expected = { ...others, ...regions, ...until, AWSP_PREVIOUS: facts.profile };
        expect(afterUnset(switched(env, facts))).toEqual(expected);
      }),
    );
  });
});

function environment(values: Readonly<Record<string, string | undefined>>): Environment {
  return Object.fromEntries(
    Object.entries(values).filter((entry): entry is [string, string] => entry[1] !== undefined),
  );
}
