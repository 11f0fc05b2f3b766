import type { Profile } from '../aws-config/types.ts';
import type { Context } from '../context.ts';
import type { ShellName } from '../environment/shells.ts';
import { AwspError, Cancelled } from '../errors.ts';
import { exitCodes } from '../exit-codes.ts';
import { readOnlyProfiles, readOnlyRoles } from '../guard/read-only.ts';
import type { Outcome } from '../outcome.ts';
import { Portal } from '../sso/portal.ts';
import { sessionOf } from '../sso/session.ts';
import { confirm } from '../terminal/confirm.ts';
import { say } from '../terminal/messages.ts';
import { signInTo } from './login.ts';
import { createProfile } from './new.ts';
import { pick } from './pick.ts';
import { ambiguous, noMatch, selectIn } from './query.ts';
import { switchTo } from './switch.ts';
import type { SwitchOptions } from './switch-options.ts';

/**
 * `awsp --ro <query>…`: the read-only role of the account that the query means becomes the shell's. The roles of one account
 * are not told apart, since all of them lead to the same one; a role that is read-only itself stays. Where no profile has
 * such a role, a person is offered to create one of what the portal grants.
 */
export async function switchReadOnly(
  context: Context,
  query: readonly string[],
  options: SwitchOptions,
  shell: ShellName,
): Promise<Outcome> {
  const { account, meant, guessedFrom } = await findAccount(context, query);
  const fitting = readOnlyProfiles(context.profiles, account, context.settings.readOnlyRoles);
  const profile = fitting.find(({ name }) => meant.some((some) => some.name === name)) ?? fitting[0];
  return profile === undefined
    ? createReadOnly(context, account, options, shell)
    : switchTo(context, profile.name, options, shell, { guessedFrom });
}

// --- internal ---

/** A profile whose account is known. */
type InAccount = Profile & { readonly accountId: string };

interface Found {
  /** A profile of the account that is meant. */
  readonly account: InAccount;
  /** The profiles that the query matches, all of that account. */
  readonly meant: readonly Profile[];
  readonly guessedFrom: string | null;
}

export async function findAccount(context: Context, query: readonly string[]): Promise<Found> {
  const { world, profiles } = context;
  const selection = await selectIn(context, query);
  if (selection.kind === 'none') throw noMatch(context, query);
  const names = selection.kind === 'one' ? [selection.name] : selection.names;
  const guessedFrom = selection.by === 'fuzzy' ? query.join(' ') : null;
  const meant = names.flatMap((name) => profiles.get(name) ?? []);
  const [first, ...others] = meant;
  if (first === undefined) throw noMatch(context, names);
  const isOneAccount = others.every(({ accountId }) => accountId !== null && accountId === first.accountId);
  if (isOneAccount) return { account: inAccount(first), meant, guessedFrom };
  if (!world.terminal.interactive) throw ambiguous(query, names);
  const picked = profiles.get(await pick(context, query)) ?? first;
  return { account: inAccount(picked), meant: [picked], guessedFrom: null };
}

function inAccount(profile: Profile): InAccount {
  const { name, accountId } = profile;
  if (accountId !== null) return { ...profile, accountId };
  throw new AwspError(
    exitCodes.noProfile,
    `the account of "${name}" is not known, so its read-only role cannot be found`,
    [`say in the settings which it is: [pin] ${name} = <account id>`],
  );
}

async function createReadOnly(
  context: Context,
  account: InAccount,
  options: SwitchOptions,
  shell: ShellName,
): Promise<Outcome> {
  const { world, profiles, settings } = context;
  const { accountId, region, properties } = account;
  const session = sessionOf(profiles, account);
  const missing = `none of your profiles is a read-only role of account ${accountId}`;
  if (session === null || !world.terminal.interactive) {
    const remedy = session === null ? [] : [`create one with: awsp new --account ${accountId}`];
    throw new AwspError(exitCodes.noProfile, missing, remedy);
  }
  if (!(await confirm(world.terminal, `awsp: ${missing}: create one?`))) throw new Cancelled();
  say(world.terminal, await signInTo(context, session, { deviceCode: false, noBrowser: false }));
  const roles = await new Portal(world, session).roles(accountId);
  const [role] = readOnlyRoles(roles, settings.readOnlyRoles);
  if (role === undefined) {
    throw new AwspError(exitCodes.failed, `the portal gives you no read-only role in account ${accountId}`, roles);
  }
  const answers = {
    ...{ startUrl: session.startUrl, ssoRegion: session.region, session: session.name, legacy: session.name === null },
    ...{ account: accountId, role, region, output: properties.get('output')?.value ?? null, name: null },
    ...{ forceRegion: true, deviceCode: false, noBrowser: false, yes: false, awsLogin: false, dryRun: false },
  };
  return createProfile(context, answers, shell, options);
}
