import { xdgDirectory } from '../lib/xdg-directory.ts';
import { asIdentity } from '../network/fields.ts';
import { readSignIn, type SignIn } from '../sso/sign-in-state.ts';
import type { World } from '../world.ts';
import { type LoginToken, readLoginToken } from './login-token.ts';
import type { Identity } from './types.ts';

/** The verified identity of a profile, and the sign-in or the token of `aws login` that was used for it. */
export interface CachedVerification {
  readonly identity: Identity;
  readonly signIn: SignIn | null;
  /** Only for a profile whose credentials are of `aws login`. */
  readonly loginToken?: LoginToken | null;
}

/**
 * Reads the cached identity of a profile. Null when there is none, when it is older than `lifetime` (milliseconds), or when
 * what it depends on has changed or expired: the SSO token, that of `aws login`, or `subject`, a fingerprint of the profile's
 * sections and the endpoints.
 */
export function readVerification(
  world: World,
  profile: string,
  subject: string,
  lifetime: number,
): CachedVerification | null {
  const path = verificationPath(world, profile);
  // A file of another user, in a directory that several share, is no verification of this one.
  const isReadable = path !== null && lifetime > 0 && world.files.otherOwner(path) === null;
  const read = isReadable ? world.files.read(path) : null;
  const record = read?.kind === 'text' ? parseRecord(read.text) : null;
  if (record === null || record.subject !== subject) return null;
  const age = world.now() - record.verifiedAt;
  if (age < 0 || age >= lifetime) return null;
  const { identity, token, loginToken } = record;
  if (loginToken !== null) {
    const current = readLoginToken(world, loginToken.path);
    const isSame = current !== null && current.fingerprint === loginToken.fingerprint;
    return isSame && current.expiresAt > world.now() ? { identity, signIn: null, loginToken: current } : null;
  }
  if (token === null) return { identity, signIn: null };
  // Only a file of the token cache is opened, whatever the record says.
  if (!token.path.startsWith(`${world.home}/.aws/sso/cache/`) || !/\/[0-9a-f]{40}\.json$/.test(token.path)) return null;
  const signIn = readSignIn(world, token.path, token.isSession);
  const isUsable = signIn.state === 'valid' || signIn.state === 'refreshable';
  return isUsable && signIn.fingerprint === token.fingerprint ? { identity, signIn } : null;
}

/** Writes the identity of a profile to the cache; no secret is written. Throws an `AwspError` when the write fails. */
export function writeVerification(
  world: World,
  profile: string,
  subject: string,
  { identity, signIn, loginToken = null }: CachedVerification,
): void {
  const path = verificationPath(world, profile);
  if (path === null) return;
  const token = signIn && { path: signIn.path, isSession: signIn.isSession, fingerprint: signIn.fingerprint };
  const record: CacheRecord = { subject, verifiedAt: world.now(), identity, token, loginToken };
  world.files.writePrivate(path, JSON.stringify(record), true);
}

// --- internal ---

interface CacheRecord {
  readonly subject: string;
  /** Milliseconds since 1970. */
  readonly verifiedAt: number;
  readonly identity: Identity;
  readonly token: { readonly path: string; readonly isSession: boolean; readonly fingerprint: string } | null;
  readonly loginToken: Pick<LoginToken, 'path' | 'fingerprint'> | null;
}

/** Null without a cache folder, and for a profile name that is too long for a file name: it is not cached. */
function verificationPath(world: World, profile: string): string | null {
  const folder = xdgDirectory(world, 'cache');
  const file = `${encodeURIComponent(profile)}.json`;
  return folder === null || file.length > 200 ? null : `${folder}/verified/${file}`;
}

function parseRecord(text: string): CacheRecord | null {
  try {
    const { subject, verifiedAt, identity: found, token, loginToken } = JSON.parse(text);
    const identity = asIdentity(found);
    if (identity === null || typeof verifiedAt !== 'number') return null;
    const tokens = [token, loginToken].filter((given) => given !== null);
    const texts = tokens.flatMap(({ path, fingerprint }) => [path, fingerprint]);
    const isComplete = texts.every((value) => typeof value === 'string' && value !== '');
    return isComplete ? { subject, verifiedAt, identity, token, loginToken } : null;
  } catch {
    return null;
  }
}
