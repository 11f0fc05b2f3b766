import type { SsoSession } from '../sso/session.ts';
import { writeSection } from './edit.ts';

/** What a profile of IAM Identity Center says, beside where its sign-in is. */
export interface SsoProfile {
  readonly name: string;
  readonly accountId: string;
  readonly roleName: string;
  readonly region: string;
  readonly output: string;
}

/**
 * The text of the config file with a profile, and its session, in it. Throws
 * `AwspError` for a name or a value that AWS's tools would not read back; see `writeSection`.
 */
export function withSsoProfile(text: string, session: SsoSession, profile: SsoProfile): string {
  const common = [
    ['sso_account_id', profile.accountId],
    ['sso_role_name', profile.roleName],
    ['region', profile.region],
    ['output', profile.output],
  ] as const;
  const portal = [
    ['sso_start_url', session.startUrl],
    ['sso_region', session.region],
  ] as const;
  const target = { type: 'profile', name: profile.name } as const;
  if (session.name === null)
    return writeSection(text, 'config', target, new Map([['sso_session', null], ...portal, ...common]));
  const scopes = new Map([...portal, ['sso_registration_scopes', session.scopes.join(',')]] as const);
  const withSession = writeSection(text, 'config', { type: 'sso-session', name: session.name }, scopes);
  const own = new Map([
    ['sso_start_url', null],
    ['sso_region', null],
    ['sso_session', session.name],
    ...common,
  ] as const);
  return writeSection(withSession, 'config', target, own);
}
