import { profilesWith } from '../aws-config/profiles-with.ts';
import type { Profile } from '../aws-config/types.ts';
import type { Context } from '../context.ts';
import { AwspError, SignInNeeded } from '../errors.ts';
import { exitCodes } from '../exit-codes.ts';
import { endAhead } from '../guard/limit.ts';
import { readOnlyProfiles, readOnlyRoles } from '../guard/read-only.ts';
import { quoteWord } from '../lib/shell-words.ts';
import { sessionOf } from '../sso/session.ts';
import type { ExecOptions } from './exec-options.ts';
import { findAccount } from './read-only.ts';
import { resolveQuery, type SelectionOrigin, signedIn } from './switch.ts';

/** What a command acts as. */
export interface Target {
  /** Its profiles hold the one that is meant. */
  readonly context: Context;
  readonly name: string;
  readonly origin: SelectionOrigin;
  /** AWS's files have no such profile, so the command needs keys. */
  readonly isDerived: boolean;
}

/**
 * Finds what `awsp exec` acts as: the profile that the query means, a role of the same account (`--ro`, `--role`), or the role
 * of an ARN. A role without a profile is one that the portal gives; with `withoutKeys` it is not looked for. Throws an
 * `AwspError` where there is none.
 */
export async function targetOf(
  context: Context,
  { query, command, options, role, roleArn }: ExecOptions,
  withoutKeys: boolean,
): Promise<Target | 'needs-keys'> {
  const globs = options.readOnly ? context.settings.readOnlyRoles : role === null ? null : [role];
  if (globs !== null) return sibling(context, query, globs, options.login, withoutKeys);
  const found = await profileOf(context, query, command);
  return roleArn === null ? found : assumed(found, roleArn);
}

// --- internal ---

async function profileOf(
  context: Context,
  query: readonly string[],
  command: readonly string[] | null,
): Promise<Target> {
  const { world } = context;
  const target = (name: string, origin: SelectionOrigin = {}): Target => ({ context, name, origin, isDerived: false });
  if (query.length === 1 && query[0] === '-') {
    const { AWSP_PREVIOUS: previous, AWSP_PREVIOUS_UNTIL: until } = world.env;
    if (!previous) throw new AwspError(exitCodes.noProfile, 'no previous profile in this shell');
    return target(previous, { until: endAhead(until, world.now()) });
  }
  if (query.length === 0) {
    if (!world.terminal.interactive) {
      throw new AwspError(exitCodes.usage, 'no terminal to choose on', [
        'name a profile: awsp exec <query> -- <command>',
        'awsp list shows them',
      ]);
    }
    const { pick } = await import('./pick.ts');
    return target(await pick(context, []));
  }
  try {
    const { name, ...origin } = await resolveQuery(context, query, null);
    return target(name, origin);
  } catch (error) {
    const [first = '', ...rest] = query;
    if (!(error instanceof AwspError) || error.code !== exitCodes.noProfile || command !== null || rest.length === 0) {
      throw error;
    }
    const line = [...['awsp', 'exec', quoteWord(first), '--'], ...rest.map(quoteWord)].join(' ');
    throw new AwspError(error.code, error.message, [...error.details, `a command goes after "--": ${line}`]);
  }
}

/** The role of the account that the query means, or that this shell is in, which fits the globs best. */
async function sibling(
  context: Context,
  query: readonly string[],
  globs: readonly string[],
  login: ExecOptions['options']['login'],
  withoutKeys: boolean,
): Promise<Target | 'needs-keys'> {
  const { world, profiles } = context;
  const active = world.env.AWS_PROFILE;
  if (query.length === 0 && !active) {
    throw new AwspError(exitCodes.usage, 'this shell has no profile whose account could be meant', [
      'name one: awsp exec --ro <query> -- <command>',
    ]);
  }
  const { account, meant, guessedFrom } = await findAccount(context, query.length === 0 ? [active ?? ''] : query);
  const fitting = readOnlyProfiles(profiles, account, globs);
  const profile = fitting.find(({ name }) => meant.some((some) => some.name === name)) ?? fitting[0];
  if (profile !== undefined) return { context, name: profile.name, origin: { guessedFrom }, isDerived: false };
  const session = sessionOf(profiles, account);
  const wanted = `no role of account ${account.accountId} fits ${globs.join(', ')}`;
  if (session === null) throw new AwspError(exitCodes.noProfile, `${wanted}: awsp list shows the profiles`);
  if (withoutKeys) return 'needs-keys';
  const { Portal } = await import('../sso/portal.ts');
  const roles = await signedIn(context, login, async () => {
    try {
      return await new Portal(world, session).roles(account.accountId);
    } catch (error) {
      const isOver = error instanceof AwspError && error.code === exitCodes.signInNeeded;
      throw isOver ? new SignInNeeded(account.name, error.message, error) : error;
    }
  });
  const [found] = readOnlyRoles(roles, globs);
  if (found === undefined)
    throw new AwspError(exitCodes.noProfile, wanted, [`the portal gives you: ${roles.join(', ')}`]);
  const { roleName } = account;
  const isNamed = roleName !== null && account.name.includes(roleName);
  const name = isNamed ? account.name.replace(roleName, found) : `${account.name}-${found}`;
  const properties = new Map(account.properties);
  const location = account.properties.get('sso_role_name')?.location ?? { file: 'the portal', line: 0 };
  properties.set('sso_role_name', { value: found, location });
  return derived(context, { ...account, name, roleName: found, properties }, { guessedFrom });
}

/** The role of an ARN, which is assumed with the profile's credentials. */
function assumed({ context, name: source, origin }: Target, arn: string): Target {
  const base = context.profiles.get(source);
  if (base === null) throw new Error(`"${source}" was found and is no profile`);
  const location = base.definedIn[0] ?? { file: 'the command line', line: 0 };
  const property = (value: string) => ({ value, location });
  const properties = new Map([
    ['role_arn', property(arn)],
    ['source_profile', property(source)],
    ...(base.region === null ? [] : ([['region', property(base.region)]] as const)),
  ]);
  const profile: Profile = {
    ...base,
    ...{ name: arn, kind: 'assume-role', sourceKind: 'assume-role', properties },
    ...{ accountId: arn.split(':')[4] ?? null, roleName: arn.split('/').at(-1) ?? null, sourceProfile: source },
    ...{ ssoSession: null, ssoStartUrl: null, ssoRegion: null },
  };
  return derived(context, profile, origin);
}

function derived(context: Context, profile: Profile, origin: SelectionOrigin): Target {
  // It is in no file, so it is only found by its name.
  const profiles = profilesWith(context.profiles, {
    get: (name) => (name === profile.name ? profile : context.profiles.get(name)),
  });
  return { context: { ...context, profiles }, name: profile.name, origin, isDerived: true };
}
