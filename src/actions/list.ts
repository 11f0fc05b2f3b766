import { problemsAndFaults, profileFault } from '../aws-config/fault.ts';
import { displayPlace } from '../aws-config/paths.ts';
import type { Problem } from '../aws-config/problems.ts';
import type { Profile, ProfileKind } from '../aws-config/types.ts';
import type { Context } from '../context.ts';
import { AwspError } from '../errors.ts';
import { exitCodes } from '../exit-codes.ts';
import { hasControl, toJsonText } from '../lib/text.ts';
import type { Message, Outcome } from '../outcome.ts';
import { filterByQuery } from '../selection/match.ts';
import { type RiskReader, riskReader } from '../selection/risk-level.ts';
import { signInReader } from '../sso/sign-in-state.ts';
import { renderTable, stdoutStyle } from '../terminal/table.ts';
import { profileTable, withoutNamed } from './profile-table.ts';
import { noMatch, noProfiles, settingsMessages } from './query.ts';

export interface ListOptions {
  readonly query: readonly string[];
  readonly as: 'table' | 'json' | 'names';
  readonly filter: ListFilter;
}

/** Which of the profiles that the query matches are listed. */
interface ListFilter {
  /** Only production. */
  readonly production: boolean;
  /** Only profiles of a kind; null is any. */
  readonly kind: ProfileKind | null;
}

/** `awsp list [query]`: the profiles in which all words of the query are found, and which the filter leaves. */
export async function list(context: Context, { query, as, filter }: ListOptions): Promise<Outcome> {
  const { world, profiles, settings, accounts } = context;
  const fitting = filterByQuery(profiles.all(), query, accounts);
  const levelOf = riskReader(profiles, settings, accounts);
  const shown = fitting.filter(passes(filter, levelOf));
  const circumstances = { env: world.env, now: world.now() };
  const problems = problemsAndFaults(profiles, circumstances);
  const none = shown.length > 0 ? null : whyNone();
  if (as === 'json') {
    const document = { profiles: shown.map(toJson(context, levelOf)), problems: problems.map(problemToJson) };
    return {
      code: none?.code ?? exitCodes.done,
      stdout: toJsonText(document),
      messages: [
        ...settingsMessages(context),
        ...(none === null ? [] : [{ kind: 'error', text: none.message, details: none.details } as const]),
      ],
    };
  }
  if (none !== null) throw none;
  if (as === 'names') {
    // A name with a control character cannot be used, and would be several lines or steer a terminal.
    const names = shown.map(({ name }) => name).filter((name) => !hasControl(name));
    return { code: exitCodes.done, stdout: names.map((name) => `${name}\n`).join('') };
  }
  const style = stdoutStyle(world.terminal);
  const table = profileTable(context, shown, levelOf, style.colour);
  const { titles, rows, first = [], spare } = withoutNamed(table, style.width);
  /** What keeps a profile in the table from being used comes before all else that is wrong. */
  const shownFirst = (all: readonly Problem[]): readonly Problem[] => {
    const faults = shown.flatMap((profile) => profileFault(profiles, profile, circumstances) ?? []);
    const places = new Set(faults.map(({ problem }) => `${problem.file}:${problem.line}`));
    const isFault = ({ file, line }: Problem) => places.has(`${file}:${line}`);
    return [...all.filter(isFault), ...all.filter((problem) => !isFault(problem))];
  };
  return {
    code: exitCodes.done,
    stdout: await renderTable(titles, rows, { ...style, first, spare, cutFirst: shortName }),
    messages: [...settingsMessages(context), ...problemMessages(shownFirst(problems), world.home)],
  };

  function whyNone(): AwspError {
    if (fitting.length > 0) return noneLeft(query, filter);
    return query.length === 0 ? noProfiles(context) : noMatch(context, query);
  }
}

// --- internal ---

/** A name may be cut to this width before the columns that say more of it are dropped. */
const shortName = 40;

function passes({ production, kind }: ListFilter, levelOf: RiskReader): (profile: Profile) => boolean {
  return (profile) => (!production || levelOf(profile) === 'production') && (kind === null || profile.kind === kind);
}

function noneLeft(query: readonly string[], { production, kind }: ListFilter): AwspError {
  const which = query.length === 0 ? 'no profile' : `no profile that matches "${query.join(' ')}"`;
  const what = [...(production ? ['production'] : []), ...(kind === null ? [] : [`of kind "${kind}"`])];
  return new AwspError(exitCodes.noProfile, `${which} is ${what.join(' and ')}`);
}

/** The shape of one profile in `list --json`; stable, documented in docs/json.md. */
function toJson({ world, profiles, accounts }: Context, levelOf: RiskReader): (profile: Profile) => object {
  const signIn = signInReader(world, profiles);
  return (profile) => ({
    name: profile.name,
    kind: profile.kind,
    accountId: profile.accountId,
    accountName: accounts.nameOf(profile.accountId),
    roleName: profile.roleName,
    region: profile.region,
    ssoSession: profile.ssoSession,
    ssoStartUrl: profile.ssoStartUrl,
    sourceProfile: profile.sourceProfile,
    signIn: signIn(profile),
    level: levelOf(profile),
    active: profile.name === world.env.AWS_PROFILE,
    definedIn: profile.definedIn,
  });
}

function problemToJson({ id, file, line, message }: Problem): object {
  return { id, file, line, message };
}

/**
 * One line for all that is wrong in AWS's files. Without names that some SDKs do not see: they are often meant so, nothing
 * else is wrong with them, and a switch to one says it.
 */
function problemMessages(all: readonly Problem[], home: string | null): readonly Message[] {
  const problems = all.filter((problem) => problem.id !== 'bad-name' || problem.fault !== 'not-portable');
  const [first] = problems;
  if (first === undefined) return [];
  const others = problems.length === 1 ? '' : ` (and ${problems.length - 1} more: awsp doctor)`;
  return [{ kind: 'warning', text: `${displayPlace(first, home)}: ${first.message}${others}` }];
}
