import type { Profile } from '../aws-config/types.ts';
import { errorCode, isThrottling, messageOf, type Transport, unreachableReason } from '../network/errors.ts';

/**
 * Why an identity could not be determined. `unreachable`: there was no usable response from AWS. `sign-in`: a person has to
 * sign in. `refused`: AWS, or the source of the credentials, returned an error.
 */
export interface AwsFailure {
  readonly kind: 'unreachable' | 'sign-in' | 'refused';
  readonly message: string;
  readonly details: readonly string[];
}

/**
 * Translates an error of AWS, the network or the SDK into plain words and a remedy. `root` is the profile at the end of the
 * `source_profile` chain, whose sign-in or keys are used. Pure.
 */
export function toAwsFailure(
  error: unknown,
  transport: Transport,
  profile: Profile,
  region: string,
  root: Profile = profile,
): AwsFailure {
  const reason = unreachableReason(error, transport, region);
  if (reason !== null) return { kind: 'unreachable', message: reason, details: [] };
  const text = messageOf(error, '');
  const code = errorCode(error, transport);
  if (isThrottling(code)) {
    return refused(`AWS is throttling requests (${code})`, ['wait a moment and try again, or switch with --no-verify']);
  }
  return failureByCode(code, text, error, profile, root);
}

/** Whether AWS refuses a request because the clock of this machine is wrong. */
export function isClockError(code: string, text: string): boolean {
  return /signature (expired|not yet current)|RequestTimeTooSkewed|RequestExpired/i.test(`${code} ${text}`);
}

// --- internal ---

function refused(message: string, details: readonly string[] = []): AwsFailure {
  return { kind: 'refused', message, details };
}

function signInOver(root: Profile): AwsFailure {
  return { kind: 'sign-in', message: `the sign-in of "${root.name}" is over`, details: [] };
}

function failureByCode(code: string, text: string, error: unknown, profile: Profile, root: Profile): AwsFailure {
  const { name } = profile;
  // The raw value: `profile.accountId` is null when it is not 12 digits, but the message must show what was written.
  const account = root.properties.get('sso_account_id')?.value;
  switch (code) {
    case 'UnauthorizedException':
    case 'TokenProviderError':
    case 'InvalidGrantException':
      return signInOver(root);
    case 'ExpiredTokenException':
      // STS returns it for a web identity token, IAM Identity Center for a sign-in.
      return root.kind === 'web-identity'
        ? refused(`the web identity token of "${name}" has expired`, ['get a new one from where it came from'])
        : signInOver(root);
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
    case 'SignatureDoesNotMatch':
      // The same code for a wrong clock and for a wrong secret key: only the text tells which.
      return isClockError(code, text)
        ? wrongClock()
        : refused(`the secret key of "${name}" does not fit its access key (${code})`);
    default:
      return failureByText(code, text, error, profile, root);
  }
}

/** For errors without a code of their own: those of the SDK's credential providers. */
function failureByText(code: string, text: string, error: unknown, { name }: Profile, root: Profile): AwsFailure {
  if (isClockError(code, text)) return wrongClock();
  if (/SSO session|sso token|token.*(not found|expired|invalid)/i.test(text) && root.kind === 'sso') {
    return signInOver(root);
  }
  // Only a program's own output has lines: no text of AWS's can look as if awsp had written several.
  if (root.kind === 'process' && /credential_process|^Command failed/.test(text)) {
    const output = error instanceof Error ? error.message : text;
    return refused(`the credential_process of "${name}" failed`, processOutput(output));
  }
  if (isOfSdk(code)) return failureOfSdk(name, root);
  const words = text.replace(/https?:\/\/\S+/g, '').trim();
  return refused(`AWS refused "${name}": ${words === '' ? code : `${words} (${code})`}`);
}

/** For errors whose text is the SDK's: what the profile is known to need. */
function failureOfSdk(name: string, root: Profile): AwsFailure {
  if (root.kind === 'login') return signInOver(root);
  const without = `no credentials for "${name}"`;
  const value = (key: string) => root.properties.get(key)?.value;
  const source = value('credential_source');
  if (source !== undefined && root.kind === 'assume-role') {
    const place = source === 'EcsContainer' ? 'in a container of ECS or EKS' : 'on an EC2 instance with a role';
    return refused(`${without}: credential_source = ${source} gave none`, [`it works only ${place}`]);
  }
  if (root.kind === 'web-identity') {
    return refused(`${without}: the web identity token file "${value('web_identity_token_file')}" cannot be used`, [
      'web_identity_token_file must name a file with a token',
    ]);
  }
  return refused(`${without}: its properties lead to none`, ['for what is wrong with it: awsp doctor']);
}

/** AWS SDKs and Tools Reference Guide, "Process credential provider". */
const processFormat = 'it must print JSON with "Version": 1, "AccessKeyId" and "SecretAccessKey"';

/** Whether an error is one of the SDK or of Node, whose text is not for people, and not an error code of AWS. */
function isOfSdk(code: string): boolean {
  return /^(Error|unknown error|\w*ProviderError|TypeError|RangeError|SyntaxError|ReferenceError|AggregateError|E[A-Z]+|InstanceMetadata\w*)$/.test(
    code,
  );
}

function wrongClock(): AwsFailure {
  return refused('AWS refuses requests from this clock: it is more than five minutes off', ['set the clock right']);
}

/** What the process wrote, at most five lines, or what it should have written; without its command line, which may contain a secret. */
function processOutput(text: string): readonly string[] {
  if (/credential_process (returned|did not return)/.test(text)) return [processFormat];
  const [first = '', ...rest] = text.split('\n').map((line) => line.trimEnd());
  const lines = /^Command failed/.test(first) ? rest : [first, ...rest];
  return lines.filter((line) => line !== '').slice(0, 5);
}
