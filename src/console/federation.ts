import { AwspError } from '../errors.ts';
import { exitCodes } from '../exit-codes.ts';
import type { Credentials } from '../identity/types.ts';
import { certificatesFor } from '../network/certificates.ts';
import { emptyTransport, unreachableReason } from '../network/errors.ts';
import { asToken } from '../network/fields.ts';
import { hostsOf } from '../network/partitions.ts';
import { postText } from '../network/send.ts';
import { timeouts } from '../network/timeouts.ts';
import type { World } from '../world.ts';

/** A sign-in to the console with credentials. */
export interface FederationRequest {
  /** The profile, for messages. */
  readonly name: string;
  readonly partition: string;
  readonly credentials: Credentials;
  /** Seconds; null for as long as the credentials are valid. */
  readonly duration: number | null;
  /** The page of the console. */
  readonly destination: string;
  /** The `ca_bundle` of the profile. */
  readonly caBundle: string | null;
}

/**
 * The address that signs a browser in to the console: it is a secret, and valid for 15 minutes (IAM User Guide, "Enable
 * custom identity broker access to the AWS console"). The keys are sent in the body of a request, because addresses are
 * written to logs. Throws an `AwspError` when AWS refuses or cannot be reached.
 */
export async function federate(world: World, request: FederationRequest): Promise<string> {
  const { env } = world;
  const endpoint = (env.AWS_ENDPOINT_URL_SIGNIN || env.AWS_ENDPOINT_URL || '').replace(/\/+$/, '');
  const base = URL.canParse(endpoint) ? endpoint : `https://${hostsOf(request.partition)?.signIn}`;
  const token = await signinToken(world, new URL(`${base}/federation`), request);
  const query = new URLSearchParams({
    Action: 'login',
    Issuer: 'awsp',
    Destination: request.destination,
    SigninToken: token,
  });
  return `${base}/federation?${query}`;
}

// --- internal ---

async function signinToken(
  world: World,
  url: URL,
  { name, credentials, duration, caBundle }: FederationRequest,
): Promise<string> {
  const { accessKeyId: sessionId, secretAccessKey: sessionKey, sessionToken } = credentials;
  const body = new URLSearchParams({
    Action: 'getSigninToken',
    Session: JSON.stringify({ sessionId, sessionKey, sessionToken }),
    ...(duration === null ? {} : { SessionDuration: String(duration) }),
  }).toString();
  const transport = emptyTransport();
  const certificates = certificatesFor(world, world.env, caBundle);
  const failure = (message: string, cause: unknown, ...details: string[]) =>
    new AwspError(exitCodes.failed, message, details, cause);
  try {
    const network = { env: world.env, certificates, timeout: timeouts.signIn };
    const contentType = 'application/x-www-form-urlencoded';
    const text = await postText({ url, contentType, body }, network, transport);
    // Its refusals have no code, and a page for browsers.
    if (transport.status !== null && transport.status >= 400 && transport.status < 500) {
      throw failure(...refusal(name, transport.status, duration));
    }
    const { SigninToken: token } = JSON.parse(text) ?? {};
    return asToken(token) ?? fail();
  } catch (error) {
    if (error instanceof AwspError) throw error;
    const reason = unreachableReason(error, transport, url.hostname) ?? 'the answer cannot be read';
    throw failure(`no sign-in to the console for "${name}": ${reason}`, error);
  }
}

function fail(): never {
  throw new SyntaxError('the response of getSigninToken has no token');
}

function refusal(name: string, status: number, duration: number | null): readonly [string, undefined, ...string[]] {
  if (duration === null) {
    return [`AWS does not accept the keys of "${name}" for the console (${status})`, undefined];
  }
  return [
    `AWS does not accept the keys of "${name}" for a console session of ${duration / 60} minutes (${status})`,
    undefined,
    'the role may not allow so long a session, or is assumed with another role: try without --duration',
  ];
}
