import { type SsoSession, sessionNamed } from '../sso/session.ts';
import { writeSection } from './edit.ts';
import { readProfiles } from './profiles.ts';

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
