import { AwspError } from '../errors.ts';
import { exitCodes } from '../exit-codes.ts';
import { messageOf, nameOf, type Transport, unreachableReason } from '../network/errors.ts';
import type { SsoSession } from './session.ts';

/** IAM Identity Center has no such portal in this region: the start URL or the region is wrong. */
export class PortalNotFound extends AwspError {
  /** The region of the portal, when AWS names it. */
  readonly region: string | null;
  /** Whether the start URL may be wrong, and not only the region. */
  readonly isUrlInDoubt: boolean;

  constructor(lines: MessageLines, isUrlInDoubt: boolean, region: string | null = null, cause?: unknown) {
    const [message, ...details] = lines;
    super(exitCodes.failed, message, details, cause);
    this.region = region;
    this.isUrlInDoubt = isUrlInDoubt;
  }
}

/** Translates an error of a sign-in into plain words and a remedy; an `AwspError` is returned as it is. */
export function toSignInError(error: unknown, transport: Transport, session: SsoSession): AwspError {
  if (error instanceof AwspError) return error;
  const unreachable = unreachableReason(error, transport, session.region);
  if (unreachable !== null) return new AwspError(exitCodes.failed, unreachable, [], error);
  const name = nameOf(error);
  const { startUrl, region } = session;
  switch (name) {
    case 'InvalidRequestRegionException': {
      const actual = regionIn(error);
      const lines: MessageLines = [
        `the portal ${startUrl} is not in ${region} but in ${actual}`,
        `set sso_region = ${actual}`,
      ];
      return new PortalNotFound(lines, false, actual, error);
    }
    case 'InvalidGrantException':
      return new PortalNotFound([notAccepted(session, name), regionHint(region)], false, null, error);
    case 'InvalidRequestException':
      return new PortalNotFound([notAccepted(session, name), urlHint, regionHint(region)], true, null, error);
    case 'ExpiredTokenException':
      return deviceCodeExpired(error);
    default: {
      const [message, ...details] = linesFor(name, error, session);
      return new AwspError(exitCodes.failed, message, details, error);
    }
  }
}

/** Translates an error of a request to the portal into plain words; an `AwspError` is returned as it is. */
export function toPortalError(error: unknown, transport: Transport, { startUrl, region }: SsoSession): AwspError {
  if (error instanceof AwspError) return error;
  const name = nameOf(error);
  const failure = (message: string, ...details: string[]) => new AwspError(exitCodes.failed, message, details, error);
  const unreachable = unreachableReason(error, transport, region);
  if (unreachable !== null) return failure(unreachable);
  if (transport.status === 429) return failure(`AWS is throttling requests (${name})`, 'wait a moment and try again');
  return failure(`the portal ${startUrl} in ${region} refuses the request: ${messageOf(error)} (${name})`);
}

/** The `error` parameter of the redirect when the person denies the access (RFC 6749, section 4.1.2.1). */
export const accessDenied = 'access_denied';

/** Translates the `error` parameter of a redirect into plain words and a remedy. */
export function redirectError(code: string, session: SsoSession): AwspError {
  if (code === accessDenied) return new AwspError(exitCodes.failed, 'the sign-in was denied in the browser');
  if (code === 'invalid_grant' || code === 'invalid_request') {
    return new PortalNotFound([notAccepted(session, code), urlHint, regionHint(session.region)], true);
  }
  return new AwspError(exitCodes.failed, `the browser returned the error "${code}", not an authorization code`);
}

/** The device code was not confirmed in time. */
export function deviceCodeExpired(cause?: unknown): AwspError {
  return new AwspError(exitCodes.failed, 'the code has expired before it was confirmed', [signInAgain], cause);
}

// --- internal ---

/** A message, and the detail lines under it. */
type MessageLines = readonly [string, ...string[]];

const signInAgain = 'sign in again: awsp login';

const urlHint = 'is the start URL right? it is the address at which your accounts are listed';

function regionHint(region: string): string {
  return `is ${region} the region of the portal? it is the one that IAM Identity Center is in, not that of your resources`;
}

function notAccepted({ startUrl, region }: SsoSession, name: string): string {
  return `IAM Identity Center does not accept the sign-in to ${startUrl} in ${region} (${name})`;
}

/** The portal's region, which an `InvalidRequestRegionException` carries (AWS's OIDC API reference). */
function regionIn(error: unknown): string {
  return String(error instanceof Error ? Reflect.get(error, 'region') : null);
}

function linesFor(name: string, error: unknown, { startUrl, region }: SsoSession): MessageLines {
  switch (name) {
    case 'AccessDeniedException':
      return ['the sign-in was denied'];
    case 'InvalidClientException':
    case 'UnauthorizedClientException':
      return [`IAM Identity Center no longer accepts this client registration (${name})`, signInAgain];
    default:
      return [
        `the sign-in to ${startUrl} in ${region} failed: ${error instanceof Error ? error.message : name} (${name})`,
      ];
  }
}
