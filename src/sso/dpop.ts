import { createPrivateKey, createPublicKey, generateKeyPairSync, randomUUID, sign } from 'node:crypto';

/** A new P-256 key as the AWS CLI keeps it: PEM in the form of SEC1, `-----BEGIN EC PRIVATE KEY-----`. */
export function newDpopKey(): string {
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  return privateKey.export({ type: 'sec1', format: 'pem' }).toString();
}

/** Whether a text is a P-256 key as PEM, in the form of SEC1 or of PKCS #8: the AWS CLI and the SDKs read both. */
export function isDpopKey(pem: string): boolean {
  try {
    return createPrivateKey(pem).asymmetricKeyDetails?.namedCurve === 'prime256v1';
  } catch {
    return false;
  }
}

/**
 * The proof that a POST request to `url` is made by the owner of a key: a JWT, signed with ES256 (RFC 9449, section 4.2).
 * `now` is in milliseconds since 1970. Throws when the key is none (see `isDpopKey`).
 */
export function dpopProof(pem: string, url: string, now: number): string {
  const key = createPrivateKey(pem);
  const { kty, crv, x, y } = createPublicKey(key).export({ format: 'jwk' });
  const header = { typ: 'dpop+jwt', alg: 'ES256', jwk: { kty, crv, x, y } };
  const payload = { jti: randomUUID(), htm: 'POST', htu: url, iat: Math.floor(now / 1_000) };
  const signed = [header, payload].map((part) => Buffer.from(JSON.stringify(part)).toString('base64url')).join('.');
  // As JOSE has it, the two numbers of the signature one after the other (RFC 7518, section 3.4), and no DER.
  const signature = sign('sha256', Buffer.from(signed), { key, dsaEncoding: 'ieee-p1363' });
  return `${signed}.${signature.toString('base64url')}`;
}
