import { isWithoutCredentials, profileFault } from '../aws-config/fault.ts';
import type { Profile } from '../aws-config/types.ts';
import type { Context } from '../context.ts';
import { nameUntold } from '../selection/account-names.ts';
import type { RiskReader } from '../selection/risk-level.ts';
import { type SignInState, signInReader } from '../sso/sign-in-state.ts';
import { type Cell, type Table, withoutRepeats } from '../terminal/table.ts';

/**
 * Profiles as a table for a person: the active one marked, production in red, the state of each sign-in. The name of an account
 * is there where that of the profile does not tell it.
 */
export function profileTable(
  { world, profiles, accounts }: Pick<Context, 'world' | 'profiles' | 'accounts'>,
  shown: readonly Profile[],
  levelOf: RiskReader,
  colour: boolean,
): Table {
  const signIn = signInReader(world, profiles);
  const isUnusable = (profile: Profile) => {
    const fault = profileFault(profiles, profile, { env: world.env, now: world.now() });
    return fault !== null && !isWithoutCredentials(fault);
  };
  const rows = shown.map((profile): readonly Cell[] => {
    const production = levelOf(profile) === 'production';
    const state = signIn(profile) ?? (isUnusable(profile) ? 'unusable' : null);
    return [
      { text: profile.name === world.env.AWS_PROFILE ? '*' : '' },
      { text: profile.name, ...(production ? { style: 'red' } : {}) },
      { text: profile.accountId ?? '' },
      { text: nameUntold(accounts.nameOf(profile.accountId), profile.name) ?? '' },
      { text: profile.roleName ?? '' },
      { text: profile.region ?? '' },
      { text: profile.kind },
      { text: production ? 'production' : '' },
      signInCell(state),
    ];
  });
  return {
    titles: ['', 'Name', 'Account', 'Account name', 'Role', 'Region', 'Kind', 'Level', 'Sign-in'],
    rows,
    first: ['Kind', 'Region'],
    // Where there is no colour, this column alone says what is production.
    spare: colour ? ['Account name', 'Level', 'Role', 'Sign-in'] : ['Account name', 'Role', 'Sign-in', 'Level'],
  };
}

/** The state of a sign-in: yellow where a person has to do something. */
export function signInCell(state: SignInState | 'unusable' | null): Cell {
  return {
    text: state ?? '',
    ...(state === 'expired' || state === 'none' || state === 'unusable' ? { style: 'yellow' } : {}),
  };
}

/** The table for so many columns: where it is wider, it says no account and no role that is in the profile's name. */
export function withoutNamed(table: Table, width: number): Table {
  return withoutRepeats(table, 'Name', ['Account', 'Role'], width);
}
