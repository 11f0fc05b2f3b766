import { type Problem, type ProblemCause, problemAt } from './problems.ts';
import type { Profile, ProfileKind, ProfileSet, Section } from './types.ts';

/**
 * How a profile gets its credentials. The order is botocore's, in botocore/credentials.py: `create_credential_resolver`
 * tries `AssumeRoleProvider` first, then `ProfileProviderBuilder.providers` in turn: web identity, SSO, the credentials
 * file, login, process, the config file. Each looks for the keys tested here (`_has_assume_role_config_vars`,
 * `_load_sso_config`, ...). A provider that finds its keys but misses others fails, and the next are not tried.
 * A profile with a sign-in but without account and role is `sso` only if nothing else fits: it is for `aws sso login`.
 */
export function decideKind(values: ReadonlyMap<string, string>, hasKeysInCredentials: boolean): ProfileKind {
  if (values.has('role_arn') && !values.has('web_identity_token_file')) return 'assume-role';
  if (values.get('web_identity_token_file')) return 'web-identity';
  if (values.has('sso_account_id') || values.has('sso_role_name')) return 'sso';
  if (hasKeysInCredentials) return 'static';
  if (values.has('login_session')) return 'login';
  if (values.has('credential_process')) return 'process';
  if (values.has('aws_access_key_id')) return 'static';
  return values.has('sso_session') || values.has('sso_start_url') ? 'sso' : 'none';
}

/**
 * How a profile with a role of its own gets the credentials for the role of another profile: by that role, unless it has one
 * of the two access keys (botocore/credentials.py, `_resolve_credentials_from_profile`).
 */
export function kindAsSource(values: ReadonlyMap<string, string>, hasKeysInCredentials: boolean): ProfileKind {
  if (!values.has('aws_access_key_id') && !values.has('aws_secret_access_key')) return 'assume-role';
  const withoutRole = new Map(values);
  withoutRole.delete('role_arn');
  return decideKind(withoutRole, hasKeysInCredentials);
}

/** The kind of a profile for the AWS SDK for JavaScript: @aws-sdk/credential-provider-ini, resolveProfileData.js. */
export function kindInJavaScript({ properties }: Profile): ProfileKind {
  const has = (key: string) => Boolean(properties.get(key)?.value);
  if (has('role_arn') && has('source_profile') !== has('credential_source')) return 'assume-role';
  if (has('aws_access_key_id') && has('aws_secret_access_key')) return 'static';
  if (has('web_identity_token_file') && has('role_arn')) return 'web-identity';
  if (has('credential_process')) return 'process';
  if (ssoKeys.some(has)) return 'sso';
  return has('login_session') ? 'login' : 'none';
}

const ssoKeys = ['sso_start_url', 'sso_account_id', 'sso_session', 'sso_region', 'sso_role_name'];

/** The account and the role according to a profile's properties. */
export function roleOf(
  kind: ProfileKind,
  values: ReadonlyMap<string, string>,
): { readonly accountId: string | null; readonly roleName: string | null } {
  if (kind === 'sso') {
    const accountId = values.get('sso_account_id') ?? '';
    return { accountId: isAccountId(accountId) ? accountId : null, roleName: values.get('sso_role_name') || null };
  }
  if (kind === 'login') {
    return { accountId: loginArn.exec(values.get('login_session') ?? '')?.[1] ?? null, roleName: null };
  }
  const arn = kind === 'assume-role' || kind === 'web-identity' ? roleArn.exec(values.get('role_arn') ?? '') : null;
  return { accountId: arn?.[1] ?? null, roleName: arn?.[2] ?? null };
}

/** IAM User Guide, "IAM ARNs": `arn:partition:iam::account:role/path/name`. */
const roleArn = /^arn:[^:]+:iam::(\d{12}):role\/(?:.*\/)?([^/]+)$/;

/**
 * The identity that signed in with `aws login`: `arn:partition:iam::account:user/name`,
 * `arn:partition:sts::account:assumed-role/…`.
 */
const loginArn = /^arn:[^:]+:(?:iam|sts)::(\d{12}):/;

function isAccountId(text: string): boolean {
  return /^\d{12}$/.test(text);
}

const kindNames: Readonly<Record<ProfileKind, string>> = {
  sso: 'the SSO sign-in',
  'assume-role': 'the role',
  static: 'the access keys',
  process: 'credential_process',
  'web-identity': 'the web identity',
  login: 'login_session',
  none: 'nothing',
};

/** What is wrong with one profile itself; for its source profiles see `chain`. */
export function profileProblems(profiles: ProfileSet, profile: Profile): Problem[] {
  const problems: Problem[] = [];
  const { name } = profile;
  const report = (cause: ProblemCause, key?: string) => {
    const at = (key === undefined ? undefined : profile.properties.get(key)?.location) ?? profile.definedIn[0];
    if (at) problems.push(problemAt(at.file, at.line, cause));
  };
  if (profile.kind === 'sso') reportSso(profiles, profile, report);
  else if (profile.kind === 'assume-role') reportAssumeRole(profile, report);
  else if (profile.kind === 'web-identity') reportRoleArn(profile, report);
  else if (profile.kind === 'static' && !profile.properties.has('aws_secret_access_key')) {
    report({ id: 'incomplete', fault: 'secret-key', profile: name }, 'aws_access_key_id');
  }
  const services = profile.properties.get('services')?.value;
  if (services && !profiles.services(services)) {
    report({ id: 'dangling', fault: 'services', profile: name, name: services }, 'services');
  }
  const process = profile.properties.get('credential_process')?.value;
  if (process !== undefined && needsShell(process)) {
    report({ id: 'bad-value', fault: 'credential-process', profile: name }, 'credential_process');
  }
  const inJavaScript = kindInJavaScript(profile);
  if (inJavaScript !== profile.kind && inJavaScript !== 'none' && profile.kind !== 'none') {
    const [ours, theirs] = [kindNames[profile.kind], kindNames[inJavaScript]];
    report({ id: 'two-ways', fault: 'two-kinds', profile: name, ours, theirs });
  }
  return problems;
}

/**
 * Whether only a shell runs a `credential_process` as it is meant. The SDKs for JavaScript, Go and Java use one; botocore
 * splits the line into words (botocore/credentials.py, `ProcessProvider`; botocore/compat.py, `compat_shell_split`).
 */
function needsShell(command: string): boolean {
  const unquoted = command.replace(/\\.|'[^']*'/g, "''");
  if (/[`]|\$[A-Za-z_{(]/.test(unquoted)) return true;
  return /(^|\s)~|[|&;<>]/.test(unquoted.replace(/"[^"]*"/g, '""'));
}

/** Adds a problem, at a property where there is one, else at the header. */
type Report = (cause: ProblemCause, key?: string) => void;

function reportSso(profiles: ProfileSet, profile: Profile, report: Report): void {
  const { name, ssoSession, properties } = profile;
  const session = ssoSession === null ? null : profiles.ssoSession(ssoSession);
  if (ssoSession !== null && session === null) {
    report({ id: 'dangling', fault: 'sso-session', profile: name, name: ssoSession }, 'sso_session');
  }
  const missing = ['sso_account_id', 'sso_role_name'].filter((key) => !properties.get(key)?.value);
  if (ssoSession === null || session !== null) {
    if (profile.ssoStartUrl === null) missing.push('sso_start_url');
    if (profile.ssoRegion === null) missing.push('sso_region');
  }
  if (missing.length > 0) report({ id: 'incomplete', fault: 'sso', profile: name, missing });
  const account = properties.get('sso_account_id')?.value;
  if (account && !isAccountId(account)) {
    report({ id: 'bad-value', fault: 'account-id', profile: name }, 'sso_account_id');
  }
  if (session !== null) reportDifferences(session, profile, report);
}

function reportDifferences(session: Section, { name, properties }: Profile, report: Report): void {
  for (const [key, { value }] of session.properties) {
    const own = properties.get(key);
    if (own && own.value !== value) {
      report({ id: 'sso-differs', profile: name, key, session: session.name }, key);
    }
  }
}

function reportAssumeRole(profile: Profile, report: Report): void {
  const { name, properties } = profile;
  reportRoleArn(profile, report);
  if (properties.has('source_profile') && properties.has('credential_source')) {
    report({ id: 'two-ways', fault: 'two-sources', profile: name }, 'credential_source');
  } else if (!properties.has('source_profile') && !properties.has('credential_source')) {
    report({ id: 'incomplete', fault: 'source', profile: name }, 'role_arn');
  }
}

function reportRoleArn(profile: Profile, report: Report): void {
  const { name, properties, accountId } = profile;
  if (!properties.get('role_arn')?.value) {
    report({ id: 'incomplete', fault: 'role', profile: name }, 'web_identity_token_file');
  } else if (accountId === null) report({ id: 'bad-value', fault: 'role-arn', profile: name }, 'role_arn');
}
