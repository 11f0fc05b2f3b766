import { chain } from '../aws-config/profiles.ts';
import type { Profile, ProfileSet } from '../aws-config/types.ts';
import { holdToAccount } from '../guard/pins.ts';
import { fingerprint } from '../lib/fingerprint.ts';
import type { Message } from '../outcome.ts';
import { signInOf } from '../sso/sign-in-state.ts';
import type { World } from '../world.ts';
import { usableLinks } from './links.ts';
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
  const links = usableLinks(request);
  const config = sdkConfig(profiles, links);
  const region = regionOf(profile, request.env);
  const subject = fingerprintOf(request, config, region);
  // The result for a credential process is not cached: the process may return the keys of another identity each time.
  const isCacheable = profile.kind !== 'process';
  const cached =
    always || !isCacheable ? null : readVerification(world, profile.name, subject, settings.verifyRemember);
  if (cached !== null) return checkAccount(request, cached, null, () => {});
  const { callSts } = await import('./call-sts.ts');
  const result = await callSts(request, links);
  if ('kind' in result) return result;
  const root = links.at(-1) ?? profile;
  const loginToken = loginTokenOf(world, root);
  const signIn = loginToken === null ? signInOf(world, root) : null;
  const verification: CachedVerification = { identity: result.identity, signIn, loginToken };
  return checkAccount(
    request,
    verification,
    result.doubt,
    // A token of `aws login` that cannot be found cannot be held to its end either.
    () =>
      isCacheable &&
      result.doubt === null &&
      (root.kind !== 'login' || loginToken !== null) &&
      writeVerification(world, profile.name, subject, verification),
  );
}

/** When a person has to sign in again for a profile, in milliseconds since 1970; null when unknown, or when never. */
export function signInEnd(world: World, profiles: ProfileSet, profile: Profile): number | null {
  const root = chain(profiles, profile.name).profiles.at(-1);
  return root === undefined ? null : (signInOf(world, root)?.endsAt ?? null);
}

/** The warning that some tools fail with the credentials that are verified. */
export function doubtOf(verification: Verification): readonly Message[] {
  if (verification.kind !== 'verified' || verification.doubt === null) return [];
  return [{ kind: 'warning', text: verification.doubt, details: ['print the time as in 2026-11-28T08:00:00Z'] }];
}

// --- internal ---

function checkAccount(
  { profile, settings }: VerificationRequest,
  { identity, signIn }: CachedVerification,
  doubt: string | null,
  remember: () => void,
): Verification {
  holdToAccount(profile, settings.pins, identity);
  return { kind: 'verified', identity, signInEndsAt: signIn?.endsAt ?? null, doubt, remember };
}

/** How the names of the variables begin that tell where STS is asked. */
const tellsEndpoint = ['AWS_ENDPOINT_URL', 'AWS_IGNORE_CONFIGURED', 'AWS_USE_', 'AWS_STS_REGIONAL'];

/** A fingerprint of everything but the SSO token that determines what STS returns. */
function fingerprintOf({ profiles, env }: VerificationRequest, config: string, region: string): string {
  const endpoints = Object.entries(env)
    .filter(([name]) => tellsEndpoint.some((start) => name.startsWith(start)))
    .sort();
  return fingerprint(JSON.stringify([profiles.paths, config, region, endpoints]));
}
