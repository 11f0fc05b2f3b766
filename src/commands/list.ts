import { displayPath } from '../aws-config/paths.ts';
import type { Problem, Profile } from '../aws-config/types.ts';
import { exitCodes } from '../exit-codes.ts';
import type { Message, Outcome } from '../outcome.ts';
import { levelOf } from '../selection/level.ts';
import { filterByQuery } from '../selection/match.ts';
import { signInReader } from '../sso/token-cache.ts';
import { renderTable, stdoutStyle } from '../terminal/table.ts';
import { type Context, noMatch, noProfiles, settingsMessages } from './context.ts';
import { profileTable } from './profile-table.ts';

/** `awsp list [query]`: the profiles in which all words of the query are found. */
export async function list(context: Context, query: readonly string[], json: boolean): Promise<Outcome> {
  const { world, profiles, settings } = context;
  const shown = filterByQuery(profiles.all(), query);
  const problems = profiles.problems();
  if (json) {
    const document = { profiles: shown.map(toJson(context)), problems };
    return {
      code: exitCodes.done,
      stdout: `${JSON.stringify(document, null, 2)}\n`,
      messages: settingsMessages(context),
    };
  }
  if (shown.length === 0) throw query.length === 0 ? noProfiles(context) : noMatch(context, query);
  const { titles, rows, spare } = profileTable(world, settings, profiles, shown);
  return {
    code: exitCodes.done,
    stdout: await renderTable(titles, rows, { ...stdoutStyle(world.terminal), spare }),
    messages: [...settingsMessages(context), ...problemMessages(problems, world.home)],
  };
}

// --- internal ---

/** The shape of one profile in `list --json`; stable, documented in the README. */
function toJson({ world, profiles, settings }: Context): (profile: Profile) => object {
  const signIn = signInReader(world, profiles);
  return (profile) => ({
    name: profile.name,
    kind: profile.kind,
    accountId: profile.accountId,
    roleName: profile.roleName,
    region: profile.region,
    ssoSession: profile.ssoSession,
    ssoStartUrl: profile.ssoStartUrl,
    sourceProfile: profile.sourceProfile,
    signIn: signIn(profile),
    level: levelOf(profile, settings.production),
    active: profile.name === world.env.AWS_PROFILE,
    definedIn: profile.definedIn,
  });
}

/** One line for all that is wrong in AWS's files. */
function problemMessages(problems: readonly Problem[], home: string | null): readonly Message[] {
  const [first] = problems;
  if (first === undefined) return [];
  const place = `${displayPath(first.file, home)}${first.line === null ? '' : `:${first.line}`}`;
  const others = problems.length === 1 ? '' : ` (and ${problems.length - 1} more: awsp list --json)`;
  return [{ kind: 'warning', text: `${place}: ${first.message}${others}` }];
}
