import { isLikeRegion } from '../lib/region-name.ts';
import { excerpt } from '../lib/text.ts';
import type { Environment } from '../world.ts';

// What comes from the network is parsed where it enters. Each function returns the value where it is what it claims to
// be, and null for anything else: another type, another shape, too long.

export function asRegion(value: unknown): string | null {
  return typeof value === 'string' && isLikeRegion(value) ? value : null;
}

export function asAccountId(value: unknown): string | null {
  return matching(value, /^\d{12}$/);
}

/** A role's name (IAM API reference, CreateRole). */
export function asRoleName(value: unknown): string | null {
  return matching(value, /^[\w+=,.@-]{1,64}$/);
}

/** A name that people gave, such as that of an account: one printable line; AWS Organizations allows 50 characters. */
export function asLabel(value: unknown): string | null {
  return typeof value === 'string' ? excerpt(value, 128) : null;
}

/**
 * The ARN of an identity (STS API reference, GetCallerIdentity) in this account. Only the path of an IAM user has more
 * characters than a role's name.
 */
export function asIdentityArn(value: unknown, accountId: string): string | null {
  const arn = matching(
    value,
    /^arn:aws[a-z-]{0,20}:(?:sts::\d{12}:[\w+=,.@:/-]{1,1024}|iam::\d{12}:[\x21-\x7e]{1,1024})$/,
  );
  return arn?.split(':')[4] === accountId ? arn : null;
}

/** The fields of an identity (STS API reference, GetCallerIdentity); null where one of them is not what it should be. */
export function asIdentity(fields: { readonly accountId: unknown; readonly arn: unknown; readonly userId: unknown }): {
  readonly accountId: string;
  readonly arn: string;
  readonly userId: string;
} | null {
  const [accountId, userId] = [asAccountId(fields.accountId), asUserId(fields.userId)];
  const arn = accountId === null ? null : asIdentityArn(fields.arn, accountId);
  return accountId === null || arn === null || userId === null ? null : { accountId, arn, userId };
}

/** The unique id of an identity (IAM User Guide, "IAM identifiers"). */
export function asUserId(value: unknown): string | null {
  return matching(value, /^[\x21-\x7e]{1,256}$/);
}

/** A token, a secret or a code, which is sent back in a header, an address or JSON, and is never shown. */
export function asToken(value: unknown): string | null {
  return matching(value, /^[\x21-\x7e]{1,65536}$/);
}

/** A device code's short form, which the person compares: `QCFK-N451-3J3C`. */
export function asUserCode(value: unknown): string | null {
  return matching(value, /^[A-Za-z0-9][A-Za-z0-9-]{0,31}$/);
}

/** The name of an error: `AccessDeniedException`. */
export function asErrorCode(value: unknown): string | null {
  return matching(value, /^[A-Za-z][A-Za-z0-9_]{0,99}$/);
}

/** A number in a range, both ends included. */
export function asNumber(value: unknown, min: number, max: number): number | null {
  return typeof value === 'number' && value >= min && value <= max ? value : null;
}

/**
 * An address that may be opened in a browser: https at a host of AWS's or at `portalHost`, or at the host of one of
 * the endpoints that the environment sets in place of AWS's. It is returned as a URL is written, in ASCII without blanks.
 */
export function asPage(value: unknown, portalHost: string, env: Environment): string | null {
  if (typeof value !== 'string' || value.length > maxAddressLength || !URL.canParse(value)) return null;
  const url = new URL(value);
  if (url.username !== '' || url.password !== '') return null;
  const isOfPortal = url.protocol === 'https:' && (isAwsHost(url.hostname) || url.host === portalHost);
  return isOfPortal || isOfEndpoint(url, env) ? url.href : null;
}

/** Whether a host is one of AWS's own, by its domain (awscli/customizations/sso/resolve.py; partitions.json). */
export function isAwsHost(hostname: string): boolean {
  return awsDomains.some((domain) => hostname.endsWith(`.${domain}`));
}

// --- internal ---

const maxAddressLength = 4_096;

const awsDomains = [
  ...['amazonaws.com', 'amazonaws.com.cn', 'amazonaws.eu', 'awsapps.com', 'awsapps.cn', 'app.aws', 'api.aws'],
  ...['aws.amazon.com', 'amazonaws-us-gov.com', 'amazonwebservices.com.cn', 'amazonwebservices.eu'],
];

function isOfEndpoint({ protocol, hostname }: URL, env: Environment): boolean {
  if (protocol !== 'https:' && protocol !== 'http:') return false;
  return Object.entries(env).some(
    ([name, value]) =>
      name.startsWith('AWS_ENDPOINT_URL') && URL.canParse(value) && new URL(value).hostname === hostname,
  );
}

function matching(value: unknown, shape: RegExp): string | null {
  return typeof value === 'string' && shape.test(value) ? value : null;
}
