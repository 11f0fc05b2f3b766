import { AwspError } from '../errors.ts';
import { exitCodes } from '../exit-codes.ts';
import { Portal, type PortalAccount } from '../sso/portal.ts';
import type { SsoSession } from '../sso/session.ts';
import type { SsoProfile } from '../sso/sso-profile.ts';
import { waitFor } from '../terminal/interrupt.ts';
import type { NewOptions } from './creation-options.ts';
import { likelyRegion } from './portal-session.ts';
import { defaultRegion, doubtOutput, doubtRegion, missing, outputFormat } from './questions.ts';
import type { Wizard } from './wizard.ts';

/** What a new profile is to give access to, and how it is used: all but its name. */
export interface ChosenAccess extends Omit<SsoProfile, 'name' | 'accountId'> {
  readonly account: PortalAccount;
}

/** Lets a person who is signed in choose what the portal gives, as far as the options do not say. */
export async function chooseAccess(wizard: Wizard, options: NewOptions, session: SsoSession): Promise<ChosenAccess> {
  const { world, profiles } = wizard.context;
  const portal = await wizard.step(async () => new Portal(world, session));
  const accounts = await wizard.step(() => waitFor(world, portal.accounts(), asking));
  const account = await chooseAccount(wizard, options, accounts);
  await wizard.tell(`account: ${account.name} (${account.id})`);
  const roles = await wizard.step(() => waitFor(world, portal.roles(account.id), asking));
  const roleName = await chooseRole(wizard, options, account, roles);
  await wizard.tell(`role: ${roleName}`);
  const likely = likelyRegion(profiles, session);
  const region = await wizard.ask({
    ...defaultRegion,
    label: 'default region',
    given: options.region,
    fallback: likely,
    hint: likely === session.region ? 'that of the portal' : 'as in your profiles',
    yes: options.yes,
    ...(options.forceRegion ? {} : { validate: doubtRegion }),
  });
  const output = await wizard.ask({
    ...outputFormat,
    label: 'output format',
    given: options.output,
    fallback: 'json',
    yes: options.yes,
    validate: doubtOutput,
  });
  return { account, roleName, region, output };
}

// --- internal ---

const asking = 'asking AWS …';

async function chooseAccount(
  wizard: Wizard,
  options: NewOptions,
  accounts: readonly PortalAccount[],
): Promise<PortalAccount> {
  const fitting =
    options.account === null
      ? accounts
      : accounts.filter(({ id, name }) => id === options.account || name === options.account);
  const [only, ...others] = fitting;
  if (only === undefined) {
    const message =
      options.account === null
        ? 'the portal gives you no account'
        : `the portal gives you no account "${options.account}"`;
    throw new AwspError(
      exitCodes.failed,
      message,
      accounts.slice(0, 20).map(({ id, name }) => `${id} ${name}`),
    );
  }
  if (others.length === 0) return only;
  if (!wizard.context.world.terminal.interactive) throw missing('account', '--account');
  return wizard.choose({
    items: fitting,
    noun: 'accounts',
    describe: (shown) => ({
      titles: ['Account', 'Id', 'E-mail'],
      rows: shown.map(({ name, id, email }) => [{ text: name }, { text: id }, { text: email }]),
      spare: ['E-mail'],
    }),
    texts: ({ name, id }) => [name, id],
  });
}

async function chooseRole(
  wizard: Wizard,
  options: NewOptions,
  account: PortalAccount,
  roles: readonly string[],
): Promise<string> {
  const fitting = options.role === null ? roles : roles.filter((role) => role === options.role);
  const [only, ...others] = fitting;
  if (only === undefined) {
    const wanted = options.role === null ? 'no role' : `no role "${options.role}"`;
    throw new AwspError(exitCodes.failed, `the portal gives you ${wanted} in ${account.id} (${account.name})`, roles);
  }
  if (others.length === 0) return only;
  if (!wizard.context.world.terminal.interactive) throw missing('role', '--role');
  return wizard.choose({
    items: fitting,
    noun: 'roles',
    describe: (shown) => ({ titles: ['Role'], rows: shown.map((text) => [{ text }]), spare: [] }),
    texts: (role) => [role],
  });
}
