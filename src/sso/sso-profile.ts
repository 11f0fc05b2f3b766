import { editSections, type SectionEdit, writeSection } from '../aws-config/edit.ts';
import { readProfiles } from '../aws-config/profiles.ts';
import type { Profile } from '../aws-config/types.ts';
import { type SsoSession, sessionNamed } from './session.ts';

/** What a profile of IAM Identity Center says, beside where its sign-in is. */
export interface SsoProfile {
  readonly name: string;
  readonly accountId: string;
  readonly roleName: string;
  readonly region: string;
  readonly output: string;
}

/**
 * The text of the config file with a profile in it, and with its session where that is not there or not complete. Throws
 * `AwspError` for a name or a value that AWS's tools would not read back; see `writeSection`.
 */
export function withSsoProfile(text: string, session: SsoSession, profile: SsoProfile): string {
  const target = { type: 'profile', name: profile.name } as const;
  return writeSection(withSession(text, session), 'config', target, profileProperties(session, profile));
}

/**
 * The text of the config file without some profiles, and with many new ones in it, marked as made by `awsp import`, and with
 * their session. Throws `AwspError` as `withSsoProfile` does.
 */
export function withImportedProfiles(
  text: string,
  session: SsoSession,
  { add, remove }: { readonly add: readonly SsoProfile[]; readonly remove: readonly string[] },
): string {
  const removed = remove.map((name): SectionEdit => ({ target: { type: 'profile', name }, properties: null }));
  const added = add.map(
    (profile): SectionEdit => ({
      target: { type: 'profile', name: profile.name },
      properties: profileProperties(session, profile).set(importMark, accessOf(profile)),
    }),
  );
  return editSections(add.length === 0 ? text : withSession(text, session), 'config', [...removed, ...added]);
}

/** Whether `awsp import` has made the profile, and nobody has given it to another role since. */
export function isImported(profile: Profile): boolean {
  return profile.properties.get(importMark)?.value === accessOf(profile);
}

/** What a profile gives access to: `<account id>/<role>`. */
export function accessOf({ accountId, roleName }: Pick<Profile, 'accountId' | 'roleName'>): string {
  return `${accountId}/${roleName}`;
}

// --- internal ---

/**
 * Marks the profiles that `awsp import` has made. A property and not a comment: AWS's tools keep to the properties that they
 * know, and whoever writes the file anew with Python's configparser drops all comments and keeps it. What the profile was made
 * for is its value, so that a copy for another role is not taken for one that was made.
 */
const importMark = 'awsp_import';

function withSession(text: string, { name, startUrl, region, scopes }: SsoSession): string {
  if (name === null || sessionNamed(readProfiles({ path: '', text }, null, []), name) !== null) return text;
  const properties = new Map([
    ['sso_start_url', startUrl],
    ['sso_region', region],
    ['sso_registration_scopes', scopes.join(',')],
  ]);
  return writeSection(text, 'config', { type: 'sso-session', name }, properties);
}

/** Of the two forms, that of the session; what belongs to the other goes. */
function profileProperties({ name, startUrl, region }: SsoSession, profile: SsoProfile): Map<string, string | null> {
  return new Map([
    ['sso_session', name],
    ['sso_start_url', name === null ? startUrl : null],
    ['sso_region', name === null ? region : null],
    ['sso_account_id', profile.accountId],
    ['sso_role_name', profile.roleName],
    ['region', profile.region],
    ['output', profile.output],
  ]);
}
