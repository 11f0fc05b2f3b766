import { loadProfiles } from '../aws-config/load.ts';
import { configPaths, displayPath } from '../aws-config/paths.ts';
import type { ProfileSet } from '../aws-config/types.ts';
import type { Context } from '../context.ts';
import { AwspError } from '../errors.ts';
import { exitCodes } from '../exit-codes.ts';
import { quoteWord } from '../lib/shell-words.ts';
import { fitsAny, type Level, type RiskSubject } from '../selection/risk-level.ts';
import { ownSettingsPath, settingsPath } from '../settings/settings.ts';
import type { World } from '../world.ts';

/** What is known of the risk. */
interface Risk {
  readonly level: Level;
  /** It only counts as production, because its account or role is not known. */
  readonly isPossible: boolean;
  readonly isReadOnly: boolean;
}

/**
 * Refuses (6) a profile that an AI agent may not use: of production all but read-only roles, and what `[agent] deny` fits.
 * `[agent] allow` opens the former, never the latter. `command` is what a person types in front of the profile's name.
 */
export function holdAgent(
  { settings, world }: Pick<Context, 'settings' | 'world'>,
  agent: string,
  subject: RiskSubject,
  { level, isPossible, isReadOnly }: Risk,
  command: string,
): void {
  const { name, accountId } = subject;
  const paths = [ownSettingsPath(world), settingsPath(world)].filter((path) => path !== null);
  const files = paths.map((path) => displayPath(path, world.home));
  const byPerson = `a person can, in a shell of their own: ${command} ${quoteWord(name)}`;
  const runs = `${agent} runs this shell`;
  if (fitsAny(subject, settings.agentDeny, { asItLooks: true })) {
    throw new AwspError(exitCodes.refused, `"${name}" is not for agents, and ${runs}`, [
      byPerson,
      `${files.join(' or ')} says so: [agent] deny`,
    ]);
  }
  if (accountId === null && isPossible && settings.agentDeny.some((glob) => /^\d{12}$/.test(glob))) {
    throw new AwspError(exitCodes.refused, `the account of "${name}" is not known, and ${runs}`, [byPerson]);
  }
  if (level !== 'production') return;
  if (isReadOnly || fitsAny(subject, settings.agentAllow)) return;
  throw new AwspError(
    exitCodes.refused,
    `"${name}" ${isPossible ? 'may be production' : 'is production'}, and ${runs}: it gets read-only roles alone`,
    [
      `for a read-only role of the account: ${command} --ro ${quoteWord(name)}`,
      byPerson,
      `to allow it to agents, in ${files.join(' and in ')}: [agent] allow = ${name}`,
      ...(files.length > 1
        ? ['an agent can set HOME and XDG_CONFIG_HOME, so what allows has to be in both files']
        : []),
    ],
  );
}

/**
 * The profiles of the files that AWS's tools read in the home folder of the user's account, by which an account is
 * production to an AI agent as well, whatever files the agent's variables name; null where these are the same files.
 */
export function ownProfiles(world: World): ProfileSet | null {
  const home = world.userHome();
  if (home === null) return null;
  const [own, chosen] = [configPaths({}, home), configPaths(world.env, world.home)];
  const isSame = own.config === chosen.config && own.credentials === chosen.credentials;
  return isSame ? null : loadProfiles({ ...world, env: {}, home });
}
