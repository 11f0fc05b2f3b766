import { kindInJavaScript } from '../aws-config/kinds.ts';
import { chain } from '../aws-config/profiles.ts';
import type { Profile, ProfileKind, ProfileSet } from '../aws-config/types.ts';
import type { Environment } from '../world.ts';
import { missingPartOf } from './missing-part.ts';

/** The families of tools whose treatment of an incomplete or contradictory profile is known. */
export type ProfileRules = 'botocore' | 'javascript' | 'go' | 'java';

/** What a tool does with a profile that it has found. */
export type ProfileUse = 'is used' | 'is passed over' | { readonly fails: string };

type Profiles = Pick<ProfileSet, 'get' | 'ssoSession' | 'services'>;

/**
 * What a tool does with a profile: uses it, looks for credentials elsewhere, or fails. As far as AWS's files and the
 * environment show: whether somebody is signed in, and what a `credential_process` prints, is not known here.
 */
export function profileUse(rules: ProfileRules, profile: Profile, profiles: Profiles, env: Environment): ProfileUse {
  return judges[rules]({ profile, profiles, env, seen: [] });
}

/**
 * The credentials that a tool takes from a profile, or from one of its sources, where they are not those that the AWS CLI
 * takes, which are the ones that a switch verifies; null where both take the same.
 */
export function otherCredentials(rules: ProfileRules, profile: Profile, profiles: Profiles): ProfileKind | null {
  const [seen, links] = [new Set<string>(), chain(profiles, profile.name).profiles];
  for (const link of links) {
    const place = seen.has(link.name) ? 'source of itself' : seen.size > 0 ? 'source' : 'first';
    const [ours, theirs] = (['botocore', rules] as const).map((one) => kinds[one](link, place));
    if (ours !== theirs && theirs !== undefined && theirs !== 'none') return theirs;
    seen.add(link.name);
  }
  return null;
}

// --- internal ---

/** The place of a profile in the chain of `source_profile`. */
type Place = 'first' | 'source' | 'source of itself';

/** The credentials that a tool takes from a profile that has several. */
const kinds: Readonly<Record<ProfileRules, (profile: Profile, place: Place) => ProfileKind>> = {
  botocore: (profile) => profile.kind,
  javascript: (profile, place) => (place !== 'first' && hasPair(profile) ? 'static' : kindInJavaScript(profile)),
  go: (profile, place) => {
    const has = (key: string) => value(profile, key) !== '';
    // With the keys of a source its own role is assumed as well, unless it has been already.
    if (place === 'source' && hasPair(profile)) return has('role_arn') ? 'assume-role' : 'static';
    if (place !== 'source of itself' && has('source_profile')) return 'assume-role';
    if (hasPair(profile)) return 'static';
    if (has('credential_source')) return 'assume-role';
    if (has('web_identity_token_file')) return 'web-identity';
    if (has('sso_session') || ssoKeys.some(has)) return 'sso';
    if (has('login_session')) return 'login';
    return has('credential_process') ? 'process' : profile.kind;
  },
  java: (profile) => {
    const has = (key: string) => profile.properties.has(key);
    if (has('role_arn') && has('web_identity_token_file')) return 'web-identity';
    if (has('sso_session') || ssoKeys.some(has)) return 'sso';
    if (has('role_arn') && (has('source_profile') || has('credential_source'))) return 'assume-role';
    if (has('login_session')) return 'login';
    if (has('credential_process')) return 'process';
    return hasPair(profile) ? 'static' : profile.kind;
  },
};

function hasPair(profile: Profile): boolean {
  if (profile.isPairSplit) return true;
  return value(profile, 'aws_access_key_id') !== '' && value(profile, 'aws_secret_access_key') !== '';
}

interface Given {
  readonly profile: Profile;
  readonly profiles: Profiles;
  readonly env: Environment;
  /** The profiles that this one is a source of, the first of them first. */
  readonly seen: readonly string[];
}

type Judge = (given: Given) => ProfileUse;

const judges: Readonly<Record<ProfileRules, Judge>> = { botocore, javascript, go, java };

const value = ({ properties }: Profile, key: string): string => properties.get(key)?.value ?? '';

/** botocore/credentials.py, SSOProvider and AssumeRoleProvider, and what the providers of keys and processes read. */
function botocore(given: Given): ProfileUse {
  const { profile, profiles } = given;
  const services = value(profile, 'services');
  const section = services ? profiles.services(services) : undefined;
  if (section === null) return { fails: `[services ${services}] does not exist` };
  if (section?.properties.size === 0) return { fails: `[services ${services}] is empty` };
  if (section?.properties.has('sts')) return { fails: `"sts" in [services ${services}] has no lines below it` };
  const isSource = given.seen.length > 0;
  const fault = isSource ? null : tokenFault(profile, profiles);
  if (fault !== null) return fault;
  switch (isSource ? profile.sourceKind : profile.kind) {
    case 'assume-role':
      return botocoreRole(given);
    case 'sso':
      return botocoreSso(profile, profiles);
    case 'static':
      return botocoreKeys(profile);
    case 'process':
      return value(profile, 'credential_process') ? 'is used' : { fails: 'credential_process is blank' };
    case 'web-identity':
      return value(profile, 'role_arn') ? tokenFile(profile) : { fails: 'role_arn is missing' };
    case 'none':
      return 'is passed over';
    case 'login':
      return loginCache('botocore', given.env);
  }
}

/** No tool expands the path of a token: each looks for a file of that very name. */
function tokenFile(profile: Profile): ProfileUse {
  const path = value(profile, 'web_identity_token_file');
  return /^~|^\$/.test(path) ? { fails: `it looks for the token in "${path}" as it is written` } : 'is used';
}

/**
 * The sign-in of `aws login`, as far as the folder tells in which a tool looks for it: only botocore expands its path, and
 * only Go takes an empty variable for none (botocore/utils.py, `get_login_token_cache_directory`;
 * @aws-sdk/credential-provider-login, LoginCredentialsFetcher.js; aws-sdk-go-v2, credentials/logincreds).
 */
function loginCache(rules: ProfileRules, { AWS_LOGIN_CACHE_DIRECTORY: folder }: Environment): ProfileUse {
  if (folder === '' && rules !== 'go') return { fails: 'AWS_LOGIN_CACHE_DIRECTORY is empty' };
  const isExpanded = rules === 'botocore' || folder === undefined || !/^~|\$/.test(folder);
  return isExpanded ? 'is used' : { fails: `it looks for the sign-in of aws login in "${folder}" as it is written` };
}

/**
 * Whatever its credentials are, every client looks for the session that the profile names, in which it must find the region
 * and the portal: botocore/tokens.py, `SSOTokenProvider._load_sso_config`.
 */
function tokenFault({ properties }: Profile, profiles: Profiles): ProfileUse | null {
  const name = properties.get('sso_session')?.value;
  if (name === undefined) return null;
  const session = profiles.ssoSession(name);
  if (session === null) return { fails: `[sso-session ${name}] does not exist` };
  const missing = ['sso_start_url', 'sso_region'].filter((key) => !session.properties.has(key));
  return missing.length === 0 ? null : { fails: `[sso-session ${name}] has no ${missing.join(' and no ')}` };
}

function hasKey({ properties }: Profile): boolean {
  return properties.has('aws_access_key_id') || properties.has('aws_secret_access_key');
}

function botocoreKeys({ properties }: Profile): ProfileUse {
  const [id, secret] = [properties.get('aws_access_key_id'), properties.get('aws_secret_access_key')];
  // Each provider reads one of the two files.
  const isPair = id?.value && secret?.value && id.location.file === secret.location.file;
  return isPair ? 'is used' : { fails: 'half of its pair of keys is missing' };
}

function botocoreRole({ profile, profiles, env, seen }: Given): ProfileUse {
  const { properties, name } = profile;
  if (!value(profile, 'role_arn')) return { fails: 'role_arn is blank' };
  const [hasSource, hasCredentialSource] = ['source_profile', 'credential_source'].map((key) => properties.has(key));
  if (hasSource && hasCredentialSource) return { fails: 'source_profile and credential_source exclude each other' };
  if (!hasSource && !hasCredentialSource) return { fails: 'role_arn has no source_profile or credential_source' };
  if (hasCredentialSource) return credentialSource(profile, env);
  const source = profiles.get(value(profile, 'source_profile'));
  if (source === null) return { fails: 'its source_profile does not exist' };
  const isOwnSource = source.name === name && hasKey(profile);
  if (!isOwnSource && (source.name === name || seen.includes(source.name)))
    return { fails: 'source_profile goes round in a circle' };
  return asSource(botocore({ profile: source, profiles, env, seen: [...seen, name] }));
}

function asSource(use: ProfileUse): ProfileUse {
  return use === 'is passed over' ? { fails: 'its source_profile has no credentials' } : use;
}

function credentialSource(profile: Profile, env: Environment): ProfileUse {
  switch (value(profile, 'credential_source')) {
    case 'Environment':
      return env.AWS_ACCESS_KEY_ID && env.AWS_SECRET_ACCESS_KEY
        ? 'is used'
        : { fails: 'credential_source is Environment, and AWS_ACCESS_KEY_ID is not set' };
    case 'EcsContainer':
      return isContainer(env) ? 'is used' : { fails: 'credential_source is EcsContainer, and this is no container' };
    case 'Ec2InstanceMetadata':
      return 'is used';
    default:
      return { fails: 'credential_source has an unknown value' };
  }
}

function isContainer(env: Environment): boolean {
  return Boolean(env.AWS_CONTAINER_CREDENTIALS_RELATIVE_URI || env.AWS_CONTAINER_CREDENTIALS_FULL_URI);
}

const ssoKeys = ['sso_account_id', 'sso_role_name', 'sso_start_url', 'sso_region'];

function botocoreSso(profile: Profile, profiles: Profiles): ProfileUse {
  const { properties } = profile;
  if (!properties.has('sso_account_id') && !properties.has('sso_role_name')) return 'is passed over';
  return sessionFault(profile, profiles) ?? missingSsoKeys(profile, profiles);
}

/** A missing session, or one that says otherwise than the profile. */
function sessionFault(profile: Profile, profiles: Profiles, read = (text: string): string => text): ProfileUse | null {
  const written = profile.properties.get('sso_session')?.value;
  if (written === undefined) return null;
  const name = read(written);
  const session = profiles.ssoSession(name);
  if (session === null) return { fails: `[sso-session ${name}] does not exist` };
  const differing = ['sso_region', 'sso_start_url'].find((key) => {
    const [own, theirs] = [profile.properties.get(key)?.value, session.properties.get(key)?.value];
    return own !== undefined && theirs !== undefined && own !== theirs;
  });
  return differing === undefined ? null : { fails: `${differing} differs from that of [sso-session ${name}]` };
}

/** That a key is there and blank helps no more: AWS refuses the request. */
function missingSsoKeys(profile: Profile, profiles: Profiles): ProfileUse {
  const session = profiles.ssoSession(unquoted(value(profile, 'sso_session')));
  // The region and the portal are the session's alone, where there is one.
  const ofSession = (key: string) => session !== null && (key === 'sso_region' || key === 'sso_start_url');
  const missing = ssoKeys.filter((key) => {
    return !session?.properties.get(key)?.value && (ofSession(key) || !value(profile, key));
  });
  return missing.length === 0 ? 'is used' : { fails: `without ${missing.join(' and ')}` };
}

/** @aws-sdk/credential-provider-ini, resolveProfileData.js; @aws-sdk/credential-provider-sso, fromSSO.js. */
function javascript({ profile, profiles, env }: Given): ProfileUse {
  const missing = missingPartOf(profile, profiles, env);
  const end = kindInJavaScript(profile) === 'assume-role' ? chain(profiles, profile.name).profiles.at(-1) : profile;
  if (end !== undefined && kindInJavaScript(end) === 'sso' && (missing === null || missing === 'a role')) {
    const name = value(end, 'sso_session');
    if (name && profiles.ssoSession(name) === null) return { fails: `[sso-session ${name}] does not exist` };
    return missingSsoKeys(end, profiles);
  }
  if (end !== undefined && missing === null && kindInJavaScript(end) === 'web-identity') return tokenFile(end);
  if (end !== undefined && missing === null && kindInJavaScript(end) === 'login') return loginCache('javascript', env);
  return profile.kind === 'none' || (missing !== null && missing !== 'a role') ? 'is passed over' : 'is used';
}

/** aws-sdk-go-v2: config/shared_config.go, setFromIniSections; config/resolve_credentials.go, resolveCredsFromProfile. */
function go(given: Given): ProfileUse {
  const { profile, profiles, seen } = given;
  // A profile that is a source of itself has no role the second time.
  const isAgain = seen.includes(profile.name);
  const has = (key: string) => {
    return unquoted(value(profile, key)) !== '' && !(isAgain && (key === 'role_arn' || key === 'source_profile'));
  };
  const retryMode = profile.properties.get('retry_mode')?.value;
  if (retryMode !== undefined && !/^(standard|adaptive)$/i.test(retryMode))
    return { fails: 'its retry_mode is unknown' };
  if (isHalfPairInGo(profile)) return { fails: 'half of its pair of keys is missing' };
  const sources = sourceKeysInGo.filter(has);
  const withoutRole = sources.find((key) => key !== 'credential_process' && !isAgain && !has('role_arn'));
  if (withoutRole !== undefined) return { fails: `${withoutRole} requires role_arn` };
  const hasKeys = has('aws_access_key_id') && has('aws_secret_access_key');
  if (seen.length > 0 && hasKeys) return 'is used';
  if (sources.length > 1) return { fails: `${sources.join(' and ')} exclude each other` };
  const fault = has('sso_session') ? sessionFault(profile, profiles, unquoted) : null;
  if (fault !== null) return fault;
  if (has('source_profile')) return sourceInGo(given);
  return hasKeys ? 'is used' : withoutKeysInGo(given, has);
}

/** What Go does with a profile that has neither a source profile nor keys: resolveCredsFromProfile. */
function withoutKeysInGo({ profile, profiles, env, seen }: Given, has: (key: string) => boolean): ProfileUse {
  const isSource = seen.length > 0;
  if (has('credential_source')) return credentialSource(profile, env);
  if (has('web_identity_token_file')) return tokenFile(profile);
  if (has('sso_session') || ssoKeys.some(has)) return missingSsoKeys(profile, profiles);
  // The sign-in of `aws login` alone does not count as the credentials of a source: hasCredentials.
  if (has('login_session') && (!isSource || has('credential_process'))) return loginCache('go', env);
  if (has('credential_process')) return 'is used';
  // A role alone is assumed with what the container or the machine has.
  return has('role_arn') && isContainer(env) && !isSource ? 'is used' : 'is passed over';
}

/** In the order in which Go tells that one of them has no role. */
const sourceKeysInGo = ['source_profile', 'credential_source', 'web_identity_token_file', 'credential_process'];

function sourceInGo({ profile, profiles, env, seen }: Given): ProfileUse {
  const source = profiles.get(unquoted(value(profile, 'source_profile')));
  if (source === null) return { fails: 'its source_profile does not exist' };
  return asSource(go({ profile: source, profiles, env, seen: [...seen, profile.name] }));
}

/** Go takes the quotes around a value for no part of it. */
function unquoted(text: string): string {
  return text.replace(/^(["'])(.*)\1$/, '$2');
}

function isHalfPairInGo(profile: Profile): boolean {
  const { properties } = profile;
  return properties.has('aws_access_key_id') !== properties.has('aws_secret_access_key') || isOfTwoFiles(profile);
}

function isOfTwoFiles({ properties }: Profile): boolean {
  const [id, secret] = [properties.get('aws_access_key_id'), properties.get('aws_secret_access_key')];
  return id !== undefined && secret !== undefined && id.location.file !== secret.location.file;
}

/** aws-sdk-java-v2, ProfileCredentialsUtils.java. Its chain of providers goes on whatever the error of one is. */
function java(given: Given): ProfileUse {
  return isUsedByJava(given) ? 'is used' : 'is passed over';
}

function isUsedByJava({ profile, profiles, env, seen }: Given): boolean {
  const { name, properties } = profile;
  const has = (key: string) => properties.has(key);
  const isFilled = (...keys: readonly string[]) => keys.every((key) => value(profile, key) !== '');
  if (has('role_arn') && has('web_identity_token_file'))
    return isFilled('role_arn', 'web_identity_token_file') && tokenFile(profile) === 'is used';
  if (has('sso_session') || ssoKeys.some(has)) {
    return sessionFault(profile, profiles) === null && missingSsoKeys(profile, profiles) === 'is used';
  }
  if (has('role_arn') && has('source_profile') && has('credential_source')) return false;
  if (has('role_arn') && has('source_profile')) {
    const source = profiles.get(value(profile, 'source_profile'));
    if (source === null || source.name === name || seen.includes(source.name)) return false;
    return (
      Boolean(value(profile, 'role_arn')) && isUsedByJava({ profile: source, profiles, env, seen: [...seen, name] })
    );
  }
  if (has('role_arn') && has('credential_source')) return credentialSource(profile, env) === 'is used';
  if (has('login_session')) return loginCache('java', env) === 'is used';
  if (has('credential_process')) return isFilled('credential_process');
  return hasPair(profile);
}
