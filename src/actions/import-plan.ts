import { type NameFacts, nameBy } from '../aws-config/profile-name.ts';
import type { Profile, ProfileSet } from '../aws-config/types.ts';
import type { SsoSession } from '../sso/session.ts';
import { accessOf, isImported, type SsoProfile } from '../sso/sso-profile.ts';
import { normalizeStartUrl, portalName } from '../sso/start-url.ts';

/** A role that a person may use in an account. */
export interface Access {
  readonly accountId: string;
  readonly accountName: string;
  readonly roleName: string;
}

/** The accesses that a portal gives. */
export interface Findings {
  readonly accesses: readonly Access[];
  /** Whether an access would be among them if there were one: it matches the options, and AWS has listed its account. */
  covers(accountId: string, roleName: string): boolean;
}

export interface ImportChoices {
  readonly nameTemplate: string;
  readonly region: string;
  readonly output: string;
  /** Removes profiles that an import has made when their access is gone. */
  readonly prune: boolean;
}

export interface ImportPlan {
  readonly add: readonly SsoProfile[];
  /** The names of profiles. */
  readonly remove: readonly string[];
  /** The accesses that already have a profile of the same portal, with a session or a start URL. */
  readonly present: readonly Access[];
  /** The accesses without a profile, because another profile has their name. */
  readonly nameless: readonly (Access & { readonly name: string })[];
}

/** The changes that an import makes to the profiles. Pure; after the import the plan is empty. */
export function planImport(
  profiles: ProfileSet,
  session: SsoSession,
  { accesses, covers }: Findings,
  { nameTemplate, region, output, prune }: ImportChoices,
): ImportPlan {
  const ofPortal = profilesOfPortal(profiles, session.startUrl);
  const given = new Set(accesses.map(accessOf));
  const isGone = (profile: Profile) =>
    profile.ssoSession === session.name &&
    !given.has(accessOf(profile)) &&
    covers(profile.accountId ?? '', profile.roleName ?? '') &&
    isImported(profile);
  const remove = prune ? ofPortal.filter(isGone).map(({ name }) => name) : [];

  const existing = new Set(ofPortal.map(accessOf));
  const missing = accesses.filter((access) => !existing.has(accessOf(access)));
  const names = namesFor(accesses, nameTemplate, session.name ?? portalName(session.startUrl));
  const taken = new Set(profiles.names);
  for (const name of remove) taken.delete(name);
  const add: SsoProfile[] = [];
  const nameless: (Access & { name: string })[] = [];
  for (const access of missing) {
    const candidates = names.get(access) ?? [];
    const name = candidates.find((candidate) => !taken.has(candidate));
    if (name === undefined) nameless.push({ ...access, name: candidates.at(-1) ?? '' });
    else add.push({ name, accountId: access.accountId, roleName: access.roleName, region, output });
    if (name !== undefined) taken.add(name);
  }
  return { add, remove, present: accesses.filter((access) => existing.has(accessOf(access))), nameless };
}

// --- internal ---

/** In either form: they give the same access. */
function profilesOfPortal(profiles: ProfileSet, startUrl: string): Profile[] {
  const portal = normalizeStartUrl(startUrl);
  const isPortal = new Map<string, boolean>();
  return profiles.all().filter(({ kind, ssoStartUrl }) => {
    if (kind !== 'sso' || ssoStartUrl === null) return false;
    const known = isPortal.get(ssoStartUrl) ?? normalizeStartUrl(ssoStartUrl) === portal;
    isPortal.set(ssoStartUrl, known);
    return known;
  });
}

/**
 * What each access may be called: by the template alone where that is its own, and else with its account id. Of several that
 * come to the same name none gets it: it would not say which account it means.
 */
function namesFor(
  accesses: readonly Access[],
  template: string,
  session: string,
): ReadonlyMap<Access, readonly string[]> {
  const factsOf = ({ accountName, accountId, roleName }: Access): NameFacts => {
    return { account: accountName, accountId, role: roleName, session };
  };
  const plain = accesses.map((access) => [access, nameBy(template, factsOf(access))] as const);
  const counts = new Map<string, number>();
  for (const [, name] of plain) counts.set(name, (counts.get(name) ?? 0) + 1);
  return new Map(
    plain.map(([access, name]) => {
      const withId = template.includes('{accountId}') ? name : `${name}-${access.accountId}`;
      return [access, counts.get(name) === 1 ? [name, withId] : [withId]];
    }),
  );
}
