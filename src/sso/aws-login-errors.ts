import { AwspError } from '../errors.ts';
import { exitCodes } from '../exit-codes.ts';
import { isThrottling, messageOf, nameOf, type Transport, unreachableReason } from '../network/errors.ts';
import { type LoginTarget, loginCommand, loginInWords } from './aws-login.ts';
import { SignInServiceError } from './aws-login-service.ts';

/**
 * Why a sign-in by `aws login` is over, from the error of its renewal; null for an error that a new sign-in does not mend.
 * `guessedRegion` is the region that was taken because the cache does not name that of the sign-in; null when it does.
 */
export function overBecause(error: unknown, guessedRegion: string | null): string | null {
  if (!(error instanceof SignInServiceError)) return null;
  switch (error.reason) {
    case 'TOKEN_EXPIRED':
      return 'the console session that it belongs to is over';
    case 'USER_CREDENTIALS_CHANGED':
      return 'the password of the user has changed';
    case 'INVALID_REQUEST':
      return guessedRegion === null
        ? 'AWS does not accept its refresh token'
        : `AWS does not accept its refresh token in ${guessedRegion}; was the sign-in in another region?`;
    default:
      return null;
  }
}

/** Translates an error of a sign-in by `aws login` into plain words and a remedy; an `AwspError` is returned as it is. */
export function toLoginError(error: unknown, transport: Transport, login: LoginTarget, region: string): AwspError {
  if (error instanceof AwspError) return error;
  const failure = (message: string, ...details: string[]) => new AwspError(exitCodes.failed, message, details, error);
  const unreachable = unreachableReason(error, transport, region);
  if (unreachable !== null) return failure(unreachable);
  const name = nameOf(error);
  const again = `sign in again: ${loginCommand(login)}`;
  const who = login.arn === null ? 'this identity' : `"${login.arn}"`;
  if (transport.status === 429 || isThrottling(name)) {
    return failure(`AWS is throttling requests (${name})`, 'wait a moment and try again');
  }
  switch (error instanceof SignInServiceError ? error.reason : null) {
    case 'AUTHCODE_EXPIRED':
      return failure('the code of the sign-in has expired, or was used before', again);
    case 'INSUFFICIENT_PERMISSIONS':
      return failure(
        `${who} may not sign in by aws login: it has no permission for signin:CreateOAuth2Token`,
        'the managed policy SignInLocalDevelopmentAccess gives it; ask for the access',
      );
    case 'TOKEN_EXPIRED':
      return failure('the console session in the browser is over', again);
    case 'USER_CREDENTIALS_CHANGED':
      return failure('the password of the user has changed meanwhile', again);
    default:
      return failure(`the sign-in of ${loginInWords(login)} in ${region} failed: ${messageOf(error)} (${name})`, again);
  }
}
