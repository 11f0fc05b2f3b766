import { profilesWith } from '../aws-config/profiles-with.ts';
import type { Profile, ProfileSet } from '../aws-config/types.ts';
import { AwspError } from '../errors.ts';
import { exitCodes } from '../exit-codes.ts';
import { globExpression } from '../lib/glob.ts';

/** A rule of the settings, section `[pin]`: profiles whose names match the glob must belong to the account. */
export interface Pin {
  readonly glob: string;
  /** Twelve digits. */
  readonly accountId: string;
}

/** The account that a profile is pinned to: by its exact name, otherwise by the first glob that matches; or null. */
export function pinnedAccount(name: string, pins: readonly Pin[]): string | null {
  return accountFinder(pins)(name);
}

/** Profiles that name no account themselves get the account id that they are pinned to. */
export function withPins(profiles: ProfileSet, pins: readonly Pin[]): ProfileSet {
  if (pins.length === 0) return profiles;
  const accountOf = accountFinder(pins);
  const pinned = (profile: Profile): Profile => {
    const accountId = profile.accountId === null ? accountOf(profile.name) : null;
    return accountId === null ? profile : { ...profile, accountId };
  };
  return profilesWith(profiles, {
    get: (name) => {
      const profile = profiles.get(name);
      return profile && pinned(profile);
    },
    all: () => profiles.all().map(pinned),
    namesAround: (words) => {
      const around = profiles.namesAround(words);
      const matches = (accountId: string | null) => words.some((word) => accountId?.includes(word));
      if (!pins.some(({ accountId }) => matches(accountId))) return around;
      const known = new Set(around);
      return profiles.names.filter((name) => known.has(name) || matches(accountOf(name)));
    },
  });
}

/**
 * Checks the account that a profile names and the one that it is pinned to. Both must be `found`, the account of its
 * credentials; before that is known (null) they must be the same. Throws `AwspError`.
 */
export function holdToAccount(
  { name, accountId }: Profile,
  pins: readonly Pin[],
  found: { readonly accountId: string; readonly arn: string } | null,
): void {
  const pin = pinnedAccount(name, pins);
  const promise = accountId === null || accountId === pin ? [] : [{ says: `promises ${accountId}`, wanted: accountId }];
  const pinned = pin === null ? [] : [{ says: `is pinned to ${pin}`, wanted: pin }];
  const claims = [...pinned, ...promise];
  if (found === null && claims.length > 1) {
    throw new AwspError(
      exitCodes.wrongAccount,
      `wrong account: "${name}" ${claims.map(({ says }) => says).join(', but ')}`,
      ['the pin is in the settings, the promise in the profile: one of them is wrong'],
    );
  }
  const broken = found === null ? undefined : claims.find(({ wanted }) => wanted !== found.accountId);
  if (found === null || broken === undefined) return;
  throw new AwspError(
    exitCodes.wrongAccount,
    `wrong account: "${name}" ${broken.says}, but its credentials belong to ${found.accountId}`,
    [`AWS says ${found.arn}`],
  );
}

// --- internal ---

/** `pinnedAccount` for many names (there may be ten thousand): each glob is compiled once. */
function accountFinder(pins: readonly Pin[]): (name: string) => string | null {
  const rules = pins.map((pin) => ({ ...pin, expression: globExpression(pin.glob) }));
  return (name) => {
    const rule = rules.find(({ glob }) => glob === name) ?? rules.find(({ expression }) => expression.test(name));
    return rule?.accountId ?? null;
  };
}
