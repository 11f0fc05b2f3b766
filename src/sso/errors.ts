import { AwspError } from '../errors.ts';
import { exitCodes } from '../exit-codes.ts';
import { nameOf, type Transport, unreachableReason } from '../network/errors.ts';
import type { SsoSession } from './session.ts';

/** AWS knows no such portal in this region: one of the two is wrong. */
export class PortalRefused extends AwspError {
  /** The region of the portal, where AWS tells it. */
  readonly region: string | null;
  /** Whether it may be the start URL that is wrong. */
  readonly isUrlInDoubt: boolean;

  constructor(words: Words, isUrlInDoubt: boolean, region: string | null = null, cause?: unknown) {
    const [message, ...details] = words;
    super(exitCodes.failed, message, details, cause);
    this.region = region;
    this.isUrlInDoubt = isUrlInDoubt;
  }
}

/** What went wrong with a sign-in, in plain words with the way out; an error that is plain already stays as it is. */
export function toUserError(error: unknown, transport: Transport, session: SsoSession): AwspError {
  if (error instanceof AwspError) return error;
  const unreachable = unreachableReason(error, transport, session.region);
  if (unreachable !== null) return new AwspError(exitCodes.failed, unreachable, [], error);
  const name = nameOf(error);
  const { startUrl, region } = session;
  switch (name) {
    case 'InvalidRequestRegionException': {
      const right: unknown = error instanceof Error ? Reflect.get(error, 'region') : null;
      const words: Words = [`the portal ${startUrl} is not in ${region} but in ${right}`, `set sso_region = ${right}`];
      return new PortalRefused(words, false, String(right), error);
    }
    case 'InvalidGrantException':
      return new PortalRefused([notAccepted(session, name), regionHint(region)], false, null, error);
    case 'InvalidRequestException':
      return new PortalRefused([notAccepted(session, name), urlHint, regionHint(region)], true, null, error);
    default: {
      const [message, ...details] = wordsFor(name, error, session);
      return new AwspError(exitCodes.failed, message, details, error);
    }
  }
}

/** What the browser comes back with when the person has said no (RFC 6749, section 4.1.2.1). */
export const denied = 'access_denied';

/** What it means that the browser came back with a reason in place of a code. */
export function refusalInBrowser(reason: string, session: SsoSession): AwspError {
  if (reason === denied) return new AwspError(exitCodes.failed, 'the sign-in was denied in the browser');
  if (reason === 'invalid_grant' || reason === 'invalid_request')
    return new PortalRefused([notAccepted(session, reason), urlHint, regionHint(session.region)], true);
  return new AwspError(exitCodes.failed, `the browser came back with "${reason}" in place of a code`);
}

/** Nobody confirmed a code in time. */
export const codeExpired = 'the code has expired before it was confirmed';

// --- internal ---

/** A message, and the lines under it. */
type Words = readonly [string, ...string[]];

const urlHint = 'is the start URL right? it is the address at which your accounts are listed';

function regionHint(region: string): string {
  return `is ${region} the region of the portal? it is the one that IAM Identity Center lives in, not that of your resources`;
}

function notAccepted({ startUrl, region }: SsoSession, name: string): string {
  return `IAM Identity Center does not accept the sign-in to ${startUrl} in ${region} (${name})`;
}

function wordsFor(name: string, error: unknown, { startUrl, region }: SsoSession): Words {
  switch (name) {
    case 'AccessDeniedException':
      return ['the sign-in was denied'];
    case 'ExpiredTokenException':
      return [codeExpired, 'sign in again: awsp login'];
    case 'InvalidClientException':
    case 'UnauthorizedClientException':
      return [`IAM Identity Center does not know this client any more (${name})`, 'sign in again: awsp login'];
    default:
      return [
        `the sign-in to ${startUrl} in ${region} failed: ${error instanceof Error ? error.message : name} (${name})`,
      ];
  }
}
