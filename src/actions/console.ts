import type { Profile } from '../aws-config/types.ts';
import { consoleAddress, portalLink } from '../console/addresses.ts';
import { type ConsoleBrowser, consoleBrowser } from '../console/browser.ts';
import { federate } from '../console/federation.ts';
import { noBrowser, openPlainly, openSecretly } from '../console/hand-over.ts';
import { nearestService, pageOf } from '../console/services.ts';
import type { Context } from '../context.ts';
import { applyDelta } from '../environment/delta.ts';
import { AwspError } from '../errors.ts';
import { exitCodes } from '../exit-codes.ts';
import { holdToAccount } from '../guard/pins.ts';
import type { AwsClient } from '../identity/aws-client.ts';
import { withCredentials } from '../identity/credentials.ts';
import { usableLinks } from '../identity/links.ts';
import type { Credentials, Identity, VerificationRequest } from '../identity/types.ts';
import { quoteWord } from '../lib/shell-words.ts';
import { defaultRegionOf } from '../network/default-region.ts';
import { partitionOf } from '../network/partitions.ts';
import type { Message, Outcome } from '../outcome.ts';
import { accountInWords, nameUntold } from '../selection/account-names.ts';
import type { Environment } from '../world.ts';
import { noMatch, selectIn } from './query.ts';
import { type Decision, decideSwitch, resolveQuery, type SelectionOrigin, signedIn } from './switch.ts';
import { plainSwitch, type SwitchOptions } from './switch-options.ts';

export interface ConsoleOptions extends Pick<SwitchOptions, 'login' | 'yes' | 'forceRegion'> {
  /** A query, and the name of a service after it; both may be missing. */
  readonly words: readonly string[];
  /** A page of the console, in place of that of a service. */
  readonly path: string | null;
  readonly region: string | null;
  /** Seconds. */
  readonly duration: number | null;
  /** Print the address to stdout. */
  readonly print: boolean;
  readonly container: boolean;
}

/**
 * `awsp console`: opens the AWS console as a profile, verified and guarded as a switch is. An SSO profile is signed in by the
 * portal's own link; a profile of `aws login` is signed in already; for the others AWS makes a sign-in of their keys.
 */
export async function openConsole(context: Context, options: ConsoleOptions): Promise<Outcome> {
  const { world } = context;
  const { name, page, origin } = await targetOf(context, options);
  const decided = { ...plainSwitch, login: options.login, yes: options.yes };
  const decision = await decideSwitch(context, name, decided, origin, purpose);
  const { profile, facts, confirmation, before } = decision;
  const env = applyDelta(world.env, decision.delta);
  const partition = partitionOfProfile(profile, env);
  const region = regionIn(partition, profile, env, options.region);
  const destination = consoleAddress({ partition, region, path: options.path ?? page ?? 'console/home' });
  if (destination === null) {
    throw new AwspError(exitCodes.failed, `awsp knows no console of the partition "${partition}"`);
  }
  const { address, isSecret, notes } = await addressFor(context, decision, options, { env, partition, destination });
  const messages: Message[] = [...before, ...(facts.state === 'unverified' ? [confirmation] : []), ...notes];
  const afterwards = () => decision.remember('console');
  if (options.print) {
    const isShown = isSecret && world.terminal.stdoutIsTerminal;
    const text = 'whoever has this address is signed in as you: it is a secret for the next 15 minutes';
    const warnings: Message[] = isShown ? [{ kind: 'warning', text }] : [];
    return { code: exitCodes.done, stdout: `${address}\n`, messages: [...messages, ...warnings], afterwards };
  }
  const done = await open(context, decision, options, { address, isSecret });
  return { code: exitCodes.done, messages: [...messages, done], afterwards };
}

// --- internal ---

const purpose = { keepsFacts: false, question: 'open its console', command: 'awsp console' };

interface Target {
  readonly name: string;
  /** The page of a service; null for none. */
  readonly page: string | null;
  readonly origin: SelectionOrigin;
}

/** The profile and the page that the words mean: the last word may be a service, and without a query the active profile is meant. */
async function targetOf(context: Context, { words }: ConsoleOptions): Promise<Target> {
  const last = words.at(-1) ?? '';
  const page = words.length > 0 ? pageOf(last) : null;
  // A profile of that name or part comes first.
  const isProfile = page !== null && (await fits(context, words));
  if (page === null || isProfile) {
    const isUnknown = words.length > 1 && page === null && !(await fits(context, words));
    if (isUnknown && (await fits(context, words.slice(0, -1)))) throw unknownService(last);
    return { ...(await profileOf(context, words)), page: null };
  }
  return { ...(await profileOf(context, words.slice(0, -1))), page };
}

/** Whether words mean a profile, not only resemble its name. */
async function fits(context: Context, words: readonly string[]): Promise<boolean> {
  const selection = await selectIn(context, words);
  return selection.kind !== 'none' && selection.by !== 'fuzzy';
}

async function profileOf(context: Context, query: readonly string[]): Promise<Omit<Target, 'page'>> {
  const { world, profiles } = context;
  if (query.length > 0) {
    const { name, ...origin } = await resolveQuery(context, query, null);
    return { name, origin };
  }
  const active = world.env.AWS_PROFILE || world.env.AWS_DEFAULT_PROFILE;
  if (active) {
    if (profiles.get(active) === null) throw noMatch(context, [active]);
    return { name: active, origin: {} };
  }
  if (!world.terminal.interactive) {
    throw new AwspError(exitCodes.usage, 'no profile is active, and there is no terminal to choose on', [
      'name a profile: awsp console <query>',
    ]);
  }
  const { pick } = await import('./pick.ts');
  return { name: await pick(context, []), origin: {} };
}

function unknownService(word: string): AwspError {
  const nearest = nearestService(word);
  const hint = nearest === undefined ? '' : `; did you mean "${nearest}"?`;
  return new AwspError(exitCodes.usage, `awsp knows no service "${word}"${hint}`, [
    'any page of the console can be named: --path /ec2/home',
  ]);
}

/** The partition of a profile, by the ARN of its role or user where it names one: the shell may have any region. */
function partitionOfProfile({ properties, ssoRegion, region }: Profile, env: Environment): string {
  const arn = properties.get('role_arn')?.value ?? properties.get('login_session')?.value;
  const [, partition] = arn?.split(':') ?? [];
  return partition || partitionOf(ssoRegion ?? region ?? (env.AWS_REGION || env.AWS_DEFAULT_REGION || ''));
}

/** The region of the page: the one that is asked for, else that of the shell or the profile which the partition has. */
function regionIn(partition: string, profile: Profile, env: Environment, wanted: string | null): string {
  if (wanted !== null && partitionOf(wanted) !== partition) {
    throw new AwspError(
      exitCodes.usage,
      `"${wanted}" is a region of ${partitionOf(wanted)}, but "${profile.name}" is of ${partition}`,
    );
  }
  const regions = [wanted, env.AWS_REGION, env.AWS_DEFAULT_REGION, profile.region, profile.ssoRegion];
  return regions.find((region) => region && partitionOf(region) === partition) ?? defaultRegionOf(partition);
}

interface Place {
  readonly env: Environment;
  readonly partition: string;
  readonly destination: string;
}

interface Found {
  readonly address: string;
  /** Whether it signs in whoever opens it. */
  readonly isSecret: boolean;
  readonly notes: readonly Message[];
}

async function addressFor(
  context: Context,
  { profile, facts }: Decision,
  options: ConsoleOptions,
  { env, partition, destination }: Place,
): Promise<Found> {
  const { world, settings, profiles } = context;
  const isIgnored = options.duration !== null && (profile.kind === 'sso' || profile.kind === 'login');
  const text = `--duration has no meaning for "${profile.name}": its console session is not made by awsp`;
  const notes: Message[] = isIgnored ? [{ kind: 'note', text }] : [];
  if (profile.kind === 'login') return { address: destination, isSecret: false, notes };
  if (profile.kind === 'sso') {
    const role = { accountId: facts.accountId ?? '', roleName: profile.roleName ?? '' };
    const address = portalLink(profile.ssoStartUrl ?? '', role, destination);
    if (address !== null) return { address, isSecret: false, notes };
  }
  if (options.duration !== null) refuseForChain(context, profile);
  const request: VerificationRequest = { world, settings, profiles, profile, env, always: false };
  const { credentials, duration } = await signedIn(context, options.login, () => keysFor(request, options.duration));
  const caBundle = profile.properties.get('ca_bundle')?.value ?? null;
  const address = await federate(world, {
    name: profile.name,
    partition,
    credentials,
    duration,
    destination,
    caBundle,
  });
  return { address, isSecret: true, notes };
}

/** AWS gives a session by role chaining no duration of its own. */
function refuseForChain({ profiles }: Context, { name, kind, sourceProfile, properties }: Profile): void {
  const source = sourceProfile === null ? null : profiles.get(sourceProfile);
  const isByRole = source !== null && ['sso', 'web-identity', 'assume-role'].includes(source.sourceKind);
  const isChained = kind === 'assume-role' && (isByRole || properties.has('credential_source'));
  if (!isChained) return;
  throw new AwspError(exitCodes.usage, `a console session of "${name}" can have no duration: a role assumes its role`, [
    `without one it lasts as long as the keys: awsp console ${quoteWord(name)}`,
  ]);
}

interface ConsoleKeys {
  readonly credentials: Credentials;
  /** Seconds; null for as long as the keys are valid. */
  readonly duration: number | null;
}

/** The keys of a role, or of a federated user in the place of a user, whose keys the console does not accept. */
async function keysFor(request: VerificationRequest, duration: number | null): Promise<ConsoleKeys> {
  const { profile, settings } = request;
  const promised = profile.accountId;
  const found = await withCredentials(request, usableLinks(request), {
    use: async (client, credentials) => {
      const identity = await client.identity(credentials);
      return { identity, keys: await toConsoleKeys(profile, client, credentials, identity, duration) };
    },
    isPromised: ({ identity }) => promised === null || promised === identity.accountId,
  });
  if ('kind' in found) {
    throw new AwspError(exitCodes.failed, `no keys for the console of "${profile.name}": ${found.reason}`);
  }
  holdToAccount(profile, settings.pins, found.identity);
  return found.keys;
}

async function toConsoleKeys(
  { name }: Profile,
  client: AwsClient,
  credentials: Credentials,
  { arn }: Identity,
  duration: number | null,
): Promise<ConsoleKeys> {
  if (arn.split(':')[2] === 'sts') return { credentials, duration };
  if (credentials.sessionToken !== null) {
    throw new AwspError(
      exitCodes.failed,
      `the console does not accept the keys of "${name}": they are a user's session (GetSessionToken)`,
      ['use a profile with a role, or with the access keys of the user themselves'],
    );
  }
  // At most 32 characters, at least 2 (STS API reference, GetFederationToken).
  const user = (arn.split('/').at(-1) ?? '').replace(/[^\w+=,.@-]/g, '').slice(0, 32);
  const federated = await client.federationToken(credentials, user.length < 2 ? 'awsp' : user, duration ?? undefined);
  return { credentials: federated, duration: null };
}

async function open(
  { world, settings }: Context,
  { profile, facts }: Decision,
  options: ConsoleOptions,
  { address, isSecret }: Pick<Found, 'address' | 'isSecret'>,
): Promise<Message> {
  const wanted: ConsoleBrowser = {
    setting: settings.consoleBrowser,
    signIn: settings.signInBrowser,
    name: profile.name,
    isProduction: facts.level === 'production',
    container: options.container,
  };
  const ways = [`to get the address: awsp console ${[...options.words, '--print'].map(quoteWord).join(' ')}`];
  const accountName = nameUntold(facts.accountName ?? null, profile.name);
  const account = facts.accountId === null ? '' : ` (${accountInWords(facts.accountId, accountName)})`;
  if (isSecret) {
    await openSecretly(world, address, (url) => consoleBrowser(world, url, wanted), ways);
  } else {
    const command = consoleBrowser(world, address, wanted);
    const failure = command === null ? noBrowser : await openPlainly(world, command);
    if (failure !== null) throw new AwspError(exitCodes.failed, failure, [`open this page: ${address}`]);
  }
  return { kind: 'done', text: `the console of "${profile.name}"${account} is open in the browser` };
}
