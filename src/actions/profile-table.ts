import { isWithoutCredentials, profileFault } from '../aws-config/fault.ts';
import type { Profile, ProfileSet } from '../aws-config/types.ts';
import { riskLevel } from '../selection/risk-level.ts';
import type { Settings } from '../settings/types.ts';
import { signInReader } from '../sso/sign-in-state.ts';
import type { Cell, Table } from '../terminal/table.ts';
import type { World } from '../world.ts';

/** Profiles as a table for a person: the active one marked, production in red, the state of each sign-in. */
export function profileTable(world: World, settings: Settings, profiles: ProfileSet, shown: readonly Profile[]): Table {
  const signIn = signInReader(world, profiles);
  const isUnusable = (profile: Profile) => {
    const fault = profileFault(profiles, profile, { env: world.env, now: world.now() });
    return fault !== null && !isWithoutCredentials(fault);
  };
  const rows = shown.map((profile): readonly Cell[] => {
    const production = riskLevel(profile, settings.production) === 'production';
    const state = signIn(profile) ?? (isUnusable(profile) ? 'unusable' : null);
    return [
      { text: profile.name === world.env.AWS_PROFILE ? '*' : '' },
      { text: profile.name, ...(production ? { style: 'red' } : {}) },
      { text: profile.accountId ?? '' },
      { text: profile.roleName ?? '' },
      { text: profile.region ?? '' },
      { text: profile.kind },
      { text: production ? 'production' : '' },
      {
        text: state ?? '',
        ...(state === 'expired' || state === 'none' || state === 'unusable' ? { style: 'yellow' } : {}),
      },
    ];
  });
  return {
    titles: ['', 'Name', 'Account', 'Role', 'Region', 'Kind', 'Level', 'Sign-in'],
    rows,
    spare: ['Kind', 'Region', 'Role', 'Level', 'Sign-in'],
  };
}
