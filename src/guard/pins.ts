import type { Profile, ProfileSet } from '../aws-config/types.ts';
import { AwspError } from '../errors.ts';
import { exitCodes } from '../exit-codes.ts';
import { globExpression } from '../selection/glob.ts';

/** That the profiles whose names fit a glob belong to an account (settings, `[pin]`). */
export interface Pin {
  readonly glob: string;
  /** Twelve digits. */
  readonly accountId: string;
}

/** The account that a profile is pinned to: by its very name, else by the first glob that fits; null when by none. */
export function pinnedAccount(name: string, pins: readonly Pin[]): string | null {
  const pin = pins.find(({ glob }) => glob === name) ?? pins.find(({ glob }) => globExpression(glob).test(name));
  return pin?.accountId ?? null;
}

/** Profiles that promise no account themselves promise the one that they are pinned to. */
export function withPins(profiles: ProfileSet, pins: readonly Pin[]): ProfileSet {
  if (pins.length === 0) return profiles;
  const pinned = (profile: Profile): Profile => {
    const accountId = profile.accountId === null ? pinnedAccount(profile.name, pins) : null;
    return accountId === null ? profile : { ...profile, accountId };
  };
  return {
    paths: profiles.paths,
    get names() {
      return profiles.names;
    },
    get sessionNames() {
      return profiles.sessionNames;
    },
    ssoSession: (name) => profiles.ssoSession(name),
    services: (name) => profiles.services(name),
    problems: () => profiles.problems(),
    problemsOf: (name) => profiles.problemsOf(name),
    get: (name) => {
      const profile = profiles.get(name);
      return profile && pinned(profile);
    },
    all: () => profiles.all().map(pinned),
    namesAround: (words) => {
      const around = new Set(profiles.namesAround(words));
      const isMeant = (name: string) => words.some((word) => pinnedAccount(name, pins)?.includes(word));
      return profiles.names.filter((name) => around.has(name) || isMeant(name));
    },
  };
}

/**
 * Holds a profile to the account that it promises, and to the one that it is pinned to: each of them must be `found`, the
 * account that its credentials belong to; before that is known (null) they must at least agree. Throws `AwspError`.
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
