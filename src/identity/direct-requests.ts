import { Hash } from '@smithy/core/serde';
import { SignatureV4 } from '@smithy/signature-v4';
import { readObject } from '../lib/json-fields.ts';
import { asIdentity, asToken } from '../network/fields.ts';
import type { RequestHandler } from '../network/request-handler.ts';
import { exchange, httpRequest } from '../network/send.ts';
import type { Credentials, Identity } from './types.ts';

// The two requests of a usual verification, without the SDK's clients, which take as long to load as Node itself. Each
// returns null for whatever is not the response that it expects: then the SDK sends it again, which retries, allows for a wrong
// clock, and has a name for each error.

/** Where a request goes, and by which connection. */
export interface Direct {
  readonly endpoint: URL;
  readonly handler: RequestHandler;
}

/** The identity of credentials (STS API reference, GetCallerIdentity). */
export async function directIdentity(
  { endpoint, handler }: Direct,
  region: string,
  { accessKeyId, secretAccessKey, sessionToken }: Credentials,
): Promise<Identity | null> {
  const body = 'Action=GetCallerIdentity&Version=2011-06-15';
  const headers = {
    'content-type': 'application/x-www-form-urlencoded',
    'content-length': String(body.length),
    ...agent,
  };
  const keys = { accessKeyId, secretAccessKey, ...(sessionToken === null ? {} : { sessionToken }) };
  const signer = new SignatureV4({ service: 'sts', region, credentials: keys, sha256: Sha256 });
  const signed = await signer.sign(httpRequest('POST', endpoint, { headers, body }));
  const { status, text } = await exchange(httpRequest('POST', endpoint, { headers: signed.headers, body }), handler);
  const field = (name: string) => new RegExp(`<${name}>([^<&]*)</${name}>`).exec(text)?.[1];
  return status === 200
    ? asIdentity({ accountId: field('Account'), arn: field('Arn'), userId: field('UserId') })
    : null;
}

/** The credentials of a role, from the portal (IAM Identity Center portal API reference, GetRoleCredentials). */
export async function directRole(
  { endpoint, handler }: Direct,
  { accountId, roleName }: { readonly accountId: string; readonly roleName: string },
  accessToken: string,
): Promise<Credentials | null> {
  const url = new URL('/federation/credentials', endpoint);
  url.search = String(new URLSearchParams({ account_id: accountId, role_name: roleName }));
  const headers = { 'x-amz-sso_bearer_token': accessToken, ...agent };
  const { status, text } = await exchange(httpRequest('GET', url, { headers }), handler);
  return status === 200 ? asRoleCredentials(readObject(text)?.roleCredentials, accountId) : null;
}

/** The credentials in a response of GetRoleCredentials; null where they are not all there. */
export function asRoleCredentials(value: unknown, accountId: string): Credentials | null {
  const field = (name: string): unknown =>
    typeof value === 'object' && value !== null ? Reflect.get(value, name) : null;
  const [accessKeyId, secretAccessKey] = [asToken(field('accessKeyId')), asToken(field('secretAccessKey'))];
  const [sessionToken, expiresAt] = [asToken(field('sessionToken')), field('expiration')];
  const isComplete = accessKeyId !== null && secretAccessKey !== null && sessionToken !== null;
  if (!isComplete || typeof expiresAt !== 'number') return null;
  return { accessKeyId, secretAccessKey, sessionToken, expiresAt, accountId };
}

// --- internal ---

const agent = { 'user-agent': 'awsp' };

class Sha256 extends Hash {
  constructor(secret?: ConstructorParameters<typeof Hash>[1]) {
    super('sha256', secret);
  }
}
