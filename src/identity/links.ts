import { profileFault } from '../aws-config/fault.ts';
import { chain } from '../aws-config/profiles.ts';
import type { Profile } from '../aws-config/types.ts';
import { AwspError } from '../errors.ts';
import { exitCodes } from '../exit-codes.ts';
import type { VerificationRequest } from './types.ts';
import { unusable } from './unusable.ts';

/** The profile and its source profiles, in order. Throws an `AwspError` when the profile cannot be used. */
export function usableLinks({ profiles, profile, world, env }: VerificationRequest): readonly Profile[] {
  const fault = profileFault(profiles, profile, { env, now: world.now() });
  if (fault !== null) throw unusable(profile, fault, world.home);
  const { profiles: links } = chain(profiles, profile.name);
  if (world.home === null && links.at(-1)?.kind === 'sso') {
    throw new AwspError(exitCodes.failed, 'HOME is not set, so there is no place to keep a sign-in');
  }
  return links;
}
