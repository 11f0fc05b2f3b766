import { xdgDirectory } from '../lib/xdg-directory.ts';
import { readSignIn, type SignIn } from '../sso/token-cache.ts';
import type { World } from '../world.ts';
import type { Identity } from './types.ts';

/** What AWS said of a profile, and the sign-in with which it was asked. */
export interface CachedVerification {
  readonly identity: Identity;
  readonly signIn: SignIn | null;
}

/**
 * What AWS said of a profile not long ago, with nothing changed since; null otherwise. `subject` stands for all that the
 * answer depends on but the token: the profile's sections, the endpoints.
 */
export function readVerification(
  world: World,
  profile: string,
  subject: string,
  lifetime: number,
): CachedVerification | null {
  const path = verificationPath(world, profile);
  const read = path === null || lifetime === 0 ? null : world.files.read(path);
  const record = read?.kind === 'text' ? parseRecord(read.text) : null;
  if (record === null || record.subject !== subject) return null;
  const age = world.now() - record.verifiedAt;
  if (age < 0 || age >= lifetime) return null;
  const { identity, token } = record;
  if (token === null) return { identity, signIn: null };
  const signIn = readSignIn(world, token.path, token.isSession);
  const usable = signIn.state === 'valid' || signIn.state === 'refreshable';
  return usable && signIn.fingerprint === token.fingerprint ? { identity, signIn } : null;
}

/** Keeps what AWS said of a profile, without any secret. Throws what the disk says. */
export function writeVerification(
  world: World,
  profile: string,
  subject: string,
  { identity, signIn }: CachedVerification,
): void {
  const path = verificationPath(world, profile);
  if (path === null) return;
  const token = signIn && { path: signIn.path, isSession: signIn.isSession, fingerprint: signIn.fingerprint };
  const record: Record = { subject, verifiedAt: world.now(), identity, token };
  world.files.writePrivate(path, JSON.stringify(record));
}

// --- internal ---

interface Record {
  readonly subject: string;
  /** Milliseconds since 1970. */
  readonly verifiedAt: number;
  readonly identity: Identity;
  readonly token: { readonly path: string; readonly isSession: boolean; readonly fingerprint: string } | null;
}

/** A name too long for a file is not remembered: no such profile is worth a second scheme. */
function verificationPath(world: World, profile: string): string | null {
  const folder = xdgDirectory(world, 'cache');
  const file = `${encodeURIComponent(profile)}.json`;
  return folder === null || file.length > 200 ? null : `${folder}/verified/${file}`;
}

function parseRecord(text: string): Record | null {
  try {
    const { subject, verifiedAt, identity, token } = JSON.parse(text);
    const texts = [identity.arn, identity.userId, ...(token === null ? [] : [token.path, token.fingerprint])];
    const whole =
      texts.every((value) => typeof value === 'string' && value !== '') && /^\d{12}$/.test(identity.accountId);
    return whole && typeof verifiedAt === 'number' ? { subject, verifiedAt, identity, token } : null;
  } catch {
    return null;
  }
}
