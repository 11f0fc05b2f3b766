import type { Profile, ProfileSet } from '../aws-config/types.ts';
import type { Settings } from '../settings/types.ts';
import type { Environment, World } from '../world.ts';

/** The input of a verification. */
export interface VerificationRequest {
  readonly world: World;
  readonly settings: Settings;
  readonly profiles: ProfileSet;
  readonly profile: Profile;
  /** The environment that the profile will be used in, without the variables that override the profile. */
  readonly env: Environment;
  /** Call STS even when the verification cache has a result. */
  readonly always: boolean;
}

/** Keys to sign requests with, as a program is given them. */
export interface Credentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  /** Null for the long-term keys of a user. */
  readonly sessionToken: string | null;
  /** Milliseconds since 1970; null when unknown, or when they do not expire. */
  readonly expiresAt: number | null;
  /** The account that they are of, as far as their source tells; STS alone knows for certain. */
  readonly accountId: string | null;
  /** Why some of AWS's tools cannot use them, though awsp can; not given where nothing speaks against it. */
  readonly doubt?: string;
}

/** The identity behind a profile's credentials (STS GetCallerIdentity). */
export interface Identity {
  /** Twelve digits. */
  readonly accountId: string;
  readonly arn: string;
  readonly userId: string;
}

/** STS was not reached, or not called; `reason` says why, and is null when verification was switched off. */
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
      /** The `doubt` of the credentials that were verified; null where there is none, or none is known. */
      readonly doubt: string | null;
      /** Writes the result to the verification cache; throws an `AwspError` when that fails. */
      readonly remember: () => void;
    }
  | Unverified;
