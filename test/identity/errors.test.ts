import { describe, expect, it } from 'vitest';
import { readProfiles } from '../../src/aws-config/profiles.ts';
import { toAwsFailure } from '../../src/identity/errors.ts';
import type { Transport } from '../../src/network/errors.ts';

const config = `
[profile sso]
sso_start_url = https://shop.awsapps.com/start
sso_region = eu-west-1
sso_account_id = 123456789011
sso_role_name = Admin
[profile slip]
sso_start_url = https://shop.awsapps.com/start
sso_region = eu-west-1
sso_account_id = 12345678901
sso_role_name = Admin
[profile keys]
aws_access_key_id = AKIAIOSFODNN7EXAMPLE
aws_secret_access_key = x
[profile process]
credential_process = /opt/get --password hunter2
[profile pod]
web_identity_token_file = /t
role_arn = arn:aws:iam::123456789012:role/Pod
[profile role]
role_arn = arn:aws:iam::123456789012:role/Deployer
source_profile = keys
`;
const profiles = readProfiles({ path: '/c', text: config }, null, ['/c']);
type Name = 'sso' | 'slip' | 'keys' | 'process' | 'pod' | 'role';

const silence: Transport = { status: null, errorType: null, contentType: null, error: null };

function explained(error: unknown, name: Name = 'keys', transport: Partial<Transport> = {}) {
  const profile = profiles.get(name);
  if (profile === null) throw new Error(name);
  return toAwsFailure(error, { ...silence, ...transport }, profile, 'eu-west-1');
}

function errorOf(name: string, message: string, more: object = {}): Error {
  return Object.assign(new Error(message), { name }, more);
}

const network = (code: string) => Object.assign(new Error(`connect ${code}`), { code });

describe('AWS was not reached', () => {
  it.each([
    ['ENOTFOUND', 'its address was not found: no network, a DNS problem, or no such region "eu-west-1"'],
    ['EAI_AGAIN', 'its address was not found: no network, or a DNS problem'],
    ['ECONNREFUSED', 'the connection was refused: a proxy or a firewall?'],
    ['ECONNRESET', 'the connection was cut: a proxy or a firewall?'],
    ['EPIPE', 'the connection was cut: a proxy or a firewall?'],
    ['ETIMEDOUT', 'no connection in time'],
    ['EHOSTUNREACH', 'the network is unreachable'],
    ['ENETUNREACH', 'the network is unreachable'],
    ['ENETDOWN', 'the network is down'],
    ['SELF_SIGNED_CERT_IN_CHAIN', 'NODE_EXTRA_CA_CERTS'],
    ['DEPTH_ZERO_SELF_SIGNED_CERT', 'NODE_EXTRA_CA_CERTS'],
    ['UNABLE_TO_VERIFY_LEAF_SIGNATURE', 'NODE_EXTRA_CA_CERTS'],
    ['UNABLE_TO_GET_ISSUER_CERT_LOCALLY', 'NODE_EXTRA_CA_CERTS'],
    ['ERR_TLS_CERT_ALTNAME_INVALID', 'NODE_EXTRA_CA_CERTS'],
    ['CERT_HAS_EXPIRED', 'its certificate has expired: is the clock right?'],
    ['CERT_NOT_YET_VALID', 'its certificate is not valid yet: is the clock right?'],
    ['ESOMETHING', 'ESOMETHING'],
  ])('%s', (code, words) => {
    // The SDK wraps the error of the transport in one of its own.
    const wrapped = errorOf('CredentialsProviderError', 'Could not load credentials');
    const refusal = explained(wrapped, 'sso', { error: network(code) });
    expect(refusal).toEqual({ kind: 'unreachable', message: expect.stringContaining(words), details: [] });
    expect(refusal.message).toMatch(/^AWS was not reached: /);
  });

  it.each([
    ['by the error itself', network('ECONNREFUSED'), {}, 'refused'],
    [
      'by both addresses of a name',
      new AggregateError([network('ECONNREFUSED'), network('ENETUNREACH')], ''),
      {},
      'refused',
    ],
    [
      'as the transport tells',
      errorOf('Error', 'x'),
      { error: new AggregateError([network('ETIMEDOUT')], '') },
      'no connection in time',
    ],
    ['in time', errorOf('TimeoutError', 'x'), {}, 'no answer in time'],
    [
      'in time, as the transport tells',
      errorOf('Error', 'x'),
      { error: errorOf('TimeoutError', 'x') },
      'no answer in time',
    ],
    [
      'for a reason without a name',
      errorOf('Error', 'x'),
      { error: new AggregateError([], 'none') },
      'the connection failed',
    ],
    ['for a reason that is no error', errorOf('Error', 'x'), { error: 'broken' }, 'the connection failed'],
  ])('%s', (_what, error, transport, words) => {
    expect(explained(error, 'keys', transport)).toEqual({
      kind: 'unreachable',
      message: expect.stringContaining(words),
      details: [],
    });
  });

  it.each([
    ['500', errorOf('InternalFailure', 'x'), { status: 500 }, 'AWS answers 500 (InternalFailure)'],
    ['503', errorOf('ServiceUnavailable', 'x'), { status: 503 }, 'AWS answers 503 (ServiceUnavailable)'],
    ['a page of a proxy', new SyntaxError('Unexpected token < in JSON'), { status: 200 }, 'not AWS'],
    ['a page, as the SDK tells', errorOf('Error', 'Deserialization error: x'), { status: 200 }, 'not AWS'],
    ['a redirection', errorOf('Error', 'failed to parse XML'), { status: 302 }, 'not AWS'],
  ])('what answers is not AWS as it should be: %s', (_what, error, transport, words) => {
    expect(explained(error, 'keys', transport)).toMatchObject({
      kind: 'unreachable',
      message: expect.stringContaining(words),
    });
  });
});

describe('a person has to sign in', () => {
  it.each([
    ['the portal', errorOf('CredentialsProviderError', 'UnauthorizedException: Session token not found or invalid')],
    ['the portal, by name', errorOf('UnauthorizedException', 'Session token not found or invalid')],
    ['the SDK', errorOf('TokenProviderError', 'Token is expired')],
    ['the SDK, in a text', errorOf('CredentialsProviderError', 'TokenProviderError: Token is expired')],
    ['the refresh', errorOf('InvalidGrantException', 'Invalid refresh token')],
    ['the refresh, late', errorOf('ExpiredTokenException', 'Token is expired')],
    ['a session', errorOf('CredentialsProviderError', 'The SSO session associated with this profile is invalid.')],
    ['a token', errorOf('CredentialsProviderError', 'The SSO token was not found')],
  ])('says %s', (_who, error) => {
    expect(explained(error, 'sso')).toEqual({ kind: 'sign-in', message: 'the sign-in of "sso" is over', details: [] });
  });

  it('when the header of the response says so, whatever the text', () => {
    const refusal = explained(errorOf('Error', 'UnknownError'), 'sso', {
      status: 401,
      errorType: 'UnauthorizedException',
    });
    expect(refusal.kind).toBe('sign-in');
  });

  it('but not for access keys with an invalid token', () => {
    expect(explained(errorOf('X', 'the security token is invalid'), 'keys').kind).toBe('refused');
  });
});

describe('AWS refuses', () => {
  it.each<[string, Name, Error, Partial<Transport>, string]>([
    [
      'a role',
      'sso',
      errorOf('CredentialsProviderError', 'ForbiddenException: No access'),
      { status: 403 },
      'gives you no role "Admin" in account 123456789011',
    ],
    [
      'an account id of too few digits',
      'slip',
      errorOf('CredentialsProviderError', 'ForbiddenException: No access'),
      { status: 403 },
      'gives you no role "Admin" in account 12345678901',
    ],
    [
      'a role that is gone',
      'sso',
      errorOf('ResourceNotFoundException', 'No such role'),
      { status: 404 },
      'knows no role "Admin" in account 123456789011',
    ],
    [
      'keys that have expired',
      'keys',
      errorOf('ExpiredToken', 'x'),
      { status: 403 },
      'the temporary keys of "keys" have expired',
    ],
    [
      'keys it does not know',
      'keys',
      errorOf('InvalidClientTokenId', 'x'),
      { status: 403 },
      'does not know the access key of "keys" (InvalidClientTokenId)',
    ],
    [
      '… in other words',
      'keys',
      errorOf('UnrecognizedClientException', 'x'),
      { status: 403 },
      'does not know the access key of "keys"',
    ],
    [
      'a wrong secret',
      'keys',
      errorOf('SignatureDoesNotMatch', 'The request signature we calculated does not match'),
      { status: 403 },
      'the secret key of "keys" does not fit its access key',
    ],
    [
      'a slow clock',
      'keys',
      errorOf('SignatureDoesNotMatch', 'Signature expired: 20260101T1 is now earlier than 2'),
      { status: 403 },
      'the clock',
    ],
    [
      'a fast clock',
      'keys',
      errorOf('SignatureDoesNotMatch', 'Signature not yet current: x'),
      { status: 403 },
      'the clock',
    ],
    ['a clock by name', 'keys', errorOf('RequestTimeTooSkewed', 'x'), { status: 403 }, 'the clock'],
    ['a request of long ago', 'keys', errorOf('RequestExpired', 'x'), { status: 400 }, 'the clock'],
    [
      'access',
      'role',
      errorOf('AccessDenied', 'not authorized to perform: sts:AssumeRole'),
      { status: 403 },
      'AWS denies "role": not authorized to perform: sts:AssumeRole',
    ],
    [
      'access by its other name',
      'role',
      errorOf('AccessDeniedException', 'no'),
      { status: 403 },
      'AWS denies "role": no',
    ],
    [
      'a web identity',
      'pod',
      errorOf('InvalidIdentityToken', 'no provider'),
      { status: 400 },
      'does not accept the web identity token of "pod": no provider',
    ],
    [
      'a web identity, as the SDK names it',
      'pod',
      errorOf('InvalidIdentityTokenException', 'no provider'),
      { status: 400 },
      'does not accept the web identity token of "pod": no provider',
    ],
    [
      'a web identity that has expired',
      'pod',
      errorOf('ExpiredTokenException', 'Token expired'),
      { status: 400 },
      'the web identity token of "pod" has expired',
    ],
    [
      'for a while',
      'keys',
      errorOf('Throttling', 'Rate exceeded'),
      { status: 400 },
      'AWS is throttling requests (Throttling)',
    ],
    [
      'for a while, the portal',
      'sso',
      errorOf('CredentialsProviderError', 'TooManyRequestsException: x'),
      { status: 429 },
      'AWS is throttling requests (TooManyRequestsException)',
    ],
    [
      'with 503, for a while',
      'keys',
      errorOf('SlowDown', 'x'),
      { status: 503 },
      'AWS is throttling requests (SlowDown)',
    ],
    [
      'what is new',
      'keys',
      errorOf('SomethingNew', 'it is new'),
      { status: 400 },
      'no credentials for "keys": it is new (SomethingNew)',
    ],
    ['without a word', 'keys', errorOf('SomethingNew', ''), { status: 400 }, 'no credentials for "keys": SomethingNew'],
    ['with a link', 'keys', errorOf('E', 'see https://docs.aws.amazon.com/x?y=z now'), {}, 'see  now (E)'],
  ])('%s', (_what, name, error, transport, words) => {
    const { kind, message, details } = explained(error, name, transport);
    expect({ kind, text: [message, ...details].join('\n') }).toEqual({
      kind: 'refused',
      text: expect.stringContaining(words),
    });
  });

  it('a thrown value that is not an Error', () => {
    expect(explained('broken')).toEqual({
      kind: 'refused',
      message: 'no credentials for "keys": broken (unknown error)',
      details: [],
    });
  });
});

describe('a credential process that fails', () => {
  const command = 'Command failed: /opt/get --password hunter2';

  it.each([
    ['with words', `${command}\nvault is sealed\n`, ['vault is sealed']],
    ['without', command, []],
    ['with empty lines', `${command}\n\n  a  \n\nb\n`, ['  a', 'b']],
    ['with many', `${command}\n1\n2\n3\n4\n5\n6\n`, ['1', '2', '3', '4', '5']],
    [
      'by its answer',
      'Profile p credential_process returned invalid JSON.',
      ['Profile p credential_process returned invalid JSON.'],
    ],
    [
      'by its version',
      'Profile p credential_process did not return Version 1.',
      ['Profile p credential_process did not return Version 1.'],
    ],
  ])('%s: what it wrote is told, but not its command line', (_what, text, details) => {
    const refusal = explained(errorOf('CredentialsProviderError', text, { code: 3 }), 'process');
    expect(refusal).toEqual({ kind: 'refused', message: 'the credential_process of "process" failed', details });
    expect(JSON.stringify(refusal)).not.toContain('hunter2');
  });
});
