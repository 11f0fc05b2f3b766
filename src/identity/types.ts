import type { Profile, ProfileSet } from '../aws-config/types.ts';
import type { Settings } from '../settings/types.ts';
import type { Environment, World } from '../world.ts';

/** What a verification is made with. */
export interface VerificationRequest {
  readonly world: World;
  readonly settings: Settings;
  readonly profiles: ProfileSet;
  readonly profile: Profile;
  /** The environment in which the profile is going to be used, without what would stand in for it. */
  readonly env: Environment;
  /** Ask AWS even when its last answer is remembered. */
  readonly always: boolean;
}

/** Who AWS says a profile is (STS GetCallerIdentity). */
export interface Identity {
  /** Twelve digits. */
  readonly accountId: string;
  readonly arn: string;
  readonly userId: string;
}

/** AWS could not be asked, or was not; `reason` in plain words, null when nobody wanted to ask. */
export interface Unverified {
  readonly kind: 'unverified';
  readonly reason: string | null;
}

export type Verification =
  | {
      readonly kind: 'verified';
      readonly identity: Identity;
      /** When a person has to sign in again, in milliseconds since 1970; null when unknown or not at all. */
      readonly signInEndsAt: number | null;
      /** Keeps the answer for the next time; throws what the disk says. */
      readonly remember: () => void;
    }
  | Unverified;
