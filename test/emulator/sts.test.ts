import {
  AssumeRoleCommand,
  AssumeRoleWithWebIdentityCommand,
  GetAccessKeyInfoCommand,
  GetCallerIdentityCommand,
  STSClient,
} from '@aws-sdk/client-sts';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { emptyDirectory } from '../../src/emulator/directory.ts';
import { type Emulator, startEmulator } from '../../src/emulator/emulator.ts';

const userArn = 'arn:aws:iam::111111111111:user/kari';
const serial = 'arn:aws:iam::111111111111:mfa/kari';
const kari = { accessKeyId: 'AKIAKARI', secretAccessKey: 'secret/+=' };
const minute = 60_000;

let emulator: Emulator;
let now: number;

beforeAll(async () => {
  const directory = emptyDirectory();
  directory.accessKeys.set(kari.accessKeyId, {
    secret: kari.secretAccessKey,
    principal: { accountId: '111111111111', arn: userArn, userId: 'AIDAKARI', roleArn: null },
    sessionToken: null,
    expiresAt: null,
  });
  directory.mfaDevices.set(serial, { code: '123456', usedCodes: new Set(), userArn });
  directory.roles.push(
    { arn: 'arn:aws:iam::222222222222:role/team/Open', id: 'AROAOPEN', trusts: [userArn], maxSessionSeconds: 7200 },
    {
      arn: 'arn:aws:iam::333333333333:role/Second',
      id: 'AROASECOND',
      trusts: ['arn:aws:iam::222222222222:role/team/Open'],
      maxSessionSeconds: 7200,
    },
    { arn: 'arn:aws:iam::222222222222:role/Guarded', id: 'AROAGUARDED', trusts: ['111111111111'], mfaRequired: true },
    {
      arn: 'arn:aws:iam::222222222222:role/Partner',
      id: 'AROAPARTNER',
      trusts: ['arn:aws:iam::111111111111:root'],
      externalId: 'x-1',
    },
    { arn: 'arn:aws:iam::222222222222:role/Closed', id: 'AROACLOSED', trusts: ['999999999999'] },
    {
      arn: 'arn:aws:iam::222222222222:role/Pod',
      id: 'AROAPOD',
      trusts: [],
      webIdentity: { issuer: 'https://oidc.example', audience: 'sts.amazonaws.com', subject: 'pod-1' },
    },
  );
  now = Date.now();
  emulator = await startEmulator({ directory, now: () => now });
});

afterAll(() => emulator.close());

interface Keys {
  accessKeyId: string;
  secretAccessKey: string;
  sessionToken?: string;
}

const client = (credentials: Keys = kari, options: { systemClockOffset?: number; maxAttempts?: number } = {}) =>
  new STSClient({ endpoint: emulator.url, region: 'eu-west-1', credentials, maxAttempts: 1, ...options });

/** The error of a failed call, as a caller of the SDK sees it. */
async function failure(call: Promise<unknown>) {
  const error = await call.then(
    () => {
      throw new Error('it did not fail');
    },
    (reason) => reason,
  );
  return { code: error.name, status: error.$metadata?.httpStatusCode, message: error.message };
}

async function assume(name: string, credentials: Keys = kari, further: object = {}) {
  const input = { RoleArn: `arn:aws:iam::222222222222:role/${name}`, RoleSessionName: 'session', ...further };
  const answer = await client(credentials).send(new AssumeRoleCommand(input));
  const { AccessKeyId = '', SecretAccessKey = '', SessionToken = '', Expiration } = answer.Credentials ?? {};
  return {
    answer,
    expiration: Expiration,
    keys: { accessKeyId: AccessKeyId, secretAccessKey: SecretAccessKey, sessionToken: SessionToken },
  };
}

describe('GetCallerIdentity', () => {
  it('returns the user of an access key', async () => {
    const { $metadata, ...identity } = await client().send(new GetCallerIdentityCommand({}));
    expect(identity).toEqual({ Account: '111111111111', Arn: userArn, UserId: 'AIDAKARI' });
    expect($metadata.requestId).toMatch(/^[0-9a-f-]{36}$/);
  });

  it('returns a role session, without the role’s path in the ARN', async () => {
    const { keys } = await assume('team/Open');
    const { $metadata, ...identity } = await client(keys).send(new GetCallerIdentityCommand({}));
    expect(identity).toEqual({
      Account: '222222222222',
      Arn: 'arn:aws:sts::222222222222:assumed-role/Open/session',
      UserId: 'AROAOPEN:session',
    });
  });

  it.each<[string, Keys, { code: string; status: number; message: string }]>([
    [
      'an unknown key',
      { ...kari, accessKeyId: 'AKIANOBODY' },
      { code: 'InvalidClientTokenId', status: 403, message: 'The security token included in the request is invalid.' },
    ],
    [
      'a session token where there is none',
      { ...kari, sessionToken: 'stray' },
      { code: 'InvalidClientTokenId', status: 403, message: 'The security token included in the request is invalid.' },
    ],
    [
      'a wrong secret',
      { ...kari, secretAccessKey: 'wrong' },
      {
        code: 'SignatureDoesNotMatch',
        status: 403,
        message:
          'The request signature we calculated does not match the signature you provided. Check your AWS Secret Access Key and signing method. Consult the service documentation for details.',
      },
    ],
  ])('refuses %s', async (_name, credentials, expected) => {
    expect(await failure(client(credentials).send(new GetCallerIdentityCommand({})))).toEqual(expected);
  });

  it('refuses temporary keys without their token, or with another', async () => {
    const { keys } = await assume('team/Open');
    const { sessionToken: _token, ...bare } = keys;
    for (const wrong of [bare, { ...keys, sessionToken: 'other' }]) {
      const { code } = await failure(client(wrong).send(new GetCallerIdentityCommand({})));
      expect(code).toBe('InvalidClientTokenId');
    }
  });

  it('refuses temporary keys that have expired', async () => {
    const { keys } = await assume('team/Open', kari, { DurationSeconds: 900 });
    const real = now;
    try {
      now = real + 15 * minute;
      expect(await failure(client(keys).send(new GetCallerIdentityCommand({})))).toEqual({
        code: 'ExpiredToken',
        status: 403,
        message: 'The security token included in the request is expired',
      });
    } finally {
      now = real;
    }
  });

  it('refuses a request without a signature', async () => {
    const response = await fetch(emulator.url, { method: 'POST', body: 'Action=GetCallerIdentity&Version=2011-06-15' });
    expect(response.status).toBe(403);
    expect(response.headers.get('content-type')).toBe('text/xml');
    expect(await response.text()).toContain('<Code>MissingAuthenticationToken</Code>');
  });

  it.each([
    ['Basic abc', /<Code>IncompleteSignature</],
    [
      'AWS4-HMAC-SHA256 Credential=AKIAKARI/20260101/eu-west-1/s3/aws4_request, SignedHeaders=host, Signature=00',
      /Date must be in ISO-8601/,
    ],
  ])('refuses the authorization %j', async (authorization, expected) => {
    const response = await fetch(emulator.url, {
      method: 'POST',
      headers: { authorization },
      body: 'Action=GetCallerIdentity&Version=2011-06-15',
    });
    expect([response.status, await response.text()]).toEqual([400, expect.stringMatching(expected)]);
  });

  it('refuses a signature for another service', async () => {
    const date = new Date(now).toISOString().replace(/[-:]|\.\d+/g, '');
    const scope = `${kari.accessKeyId}/${date.slice(0, 8)}/eu-west-1/s3/aws4_request`;
    const response = await fetch(emulator.url, {
      method: 'POST',
      headers: {
        'x-amz-date': date,
        authorization: `AWS4-HMAC-SHA256 Credential=${scope}, SignedHeaders=host, Signature=00`,
      },
      body: 'Action=GetCallerIdentity&Version=2011-06-15',
    });
    expect([response.status, await response.text()]).toEqual([
      403,
      expect.stringContaining("Credential should be scoped to correct service: 'sts'."),
    ]);
  });
});

describe('a clock that is off', () => {
  const identify = (offset: number) =>
    client(kari, { systemClockOffset: offset }).send(new GetCallerIdentityCommand({}));

  it.each([-14, 14])('is accepted at %d minutes', async (minutes) => {
    expect((await identify(minutes * minute)).Account).toBe('111111111111');
  });

  it('is an error 16 minutes behind', async () => {
    const { code, status, message } = await failure(identify(-16 * minute));
    expect([code, status]).toEqual(['SignatureDoesNotMatch', 403]);
    expect(message).toMatch(
      /^Signature expired: \d{8}T\d{6}Z is now earlier than \d{8}T\d{6}Z \(\d{8}T\d{6}Z - 15 min\.\)$/,
    );
  });

  it('is an error 16 minutes ahead', async () => {
    const { code, message } = await failure(identify(16 * minute));
    expect(code).toBe('SignatureDoesNotMatch');
    expect(message).toMatch(
      /^Signature not yet current: \d{8}T\d{6}Z is still later than \d{8}T\d{6}Z \(\d{8}T\d{6}Z \+ 15 min\.\)$/,
    );
  });

  it.each([-16, 16])(
    'is corrected by an SDK that may try again, from the Date of the answer: %d minutes',
    async (minutes) => {
      const real = now;
      try {
        now = real + minutes * minute;
        const answer = await client(kari, { maxAttempts: 2 }).send(new GetCallerIdentityCommand({}));
        expect([answer.Account, answer.$metadata.attempts]).toEqual(['111111111111', 2]);
      } finally {
        now = real;
      }
    },
  );
});

describe('AssumeRole', () => {
  it('returns keys with the role, the session and the expiration', async () => {
    const { answer, keys, expiration } = await assume('team/Open', kari, { DurationSeconds: 900 });
    expect(answer.AssumedRoleUser).toEqual({
      Arn: 'arn:aws:sts::222222222222:assumed-role/Open/session',
      AssumedRoleId: 'AROAOPEN:session',
    });
    expect(keys.accessKeyId).toMatch(/^ASIA[A-Z2-7]{16}$/);
    expect(expiration?.getTime()).toBe(Math.floor(now / 1000 + 900) * 1000);
  });

  it('lasts an hour by default', async () => {
    const { expiration } = await assume('team/Open');
    expect(expiration?.getTime()).toBe(Math.floor(now / 1000 + 3600) * 1000);
  });

  it('works from role to role (role chaining)', async () => {
    const { keys } = await assume('team/Open');
    const second = await assume('', keys, { RoleArn: 'arn:aws:iam::333333333333:role/Second' });
    expect(second.answer.AssumedRoleUser?.Arn).toBe('arn:aws:sts::333333333333:assumed-role/Second/session');
  });

  it.each<[string, string, object]>([
    ['MFA', 'Guarded', { SerialNumber: serial, TokenCode: '123456' }],
    ['an external id', 'Partner', { ExternalId: 'x-1' }],
    ['an MFA that was not asked for', 'team/Open', { SerialNumber: serial, TokenCode: '123457' }],
  ])('allows with %s', async (_name, role, further) => {
    expect((await assume(role, kari, further)).keys.accessKeyId).toMatch(/^ASIA/);
  });

  it('takes an MFA code once; the next ones count up', async () => {
    const withCode = (TokenCode: string) => assume('Guarded', kari, { SerialNumber: serial, TokenCode });
    expect((await withCode('123460')).keys.accessKeyId).toMatch(/^ASIA/);
    const { message } = await failure(withCode('123460'));
    expect(message).toBe('MultiFactorAuthentication failed with invalid MFA one time pass code. ');
    for (const code of ['123455', '12345x', '999999']) expect(await failure(withCode(code))).toMatchObject({ message });
    expect((await withCode('123461')).keys.accessKeyId).toMatch(/^ASIA/);
  });

  const denied = (role: string) =>
    `User: ${userArn} is not authorized to perform: sts:AssumeRole on resource: arn:aws:iam::222222222222:role/${role}`;
  const validation = (value: string, name: string, rule: string) =>
    `1 validation error detected: Value ${value} at '${name}' failed to satisfy constraint: ${rule}`;

  it.each<[string, string, object, number, string, string]>([
    ['who is not trusted', 'Closed', {}, 403, 'AccessDenied', denied('Closed')],
    ['a role that does not exist', 'Nowhere', {}, 403, 'AccessDenied', denied('Nowhere')],
    ['without the MFA it demands', 'Guarded', {}, 403, 'AccessDenied', denied('Guarded')],
    ['without the external id', 'Partner', {}, 403, 'AccessDenied', denied('Partner')],
    ['another external id', 'Partner', { ExternalId: 'x-2' }, 403, 'AccessDenied', denied('Partner')],
    [
      'a wrong MFA code',
      'Guarded',
      { SerialNumber: serial, TokenCode: '000000' },
      403,
      'AccessDenied',
      'MultiFactorAuthentication failed with invalid MFA one time pass code. ',
    ],
    [
      "somebody else's MFA device",
      'Guarded',
      { SerialNumber: `${serial}2`, TokenCode: '123456' },
      403,
      'AccessDenied',
      'MultiFactorAuthentication failed, unable to validate MFA code.  Please verify your MFA serial number is valid and associated with this user.',
    ],
    [
      'half an MFA',
      'Guarded',
      { SerialNumber: serial },
      403,
      'AccessDenied',
      'MultiFactorAuthentication failed, must provide both MFA serial number and one time pass code.',
    ],
    [
      'longer than the role allows',
      'Partner',
      { ExternalId: 'x-1', DurationSeconds: 3601 },
      400,
      'ValidationError',
      'The requested DurationSeconds exceeds the MaxSessionDuration set for this role.',
    ],
    [
      'too short a time',
      'team/Open',
      { DurationSeconds: 60 },
      400,
      'ValidationError',
      validation("'60'", 'durationSeconds', 'Member must have value greater than or equal to 900'),
    ],
    [
      'too long a time',
      'team/Open',
      { DurationSeconds: 43201 },
      400,
      'ValidationError',
      validation("'43201'", 'durationSeconds', 'Member must have value less than or equal to 43200'),
    ],
    [
      'a session name with a space and markup',
      'team/Open',
      { RoleSessionName: 'a <b>&' },
      400,
      'ValidationError',
      validation("'a <b>&'", 'roleSessionName', 'Member must satisfy regular expression pattern: [\\w+=,.@-]*'),
    ],
    [
      'no session name',
      'team/Open',
      { RoleSessionName: undefined },
      400,
      'ValidationError',
      validation('null', 'roleSessionName', 'Member must not be null'),
    ],
    [
      'what is not an ARN',
      'team/Open',
      { RoleArn: 'short' },
      400,
      'ValidationError',
      validation("'short'", 'roleArn', 'Member must have length greater than or equal to 20'),
    ],
  ])('refuses %s', async (_name, role, further, status, code, message) => {
    expect(await failure(assume(role, kari, further))).toEqual({ status, code, message });
  });

  it('refuses more than an hour for role chaining', async () => {
    const { keys } = await assume('team/Open');
    const further = { RoleArn: 'arn:aws:iam::333333333333:role/Second', DurationSeconds: 3601 };
    expect(await failure(assume('', keys, further))).toEqual({
      status: 400,
      code: 'ValidationError',
      message: 'The requested DurationSeconds exceeds the 1 hour session limit for roles assumed by role chaining',
    });
  });
});

describe('AssumeRoleWithWebIdentity', () => {
  const token = (claims: object) =>
    ['{}', JSON.stringify(claims), ''].map((part) => Buffer.from(part).toString('base64url')).join('.');
  const good = { iss: 'https://oidc.example', aud: 'sts.amazonaws.com', sub: 'pod-1' };
  const call = (WebIdentityToken: string | undefined, role = 'Pod') =>
    client().send(
      new AssumeRoleWithWebIdentityCommand({
        RoleArn: `arn:aws:iam::222222222222:role/${role}`,
        RoleSessionName: 'pod',
        WebIdentityToken,
      }),
    );

  it('returns keys that work', async () => {
    const { Credentials, AssumedRoleUser, SubjectFromWebIdentityToken, Audience, Provider } = await call(
      token({ ...good, exp: Math.floor(now / 1000) + 60 }),
    );
    expect({ AssumedRoleUser, SubjectFromWebIdentityToken, Audience, Provider }).toEqual({
      AssumedRoleUser: { Arn: 'arn:aws:sts::222222222222:assumed-role/Pod/pod', AssumedRoleId: 'AROAPOD:pod' },
      SubjectFromWebIdentityToken: 'pod-1',
      Audience: 'sts.amazonaws.com',
      Provider: 'https://oidc.example',
    });
    const { AccessKeyId = '', SecretAccessKey = '', SessionToken = '' } = Credentials ?? {};
    const keys = { accessKeyId: AccessKeyId, secretAccessKey: SecretAccessKey, sessionToken: SessionToken };
    expect((await client(keys).send(new GetCallerIdentityCommand({}))).UserId).toBe('AROAPOD:pod');
  });

  const unauthorized = [403, 'AccessDenied', 'Not authorized to perform sts:AssumeRoleWithWebIdentity'] as const;
  it.each<[string, string | undefined, string, number, string, string | RegExp]>([
    ['another subject', token({ ...good, sub: 'pod-2' }), 'Pod', ...unauthorized],
    ['another audience', token({ ...good, aud: 'other' }), 'Pod', ...unauthorized],
    ['a role that trusts no token', token(good), 'team/Open', ...unauthorized],
    ['a role that does not exist', token(good), 'Nowhere', ...unauthorized],
    [
      'another issuer',
      token({ ...good, iss: 'https://evil.example' }),
      'Pod',
      400,
      'InvalidIdentityTokenException',
      'No OpenIDConnect provider found in your account for https://evil.example',
    ],
    [
      'what is not a token',
      'nonsense',
      'Pod',
      400,
      'InvalidIdentityTokenException',
      'The ID Token provided is not a valid JWT. (You may see this error if you sent an Access Token)',
    ],
    [
      'an expired token',
      token({ ...good, exp: 1000 }),
      'Pod',
      400,
      'ExpiredTokenException',
      /^Token expired: current date\/time \d+ must be before the expiration date\/time 1000$/,
    ],
    [
      'no token',
      undefined,
      'Pod',
      400,
      'ValidationError',
      "1 validation error detected: Value null at 'webIdentityToken' failed to satisfy constraint: Member must not be null",
    ],
  ])('refuses %s', async (_name, webIdentityToken, role, status, code, message) => {
    const expected = typeof message === 'string' ? message : expect.stringMatching(message);
    expect(await failure(call(webIdentityToken, role))).toEqual({ status, code, message: expected });
  });
});

it('refuses an operation that is not emulated as STS refuses one that does not exist', async () => {
  expect(await failure(client().send(new GetAccessKeyInfoCommand({ AccessKeyId: 'AKIAIOSFODNN7EXAMPLE' })))).toEqual({
    code: 'InvalidAction',
    status: 400,
    message: 'Could not find operation GetAccessKeyInfo for version 2011-06-15',
  });
});
