import { AwspError } from '../errors.ts';
import { exitCodes } from '../exit-codes.ts';
import { type Transport, unreachableReason } from '../identity/refusals.ts';
import type { SsoSession } from './session.ts';

/** What went wrong with a sign-in, in plain words with the way out; an error that is plain already stays as it is. */
export function explainSignIn(error: unknown, transport: Transport, session: SsoSession): AwspError {
  if (error instanceof AwspError) return error;
  const unreachable = unreachableReason(error, transport, session.region);
  if (unreachable !== null) return new AwspError(exitCodes.failed, unreachable, [], error);
  const name = error instanceof Error ? error.name : 'unknown error';
  const [message, ...details] = wordsFor(name, error, session);
  return new AwspError(exitCodes.failed, message, details, error);
}

/** Nobody confirmed a code in time. */
export const codeExpired = 'the code has expired before it was confirmed';

// --- internal ---

function wordsFor(name: string, error: unknown, { startUrl, region }: SsoSession): [string, ...string[]] {
  const place = `${startUrl} in ${region}`;
  const wrongRegion = `is ${region} the region of the portal? it is the one that IAM Identity Center lives in, not that of your resources`;
  switch (name) {
    case 'InvalidRequestRegionException': {
      const right: unknown = error instanceof Error ? Reflect.get(error, 'region') : null;
      return [
        `the portal ${startUrl} is not in ${region} but in ${String(right)}`,
        `set sso_region = ${String(right)}`,
      ];
    }
    case 'InvalidGrantException':
      return [`IAM Identity Center does not accept the sign-in to ${place} (${name})`, wrongRegion];
    case 'InvalidRequestException':
      return [
        `IAM Identity Center does not accept the sign-in to ${place} (${name})`,
        'is the start URL right? it is the address at which your accounts are listed',
        wrongRegion,
      ];
    case 'AccessDeniedException':
      return ['the sign-in was denied'];
    case 'ExpiredTokenException':
      return [codeExpired, 'sign in again: awsp login'];
    case 'InvalidClientException':
    case 'UnauthorizedClientException':
      return [`IAM Identity Center does not know this client any more (${name})`, 'sign in again: awsp login'];
    default:
      return [`the sign-in to ${place} failed: ${error instanceof Error ? error.message : name} (${name})`];
  }
}
