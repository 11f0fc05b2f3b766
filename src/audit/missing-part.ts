import { kindInJavaScript } from '../aws-config/kinds.ts';
import { chain } from '../aws-config/profiles.ts';
import type { Profile, ProfileSet } from '../aws-config/types.ts';
import type { Environment } from '../world.ts';

/** A part that a profile does not have. Because of it some tools ignore the profile, and others fail. */
export type MissingPart =
  /** The account and role of its SSO sign-in. */
  | 'a role'
  /** Both keys of a pair, or a command for its process. */
  | 'keys'
  /** The credentials with which its role is assumed. */
  | 'a source';

/** The part that is missing from a profile, according to AWS's files and the environment; null if none is. */
export function missingPartOf(
  profile: Profile,
  profiles: Pick<ProfileSet, 'get'>,
  env: Environment,
): MissingPart | null {
  const { kind, properties } = profile;
  if (kind === 'sso') return properties.has('sso_account_id') || properties.has('sso_role_name') ? null : 'a role';
  const inJavaScript = kindInJavaScript(profile);
  if (inJavaScript === 'assume-role') return hasSource(profile, profiles, env) ? null : 'a source';
  if (inJavaScript !== 'none') return null;
  return kind === 'static' || kind === 'process' ? 'keys' : 'a source';
}

// --- internal ---

function hasSource({ name }: Profile, profiles: Pick<ProfileSet, 'get'>, env: Environment): boolean {
  const { profiles: links, problem } = chain(profiles, name);
  const end = links.at(-1);
  if (problem !== null || end === undefined || kindInJavaScript(end) === 'none') return false;
  // Only a role has a credential_source; keys beside one are used.
  if (kindInJavaScript(end) !== 'assume-role') return true;
  switch (end.properties.get('credential_source')?.value) {
    case 'Environment':
      return Boolean(env.AWS_ACCESS_KEY_ID && env.AWS_SECRET_ACCESS_KEY);
    case 'EcsContainer':
      return Boolean(env.AWS_CONTAINER_CREDENTIALS_RELATIVE_URI || env.AWS_CONTAINER_CREDENTIALS_FULL_URI);
    case 'Ec2InstanceMetadata':
    case undefined:
      return true;
    default:
      return false;
  }
}
