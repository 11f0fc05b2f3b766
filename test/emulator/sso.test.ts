import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { emptyDirectory } from '../../src/emulator/directory.ts';
import { type Emulator, startEmulator } from '../../src/emulator/emulator.ts';

// Tests of the HTTP requests and responses themselves; sign-in.test.ts and portal.test.ts use the SDK's clients.

const start = Date.UTC(2026, 0, 1);
const hour = 3_600_000;
const startUrl = 'https://portal.example/start';
const signIn = { startUrl, user: 'kari@example.com', clientId: 'client', expiresAt: start + hour };

let now: number;
let emulator: Emulator;

beforeEach(async () => {
  now = start;
  const directory = emptyDirectory();
  directory.assignments.push(
    { startUrl, user: 'kari@example.com', accountId: '111111111111', roleName: 'Reader', sessionSeconds: 900 },
    {
      startUrl,
      user: 'kari@example.com',
      accountId: '222222222222',
      roleName: 'Reader',
      returnsAccountId: '999999999999',
    },
    { startUrl, user: 'ola@example.com', accountId: '333333333333', roleName: 'Reader' },
    {
      startUrl: 'https://other.example/start',
      user: 'kari@example.com',
      accountId: '444444444444',
      roleName: 'Reader',
    },
  );
  directory.accessTokens.set('token', signIn);
  directory.refreshTokens.set('refresh', { ...signIn, expiresAt: start + 24 * hour });
  directory.clients.set('client', { secret: 'secret', expiresAt: start + 48 * hour });
  directory.clients.set('other', { secret: 'secret', expiresAt: start + 48 * hour });
  emulator = await startEmulator({ directory, now: () => now });
});

afterEach(() => emulator.close());

interface Body {
  readonly roleCredentials: { readonly accessKeyId: string };
  readonly accessToken: string;
  readonly refreshToken: string;
  readonly error: string;
}

async function wire(path: string, init?: RequestInit) {
  const response = await fetch(emulator.url + path, init);
  return {
    status: response.status,
    type: response.headers.get('x-amzn-errortype'),
    body: (await response.json()) as Body,
  };
}

describe('GetRoleCredentials', () => {
  const get = (accountId: string, roleName: string, token: string | null = 'token') =>
    wire(`/federation/credentials?account_id=${accountId}&role_name=${roleName}`, {
      headers: token === null ? {} : { 'x-amz-sso_bearer_token': token },
    });

  it('returns keys with their expiration in milliseconds', async () => {
    const { status, body } = await get('111111111111', 'Reader');
    expect(status).toBe(200);
    expect(body).toEqual({
      roleCredentials: {
        accessKeyId: expect.stringMatching(/^ASIA[A-Z2-7]{16}$/),
        secretAccessKey: expect.stringMatching(/^.{40}$/),
        sessionToken: expect.stringMatching(/./),
        expiration: start + 900_000,
      },
    });
    expect(emulator.directory.accessKeys.get(body.roleCredentials.accessKeyId)?.principal).toEqual({
      accountId: '111111111111',
      arn: expect.stringMatching(
        /^arn:aws:sts::111111111111:assumed-role\/AWSReservedSSO_Reader_[0-9a-f]{16}\/kari@example\.com$/,
      ),
      userId: expect.stringMatching(/^AROA[0-9A-F]{17}:kari@example\.com$/),
      roleArn: expect.stringContaining(
        'arn:aws:iam::111111111111:role/aws-reserved/sso.amazonaws.com/AWSReservedSSO_Reader_',
      ),
    });
  });

  it('returns keys of another account with returnsAccountId', async () => {
    const { body } = await get('222222222222', 'Reader');
    const key = emulator.directory.accessKeys.get(body.roleCredentials.accessKeyId);
    expect(key?.principal.accountId).toBe('999999999999');
  });

  const unauthorized = [401, 'UnauthorizedException', 'Session token not found or invalid'] as const;
  const forbidden = [403, 'ForbiddenException', 'No access'] as const;
  it.each<[string, string, string, string | null, number, string, string]>([
    ['no token', '111111111111', 'Reader', null, ...unauthorized],
    ['an unknown token', '111111111111', 'Reader', 'stale', ...unauthorized],
    ['an unknown role', '111111111111', 'Admin', 'token', ...forbidden],
    ['an unknown account', '555555555555', 'Reader', 'token', ...forbidden],
    ["another user's account", '333333333333', 'Reader', 'token', ...forbidden],
    ["another portal's account", '444444444444', 'Reader', 'token', ...forbidden],
    ['no account', '', 'Reader', 'token', 400, 'InvalidRequestException', 'Invalid request'],
    ['no role', '111111111111', '', 'token', 400, 'InvalidRequestException', 'Invalid request'],
  ])('refuses %s', async (_name, accountId, roleName, token, status, type, message) => {
    expect(await get(accountId, roleName, token)).toEqual({
      status,
      type,
      body: { message, __type: `com.amazonaws.switchboard.portal#${type}` },
    });
  });

  it('refuses a token from the moment it expires', async () => {
    now = signIn.expiresAt - 1;
    expect((await get('111111111111', 'Reader')).status).toBe(200);
    now = signIn.expiresAt;
    expect((await get('111111111111', 'Reader')).status).toBe(401);
  });
});

describe('CreateToken with a refresh token', () => {
  const valid = { clientId: 'client', clientSecret: 'secret', grantType: 'refresh_token', refreshToken: 'refresh' };
  const post = (body: unknown) =>
    wire('/token', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: typeof body === 'string' ? body : JSON.stringify(body),
    });

  it('returns a new access token, and a refresh token that replaces the one that was used', async () => {
    const { status, body } = await post(valid);
    expect(status).toBe(200);
    expect(body).toEqual({
      accessToken: expect.stringMatching(/./),
      tokenType: 'Bearer',
      expiresIn: 28800,
      refreshToken: expect.stringMatching(/./),
    });
    expect(body.refreshToken).not.toBe('refresh');
    expect(emulator.directory.accessTokens.get(body.accessToken)).toEqual({ ...signIn, expiresAt: start + 8 * hour });
    expect((await post(valid)).type).toMatch(/^InvalidGrantException:/);
    expect((await post({ ...valid, refreshToken: body.refreshToken })).status).toBe(200);
  });

  const grant = [400, 'InvalidGrantException', 'invalid_grant', 'Invalid refresh token provided'] as const;
  const request = [400, 'InvalidRequestException', 'invalid_request', 'Invalid request'] as const;
  const client = [401, 'InvalidClientException', 'invalid_client', 'Invalid client provided'] as const;
  it.each<[string, unknown, number, string, string, string]>([
    ['an unknown refresh token', { ...valid, refreshToken: 'used' }, ...grant],
    ["another client's refresh token", { ...valid, clientId: 'other' }, ...grant],
    ['an unknown client', { ...valid, clientId: 'nobody' }, ...client],
    ['a wrong client secret', { ...valid, clientSecret: 'wrong' }, ...client],
    [
      'a grant that there is not',
      { ...valid, grantType: 'password' },
      400,
      'UnsupportedGrantTypeException',
      'unsupported_grant_type',
      'Unsupported grant type provided',
    ],
    ['no refresh token', { ...valid, refreshToken: undefined }, ...request],
    ['no client', { ...valid, clientId: undefined }, ...request],
    ['no JSON', 'grantType=refresh_token', ...request],
    ['JSON that is no object', 'null', ...request],
  ])('refuses %s', async (_name, body, status, type, error, error_description) => {
    expect(await post(body)).toEqual({
      status,
      type: `${type}:http://internal.amazon.com/coral/com.amazonaws.sso.oidc/`,
      body: { error, error_description },
    });
  });

  it('refuses an expired refresh token, and an expired client', async () => {
    now = start + 24 * hour;
    expect((await post(valid)).body.error).toBe('invalid_grant');
    now = start + 48 * hour;
    expect((await post(valid)).body.error).toBe('invalid_client');
  });
});
