import { type IgnoredProperty, type Problem, type ProblemCause, problemAt } from './problems.ts';
import { isAwsProperty, meantProperty, otherToolOf } from './property-names.ts';
import { isAcceptedValue } from './setting-values.ts';
import { isSignInValue, signInKeys } from './sign-in-values.ts';
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
export function kindInJavaScript({ properties, isPairSplit = false }: Profile): ProfileKind {
  const has = (key: string) => Boolean(properties.get(key)?.value);
  if (has('role_arn') && has('source_profile') !== has('credential_source')) return 'assume-role';
  if ((has('aws_access_key_id') && has('aws_secret_access_key')) || isPairSplit) return 'static';
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

/** The kinds in words. */
export const kindNames: Readonly<Record<ProfileKind, string>> = {
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
  const report = reporter(profile, problems);
  problems.push(...misspeltProperties(profile, 'profile'));
  if (profile.kind === 'sso') reportSso(profiles, profile, report, problems);
  else reportMissing(profile, report);
  const services = profile.properties.get('services')?.value;
  if (services && !profiles.services(services)) {
    report({ id: 'dangling', fault: 'services', profile: name, name: services }, 'services');
  }
  problems.push(...servicesProblems(profiles, name, services));
  const process = profile.properties.get('credential_process')?.value;
  if (process !== undefined && needsShell(process)) {
    report({ id: 'bad-value', fault: 'credential-process', profile: name }, 'credential_process');
  }
  for (const [key, { value }] of profile.properties) {
    // Where lines below a property are indented, it has sub-properties, and no value any more: botocore has a table then.
    const [parent = key, below] = key.split('.');
    const isAccepted = below === undefined ? isAcceptedValue(key, value) : !isAwsProperty(parent) || isParent(parent);
    if (!isAccepted) report({ id: 'bad-value', fault: 'setting', profile: name, key: parent }, key);
  }
  const inJavaScript = kindInJavaScript(profile);
  const isOther = inJavaScript !== profile.kind && inJavaScript !== 'none' && profile.kind !== 'none';
  if (isOther && !isSameBySsoUtil(profile)) {
    const [ours, theirs] = [kindNames[profile.kind], kindNames[inJavaScript]];
    report({ id: 'two-ways', fault: 'two-kinds', profile: name, ours, theirs });
  }
  return problems;
}

/** botocore/configprovider.py, `ConfiguredEndpointProvider`: it must find a table of settings for each service. */
function servicesProblems(profiles: ProfileSet, profile: string, name: string | undefined): Problem[] {
  const section = name ? profiles.services(name) : null;
  if (name === undefined || section === null) return [];
  const at = section.definedIn[0];
  const cause = { id: 'bad-value', fault: 'services', profile, name } as const;
  if (section.properties.size === 0) return at ? [problemAt(at.file, at.line, { ...cause, key: null })] : [];
  return [...section.properties].flatMap(([key, { location }]) => {
    return key.includes('.') ? [] : [problemAt(location.file, location.line, { ...cause, key })];
  });
}

function isParent(key: string): boolean {
  return key === 's3' || key === 'api_versions';
}

/** What is wrong with a session itself: a portal or a region that it does not have, and misspelt properties. */
export function sessionProblems(session: Section, isComplete = false): Problem[] {
  const missing = isComplete ? [] : signInKeys.filter((key) => !session.properties.get(key)?.value);
  const others = [
    ...(isComplete ? [] : badSignInValues(session, `sso-session ${session.name}`)),
    ...misspeltProperties(session, 'sso-session'),
  ];
  // As there, the place is computed only for a problem.
  const at = missing.length === 0 ? undefined : session.definedIn[0];
  if (at === undefined) return others;
  return [
    problemAt(at.file, at.line, { id: 'incomplete', fault: 'session', session: session.name, missing }),
    ...others,
  ];
}

/** A start URL that is none, and a region that is none. */
function badSignInValues({ properties }: Pick<Section, 'properties'>, section: string): Problem[] {
  return signInKeys.flatMap((key) => {
    const property = properties.get(key);
    if (!property?.value || isSignInValue(key, property.value)) return [];
    const { file, line } = property.location;
    return [problemAt(file, line, { id: 'bad-value', fault: 'sign-in', section, key })];
  });
}

/** The problem of a profile that has nothing that gives it credentials. */
export function withoutCredentials(profile: Profile): Problem | null {
  const problems: Problem[] = [];
  reporter(profile, problems)(incomplete(profile, 'credentials'));
  return problems[0] ?? null;
}

/**
 * Whether the `credential_process` beside an SSO sign-in is that of aws-sso-util, which gets the same role by the same
 * sign-in: `aws-sso-util credential-process --profile <its own name>`.
 */
function isSameBySsoUtil({ name, kind, properties }: Profile): boolean {
  const command = properties.get('credential_process')?.value ?? '';
  const match = /^\S*aws-sso-util\s+credential-process(?:\s+--profile[\s=]+(.+?))?\s*$/.exec(command);
  if (kind !== 'sso' || match === null || properties.get('aws_access_key_id')?.value) return false;
  return match[1] === undefined || match[1].replace(/^(["'])(.*)\1$/, '$2') === name;
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

function reporter(profile: Profile, problems: Problem[]): Report {
  return (cause, key) => {
    const at = (key === undefined ? undefined : profile.properties.get(key)?.location) ?? profile.definedIn[0];
    if (at) problems.push(problemAt(at.file, at.line, cause));
  };
}

function misspeltProperties(section: Section, type: 'profile' | 'sso-session'): Problem[] {
  const written = section.name === 'default' && type === 'profile' ? 'default' : `${type} ${section.name}`;
  return [...section.properties.keys()].flatMap((key) => {
    const meant = meantProperty(key, type);
    // The place is computed only for a problem: it needs the lines of the whole file to be counted.
    const location =
      meant === null || section.properties.has(meant) ? undefined : section.properties.get(key)?.location;
    if (meant === null || location === undefined) return [];
    return [problemAt(location.file, location.line, { id: 'misspelt', section: written, key, meant })];
  });
}

type MissingInProfile = Exclude<ProblemCause<'incomplete'>, { readonly fault: 'sso' | 'session' }>['fault'];

function incomplete(profile: Profile, fault: MissingInProfile): ProblemCause {
  return { id: 'incomplete', fault, profile: profile.name, ignored: ignoredProperty(profile) };
}

/** A property of another tool that its users take for credentials, or for a part of them. */
function ignoredProperty({ properties }: Profile): IgnoredProperty | null {
  for (const key of properties.keys()) {
    const tool = otherToolOf(key);
    if (tool !== null && key !== 'sso_auto_populated') return { key, tool };
  }
  return null;
}

function reportMissing(profile: Profile, report: Report): void {
  const isEmpty = (key: string) => profile.properties.get(key)?.value === '';
  const { kind } = profile;
  if (kind === 'assume-role') reportAssumeRole(profile, report);
  else if (kind === 'web-identity') reportRoleArn(profile, report);
  else if (kind === 'static' || (kind === 'none' && hasPartOfPair(profile))) reportKeys(profile, report);
  else if (kind === 'process' && isEmpty('credential_process')) {
    report(incomplete(profile, 'process'), 'credential_process');
  } else if (kind === 'login' && isEmpty('login_session')) report(incomplete(profile, 'login'), 'login_session');
  else if (kind === 'none' && ignoredProperty(profile) !== null) report(incomplete(profile, 'credentials'));
}

function hasPartOfPair({ properties }: Profile): boolean {
  return ['aws_access_key_id', 'aws_secret_access_key', 'aws_session_token'].some((key) => properties.has(key));
}

function reportKeys(profile: Profile, report: Report): void {
  const has = (key: string) => Boolean(profile.properties.get(key)?.value);
  if (!has('aws_access_key_id')) {
    const at = ['aws_secret_access_key', 'aws_session_token'].find((key) => profile.properties.has(key));
    report(incomplete(profile, 'access-key'), at);
  } else if (!has('aws_secret_access_key')) report(incomplete(profile, 'secret-key'), 'aws_access_key_id');
}

function reportSso(profiles: ProfileSet, profile: Profile, report: Report, problems: Problem[]): void {
  const { name, ssoSession, properties } = profile;
  const session = ssoSession === null ? null : profiles.ssoSession(ssoSession);
  if (ssoSession !== null && session === null) {
    report({ id: 'dangling', fault: 'sso-session', profile: name, name: ssoSession }, 'sso_session');
  }
  const missing = ['sso_account_id', 'sso_role_name'].filter((key) => !properties.get(key)?.value);
  const isComplete = profile.ssoStartUrl !== null && profile.ssoRegion !== null;
  if (session !== null) problems.push(...sessionProblems(session, isComplete));
  else if (ssoSession === null) {
    missing.push(...signInKeys.filter((key) => !properties.get(key)?.value));
    problems.push(...badSignInValues(profile, name === 'default' ? name : `profile ${name}`));
  }
  if (missing.length > 0) {
    report({ id: 'incomplete', fault: 'sso', profile: name, missing, ignored: ignoredProperty(profile) });
  }
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
    report(incomplete(profile, 'source'), 'role_arn');
  }
}

function reportRoleArn(profile: Profile, report: Report): void {
  const { name, properties, accountId } = profile;
  if (!properties.get('role_arn')?.value) {
    report(incomplete(profile, 'role'), properties.has('role_arn') ? 'role_arn' : 'web_identity_token_file');
  } else if (accountId === null) report({ id: 'bad-value', fault: 'role-arn', profile: name }, 'role_arn');
}
