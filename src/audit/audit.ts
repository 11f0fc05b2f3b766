import { kindNames } from '../aws-config/kinds.ts';
import { displayPlace, homeFolder } from '../aws-config/paths.ts';
import { type Problem, rejectsFile, shortMessage } from '../aws-config/problems.ts';
import { chain } from '../aws-config/profiles.ts';
import { refusedVariable, variableRefusedBy } from '../aws-config/setting-values.ts';
import type { Profile, ProfileKind, ProfileSet, Section } from '../aws-config/types.ts';
import { isRegionName } from '../lib/region-name.ts';
import { fromIsoTime, hasTimeZone } from '../lib/time.ts';
import type { Environment } from '../world.ts';
import { type Family, type FamilyId, families, type Source } from './families.ts';
import { decidingProblem, type FileProblem, type ProblemsForProfile } from './file-problems.ts';
import { missingPartOf } from './missing-part.ts';
import { otherCredentials, type ProfileRules, profileUse } from './profile-use.ts';

/** The identity that a family of tools uses in an environment. */
export type Identity =
  /** `others`: other credentials of the profile than those that the AWS CLI uses, and a switch verifies. */
  | { readonly kind: 'profile'; readonly profile: string; readonly others?: ProfileKind }
  /** Keys in the environment; `variable` holds the access key. */
  | { readonly kind: 'keys'; readonly variable: string }
  /** The role for which a web identity token is exchanged. */
  | { readonly kind: 'web-identity'; readonly roleArn: string }
  | { readonly kind: 'container' }
  /** No configured credentials. On an EC2 instance the tool uses the role of the instance. */
  | { readonly kind: 'none' }
  /** The tool fails; `message` says why, `variable` is the one that it fails for. */
  | { readonly kind: 'error'; readonly message: string; readonly variable?: string }
  /** It has not been tried, or read in the source, what this family does here. */
  | { readonly kind: 'unverified' };

/** The region that a family of tools uses. */
interface Region {
  readonly value: string;
  /** Where it is set, for a person: the name of a variable, or `profile "…"`. */
  readonly from: string;
}

export interface Verdict {
  readonly family: FamilyId;
  readonly name: string;
  readonly identity: Identity;
  /** Why, in a few words. */
  readonly reason: string;
  /** Null if it has none, or if that is not verified. */
  readonly region: Region | null;
  /** The problem in AWS's files that decides it, if one does. */
  readonly deciding: FileProblem | null;
}

export interface Audit {
  /** The value of AWS_PROFILE, else of AWS_DEFAULT_PROFILE; null if neither is set. */
  readonly profile: string | null;
  readonly verdicts: readonly Verdict[];
}

/** What the audit needs of AWS's files. */
type Profiles = Pick<ProfileSet, 'get' | 'paths' | 'ssoSession' | 'services' | ReadsOfFiles>;
type ReadsOfFiles = 'problemsOfFiles' | 'problemsOf' | 'sectionsOf' | 'indentedProperty' | 'withTrimmedHeaders';

/**
 * The identity and region that each family of tools uses in an environment. `now` is in milliseconds since 1970. Pure.
 */
export function audit(env: Environment, profiles: Profiles, now: number): Audit {
  const all = profiles.problemsOfFiles();
  const own = new Map<string, readonly Problem[]>();
  const problems = (name: string | null): ProblemsForProfile => {
    if (name !== null && !own.has(name)) own.set(name, profiles.problemsOf(name));
    return { all, own: own.get(name ?? '') ?? [] };
  };
  return {
    profile: env.AWS_PROFILE || env.AWS_DEFAULT_PROFILE || null,
    verdicts: families.map((family) => verdictOf(family, env, profiles, problems, now)),
  };
}

/** The families that are known not to use the profile; if no profile is named, those that find credentials or fail. */
export function deviations({ profile, verdicts }: Audit): readonly Verdict[] {
  return verdicts.filter(({ identity }) => {
    if (identity.kind === 'unverified') return false;
    if (profile === null) return identity.kind !== 'none';
    return identity.kind !== 'profile' || identity.profile !== profile || identity.others !== undefined;
  });
}

// --- internal ---

/** One family of tools in one environment. */
interface Situation {
  readonly family: Family;
  readonly env: Environment;
  readonly now: number;
  /** The variable that names the profile, and its value; null if none does. */
  readonly named: { readonly variable: string; readonly name: string } | null;
  readonly profile: Profile | null;
  /** AWS's files as the tool reads them, and as the AWS CLI and awsp do. */
  readonly profiles: Profiles;
  readonly asByAwsCli: Profiles;
  /** The sections whose headers the tool understands. */
  readonly seen: Sections;
}

type Sections = Pick<ProfileSet, 'get' | 'ssoSession' | 'services'>;

interface Finding {
  readonly identity: Identity;
  readonly reason: string;
}

function verdictOf(
  family: Family,
  env: Environment,
  asByAwsCli: Profiles,
  problems: (name: string | null) => ProblemsForProfile,
  now: number,
): Verdict {
  const named = namedProfile(family, env);
  const { id, name } = family;
  if (named === 'unverified')
    return { family: id as FamilyId, name, ...notVerified('a blank AWS_PROFILE'), region: null, deciding: null };
  const profiles = family.trimsHeaders ? asByAwsCli.withTrimmedHeaders() : asByAwsCli;
  const wanted = profiles.get(named?.name ?? 'default');
  const seen = sectionsSeenBy(family, profiles);
  const { profileRules } = family;
  const inFiles = ofFamily(family, problems(wanted?.name ?? null));
  const deciding = profileRules === 'unverified' ? unprovenProblem(inFiles) : decidingProblem(profileRules, inFiles);
  const verdict = (found: Finding, region: Region | null): Verdict => {
    return { family: id as FamilyId, name, ...found, region, deciding };
  };
  if (deciding?.effect === 'fails') return verdict(rejectsFiles(deciding, env), null);
  const readsNothing = deciding?.effect === 'reads nothing' || (profileRules === 'java' && profiles.indentedProperty());
  const profile = wanted === null || readsNothing ? null : seen.get(wanted.name);
  const situation: Situation = { family, env, now, named, profile, profiles, asByAwsCli, seen };
  const found = identify(situation);
  const { region, isOfProfile } = regionOf(situation);
  const fault = hasCredentials(found.identity) ? faultOfSettings(situation, region) : null;
  if (fault !== null) return verdict(fault, null);
  const doubt = doubtAboutProfile(situation, wanted) ?? doubtAbout(family, env, deciding);
  // Keys in the environment need no file.
  if (doubt === undefined || found.identity.kind === 'keys') return verdict(found, region);
  return verdict(notVerified(doubt), isOfProfile ? null : region);
}

/** boto3 and the AWS CLI v1 are one family: that loads all plugins, and the AWS CLI v2 those of a path alone. */
function ofFamily({ id }: Family, { all, own }: ProblemsForProfile): ProblemsForProfile {
  if (id !== 'aws-cli-v2') return { all, own };
  return { all: all.filter((problem) => problem.id !== 'plugin' || problem.isForBoth), own };
}

/** The profiles and sessions that a tool sees: others have names, or headers, that it does not understand. */
function sectionsSeenBy(family: Family, profiles: Profiles): Sections {
  return {
    services: (name) => profiles.services(name),
    get: (name) => {
      const found = profiles.get(name);
      return found === null || isUnseenBy(family, found, 'profile', profiles) ? null : found;
    },
    ssoSession: (name) => {
      const found = profiles.ssoSession(name);
      return found === null || isUnseenBy(family, found, 'sso-session', profiles) ? null : found;
    },
  };
}

type SectionType = 'profile' | 'sso-session';
type NamedSection = Pick<Section, 'name' | 'definedIn'>;

function isUnseenBy(family: Family, section: NamedSection, type: SectionType, profiles: Profiles): boolean {
  if (family.plainNamesOnly && !plainName.test(section.name)) return true;
  if (family.keepsQuotes && areAllWritten(/["']/, section, type, profiles)) return true;
  return family.oneBlankOnly === true && areAllWritten(/^\S+\s{2}|\s$/, section, type, profiles);
}

/** What of the profile itself is not known to be read as by awsp; undefined if nothing is in doubt. */
function doubtAboutProfile({ family, profiles }: Situation, wanted: Profile | null): string | undefined {
  // Some tools see a header that is indented, where others see lines of the value above it.
  const isContinued = wanted === null && family.profileRules !== 'botocore' && family.profileRules !== 'unverified';
  if (isContinued && profiles.problemsOfFiles().some(({ id }) => id === 'indentation')) return 'the indented lines';
  // In the credentials file the whole header is the name, and the tool may see some of these names there.
  const links = wanted === null ? [] : chain(profiles, wanted.name).profiles;
  const maySee = links.some((link) => {
    const isThere = link.definedIn.some(({ file }) => file !== profiles.paths[0]);
    return isThere && isUnseenBy(family, link, 'profile', profiles);
  });
  if (maySee) return 'the name of the profile';
  return mayBeNested(family, wanted, profiles) ? 'its indented lines' : undefined;
}

/** Whether a tool may take properties for sub-properties: they are indented, and one above has no value. */
function mayBeNested({ profileRules }: Family, profile: Profile | null, profiles: Profiles): boolean {
  if (profile === null || (profileRules !== 'javascript' && profileRules !== 'go')) return false;
  if (profiles.indentedProperty() === null) return false;
  return chain(profiles, profile.name).profiles.some(({ properties }) => {
    return [...properties.values()].some(({ value }) => value === '');
  });
}

/** What is not known to be read as by awsp: the place of a problem, or a variable; undefined if nothing is in doubt. */
function doubtAbout({ expandsPaths }: Family, env: Environment, deciding: FileProblem | null): string | undefined {
  const pathVariable = expandsPaths ? undefined : pathVariables.find((name) => needsExpansion(env[name]));
  const isDoubtful = deciding?.effect === 'unverified' || deciding?.effect === 'reads otherwise';
  return pathVariable ?? (isDoubtful ? placeOf(deciding, env) : undefined);
}

/** Of a family whose reading of the files has not been tried: a file that one of the other tools rejects. */
function unprovenProblem({ all }: ProblemsForProfile): FileProblem | null {
  const problem = all.find(rejectsFile);
  return problem === undefined ? null : { effect: 'unverified', problem };
}

function placeOf({ problem }: FileProblem, env: Environment): string {
  return displayPlace(problem, homeFolder(env));
}

function rejectsFiles(found: FileProblem, env: Environment): Finding {
  const place = placeOf(found, env);
  return fails(`${place}: ${shortMessage(found.problem)}`, `it cannot read ${place}`);
}

/** Whether all sections of one name are in the config file, with headers in which something occurs. */
function areAllWritten(
  what: RegExp,
  { name, definedIn }: NamedSection,
  type: SectionType,
  profiles: Profiles,
): boolean {
  const sections = profiles.sectionsOf(type, name);
  return sections.length === definedIn.length && sections.every(({ header }) => what.test(header));
}

const pathVariables = ['AWS_CONFIG_FILE', 'AWS_SHARED_CREDENTIALS_FILE'];

/** Whether a tool that expands no paths may look for the profile in another file, or in none. */
function needsExpansion(path = '/'): boolean {
  return /^$|^~|\$/.test(path);
}

/** @smithy/core, parseIni.js; aws-sdk-java-v2, ProfileFileReader.java, VALID_IDENTIFIER. */
const plainName = /^[\w\-@+.%:/]+$/;

function namedProfile({ profile, blankProfile }: Family, env: Environment): Situation['named'] | 'unverified' {
  for (const variable of profile) {
    const name = env[variable];
    if (name === undefined || (name === '' && blankProfile === 'is unset')) continue;
    return name === '' && blankProfile === 'unverified' ? 'unverified' : { variable, name };
  }
  return null;
}

function identify(situation: Situation): Finding {
  const { family, named, profile } = situation;
  const { missingProfile } = family;
  const failsFirst =
    missingProfile === 'fails first' ||
    (missingProfile === 'fails first by AWS_PROFILE' && named?.variable === 'AWS_PROFILE');
  if (named !== null && profile === null && failsFirst) return missing(named);
  for (const source of family.order) {
    const found = sources[source](situation);
    if (found !== null) return found;
  }
  return { identity: { kind: 'none' }, reason: 'it finds no credentials' };
}

/** What each source of credentials gives; null if the tool goes on to the next. */
const sources: Readonly<Record<Source, (situation: Situation) => Finding | null>> = {
  keys: keysIn,
  'keys without a profile': (situation) => (situation.named === null ? keysIn(situation) : null),
  'role profile': (situation) => (situation.profile?.kind === 'assume-role' ? useProfile(situation) : null),
  profile: useProfile,
  'profile without its web identity': (situation) => {
    return situation.profile?.kind === 'web-identity' ? null : useProfile(situation);
  },
  'web identity': ({ env }) => {
    return env.AWS_WEB_IDENTITY_TOKEN_FILE && env.AWS_ROLE_ARN ? webIdentity(env.AWS_ROLE_ARN) : null;
  },
  'web identity with its role': ({ env }) => {
    if (!env.AWS_WEB_IDENTITY_TOKEN_FILE) return null;
    return env.AWS_ROLE_ARN ? webIdentity(env.AWS_ROLE_ARN) : withoutRole;
  },
  'web identity, filled up by the profile': (situation) => {
    const { env, profile } = situation;
    const value = (variable: string, key: string) => env[variable] ?? profile?.properties.get(key)?.value;
    if (!value('AWS_WEB_IDENTITY_TOKEN_FILE', 'web_identity_token_file')) return null;
    const roleArn = value('AWS_ROLE_ARN', 'role_arn');
    if (!roleArn) return withoutRole;
    const isOfProfile = env.AWS_WEB_IDENTITY_TOKEN_FILE === undefined && env.AWS_ROLE_ARN === undefined;
    return isOfProfile ? useProfile(situation) : webIdentity(roleArn);
  },
  container: ({ env }) => container(containerVariables.find((name) => env[name])),
  'container, blank or not': ({ env }) => {
    const variable = containerVariables.find((name) => env[name] !== undefined);
    return env[variable ?? ''] === '' ? fails(`${variable} is blank`) : container(variable);
  },
};

const containerVariables = ['AWS_CONTAINER_CREDENTIALS_RELATIVE_URI', 'AWS_CONTAINER_CREDENTIALS_FULL_URI'];

function container(variable: string | undefined): Finding | null {
  return variable === undefined ? null : { identity: { kind: 'container' }, reason: `${variable} is set` };
}

function keysIn({ family, env, now, named }: Situation): Finding | null {
  const accessKey = family.accessKey.find((name) => env[name]);
  const secretKey = family.secretKey.find((name) => env[name]);
  if (accessKey === undefined) return null;
  if (secretKey === undefined) {
    if (family.halfPair === 'unverified') return notVerified(`${accessKey} without its secret key`);
    return family.halfPair === 'fails' ? fails(`${accessKey} has no secret key`) : null;
  }
  const end = env.AWS_CREDENTIAL_EXPIRATION;
  if (end && family.expiredKeys !== 'are used' && !(fromIsoTime(end) > now && hasTimeZone(end))) {
    if (family.expiredKeys === 'unverified') return notVerified('AWS_CREDENTIAL_EXPIRATION');
    // botocore cannot compare a time without a zone with its own.
    return fails(`AWS_CREDENTIAL_EXPIRATION ${hasTimeZone(end) ? 'is over' : 'has no time zone'}`);
  }
  const reason = named === null ? 'no variable names a profile' : `beats ${named.variable}`;
  return { identity: { kind: 'keys', variable: accessKey }, reason };
}

function useProfile(situation: Situation): Finding | null {
  const { family, env, named, profile, seen } = situation;
  if (profile === null) {
    if (named === null) return null;
    if (family.missingProfile === 'unverified') return notVerified('a profile that does not exist');
    return family.missingProfile === 'fails' ? missing(named) : null;
  }
  if (profile.kind === 'none' && family.profileRules === 'unverified') return null;
  if (profile.kind === 'login' && !family.supportsLogin) return notVerified('login_session');
  const reason = named === null ? 'it reads no other name' : `${named.variable} names it`;
  const used: Finding = { identity: { kind: 'profile', profile: profile.name }, reason };
  if (family.profileRules === 'unverified') return incomplete(profile, seen, env) ?? used;
  const use = profileUse(family.profileRules, profile, seen, env);
  if (use === 'is used') return useOfOthers(situation, profile, family.profileRules) ?? used;
  return use === 'is passed over' ? null : fails(`profile "${profile.name}": ${use.fails}`, use.fails);
}

/** Other credentials of the profile that the tool uses than the AWS CLI; null if it uses the same. */
function useOfOthers(situation: Situation, profile: Profile, rules: ProfileRules): Finding | null {
  const uses = (others: ProfileKind, reason: string): Finding => {
    return { identity: { kind: 'profile', profile: profile.name, others }, reason };
  };
  const others = otherCredentials(rules, profile, situation.seen);
  if (others !== null) return uses(others, `it prefers ${kindNames[others]} of the profile`);
  const isAlike = !isReadOtherwise(situation, profile.name);
  return isAlike ? null : uses(profile.kind, 'it reads a section that the AWS CLI ignores');
}

/** Whether the profile or one of its sources has other lines for the tool than for the AWS CLI, which knows it as well. */
function isReadOtherwise({ profiles, asByAwsCli }: Situation, name: string): boolean {
  if (profiles === asByAwsCli || asByAwsCli.get(name) === null) return false;
  const [theirs, ours] = [profiles, asByAwsCli].map((set) => {
    const links = chain(set, name).profiles.map(({ properties, ssoSession }) => {
      const session = ssoSession === null ? null : set.ssoSession(ssoSession);
      return [properties, session?.properties ?? []].map((all) =>
        [...all].map(([key, { value }]) => [key, value]).sort(),
      );
    });
    return JSON.stringify(links);
  });
  return theirs !== ours;
}

function incomplete(profile: Profile, profiles: Sections, env: Environment): Finding | null {
  const lack = missingPartOf(profile, profiles, env);
  return lack === null ? null : notVerified(`a profile without ${lack}`);
}

const withoutRole = fails('AWS_ROLE_ARN is missing');

function webIdentity(roleArn: string): Finding {
  return {
    identity: { kind: 'web-identity', roleArn },
    reason: 'AWS_WEB_IDENTITY_TOKEN_FILE is set',
  };
}

function missing({ variable, name }: NonNullable<Situation['named']>): Finding {
  return name === ''
    ? fails(`${variable} is blank`)
    : fails(`${variable} names "${name}", which does not exist`, `no profile "${name}"`);
}

function fails(message: string, reason = message): Finding {
  return { identity: { kind: 'error', message }, reason };
}

function notVerified(what: string): Finding {
  return { identity: { kind: 'unverified' }, reason: `what it makes of ${what} is not verified` };
}

function hasCredentials({ kind }: Identity): boolean {
  return kind !== 'none' && kind !== 'error' && kind !== 'unverified';
}

/** Without a region, or with a value that is none of a setting, the clients of these tools fail before they ask AWS. */
function faultOfSettings({ family, env }: Situation, region: Region | null): Finding | null {
  if (family.region === 'unverified' || family.profileRules === 'unverified') return null;
  const blank = family.region.find((name) => env[name] !== undefined);
  if (blank !== undefined && env[blank] === '' && family.blankRegion === 'is none') {
    return errorOf(`${blank} is empty`, blank);
  }
  if (family.profileRules === 'go' || family.profileRules === 'java') {
    const variable = variableRefusedBy(family.profileRules, env);
    return variable === null ? null : errorOf(`${variable} has a value that not all tools take`, variable);
  }
  const refused = family.profileRules === 'botocore' ? refusedVariable(env) : null;
  if (refused !== null) return errorOf(`the AWS CLI and boto3 refuse the value of ${refused}`, refused);
  // The SDK for JavaScript takes a number (@smithy/core, `isValidHostLabel`).
  const isNumber = family.profileRules === 'javascript' && /^\d+$/.test(region?.value ?? '');
  if (region === null || isRegionName(region.value) || isNumber) return null;
  const variable = family.region.find((name) => name === region.from);
  return errorOf(`"${region.value}", the region of ${region.from}, is no region`, variable);
}

/** What a tool ends with before it asks AWS, because of a variable where one is given. */
function errorOf(message: string, variable?: string): Finding {
  return { identity: { kind: 'error', message, ...(variable === undefined ? {} : { variable }) }, reason: message };
}

function regionOf({ family, env, profile }: Situation): {
  readonly region: Region | null;
  readonly isOfProfile: boolean;
} {
  const none = { region: null, isOfProfile: false };
  if (family.region === 'unverified') return none;
  for (const variable of family.region) {
    const value = env[variable];
    if (value) return { region: { value, from: variable }, isOfProfile: false };
    if (value === '' && family.blankRegion !== 'is unset') return none;
  }
  if (!profile?.region) return none;
  return { region: { value: profile.region, from: `profile "${profile.name}"` }, isOfProfile: true };
}
