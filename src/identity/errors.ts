import type { Profile } from '../aws-config/types.ts';
import { errorCode, isThrottling, messageOf, type Transport, unreachableReason } from '../network/errors.ts';

/**
 * What it means that AWS could not be asked or said no: `unreachable` (nobody answered properly), `sign-in` (a person
 * has to sign in), `refused` (AWS knows the question and says no).
 */
export interface UserError {
  readonly kind: 'unreachable' | 'sign-in' | 'refused';
  readonly message: string;
  readonly details: readonly string[];
}

/**
 * AWS's errors, the network's and the SDK's in plain words, with the way out; `root` is the profile at the end of the chain,
 * whose sign-in it is. Pure.
 */
export function toUserError(
  error: unknown,
  transport: Transport,
  profile: Profile,
  region: string,
  root: Profile = profile,
): UserError {
  const nobody = unreachableReason(error, transport, region);
  if (nobody !== null) return unreachable(nobody);
  const text = messageOf(error);
  const code = errorCode(error, transport);
  if (isThrottling(code)) {
    return refused(`AWS is throttling requests (${code})`, ['wait a moment and try again, or switch with --no-verify']);
  }
  return byCode(code, text, profile, root);
}

// --- internal ---

function unreachable(message: string): UserError {
  return { kind: 'unreachable', message, details: [] };
}

function refused(message: string, details: readonly string[] = []): UserError {
  return { kind: 'refused', message, details };
}

function byCode(code: string, text: string, profile: Profile, root: Profile): UserError {
  const { name } = profile;
  // As it was written: an account id that is none is known as such to nobody else.
  const account = root.properties.get('sso_account_id')?.value;
  switch (code) {
    case 'UnauthorizedException':
    case 'TokenProviderError':
    case 'InvalidGrantException':
      return { kind: 'sign-in', message: `the sign-in of "${root.name}" is over`, details: [] };
    case 'ExpiredTokenException':
      // Of STS it is about a web identity token, of IAM Identity Center about a sign-in.
      return root.kind === 'web-identity'
        ? refused(`the web identity token of "${name}" has expired`, ['get a new one from where it came from'])
        : { kind: 'sign-in', message: `the sign-in of "${root.name}" is over`, details: [] };
    case 'ForbiddenException':
      return refused(`IAM Identity Center gives you no role "${root.roleName}" in account ${account}`, [
        'check sso_role_name and sso_account_id of the profile, or ask for the access',
      ]);
    case 'ResourceNotFoundException':
      return refused(`IAM Identity Center knows no role "${root.roleName}" in account ${account}: ${text}`);
    case 'ExpiredToken':
      return refused(`the temporary keys of "${name}" have expired`, ['get new ones from where they came from']);
    case 'InvalidClientTokenId':
    case 'UnrecognizedClientException':
      return refused(`AWS does not know the access key of "${name}" (${code}): deleted, inactive or mistyped?`);
    case 'AccessDenied':
    case 'AccessDeniedException':
      return refused(`AWS denies "${name}": ${text}`);
    case 'InvalidIdentityToken':
    case 'InvalidIdentityTokenException':
      return refused(`AWS does not accept the web identity token of "${name}": ${text}`);
    default:
      return byText(code, text, profile, root);
  }
}

function byText(code: string, text: string, { name }: Profile, root: Profile): UserError {
  if (/signature (expired|not yet current)|RequestTimeTooSkewed|RequestExpired/i.test(`${code} ${text}`)) {
    return refused('AWS refuses requests from this clock: it is more than five minutes off', ['set the clock right']);
  }
  if (code === 'SignatureDoesNotMatch')
    return refused(`the secret key of "${name}" does not fit its access key (${code})`);
  if (/SSO session|sso token|token.*(not found|expired|invalid)/i.test(text) && root.kind === 'sso') {
    return { kind: 'sign-in', message: `the sign-in of "${root.name}" is over`, details: [] };
  }
  if (/credential_process|^Command failed/.test(text)) {
    return refused(`the credential_process of "${name}" failed`, processOutput(text));
  }
  const plain = text.replace(/https?:\/\/\S+/g, '').trim();
  return refused(`no credentials for "${name}": ${plain === '' ? code : `${plain} (${code})`}`);
}

/** What the process wrote; not its command line, which may hold a secret. */
function processOutput(text: string): readonly string[] {
  const [first = '', ...rest] = text.split('\n').map((line) => line.trimEnd());
  const lines = /^Command failed/.test(first) ? rest : [first, ...rest];
  return lines.filter((line) => line !== '').slice(0, 5);
}
