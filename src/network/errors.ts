/** The outcome of the last HTTP exchange with AWS. */
export interface Transport {
  status: number | null;
  /** AWS's name for the error, from services that send it as a header. */
  errorType: string | null;
  contentType: string | null;
  error: unknown;
}

/** The transport before its first exchange. */
export function emptyTransport(): Transport {
  return { status: null, errorType: null, contentType: null, error: null };
}

/**
 * Why there is no valid response: the network, a server error at AWS, or a server that is not AWS; null if AWS
 * responded.
 */
export function unreachableReason(error: unknown, transport: Transport, region: string): string | null {
  const cause = codeOf(transport.error) ?? codeOf(error);
  if (transport.error !== null || (cause !== null && cause in networkReasons)) {
    return networkReason(cause, transport.error ?? error, region);
  }
  const code = errorCode(error, transport);
  if (isThrottling(code)) return null;
  const isNotAws = isUnreadable(error, transport);
  if (transport.status !== null && transport.status >= 500) {
    return `AWS answers ${transport.status}${isNotAws ? '' : ` (${code})`}`;
  }
  return isNotAws ? notAws(transport) : null;
}

/** Says that a response is not one of AWS. */
function notAws({ status }: Transport): string {
  const said = status !== null && status >= 400 ? ` (status ${status})` : '';
  return `what answered is not AWS${said}: a proxy, or the sign-in page of a network?`;
}

/** AWS's name for an error: the SDK sets it as the error's name. */
export function nameOf(error: unknown): string {
  return error instanceof Error ? error.name : 'unknown error';
}

/** AWS's name for an error: from the response header, otherwise from the text or the name of the SDK's error. */
export function errorCode(error: unknown, transport: Transport): string {
  return transport.errorType ?? nameInText(messageOf(error)) ?? nameOf(error);
}

/** Whether an error code of AWS means throttling. */
export function isThrottling(code: string): boolean {
  return /^(Throttling(Exception)?|ThrottledException|TooManyRequestsException|RequestLimitExceeded|SlowDown)$/.test(
    code,
  );
}

/** The message of an error, or any other thrown value as text; without what the SDK adds for those who program with it. */
export function messageOf(error: unknown): string {
  return rawMessage(error).replace(/\s*Deserialization error: to see the raw response[^\n]*/, '');
}

// --- internal ---

function rawMessage(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

const networkReasons: Readonly<Record<string, string>> = {
  ENOTFOUND: 'its address was not found: no network, a DNS problem, or no such region',
  EAI_AGAIN: 'its address was not found: no network, or a DNS problem',
  ECONNREFUSED: 'the connection was refused: a proxy or a firewall?',
  ECONNRESET: 'the connection was cut: a proxy or a firewall?',
  EPIPE: 'the connection was cut: a proxy or a firewall?',
  ETIMEDOUT: 'no connection in time',
  ERR_INVALID_URL: 'the proxy in HTTPS_PROXY or HTTP_PROXY is not an address',
  EHOSTUNREACH: 'the network is unreachable',
  ENETUNREACH: 'the network is unreachable',
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

function networkReason(code: string | null, error: unknown, region: string): string {
  const proxyStatus = /^Bad response: (\d+)$/.exec(rawMessage(error))?.[1];
  const fromProxy = proxyStatus === undefined ? undefined : `the proxy answers ${proxyStatus}`;
  const reason = fromProxy ?? (code === null ? undefined : networkReasons[code]);
  const suffix = code === 'ENOTFOUND' ? ` "${region}"` : '';
  return `AWS was not reached: ${reason ?? code ?? 'the connection failed'}${suffix}`;
}

/** Whether the SDK could not read the response, or found no name of an error in it: it came from a proxy or the like. */
function isUnreadable(error: unknown, { status, errorType }: Transport): boolean {
  if (error instanceof SyntaxError) return true;
  if (status === null) return false;
  const text = rawMessage(error);
  if (status < 400)
    return /deserializ|unexpected token|parse|not valid JSON|XML|invalid (response from STS|temporary credential)/i.test(
      text,
    );
  return errorType === null && (/Deserialization error: to see/.test(text) || /^Unknown(Error)?$/.test(nameOf(error)));
}

/** The SDK's portal errors have AWS's name only at the start of their text: `ForbiddenException: No access`. */
function nameInText(text: string): string | null {
  return /^(\w+(?:Exception|Error)): /.exec(text)?.[1] ?? null;
}

function codeOf(error: unknown): string | null {
  if (!(error instanceof Error)) return null;
  const code: unknown = Reflect.get(error, 'code');
  if (typeof code === 'string') return code;
  if (error.name === 'TimeoutError') return error.name;
  const [first] = error instanceof AggregateError ? error.errors : [];
  return first === undefined ? null : codeOf(first);
}
