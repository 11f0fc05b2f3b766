import { quoteWord } from '../lib/shell-words.ts';
import { fromIsoTime, hasTimeZone } from '../lib/time.ts';
import type { Environment } from '../world.ts';
import { profileProblems, sessionProblems, withoutCredentials } from './kinds.ts';
import { displayPlace } from './paths.ts';
import { type Problem, type ProblemCause, problemAt } from './problems.ts';
import { chain } from './profiles.ts';
import type { Location, Profile, ProfileSet, Property } from './types.ts';

/** Why a profile cannot be used. */
export interface ProfileFault {
  /** What is wrong, and where: in the profile itself, in one of its source profiles, or in its session. */
  readonly problem: Problem;
  /** The profile of the chain that the problem keeps from being used. */
  readonly owner: Profile;
  /** Whether a person only has to get new credentials: nothing in the files has to be corrected. */
  readonly isRenewal: boolean;
}

/** What a profile is judged by, beside the files. */
export interface Circumstances {
  readonly env: Environment;
  /** Milliseconds since 1970. */
  readonly now: number;
}

/**
 * Why a profile cannot be used, as far as AWS's files, the environment and the clock tell; null if nothing speaks against
 * it. All commands that judge a profile use this. Whether somebody is signed in is another question: see `signInOf`.
 */
export function profileFault(
  profiles: ProfileSet,
  profile: Profile,
  circumstances: Circumstances,
): ProfileFault | null {
  const { profiles: links, problem } = chain(profiles, profile.name);
  for (const link of links.length === 0 ? [profile] : links) {
    const found = faultOf(profiles, link, circumstances);
    if (found !== null) return { problem: found, owner: link, isRenewal: isExpiry(found) };
  }
  const last = links.at(-1);
  if (problem === null || last === undefined) return null;
  const source = problem.id === 'dangling' && problem.fault === 'no-credentials' ? profiles.get(problem.name) : null;
  const ofSource = source && (profileProblems(profiles, source).find(isDecisive) ?? null);
  return { problem: ofSource ?? problem, owner: source !== null && ofSource ? source : last, isRenewal: false };
}

/** Whether the fault is only that the profile has no properties for credentials: it may be there to hold settings. */
export function isWithoutCredentials({ problem }: ProfileFault): boolean {
  return problem.id === 'incomplete' && problem.fault === 'credentials' && problem.ignored === null;
}

/**
 * The problems in AWS's files, with those of profiles that cannot be used in this environment or any more. Those that
 * `isLeftOut` tells are not told: by default, profiles that only hold settings.
 */
export function problemsAndFaults(
  profiles: ProfileSet,
  circumstances: Circumstances,
  isLeftOut: (profile: Profile, fault: ProfileFault) => boolean = (_, fault) => isWithoutCredentials(fault),
): readonly Problem[] {
  const problems = profiles.problems();
  const known = new Set(problems.map(keyOf));
  const others = new Map<string, Problem>();
  for (const profile of profiles.all()) {
    const fault = profileFault(profiles, profile, circumstances);
    if (fault === null || isLeftOut(profile, fault) || known.has(keyOf(fault.problem))) continue;
    others.set(keyOf(fault.problem), fault.problem);
  }
  return [...problems, ...others.values()];
}

/** What to do about a fault: a command line, or the change to make at a line of a file. */
export function remedyOf({ problem, owner }: ProfileFault, home: string | null): string {
  const place = displayPlace(problem, home);
  switch (problem.id) {
    case 'misspelt':
      return `write "${problem.meant}" at ${place}`;
    case 'dangling':
      return problem.fault === 'sso-session'
        ? `correct the name at ${place}, or add [sso-session ${problem.name}] to that file`
        : `name a profile that has credentials at ${place}`;
    case 'incomplete':
      return `${addition(problem)} at ${place}`;
    case 'not-usable':
      return problem.fault === 'expired'
        ? renewal(owner, place)
        : `name a profile with credentials as source_profile at ${place}`;
    default:
      return `correct it at ${place}`;
  }
}

/** Whether the access keys of a profile have expired, according to the tool that wrote them. */
export function hasExpiredKeys(profile: Profile, circumstances: Circumstances): boolean {
  return expiryOf(profile, circumstances) !== null;
}

/** When the access keys of a profile expire, in milliseconds since 1970, according to the tool that wrote them; null if unknown. */
export function keysExpiry({ properties }: Profile): number | null {
  const ends = expiryProperties.map((key) => endIn(properties.get(key))).filter((end) => end > 0);
  return ends.length === 0 ? null : Math.min(...ends);
}

// --- internal ---

const keyOf = ({ file, line, message }: Problem) => `${file}\n${line}\n${message}`;

const isExpiry = (problem: Problem) => problem.id === 'not-usable' && problem.fault === 'expired';

/** Whether a problem keeps the profile from being used. The others are warnings, or matter to some tools alone. */
function isDecisive(problem: Problem): boolean {
  switch (problem.id) {
    case 'dangling':
      return problem.fault !== 'services';
    case 'two-ways':
      return problem.fault === 'two-sources';
    case 'bad-value':
      return problem.fault === 'account-id' || problem.fault === 'role-arn' || problem.fault === 'sign-in';
    case 'incomplete':
    case 'cycle':
      return true;
    default:
      return false;
  }
}

function faultOf(profiles: ProfileSet, profile: Profile, circumstances: Circumstances): Problem | null {
  const problems = profileProblems(profiles, profile);
  const decisive = problems.find(isDecisive) ?? (profile.kind === 'none' ? withoutCredentials(profile) : null);
  if (decisive === null) return sourceFault(profile, circumstances) ?? expiryOf(profile, circumstances);
  // What is missing is often there under a misspelt name.
  const session = profile.ssoSession === null ? null : profiles.ssoSession(profile.ssoSession);
  const misspelt = [...problems, ...(session === null ? [] : sessionProblems(session))].find(
    (problem) => problem.id === 'misspelt' && givesCredentials.test(problem.meant),
  );
  return misspelt ?? decisive;
}

const givesCredentials = /^(sso_|aws_|role_arn|source_profile|credential_|web_identity|login_session)/;

/** `credential_source`: AWS SDKs and Tools Reference Guide, "Assume role credential provider". */
function sourceFault({ name, kind, properties }: Profile, { env }: Circumstances): Problem | null {
  const source = kind === 'assume-role' ? properties.get('credential_source') : undefined;
  if (source === undefined) return null;
  const { value } = source;
  const inContainer = env.AWS_CONTAINER_CREDENTIALS_RELATIVE_URI || env.AWS_CONTAINER_CREDENTIALS_FULL_URI;
  const isDisabled = env.AWS_EC2_METADATA_DISABLED?.toLowerCase() === 'true';
  switch (value) {
    case 'Environment':
      return notUsable('environment');
    case 'EcsContainer':
      return inContainer ? null : notUsable('container');
    case 'Ec2InstanceMetadata':
      return isDisabled ? notUsable('instance') : null;
    default:
      return notUsable('unknown-source');
  }

  function notUsable(fault: ProblemCause<'not-usable'>['fault']): Problem {
    return at(source?.location, { id: 'not-usable', fault, profile: name, value });
  }
}

/** The properties in which tools that write temporary keys keep the time when these expire. */
const expiryProperties = [
  'x_security_token_expires',
  'aws_credential_expiration',
  'aws_expiration',
  'aws_session_expiration',
  'expiration',
];

function expiryOf({ name, kind, properties }: Profile, { now }: Circumstances): Problem | null {
  if (kind !== 'static') return null;
  for (const key of expiryProperties) {
    const property: Property | undefined = properties.get(key);
    if (property !== undefined && endIn(property) <= now) {
      return at(property.location, { id: 'not-usable', fault: 'expired', profile: name, value: key });
    }
  }
  return null;
}

/** Without a zone it is UTC: so aws-mfa writes `expiration`. NaN for none. */
function endIn(property: Property | undefined): number {
  const text = property?.value.trim() ?? '';
  return fromIsoTime(hasTimeZone(text) ? text : `${text.replace(' ', 'T')}Z`);
}

function at(location: Location | undefined, cause: ProblemCause): Problem {
  return problemAt(location?.file ?? '', location?.line ?? null, cause);
}

function addition(problem: ProblemCause<'incomplete'>): string {
  switch (problem.fault) {
    case 'sso':
    case 'session':
      return `add ${problem.missing.map((key) => `"${key} = …"`).join(' and ')}`;
    case 'secret-key':
      return 'add "aws_secret_access_key = …"';
    case 'access-key':
      return 'add "aws_access_key_id = …" and "aws_secret_access_key = …"';
    case 'source':
      return 'add "source_profile = …"';
    case 'role':
      return 'add "role_arn = …"';
    case 'process':
    case 'login':
      return 'write the value';
    case 'credentials':
      return 'create another profile with: awsp new, or add credentials';
  }
}

function renewal({ name, properties }: Profile, place: string): string {
  if (properties.has('x_principal_arn')) return `get new ones with: saml2aws login --profile ${quoteWord(name)}`;
  return `get new ones with the program that writes them, at ${place}`;
}
