import { createHash, generateKeyPairSync, type KeyObject, randomBytes, sign } from 'node:crypto';
import { createSecureContext, type SecureContext } from 'node:tls';

/** A certificate authority. Its key is only in memory. */
export interface Authority {
  /** Its own certificate (PEM). A client that trusts it accepts the emulator as AWS. */
  readonly certificate: string;
  /** The certificate and key of a host, for a TLS server. */
  secureContext(host: string): SecureContext;
}

/**
 * Creates a certificate authority: X.509 version 3 in DER (RFC 5280), ECDSA on P-256 with SHA-256 (RFC 5758). The DER is
 * written here because Node can sign, but has no function that issues certificates.
 */
export function createAuthority(): Authority {
  const authority = { name: 'awsp emulator', keys: generateKeyPairSync('ec', { namedCurve: 'P-256' }) };
  const keyId = keyIdOf(authority.keys.publicKey);
  const certificate = issue(authority, authority, [
    extension('551d13', true, sequence(tlv(0x01, Buffer.from([0xff])))), // basic constraints: an authority
    extension('551d0f', true, tlv(0x03, Buffer.from([2, 0b00000100]))), // key usage: signs certificates
    extension('551d0e', false, tlv(0x04, keyId)), // subject key identifier
  ]);
  const contexts = new Map<string, SecureContext>();
  return {
    certificate,
    secureContext: (host) => {
      const cached = contexts.get(host);
      if (cached !== undefined) return cached;
      const subject = { name: 'awsp emulator host', keys: generateKeyPairSync('ec', { namedCurve: 'P-256' }) };
      const cert = issue(subject, authority, [
        extension('551d11', true, sequence(tlv(0x82, Buffer.from(host)))), // subject alternative name: DNS
        extension('551d25', false, sequence(oid('2b06010505070301'))), // extended key usage: TLS server
        extension('551d23', false, sequence(tlv(0x80, keyId))), // authority key identifier
      ]);
      const key = subject.keys.privateKey.export({ type: 'pkcs8', format: 'pem' });
      const context = createSecureContext({ cert, key });
      contexts.set(host, context);
      return context;
    },
  };
}

// --- internal ---

interface Party {
  readonly name: string;
  readonly keys: { readonly publicKey: KeyObject; readonly privateKey: KeyObject };
}

const ecdsaWithSha256 = () => sequence(oid('2a8648ce3d040302'));

function issue(subject: Party, issuer: Party, extensions: readonly Buffer[]): string {
  const serial = randomBytes(16);
  // Positive, and without a leading zero byte (RFC 5280, section 4.1.2.2).
  serial[0] = ((serial[0] ?? 0) & 0x3f) | 0x40;
  const toSign = sequence(
    tlv(0xa0, tlv(0x02, Buffer.from([2]))),
    tlv(0x02, serial),
    ecdsaWithSha256(),
    distinguishedName(issuer.name),
    // Valid from 2000 to 2049, because the emulator's clock may be set to any time.
    sequence(tlv(0x17, Buffer.from('000101000000Z')), tlv(0x17, Buffer.from('491231235959Z'))),
    distinguishedName(subject.name),
    subject.keys.publicKey.export({ type: 'spki', format: 'der' }),
    tlv(0xa3, sequence(...extensions)),
  );
  const signature = sign('sha256', toSign, issuer.keys.privateKey);
  const der = sequence(toSign, ecdsaWithSha256(), tlv(0x03, Buffer.from([0]), signature));
  const lines = der.toString('base64').replace(/.{64}/g, '$&\n').trimEnd();
  return `-----BEGIN CERTIFICATE-----\n${lines}\n-----END CERTIFICATE-----\n`;
}

function keyIdOf(publicKey: KeyObject): Buffer {
  return createHash('sha1')
    .update(publicKey.export({ type: 'spki', format: 'der' }))
    .digest();
}

function distinguishedName(commonName: string): Buffer {
  return sequence(tlv(0x31, sequence(oid('550403'), tlv(0x0c, Buffer.from(commonName)))));
}

function extension(id: string, critical: boolean, value: Buffer): Buffer {
  return sequence(oid(id), critical ? tlv(0x01, Buffer.from([0xff])) : Buffer.alloc(0), tlv(0x04, value));
}

function oid(hexadecimal: string): Buffer {
  return tlv(0x06, Buffer.from(hexadecimal, 'hex'));
}

function sequence(...parts: readonly Buffer[]): Buffer {
  return tlv(0x30, ...parts);
}

/** Tag, length and value (ITU-T X.690). */
function tlv(tag: number, ...parts: readonly Buffer[]): Buffer {
  const value = Buffer.concat(parts);
  const { length } = value;
  const size = length < 128 ? [length] : length < 256 ? [0x81, length] : [0x82, length >> 8, length & 0xff];
  return Buffer.concat([Buffer.from([tag, ...size]), value]);
}
