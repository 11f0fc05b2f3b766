import { chain } from '../aws-config/profiles.ts';
import type { Profile, ProfileSet } from '../aws-config/types.ts';
import { AwspError } from '../errors.ts';
import { exitCodes } from '../exit-codes.ts';
import { holdToAccount } from '../guard/pins.ts';
import { fingerprint } from '../lib/fingerprint.ts';
import { signInOf } from '../sso/sign-in-state.ts';
import type { World } from '../world.ts';
import { loginTokenOf } from './login-token.ts';
import { regionOf, sdkConfig } from './sdk-config.ts';
import type { Verification, VerificationRequest } from './types.ts';
import { type CachedVerification, readVerification, writeVerification } from './verification-cache.ts';

/**
 * Finds out the identity behind a profile, from the verification cache or from STS, and checks that its account is the one
 * that the profile names. Resolves to `unverified` when STS cannot be reached. Throws an `AwspError` when a person has to
 * sign in (exit code 4), when AWS refuses (1), and when the account is a different one (5).
 */
export async function verify(request: VerificationRequest): Promise<Verification> {
  const { world, settings, profiles, profile, always } = request;
  const links = resolveChain(request);
  const config = sdkConfig(profiles, links);
  const region = regionOf(profile, request.env);
  const subject = fingerprintOf(request, config, region);
  // The result for a credential process is not cached: the process may return the keys of another identity each time.
  const isCacheable = profile.kind !== 'process';
  const cached =
    always || !isCacheable ? null : readVerification(world, profile.name, subject, settings.verifyRemember);
  if (cached !== null) return checkAccount(request, cached, () => {});
  const { callSts } = await import('./call-sts.ts');
  const result = await callSts(request, links, config, region);
  if ('kind' in result) return result;
  const root = links.at(-1) ?? profile;
  const loginToken = loginTokenOf(world, root);
  const verification: CachedVerification = { identity: result, signIn: signInOf(world, root), loginToken };
  return checkAccount(
    request,
    verification,
    // A token of `aws login` that cannot be found cannot be held to its end either.
    () =>
      isCacheable &&
      (root.kind !== 'login' || loginToken !== null) &&
      writeVerification(world, profile.name, subject, verification),
  );
}

/** When a person has to sign in again for a profile, in milliseconds since 1970; null when unknown, or when never. */
export function signInEnd(world: World, profiles: ProfileSet, profile: Profile): number | null {
  const root = chain(profiles, profile.name).profiles.at(-1);
  return root === undefined ? null : (signInOf(world, root)?.endsAt ?? null);
}

// --- internal ---

/** The profile and its source profiles, in order. Throws when the chain is broken. */
function resolveChain({ profiles, profile, world }: VerificationRequest): readonly Profile[] {
  const { profiles: links, problem } = chain(profiles, profile.name);
  if (problem !== null) throw new AwspError(exitCodes.failed, `"${profile.name}" cannot be used: ${located(problem)}`);
  const missing = links.find(({ ssoSession }) => ssoSession !== null && profiles.ssoSession(ssoSession) === null);
  if (missing !== undefined) {
    const message = `"${missing.name}" cannot be used: there is no [sso-session ${missing.ssoSession}]`;
    throw new AwspError(exitCodes.failed, message, [`add the section to ${profiles.paths[0]}`]);
  }
  const root = links.at(-1);
  if (root?.kind === 'static' && !root.properties.has('aws_secret_access_key')) {
    const half = profiles.problemsOf(root.name).find(({ id }) => id === 'incomplete');
    if (half !== undefined) throw new AwspError(exitCodes.failed, `"${profile.name}" cannot be used: ${located(half)}`);
  }
  if (world.home === null && links.at(-1)?.kind === 'sso') {
    throw new AwspError(exitCodes.failed, 'HOME is not set, so there is no place to keep a sign-in');
  }
  return links;
}

function located({ file, line, message }: { file: string; line: number | null; message: string }): string {
  return `${message} (${file}${line === null ? '' : `:${line}`})`;
}

function checkAccount(
  { profile, settings }: VerificationRequest,
  { identity, signIn }: CachedVerification,
  remember: () => void,
): Verification {
  holdToAccount(profile, settings.pins, identity);
  return { kind: 'verified', identity, signInEndsAt: signIn?.endsAt ?? null, remember };
}

/** A fingerprint of everything but the SSO token that determines what STS returns. */
function fingerprintOf({ profiles, env }: VerificationRequest, config: string, region: string): string {
  const endpoints = Object.entries(env)
    .filter(([name]) => /^AWS_(ENDPOINT_URL|IGNORE_CONFIGURED|USE_|STS_REGIONAL)/.test(name))
    .sort();
  return fingerprint(JSON.stringify([profiles.paths, config, region, endpoints]));
}
