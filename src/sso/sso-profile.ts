import { editSections, type SectionEdit, writeSection } from '../aws-config/edit.ts';
import { readProfiles } from '../aws-config/profiles.ts';
import type { Profile } from '../aws-config/types.ts';
import { type SsoSession, sessionNamed } from './session.ts';

/** The properties of an SSO profile, apart from those of its session. */
export interface SsoProfile {
  readonly name: string;
  readonly accountId: string;
  readonly roleName: string;
  readonly region: string;
  readonly output: string;
}

/**
 * Adds a profile to the text of the config file, and its session when that is missing or incomplete. Throws an `AwspError`
 * for a name or a value that AWS's tools would not read back as it is; see `writeSection`.
 */
export function withSsoProfile(text: string, session: SsoSession, profile: SsoProfile): string {
  const target = { type: 'profile', name: profile.name } as const;
  return writeSection(withSession(text, session), 'config', target, profileProperties(session, profile));
}

/**
 * Removes profiles from the text of the config file, and adds new ones, marked as imported, with their session. Throws as
 * `withSsoProfile` does.
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

/** Whether `awsp import` made the profile, and its account and role are still the same. */
export function isImported(profile: Profile): boolean {
  return profile.properties.get(importMark)?.value === accessOf(profile);
}

/** What a profile gives access to: `<account id>/<role>`. */
export function accessOf({ accountId, roleName }: Pick<Profile, 'accountId' | 'roleName'>): string {
  return `${accountId}/${roleName}`;
}

/**
 * The property that marks imported profiles. AWS's tools ignore properties that they do not know. A comment would be lost
 * when a tool rewrites the file with Python's configparser. Its value is the account and role, so that a copy that was
 * changed to another role does not count as imported.
 */
export const importMark = 'awsp_import';

// --- internal ---

function withSession(text: string, { name, startUrl, region, scopes }: SsoSession): string {
  if (name === null || sessionNamed(readProfiles({ path: '', text }, null, []), name) !== null) return text;
  const properties = new Map([
    ['sso_start_url', startUrl],
    ['sso_region', region],
    ['sso_registration_scopes', scopes.join(',')],
  ]);
  return writeSection(text, 'config', { type: 'sso-session', name }, properties);
}

/** A profile refers to a session or has the start URL and region itself; the properties of the other form are removed. */
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
