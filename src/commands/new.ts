import { describeChange } from '../aws-config/changes.ts';
import { writeSection } from '../aws-config/edit.ts';
import { configPaths, displayPath } from '../aws-config/paths.ts';
import { type NewOptions, plainSwitch } from '../cli/invocation.ts';
import type { ShellName } from '../environment/shells.ts';
import { AwspError } from '../errors.ts';
import { exitCodes } from '../exit-codes.ts';
import { certificatesFor } from '../identity/certificates.ts';
import type { Message, Outcome } from '../outcome.ts';
import { listAccounts, listRoles, type PortalAccount } from '../sso/portal.ts';
import { discoverRegion } from '../sso/region.ts';
import { allSessions, defaultScope, type SsoSession } from '../sso/session.ts';
import { normalizeStartUrl, portalName } from '../sso/start-url.ts';
import { readToken } from '../sso/token-cache.ts';
import { renderMessages } from '../terminal/messages.ts';
import { chooseByNumber } from '../terminal/numbered.ts';
import { type Context, loadContext } from './context.ts';
import { signInTo } from './login.ts';
import { show } from './show.ts';
import { switchTo } from './switch.ts';

/**
 * `awsp new`: creates an SSO profile. Every answer is also an option; what is missing is asked for on a terminal. Nothing
 * is written before the whole change was shown and agreed to; then the profile is verified, shown, and offered.
 */
export async function createProfile(context: Context, options: NewOptions, shell: ShellName | null): Promise<Outcome> {
  const { world } = context;
  const say = (message: Message) => world.terminal.write(renderMessages([message], world.terminal.colour.stderr));
  if (world.env.AWS_PROFILE)
    say({ kind: 'note', text: `AWS_PROFILE is set to "${world.env.AWS_PROFILE}", which is not used here` });
  const path = configPaths(world.env, world.home).config;
  if (path === null) throw new AwspError(exitCodes.failed, 'HOME is not set, so there is no place for a profile');
  const session = await chooseSession(context, options, say);
  say(await signInTo(world, session, { deviceCode: options.deviceCode, noBrowser: options.noBrowser }));
  const profile = await chooseProfile(context, options, session);
  const change = (text: string | null) => withProfile(text ?? '', session, profile);
  await agreeToChange(context, options, path, change, profile.name);
  await world.files.update(path, change);
  const after = await loadContext(world);
  const table = await show(after, [profile.name], false);
  const written: Message = { kind: 'done', text: `"${profile.name}" is in ${displayPath(path, world.home)}` };
  const messages: Message[] = [written, { kind: 'plain', text: table.stdout ?? '' }];
  if (shell === null || !(await isWanted(context, options, 'switch to it now?')))
    return { code: exitCodes.done, messages };
  const switched = await switchTo(
    after,
    profile.name,
    { ...plainSwitch, verify: 'always', login: 'never', yes: options.yes },
    shell,
  );
  return { ...switched, messages: [...messages, ...(switched.messages ?? [])] };
}

// --- internal ---

interface NewProfile {
  readonly name: string;
  readonly accountId: string;
  readonly roleName: string;
  readonly region: string;
  readonly output: string;
}

type Say = (message: Message) => void;

async function chooseSession(context: Context, options: NewOptions, say: Say): Promise<SsoSession> {
  const { profiles } = context;
  const known = allSessions(profiles).map(({ session }) => session);
  const startUrl = await answer(
    context,
    'start URL',
    options.startUrl,
    '--start-url',
    known[0]?.startUrl ?? null,
    normalizeStartUrl,
  );
  const region = await chooseSsoRegion(context, options, startUrl, known, say);
  const same = known.find(
    (session) => session.startUrl === startUrl && session.region === region && session.name !== null,
  );
  const name = options.legacy
    ? null
    : (await answer(
        context,
        'session name, - for none',
        options.session,
        '--session',
        same?.name ?? portalName(startUrl),
        readSessionName,
      )) || null;
  const existing = name === null ? null : profiles.ssoSession(name);
  const [url, place] = ['sso_start_url', 'sso_region'].map((key) => existing?.properties.get(key)?.value);
  if (existing !== null && (url !== startUrl || place !== region)) {
    throw new AwspError(exitCodes.usage, `[sso-session ${name}] exists, for ${url} in ${place}`, [
      'give the session another name: --session NAME',
    ]);
  }
  return { key: name ?? startUrl, name, startUrl, region, scopes: [defaultScope] };
}

/** The region of the portal, from its start page where that can be had; a wrong one is replaced, and nothing else is lost. */
async function chooseSsoRegion(
  context: Context,
  options: NewOptions,
  startUrl: string,
  known: readonly SsoSession[],
  say: Say,
): Promise<string> {
  const { world } = context;
  const network = { env: world.env, certificates: certificatesFor(world, world.env, null), connectionTimeout: 3_000 };
  const found = await discoverRegion(startUrl, network, 3_000);
  const likely = found ?? known.find((session) => session.startUrl === startUrl)?.region ?? known[0]?.region ?? null;
  const given = await answer(context, 'SSO region', options.ssoRegion, '--sso-region', likely, readRegion);
  if (found === null || found === given) return given;
  say({ kind: 'warning', text: `the portal ${startUrl} is in ${found}, not in ${given}` });
  if (await isWanted(context, options, `use ${found}?`)) return found;
  throw new AwspError(exitCodes.failed, `a sign-in to ${startUrl} in ${given} would never end`, [
    `use --sso-region ${found}`,
  ]);
}

async function chooseProfile(context: Context, options: NewOptions, session: SsoSession): Promise<NewProfile> {
  const { world, profiles } = context;
  const accessToken = readToken(world, session.key)?.accessToken ?? '';
  const account = await chooseAccount(context, options, await listAccounts(world, session, accessToken));
  const roleName = await chooseRole(
    context,
    options,
    account,
    await listRoles(world, session, accessToken, account.id),
  );
  const like = profiles.all().find((profile) => profile.ssoStartUrl === session.startUrl && profile.region !== null);
  const region = await answer(
    context,
    'default region',
    options.region,
    '--region',
    like?.region ?? session.region,
    readRegion,
  );
  const output = await answer(context, 'output format', options.output, '--output', 'json', readWord);
  const template = `${account.name.replace(/[^\p{L}\p{N}._-]+/gu, '-') || account.id}-${roleName}-${account.id}`;
  const name = await answer(context, 'profile name', options.name, '--name', template, readName);
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
  return chooseByNumber(context.world.terminal, {
    items: fitting,
    describe: (shown) => ({
      titles: ['Account', 'Id', 'E-mail'],
      rows: shown.map(({ name, id, email }) => [{ text: name }, { text: id }, { text: email }]),
      spare: ['E-mail'],
    }),
    narrow: (items, words) => items.filter(({ name, id }) => hasWords(`${name} ${id}`, words)),
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
  return chooseByNumber(context.world.terminal, {
    items: fitting,
    describe: (shown) => ({ titles: ['Role'], rows: shown.map((text) => [{ text }]) }),
    narrow: (items, words) => items.filter((role) => hasWords(role, words)),
  });
}

function hasWords(text: string, words: string): boolean {
  return words
    .toLowerCase()
    .split(/\s+/)
    .every((word) => text.toLowerCase().includes(word));
}

/** The text of the config file with the profile, and its session, in it. */
function withProfile(text: string, session: SsoSession, profile: NewProfile): string {
  const common = [
    ['sso_account_id', profile.accountId],
    ['sso_role_name', profile.roleName],
    ['region', profile.region],
    ['output', profile.output],
  ] as const;
  const portal = [
    ['sso_start_url', session.startUrl],
    ['sso_region', session.region],
  ] as const;
  const target = { type: 'profile', name: profile.name } as const;
  if (session.name === null)
    return writeSection(text, 'config', target, new Map([['sso_session', null], ...portal, ...common]));
  const scopes = new Map([...portal, ['sso_registration_scopes', session.scopes.join(',')]] as const);
  const withSession = writeSection(text, 'config', { type: 'sso-session', name: session.name }, scopes);
  const own = new Map([
    ['sso_start_url', null],
    ['sso_region', null],
    ['sso_session', session.name],
    ...common,
  ] as const);
  return writeSection(withSession, 'config', target, own);
}

async function agreeToChange(
  context: Context,
  options: NewOptions,
  path: string,
  change: (text: string | null) => string,
  name: string,
): Promise<void> {
  const { world, profiles } = context;
  const read = world.files.read(path);
  const before = read.kind === 'text' ? read.text : '';
  const shown = describeChange(before, change(before));
  const file = displayPath(path, world.home);
  world.terminal.write(`${shown}\n`);
  const exists = profiles.get(name) !== null;
  const question = exists ? `"${name}" exists: replace it in ${file}?` : `write this to ${file}?`;
  if (!options.yes && !world.terminal.interactive) {
    throw new AwspError(exitCodes.refused, `${exists ? `"${name}" exists` : 'nothing is written'} without a yes`, [
      'to agree: --yes',
    ]);
  }
  if (!(await isWanted(context, options, question, !exists))) throw new AwspError(exitCodes.cancelled, '');
}

/** An answer that was given as an option, or on the terminal, or its default; asked for again until it is good. */
async function answer(
  { world }: Context,
  label: string,
  given: string | null,
  option: string,
  fallback: string | null,
  read: (typed: string) => string | null,
): Promise<string> {
  if (given !== null) {
    const value = read(given);
    if (value === null) throw new AwspError(exitCodes.usage, `"${option} ${given}" is no ${label}`);
    return value;
  }
  if (!world.terminal.interactive) {
    if (fallback === null) throw missing(label, option);
    return fallback;
  }
  for (;;) {
    const typed = (await world.terminal.ask(`${label}${fallback === null ? '' : ` [${fallback}]`}: `)).trim();
    const value = typed === '' ? fallback : read(typed);
    if (value !== null) return value;
    world.terminal.write(`"${typed}" is no ${label}\n`);
  }
}

function missing(label: string, option: string): AwspError {
  return new AwspError(exitCodes.usage, `the ${label} is missing, and there is no terminal to ask on`, [
    `give it: ${option}`,
  ]);
}

async function isWanted({ world }: Context, { yes }: NewOptions, question: string, byDefault = true): Promise<boolean> {
  if (yes || !world.terminal.interactive) return yes;
  const typed = (await world.terminal.ask(`${question} ${byDefault ? '[Y/n]' : '[y/N]'} `)).trim();
  return typed === '' ? byDefault : /^y(es)?$/i.test(typed);
}

function readRegion(typed: string): string | null {
  return /^[a-z]{2,}(-[a-z]+)+-\d+$/.test(typed.trim()) ? typed.trim() : null;
}

function readWord(typed: string): string | null {
  return /^[\w.-]+$/.test(typed.trim()) ? typed.trim() : null;
}

/** `-` stands for no session: a legacy profile. */
function readSessionName(typed: string): string | null {
  return typed.trim() === '-' ? '' : readWord(typed);
}

function readName(typed: string): string | null {
  const name = typed.trim();
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is refused
  return name === '' || /[\u0000-\u001F\u007F\]]/.test(name) ? null : name;
}
