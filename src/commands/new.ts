import { displayPath } from '../aws-config/paths.ts';
import { nameBy } from '../aws-config/profile-name.ts';
import { type SsoProfile, withSsoProfile } from '../aws-config/sso-profile.ts';
import { type NewOptions, plainSwitch, type SwitchOptions } from '../cli/invocation.ts';
import type { ShellName } from '../environment/shells.ts';
import { AwspError } from '../errors.ts';
import { exitCodes } from '../exit-codes.ts';
import type { Message, Outcome } from '../outcome.ts';
import { Portal, type PortalAccount } from '../sso/portal.ts';
import type { SsoSession } from '../sso/session.ts';
import { portalName } from '../sso/start-url.ts';
import { choose } from '../terminal/choose.ts';
import { say } from '../terminal/messages.ts';
import { changeAsAgreed, configFile } from './config-change.ts';
import { type Context, loadContext, settingsMessages } from './context.ts';
import { signInTo } from './login.ts';
import { likelyRegion, portalSession } from './portal-session.ts';
import { answer, isWanted, missing, readRegion, readWord } from './questions.ts';
import { show } from './show.ts';
import { switchTo } from './switch.ts';

/**
 * `awsp new`: creates an SSO profile. Every answer is also an option; what is missing is asked for on a terminal. Nothing
 * is written before the whole change was shown and agreed to; then the profile is verified, shown, and offered.
 */
export async function createProfile(
  context: Context,
  options: NewOptions,
  shell: ShellName | null,
  switching: SwitchOptions = plainSwitch,
): Promise<Outcome> {
  const { world } = context;
  const { terminal } = world;
  for (const message of settingsMessages(context)) say(terminal, message);
  if (world.env.AWS_PROFILE)
    say(terminal, { kind: 'note', text: `AWS_PROFILE is set to "${world.env.AWS_PROFILE}", which is not used here` });
  const path = configFile(world);
  const session = await portalSession(context, options);
  say(terminal, await signInTo(context, session, { deviceCode: options.deviceCode, noBrowser: options.noBrowser }));
  const profile = await chooseProfile(context, options, session);
  const change = (text: string | null) => withSsoProfile(text ?? '', session, profile);
  const file = displayPath(path, world.home);
  const exists = context.profiles.get(profile.name) !== null;
  const done = await changeAsAgreed(world, path, change, {
    question: exists ? `"${profile.name}" exists: replace it in ${file}?` : `write this to ${file}?`,
    byDefault: !exists,
    yes: options.yes,
    refusal: `${exists ? `"${profile.name}" exists` : 'nothing is written'} without a yes`,
  });
  const after = await loadContext(world);
  const table = await show(after, [profile.name], false);
  const written: Message = {
    kind: 'done',
    text: `"${profile.name}" is in ${file}${done === 'unchanged' ? ' already' : ''}`,
  };
  const messages: Message[] = [written, { kind: 'plain', text: table.stdout ?? '' }];
  if (shell === null || !(await isWanted(terminal, 'switch to it now?', options.yes)))
    return { code: exitCodes.done, messages };
  const switched = await switchTo(
    after,
    profile.name,
    { ...switching, verify: 'always', login: 'never', yes: options.yes || switching.yes },
    shell,
  );
  return { ...switched, messages: [...messages, ...(switched.messages ?? [])] };
}

// --- internal ---

async function chooseProfile(context: Context, options: NewOptions, session: SsoSession): Promise<SsoProfile> {
  const { world, profiles } = context;
  const { terminal } = world;
  const portal = new Portal(world, session);
  const account = await chooseAccount(context, options, await portal.accounts());
  const roleName = await chooseRole(context, options, account, await portal.roles(account.id));
  const region = await answer(terminal, {
    label: 'default region',
    option: '--region',
    given: options.region,
    fallback: likelyRegion(profiles, session),
    read: readRegion,
  });
  const output = await answer(terminal, {
    label: 'output format',
    option: '--output',
    given: options.output,
    fallback: 'json',
    read: readWord,
  });
  const name = await answer(terminal, {
    label: 'profile name',
    option: '--name',
    given: options.name,
    fallback: nameBy(context.settings.nameTemplate, {
      account: account.name,
      accountId: account.id,
      role: roleName,
      session: session.name ?? portalName(session.startUrl),
    }),
    read: readName,
  });
  return { name, accountId: account.id, roleName, region, output };
}

async function chooseAccount(
  context: Context,
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
  if (!context.world.terminal.interactive) throw missing('account', '--account');
  return choose(context, {
    items: fitting,
    describe: (shown) => ({
      titles: ['Account', 'Id', 'E-mail'],
      rows: shown.map(({ name, id, email }) => [{ text: name }, { text: id }, { text: email }]),
      spare: ['E-mail'],
    }),
    texts: ({ name, id }) => [name, id],
  });
}

async function chooseRole(
  context: Context,
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
  if (!context.world.terminal.interactive) throw missing('role', '--role');
  return choose(context, {
    items: fitting,
    describe: (shown) => ({ titles: ['Role'], rows: shown.map((text) => [{ text }]), spare: [] }),
    texts: (role) => [role],
  });
}

function readName(typed: string): string | null {
  const name = typed.trim();
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is refused
  return name === '' || /[\u0000-\u001F\u007F\]]/.test(name) ? null : name;
}
