import { displayPlace } from '../aws-config/paths.ts';
import { type Problem, type ProblemId, shortMessage } from '../aws-config/problems.ts';
import type { Profile, ProfileSet } from '../aws-config/types.ts';
import { listed } from '../lib/text.ts';
import type { Message } from '../outcome.ts';
import type { Environment, World } from '../world.ts';
import { audit, type Verdict } from './audit.ts';
import { families } from './families.ts';
import type { FileProblem } from './file-problems.ts';
import { webIdentityVariables } from './read-alike.ts';

/**
 * What a person must know who switches to a profile that AWS has verified: the tools that fail with it, find nothing in it
 * or take other credentials from it, because of what AWS's files say. One warning for each reason, with file and line.
 */
export function fileWarnings(
  { now, home }: Pick<World, 'now' | 'home'>,
  env: Environment,
  profile: Profile,
  profiles: ProfileSet,
): readonly Message[] {
  const groups = new Map<string, { readonly of: Finding; readonly tools: string[] }>();
  for (const verdict of audit(withoutOwnCredentials(env, profile.name), profiles, now()).verdicts) {
    const finding = findingOf(verdict, profile, profiles, env);
    if (finding === null) continue;
    const { file, line, why } = finding;
    const text = file === null ? why : `${displayPlace({ file, line }, home)}: ${why}`;
    const key = `${text}\n${finding.consequence}`;
    const group = groups.get(key) ?? { of: { ...finding, why: text }, tools: [] };
    group.tools.push(verdict.name);
    groups.set(key, group);
  }
  return [...groups.values()].map(({ of: { why, consequence }, tools }) => ({
    kind: 'warning',
    text: `${why}: ${ofTools(consequence, listed(tools))}`,
    details: ['what each tool uses: awsp doctor'],
  }));
}

/** The misspelt properties of a profile, its sources and their sessions that would change what commands do. */
export function misspeltNotes(
  { home }: Pick<World, 'home'>,
  profile: Profile,
  profiles: ProfileSet,
): readonly Message[] {
  return profiles.problemsOf(profile.name).flatMap((problem): readonly Message[] => {
    if (problem.id !== 'misspelt' || !changesCommands.test(problem.meant)) return [];
    return [{ kind: 'note', text: `${displayPlace(problem, home)}: ${problem.message}` }];
  });
}

// --- internal ---

/** The properties that decide on the credentials, the region and the endpoints; others are a matter of taste. */
const changesCommands =
  /^(region|output|endpoint_url|services|ca_bundle|external_id|mfa_serial|duration_seconds|source_profile|login_session|(use|role|credential|web_identity|aws|sso|sts)_\w+)$/;

interface Finding {
  /** Null if no file is at fault. */
  readonly file: string | null;
  readonly line: number | null;
  readonly why: string;
  /** What happens; `TOOLS` stands for the tools, and the verb behind it is that of many. */
  readonly consequence: string;
}

/** The consequence with its tools. A family may have several in its name. */
function ofTools(consequence: string, tools: string): string {
  const isOne = !/,| and /.test(tools);
  return consequence.replace(/^TOOLS (?!may)\w+/, isOne ? '$&s' : '$&').replace('TOOLS', tools);
}

/** What the environment has of other credentials is said elsewhere, and hides what the files say. */
function withoutOwnCredentials(env: Environment, profile: string): Environment {
  const hidden = new Set<string>(families.flatMap(({ accessKey, secretKey }) => [...accessKey, ...secretKey]));
  hidden.add('AWS_DEFAULT_PROFILE');
  for (const name of webIdentityVariables) if (env[name] !== '') hidden.add(name);
  const left = Object.entries(env).filter(([name]) => !hidden.has(name));
  return { ...Object.fromEntries(left), AWS_PROFILE: profile };
}

function findingOf(verdict: Verdict, profile: Profile, profiles: ProfileSet, env: Environment): Finding | null {
  const { identity, deciding } = verdict;
  if (families.find(({ id }) => id === verdict.family)?.profileRules === 'unverified') return null;
  if (deciding !== null) return findingOfFile(deciding, verdict);
  const { file = profiles.paths[0] ?? '', line = null } = placeOf(profile, profiles) ?? {};
  const about = `profile "${profile.name}"`;
  const hides = hiddenBy(profile, env);
  switch (identity.kind) {
    case 'error':
      if (hides !== null) return { ...hides, consequence: 'TOOLS fail' };
      return identity.variable === undefined
        ? { file, line, why: identity.message, consequence: 'TOOLS fail' }
        : { file: null, line: null, why: identity.message, consequence: 'TOOLS fail, whatever the profile' };
    case 'profile':
      return identity.others === undefined
        ? null
        : { file, line, why: about, consequence: `TOOLS use other credentials of it: ${verdict.reason}` };
    case 'none':
    case 'container':
      return { ...(hides ?? { file, line, why: about }), consequence: 'TOOLS find no credentials in it' };
    default:
      return null;
  }
}

function findingOfFile({ effect, problem }: FileProblem, { family }: Verdict): Finding | null {
  const { file, line } = problem;
  const at = { file, line, why: shortMessage(problem) };
  if (effect === 'fails') return { ...at, consequence: 'TOOLS fail, whatever the profile' };
  if (effect === 'reads nothing') return { ...at, consequence: 'TOOLS read none of the profiles' };
  const isSaid = effect === 'reads otherwise' || family === 'aws-cli-v2' || family === 'boto3';
  return isSaid ? { ...at, consequence: 'TOOLS may fail, or find other credentials than awsp' } : null;
}

/** The empty variable that botocore takes for a property of the profile; null if there is none. */
function hiddenBy({ kind, name }: Profile, env: Environment): Omit<Finding, 'consequence'> | null {
  const empty = kind === 'web-identity' ? webIdentityVariables.find((variable) => env[variable] === '') : undefined;
  if (empty === undefined) return null;
  return { file: null, line: null, why: `${empty} is empty, which hides the property of profile "${name}"` };
}

const problemsOfProfile: ReadonlySet<ProblemId> = new Set([
  'dangling',
  'cycle',
  'two-ways',
  'sso-differs',
  'incomplete',
  'bad-value',
]);

/** The line that says how the profile gets its credentials, as well as that is known. */
function placeOf(profile: Profile, profiles: ProfileSet): Problem | { file: string; line: number } | undefined {
  return profiles.problemsOf(profile.name).find(({ id }) => problemsOfProfile.has(id)) ?? profile.definedIn[0];
}
