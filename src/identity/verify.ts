import { chain } from '../aws-config/profiles.ts';
import type { Profile, ProfileSet } from '../aws-config/types.ts';
import { AwspError } from '../errors.ts';
import { exitCodes } from '../exit-codes.ts';
import { holdToAccount } from '../guard/pins.ts';
import { fingerprint } from '../lib/fingerprint.ts';
import { signInOf } from '../sso/token-cache.ts';
import type { World } from '../world.ts';
import { regionOf, sdkConfig } from './sdk-config.ts';
import type { Verification, VerificationRequest } from './types.ts';
import { type CachedVerification, readVerification, writeVerification } from './verification-cache.ts';

/**
 * Tells who AWS says the profile is, and holds it to the account that the profile promises. `unverified` when AWS cannot be
 * reached; throws an `AwspError` when a person must sign in (4), when AWS refuses (1) and for another account (5).
 */
export async function verify(request: VerificationRequest): Promise<Verification> {
  const { world, settings, profiles, profile, always } = request;
  const links = resolveChain(request);
  const config = sdkConfig(profiles, links);
  const region = regionOf(profile, request.env);
  const subject = fingerprintOf(request, config, region);
  // Whose keys a credential process hands out is known to that process alone: it may be another person's by now.
  const lasts = profile.kind !== 'process';
  const known = always || !lasts ? null : readVerification(world, profile.name, subject, settings.verifyRemember);
  if (known !== null) return verified(request, known, () => {});
  const { callSts } = await import('./call-sts.ts');
  const answer = await callSts(request, links, config, region);
  if ('kind' in answer) return answer;
  const learnt = { identity: answer, signIn: signInOf(world, links.at(-1) ?? profile) };
  return verified(request, learnt, () => lasts && writeVerification(world, profile.name, subject, learnt));
}

/** When a person has to sign in again for this profile, in milliseconds since 1970; null when unknown or not at all. */
export function signInEnd(world: World, profiles: ProfileSet, profile: Profile): number | null {
  const root = chain(profiles, profile.name).profiles.at(-1);
  return root === undefined ? null : (signInOf(world, root)?.endsAt ?? null);
}

// --- internal ---

function resolveChain({ profiles, profile, world }: VerificationRequest): readonly Profile[] {
  const { profiles: links, problem } = chain(profiles, profile.name);
  if (problem !== null) throw new AwspError(exitCodes.failed, `"${profile.name}" cannot be used: ${located(problem)}`);
  const missing = links.find(({ ssoSession }) => ssoSession !== null && profiles.ssoSession(ssoSession) === null);
  if (missing !== undefined) {
    const message = `"${missing.name}" cannot be used: there is no [sso-session ${missing.ssoSession}]`;
    throw new AwspError(exitCodes.failed, message, [`add the section to ${profiles.paths[0]}`]);
  }
  if (world.home === null && links.at(-1)?.kind === 'sso') {
    throw new AwspError(exitCodes.failed, 'HOME is not set, so there is no place where a sign-in could be kept');
  }
  return links;
}

function located({ file, line, message }: { file: string; line: number | null; message: string }): string {
  return `${message} (${file}${line === null ? '' : `:${line}`})`;
}

function verified(
  { profile, settings }: VerificationRequest,
  { identity, signIn }: CachedVerification,
  keep: () => void,
): Verification {
  holdToAccount(profile, settings.pins, identity);
  return { kind: 'verified', identity, signInEndsAt: signIn?.endsAt ?? null, remember: keep };
}

/** Stands for all that AWS's answer depends on; it changes when any of it does. */
function fingerprintOf({ profiles, env }: VerificationRequest, config: string, region: string): string {
  const endpoints = Object.entries(env)
    .filter(([name]) => /^AWS_(ENDPOINT_URL|IGNORE_CONFIGURED|USE_|STS_REGIONAL)/.test(name))
    .sort();
  return fingerprint(JSON.stringify([profiles.paths, config, region, endpoints]));
}
