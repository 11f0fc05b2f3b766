import { chain } from '../aws-config/profiles.ts';
import { refusedVariable, variableRefusedBy } from '../aws-config/setting-values.ts';
import type { Profile, ProfileSet } from '../aws-config/types.ts';
import { regionVariables } from '../environment/variables.ts';
import { isRegionName } from '../lib/region-name.ts';
import { secondPlainWord } from '../lib/text.ts';
import type { Environment } from '../world.ts';

/**
 * Whether AWS's tools surely find the same credentials in a profile: nothing is wrong in the files, neither it nor one of
 * its sources could be understood in two ways, and the AWS CLI takes its region and what the environment sets. Quick, so that
 * a switch needs the audit only for the others.
 */
export function isReadAlike(profile: Profile, profiles: ProfileSet, env: Environment): boolean {
  const regions = [profile.region ?? undefined, ...regionVariables.map((name) => env[name])];
  if (refusedVariable(env) ?? variableRefusedBy('go', env) ?? variableRefusedBy('java', env)) return false;
  if (regions.some((region) => region !== undefined && !isRegionName(region))) return false;
  if (profile.kind === 'web-identity' && webIdentityVariables.some((name) => env[name] === '')) return false;
  const session = profile.ssoSession === null ? null : profiles.ssoSession(profile.ssoSession)?.properties;
  // What the session has not, the profile may have: not every tool looks there.
  if (session && !['sso_start_url', 'sso_region'].every((key) => session.has(key))) return false;
  if (profiles.problemsOfFiles().length > 0 || profiles.indentedProperty() !== null) return false;
  if (profiles.problemsOf(profile.name).length > 0) return false;
  const links = chain(profiles, profile.name).profiles;
  return links.every((link, index) => hasOneWay(link) && isLoginForAll(link, index, env) && isPlain(link, profiles));
}

/** The variables that stand for properties of a web identity: botocore takes a blank one for the value. */
export const webIdentityVariables: readonly string[] = ['AWS_WEB_IDENTITY_TOKEN_FILE', 'AWS_ROLE_ARN'];

// --- internal ---

/** The SDK for Go takes no sign-in of `aws login` for a role; and each tool looks for it in a folder as it reads the variable. */
function isLoginForAll({ kind }: Profile, index: number, env: Environment): boolean {
  return kind !== 'login' || (index === 0 && env.AWS_LOGIN_CACHE_DIRECTORY === undefined);
}

/** Whether all tools know the headers: Go and Java take quotes for a part of the name, JavaScript sees none with two blanks. */
function isPlain({ name, ssoSession }: Profile, profiles: ProfileSet): boolean {
  const headers = [
    ...profiles.sectionsOf('profile', name),
    ...(ssoSession === null ? [] : profiles.sectionsOf('sso-session', ssoSession)),
  ];
  return headers.every(({ header }) => secondPlainWord(header) !== null || /^\S+(?: [^\s"']+)?$/.test(header));
}

/** Whether a profile has what one way to credentials needs, and nothing of another. */
function hasOneWay({ properties }: Profile): boolean {
  const has = (key: string) => properties.has(key);
  if (wayKeys.some((key) => properties.get(key)?.value === '')) return false;
  const names = wayKeys.filter(has);
  return (
    ways.some((way) => way.length === names.length && way.every(has)) || names.every((key) => key.startsWith('sso_'))
  );
}

const ways: readonly (readonly string[])[] = [
  ['aws_access_key_id', 'aws_secret_access_key'],
  ['role_arn', 'source_profile'],
  ['role_arn', 'web_identity_token_file'],
  ['credential_process'],
  ['login_session'],
];

const wayKeys = [
  'aws_access_key_id',
  'aws_secret_access_key',
  'role_arn',
  'source_profile',
  'credential_source',
  'web_identity_token_file',
  'credential_process',
  'login_session',
  'sso_session',
  'sso_start_url',
  'sso_region',
  'sso_account_id',
  'sso_role_name',
];
