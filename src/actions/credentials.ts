import type { Context } from '../context.ts';
import { type CredentialFormat, formatCredentials } from '../environment/credential-formats.ts';
import { applyDelta } from '../environment/delta.ts';
import { AwspError } from '../errors.ts';
import { exitCodes } from '../exit-codes.ts';
import { agentOf } from '../guard/agent.ts';
import { withinChain } from '../guard/profile-chain.ts';
import { quoteWord } from '../lib/shell-words.ts';
import { hasControl } from '../lib/text.ts';
import type { Message, Outcome } from '../outcome.ts';
import { decideSwitch, resolveQuery, type SelectionOrigin, signedIn } from './switch.ts';
import type { SwitchOptions } from './switch-options.ts';

export interface CredentialsOptions {
  readonly query: readonly string[];
  readonly format: CredentialFormat;
  readonly options: SwitchOptions;
}

/**
 * `awsp credentials [query]`: prints the credentials of a profile, without a query those of this shell's. Verified, guarded
 * and signed in as a switch is; questions are asked on the controlling terminal, because an SDK that runs this as
 * `credential_process` keeps what is written to stderr. An AI agent gets none (exit 6): what is printed is in its transcript.
 */
export async function credentials(given: Context, { query, format, options }: CredentialsOptions): Promise<Outcome> {
  const { terminal } = given.world;
  const asking = { ...given, world: { ...given.world, terminal: given.world.controllingTerminal() } };
  const { name, ...origin } = await profileMeant(asking, query);
  refuseAgent(given, name);
  const context = { ...asking, world: { ...asking.world, env: withinChain(given.world.env, name) } };
  const purpose = { keepsFacts: false, question: 'print its credentials', command: 'awsp credentials' };
  const decision = await decideSwitch(context, name, options, origin, purpose);
  const { world, settings, profiles } = context;
  const { profile, facts, delta, before, confirmation } = decision;
  const env = applyDelta(world.env, delta);
  const { credentialsOf } = await import('../identity/credentials.ts');
  const request = { world, settings, profiles, profile, env, always: false };
  const found = await signedIn(context, options.login, () => credentialsOf(request));
  refuseUnprintable(name, [found.accessKeyId, found.secretAccessKey, found.sessionToken ?? '']);
  const { accessKeyId, secretAccessKey, sessionToken, expiresAt } = found;
  const keys = { accessKeyId, secretAccessKey, sessionToken, expiresAt };
  const printed = { profile: name, region: profile.region, accountId: facts.accountId ?? found.accountId, ...keys };
  const onTerminal: Message = {
    kind: 'warning',
    text: `these are the keys of "${name}": whoever sees them can use them`,
  };
  return {
    code: exitCodes.done,
    stdout: formatCredentials(printed, format),
    messages: [
      ...before,
      ...(facts.state === 'unverified' ? [confirmation] : []),
      ...(terminal.stdoutIsTerminal ? [onTerminal] : []),
    ],
    afterwards: () => decision.remember('credentials'),
  };
}

// --- internal ---

async function profileMeant(
  context: Context,
  query: readonly string[],
): Promise<SelectionOrigin & { readonly name: string }> {
  if (query.length > 0) return resolveQuery(context, query, null);
  const { AWS_PROFILE, AWS_DEFAULT_PROFILE } = context.world.env;
  const active = AWS_PROFILE || AWS_DEFAULT_PROFILE;
  if (active) return { name: active };
  throw new AwspError(exitCodes.noProfile, 'no profile is active in this shell', [
    'name one: awsp credentials <query>',
    'awsp list shows them',
  ]);
}

function refuseAgent({ world }: Context, name: string): void {
  const agent = agentOf(world.env);
  if (agent === null) return;
  throw new AwspError(exitCodes.refused, `no credentials are printed while ${agent} runs this shell`, [
    `to run a command as the profile: awsp exec ${quoteWord(name)} -- <command>`,
    `a person can, in a shell of their own: awsp credentials ${quoteWord(name)}`,
  ]);
}

/** Keys of AWS are printable ASCII; a credential process may print anything. */
function refuseUnprintable(name: string, values: readonly string[]): void {
  if (!values.some(hasControl)) return;
  throw new AwspError(exitCodes.failed, `the credentials of "${name}" have a control character`, [
    'see what its credential_process prints',
  ]);
}
