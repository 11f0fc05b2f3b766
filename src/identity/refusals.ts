import type { Profile } from '../aws-config/types.ts';

/** What the last HTTP exchange with AWS came to. */
export interface Transport {
  status: number | null;
  /** AWS's name for the error, of services that send it as a header. */
  errorType: string | null;
  error: unknown;
}

/**
 * What it means that AWS could not be asked or said no: `unreachable` (nobody answered properly), `sign-in` (a person
 * has to sign in), `refused` (AWS knows the question and says no).
 */
export interface Refusal {
  readonly kind: 'unreachable' | 'sign-in' | 'refused';
  readonly message: string;
  readonly details: readonly string[];
}

/**
 * AWS's errors, the network's and the SDK's in plain words, with the way out; `root` is the profile at the end of the chain,
 * whose sign-in it is. Pure.
 */
export function explain(
  error: unknown,
  transport: Transport,
  profile: Profile,
  region: string,
  root: Profile = profile,
): Refusal {
  const nobody = unreachableReason(error, transport, region);
  if (nobody !== null) return unreachable(nobody);
  const text = messageOf(error);
  const code = transport.errorType ?? nameInText(text) ?? nameOf(error);
  if (isThrottling(code)) {
    return refused(`AWS is throttling requests (${code})`, ['wait a moment and try again, or switch with --no-verify']);
  }
  return byCode(code, text, profile, root);
}

/** Why nobody answered properly: the network, AWS in trouble, or something else in its place; null when AWS did answer. */
export function unreachableReason(error: unknown, transport: Transport, region: string): string | null {
  const cause = codeOf(transport.error) ?? codeOf(error);
  if (transport.error !== null || (cause !== null && cause in networkReasons)) return networkReason(cause, region);
  const text = messageOf(error);
  const code = transport.errorType ?? nameInText(text) ?? nameOf(error);
  if (isThrottling(code)) return null;
  if (transport.status !== null && transport.status >= 500) return `AWS answers ${transport.status} (${code})`;
  if (error instanceof SyntaxError || isGarbage(text, transport)) {
    return 'what answered is not AWS: a proxy, or the sign-in page of a network?';
  }
  return null;
}

/** AWS's name for an error, which the SDK gives the error itself. */
export function nameOf(error: unknown): string {
  return error instanceof Error ? error.name : 'unknown error';
}

// --- internal ---

const networkReasons: Readonly<Record<string, string>> = {
  ENOTFOUND: 'its address was not found: no network, a DNS trouble, or no such region',
  EAI_AGAIN: 'its address was not found: no network, or a DNS trouble',
  ECONNREFUSED: 'the connection was refused: a proxy or a firewall?',
  ECONNRESET: 'the connection was cut: a proxy or a firewall?',
  EPIPE: 'the connection was cut: a proxy or a firewall?',
  ETIMEDOUT: 'no connection in time',
  EHOSTUNREACH: 'no way there: no network?',
  ENETUNREACH: 'no way there: no network?',
  ENETDOWN: 'the network is down',
  TimeoutError: 'no answer in time',
  SELF_SIGNED_CERT_IN_CHAIN: certificateReason(),
  DEPTH_ZERO_SELF_SIGNED_CERT: certificateReason(),
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: certificateReason(),
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: certificateReason(),
  ERR_TLS_CERT_ALTNAME_INVALID: certificateReason(),
  CERT_HAS_EXPIRED: 'its certificate has expired: is the clock right?',
  CERT_NOT_YET_VALID: 'its certificate is not valid yet: is the clock right?',
};

function certificateReason(): string {
  return 'its certificate is not trusted: a proxy? NODE_EXTRA_CA_CERTS names further certificates';
}

function networkReason(code: string | null, region: string): string {
  const reason = code === null ? undefined : networkReasons[code];
  const suffix = code === 'ENOTFOUND' ? ` "${region}"` : '';
  return `AWS was not reached: ${reason ?? code ?? 'the connection failed'}${suffix}`;
}

function unreachable(message: string): Refusal {
  return { kind: 'unreachable', message, details: [] };
}

function refused(message: string, details: readonly string[] = []): Refusal {
  return { kind: 'refused', message, details };
}

function isThrottling(code: string): boolean {
  return /^(Throttling(Exception)?|ThrottledException|TooManyRequestsException|RequestLimitExceeded|SlowDown)$/.test(
    code,
  );
}

/** A 2xx or 3xx whose body the SDK could not read: something between here and AWS answered. */
function isGarbage(text: string, { status }: Transport): boolean {
  return status !== null && status < 400 && /deserializ|unexpected token|parse|not valid JSON|XML/i.test(text);
}

function byCode(code: string, text: string, profile: Profile, root: Profile): Refusal {
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

function byText(code: string, text: string, { name }: Profile, root: Profile): Refusal {
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

/** The SDK's portal errors keep AWS's name only as the start of their text: `ForbiddenException: No access`. */
function nameInText(text: string): string | null {
  return /^(\w+(?:Exception|Error)): /.exec(text)?.[1] ?? null;
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

function codeOf(error: unknown): string | null {
  if (!(error instanceof Error)) return null;
  const code: unknown = Reflect.get(error, 'code');
  if (typeof code === 'string') return code;
  if (error.name === 'TimeoutError') return error.name;
  const [first] = error instanceof AggregateError ? error.errors : [];
  return first === undefined ? null : codeOf(first);
}
