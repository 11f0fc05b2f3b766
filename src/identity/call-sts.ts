import type { Profile, Property } from '../aws-config/types.ts';
import { withCredentials } from './credentials.ts';
import type { Identity, Unverified, Verification, VerificationRequest } from './types.ts';

/**
 * Gets the identity of a profile from STS, with the credentials that `credentialsOf` returns for it. `links` is the profile
 * and its source profiles. Throws `SignInNeeded` when a person has to sign in, and an `AwspError` when AWS refuses.
 */
export async function callSts(request: VerificationRequest, links: readonly Profile[]): Promise<Found | Unverified> {
  const promised = request.profile.accountId;
  return withCredentials(request, links, {
    use: async (client, credentials) => ({
      identity: await client.identity(credentials),
      doubt: credentials.doubt ?? null,
    }),
    isPromised: ({ identity: { accountId } }) => promised === null || promised === accountId,
  });
}

/** Whose credentials they are, and their `doubt`. */
interface Found {
  readonly identity: Identity;
  readonly doubt: string | null;
}

/** Gets the identity of the access keys in the environment from STS. Returns and throws as `verify` does. */
export async function verifyKeys(request: Omit<VerificationRequest, 'profile'>): Promise<Verification> {
  const { env } = request;
  const keys = new Map([
    ['aws_access_key_id', env.AWS_ACCESS_KEY_ID],
    ['aws_secret_access_key', env.AWS_SECRET_ACCESS_KEY],
    ['aws_session_token', env.AWS_SECURITY_TOKEN || env.AWS_SESSION_TOKEN],
  ]);
  const properties = new Map<string, Property>();
  for (const [key, value] of keys) {
    if (value) properties.set(key, { value, location: { file: 'the environment', line: 0 } });
  }
  const profile: Profile = { ...keysProfile, properties };
  const found = await callSts({ ...request, profile }, [profile]);
  return 'kind' in found ? found : { kind: 'verified', ...found, signInEndsAt: null, remember: () => {} };
}

// --- internal ---

/** The keys in the environment as a profile, because the SDK is given profiles alone. */
const keysProfile: Profile = {
  name: 'AWS_ACCESS_KEY_ID',
  kind: 'static',
  sourceKind: 'static',
  properties: new Map(),
  definedIn: [],
  accountId: null,
  roleName: null,
  region: null,
  ssoSession: null,
  ssoStartUrl: null,
  ssoRegion: null,
  sourceProfile: null,
};
