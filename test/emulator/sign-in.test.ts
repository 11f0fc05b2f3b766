import { createHash } from 'node:crypto';
import {
  AccessDeniedException,
  CreateTokenCommand,
  RegisterClientCommand,
  type RegisterClientCommandInput,
  SSOOIDCClient,
  StartDeviceAuthorizationCommand,
} from '@aws-sdk/client-sso-oidc';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { emptyDirectory } from '../../src/emulator/directory.ts';
import { type Emulator, startEmulator } from '../../src/emulator/emulator.ts';
import { click } from '../support/emulator.ts';

const start = Date.UTC(2026, 0, 1);
const day = 86_400_000;
const startUrl = 'https://hagen.awsapps.com/start';
const user = 'kari@example.com';
const callback = 'http://127.0.0.1/oauth/callback';
const redirectUri = 'http://127.0.0.1:38211/oauth/callback';
const deviceGrant = 'urn:ietf:params:oauth:grant-type:device_code';
const scopes = ['sso:account:access'];
const codeVerifier = 'v'.repeat(64);
const codeChallenge = createHash('sha256').update(codeVerifier).digest('base64url');

let now: number;
let emulator: Emulator;

beforeEach(async () => {
  now = start;
  const directory = emptyDirectory();
  directory.portals.push({ startUrl, name: 'hagen', region: 'eu-west-1', user });
  emulator = await startEmulator({ directory, now: () => now });
});

afterEach(() => emulator.close());

const clientAt = (endpoint: string) => new SSOOIDCClient({ endpoint, region: 'eu-west-1', maxAttempts: 1 });

/** The error of a refused call. */
const refusal = (call: Promise<unknown>) =>
  call.then(
    () => {
      throw new Error('it was not refused');
    },
    (error) => ({ name: error.name, status: error.$metadata?.httpStatusCode, error: error.error }),
  );

const forCode: RegisterClientCommandInput = {
  clientName: 'awsp-test',
  clientType: 'public',
  scopes,
  grantTypes: ['authorization_code', 'refresh_token'],
  redirectUris: [callback],
  issuerUrl: startUrl,
};
const forDevice: RegisterClientCommandInput = { clientName: 'awsp-test', clientType: 'public', scopes };

/** A registered client, and its requests of both grants. */
async function register(input: RegisterClientCommandInput, endpoint = emulator.url) {
  const oidc = clientAt(endpoint);
  const { clientId = '', clientSecret = '' } = await oidc.send(new RegisterClientCommand(input));
  const id = { clientId, clientSecret };
  return {
    ...id,
    startDevice: (url = startUrl) => oidc.send(new StartDeviceAuthorizationCommand({ ...id, startUrl: url })),
    pollDevice: (deviceCode: string | undefined) =>
      oidc.send(new CreateTokenCommand({ ...id, grantType: deviceGrant, deviceCode })),
    redeem: (code: string, changes = {}) =>
      oidc.send(
        new CreateTokenCommand({ ...id, grantType: 'authorization_code', code, redirectUri, codeVerifier, ...changes }),
      ),
    refresh: (refreshToken: string | undefined) =>
      oidc.send(new CreateTokenCommand({ ...id, grantType: 'refresh_token', refreshToken })),
    authorizeUrl: (changes: Record<string, string | null> = {}) => {
      const query = new URLSearchParams({
        response_type: 'code',
        client_id: clientId,
        redirect_uri: redirectUri,
        state: 's&"<1>',
        code_challenge_method: 'S256',
        scope: 'sso:account:access',
        code_challenge: codeChallenge,
      });
      for (const [name, value] of Object.entries(changes)) {
        if (value === null) query.delete(name);
        else query.set(name, value);
      }
      return `${endpoint}/authorize?${query}`;
    },
  };
}

const codeOf = (location: string | null) => new URL(location ?? '').searchParams.get('code') ?? '';

describe('RegisterClient', () => {
  const send = (input: Partial<RegisterClientCommandInput>) =>
    clientAt(emulator.url).send(new RegisterClientCommand({ ...forCode, ...input }));

  it('returns a client, with its times in seconds', async () => {
    expect(await send({})).toMatchObject({
      clientId: expect.stringMatching(/^.{22}$/),
      clientSecret: expect.stringMatching(/^.{200}$/),
      clientIdIssuedAt: start / 1000,
      clientSecretExpiresAt: (start + 90 * day) / 1000,
    });
  });

  it.each<[string, Partial<RegisterClientCommandInput>, string, string]>([
    [
      'a confidential client',
      { clientType: 'confidential' },
      'InvalidClientMetadataException',
      'invalid_client_metadata',
    ],
    ['no name', { clientName: undefined }, 'InvalidRequestException', 'invalid_request'],
    [
      'a grant that there is not',
      { grantTypes: ['password'] },
      'UnsupportedGrantTypeException',
      'unsupported_grant_type',
    ],
    ['what is no scope', { scopes: ['everything'] }, 'InvalidScopeException', 'invalid_scope'],
    [
      'a redirect to elsewhere',
      { redirectUris: ['https://evil.example/'] },
      'InvalidRedirectUriException',
      'invalid_redirect_uri',
    ],
    ['what is no redirect', { redirectUris: ['callback'] }, 'InvalidRedirectUriException', 'invalid_redirect_uri'],
    ['a code without a redirect', { redirectUris: [] }, 'InvalidRequestException', 'invalid_request'],
    ['a code without an issuer', { issuerUrl: undefined }, 'InvalidRequestException', 'invalid_request'],
  ])('refuses %s', async (_title, input, name, error) => {
    expect(await refusal(send(input))).toEqual({ name, status: 400, error });
  });

  it('expires after 90 days', async () => {
    const client = await register(forDevice);
    now += 90 * day;
    expect(await refusal(client.startDevice())).toEqual({
      name: 'InvalidClientException',
      status: 401,
      error: 'invalid_client',
    });
  });
});

describe('the device code', () => {
  it('comes with all that the person and the program need', async () => {
    const device = await (await register(forDevice)).startDevice();
    expect(device).toMatchObject({
      deviceCode: expect.stringMatching(/^.{86}$/),
      userCode: expect.stringMatching(/^[A-Z2-7]{4}-[A-Z2-7]{4}$/),
      verificationUri: `${emulator.url}/device`,
      verificationUriComplete: `${emulator.url}/device?user_code=${device.userCode}`,
      expiresIn: 600,
      interval: 1,
    });
  });

  it('is exchanged for tokens once, after it is confirmed', async () => {
    const client = await register(forDevice);
    const { deviceCode, verificationUriComplete = '' } = await client.startDevice();
    expect(await refusal(client.pollDevice(deviceCode))).toEqual({
      name: 'AuthorizationPendingException',
      status: 400,
      error: 'authorization_pending',
    });
    expect((await click(emulator, verificationUriComplete, 'allow')).text).toContain('Request approved');
    const { accessToken = '', refreshToken = '', expiresIn, tokenType } = await client.pollDevice(deviceCode);
    expect({ expiresIn, tokenType }).toEqual({ expiresIn: 28_800, tokenType: 'Bearer' });
    expect(emulator.directory.accessTokens.get(accessToken)).toMatchObject({
      startUrl,
      user,
      clientId: client.clientId,
      expiresAt: start + 28_800_000,
    });
    expect((await client.refresh(refreshToken)).accessToken).toMatch(/./);
    expect((await refusal(client.pollDevice(deviceCode))).name).toBe('InvalidGrantException');
  });

  it('gives no refresh token to a client without a scope: a legacy profile', async () => {
    const client = await register({ ...forDevice, scopes: undefined });
    const { deviceCode, verificationUriComplete = '' } = await client.startDevice();
    await click(emulator, verificationUriComplete, 'allow');
    expect((await client.pollDevice(deviceCode)).refreshToken).toBeUndefined();
  });

  it('ends in an error when the person denies', async () => {
    const client = await register(forDevice);
    const { deviceCode, verificationUriComplete = '' } = await client.startDevice();
    expect((await click(emulator, verificationUriComplete, 'deny')).text).toContain('Request denied');
    const error = await client.pollDevice(deviceCode).catch((thrown) => thrown);
    expect(error).toBeInstanceOf(AccessDeniedException);
    expect(error).toMatchObject({ error: 'access_denied', $metadata: { httpStatusCode: 400 } });
  });

  it('expires after ten minutes, for the program and for the person', async () => {
    const client = await register(forDevice);
    const { deviceCode, verificationUriComplete = '' } = await client.startDevice();
    now += 600_000;
    await expect(click(emulator, verificationUriComplete, 'allow')).rejects.toThrow('nothing to click on');
    expect(await refusal(client.pollDevice(deviceCode))).toEqual({
      name: 'ExpiredTokenException',
      status: 400,
      error: 'expired_token',
    });
  });

  it('may be polled no faster than its interval, after the first two requests, which the AWS CLI sends at once', async () => {
    const client = await register(forDevice);
    const { deviceCode } = await client.startDevice();
    const asked: string[] = [];
    for (const pause of [0, 0, 1000, 900, 1000, 1000]) {
      now += pause;
      asked.push((await refusal(client.pollDevice(deviceCode))).name);
    }
    const pending = 'AuthorizationPendingException';
    expect(asked).toEqual([pending, pending, pending, 'SlowDownException', pending, pending]);
  });

  it.each<[string, string]>([
    ['with a slash at its end', `${startUrl}/`],
    ['as the browser shows it', `${startUrl}/#/`],
    ['as the browser shows it, shorter', `${startUrl}#/`],
  ])('takes a start URL %s', async (_title, url) => {
    expect((await (await register(forDevice)).startDevice(url)).userCode).toMatch(/./);
  });

  it('refuses an unknown start URL, a client without the grant type, and another client', async () => {
    const client = await register(forDevice);
    expect((await refusal(client.startDevice('https://heigen.awsapps.com/start'))).name).toBe(
      'InvalidRequestException',
    );
    expect((await refusal((await register(forCode)).startDevice())).name).toBe('UnauthorizedClientException');
    const { deviceCode } = await client.startDevice();
    const other = await register(forDevice);
    expect((await refusal(other.pollDevice(deviceCode))).name).toBe('InvalidGrantException');
    expect((await refusal(client.pollDevice(undefined))).name).toBe('InvalidRequestException');
    expect((await refusal(client.redeem('code'))).name).toBe('UnauthorizedClientException');
  });
});

describe('the authorization code', () => {
  it('comes back with the state, and is exchanged for tokens', async () => {
    const client = await register(forCode);
    const { status, location } = await click(emulator, client.authorizeUrl(), 'allow');
    expect(status).toBe(302);
    const target = new URL(location ?? '');
    expect(`${target.origin}${target.pathname}`).toBe(redirectUri);
    expect(target.searchParams.get('state')).toBe('s&"<1>');
    const { accessToken = '', refreshToken } = await client.redeem(codeOf(location));
    expect(emulator.directory.accessTokens.get(accessToken)).toMatchObject({ startUrl, user });
    expect((await client.refresh(refreshToken)).refreshToken).not.toBe(refreshToken);
  });

  it('comes back as access_denied when the person denies', async () => {
    const client = await register(forCode);
    const { status, location } = await click(emulator, client.authorizeUrl(), 'deny');
    expect(status).toBe(302);
    expect(Object.fromEntries(new URL(location ?? '').searchParams)).toEqual({
      error: 'access_denied',
      state: 's&"<1>',
    });
  });

  it('can be used once', async () => {
    const client = await register(forCode);
    const code = codeOf((await click(emulator, client.authorizeUrl(), 'allow')).location);
    await client.redeem(code);
    expect((await refusal(client.redeem(code))).name).toBe('InvalidGrantException');
  });

  it.each<[string, object, string]>([
    ['another verifier', { codeVerifier: 'w'.repeat(64) }, 'InvalidGrantException'],
    ['another redirect', { redirectUri: 'http://127.0.0.1:38212/oauth/callback' }, 'InvalidGrantException'],
    ['no verifier', { codeVerifier: undefined }, 'InvalidRequestException'],
    ['another code', { code: 'made-up' }, 'InvalidGrantException'],
    ['another secret', { clientSecret: 'made-up' }, 'InvalidClientException'],
  ])('is not given for %s', async (_title, changes, name) => {
    const client = await register(forCode);
    const code = codeOf((await click(emulator, client.authorizeUrl(), 'allow')).location);
    expect((await refusal(client.redeem(code, changes))).name).toBe(name);
  });

  it('is refused to another client, and used up by the attempt', async () => {
    const client = await register(forCode);
    const code = codeOf((await click(emulator, client.authorizeUrl(), 'allow')).location);
    expect((await refusal((await register(forCode)).redeem(code))).name).toBe('InvalidGrantException');
    expect((await refusal(client.redeem(code))).name).toBe('InvalidGrantException');
  });

  it('expires after a minute', async () => {
    const client = await register(forCode);
    const code = codeOf((await click(emulator, client.authorizeUrl(), 'allow')).location);
    now += 60_000;
    expect((await refusal(client.redeem(code))).name).toBe('ExpiredTokenException');
  });

  it.each<[string, Record<string, string | null>, string]>([
    ['an unknown client', { client_id: 'nobody' }, 'Invalid client provided'],
    [
      'a redirect to elsewhere',
      { redirect_uri: 'https://evil.example/oauth/callback' },
      'Invalid redirect uri provided',
    ],
    ['a redirect to another path', { redirect_uri: 'http://127.0.0.1:38211/other' }, 'Invalid redirect uri provided'],
    ['no redirect', { redirect_uri: null }, 'Invalid redirect uri provided'],
  ])('is refused on the page itself for %s', async (_title, changes, text) => {
    const client = await register(forCode);
    const response = await fetch(client.authorizeUrl(changes), { redirect: 'manual' });
    expect(response.status).toBe(400);
    const page = await response.text();
    expect(page).toContain('invalid_request');
    expect(page).toContain(text);
  });

  it.each<[string, Record<string, string | null>, string]>([
    ['another kind of answer', { response_type: 'token' }, 'unsupported_response_type'],
    ['no challenge', { code_challenge: null }, 'invalid_request'],
    ['a plain challenge', { code_challenge_method: 'plain' }, 'invalid_request'],
  ])('is refused by a redirect for %s', async (_title, changes, error) => {
    const client = await register(forCode);
    const response = await fetch(client.authorizeUrl(changes), { redirect: 'manual' });
    expect(response.status).toBe(302);
    expect(new URL(response.headers.get('location') ?? '').searchParams.get('error')).toBe(error);
  });

  it('requests the scopes of the registration, or those of the address', async () => {
    const client = await register(forCode);
    const text = async (changes: Record<string, string | null>) => (await fetch(client.authorizeUrl(changes))).text();
    expect(await text({ scope: null })).toContain('see your AWS accounts and roles');
    expect(await text({ scope: null, scopes: 'sso:account:access,codewhisperer:completions' })).toContain(
      '<li>codewhisperer:completions</li>',
    );
  });

  it('shows text from outside escaped', async () => {
    const client = await register({ ...forCode, clientName: '<script>alert("&")</script>' });
    const page = await (await fetch(client.authorizeUrl())).text();
    expect(page).toContain('&lt;script&gt;alert(&quot;&amp;&quot;)&lt;/script&gt;');
    expect(page).not.toContain('<script');
  });
});

describe('the wrong region', () => {
  it('accepts the device code, fails in the browser, and leaves the program waiting', async () => {
    const client = await register(forDevice, await emulator.endpoint('eu-north-1'));
    const { deviceCode, verificationUriComplete = '' } = await client.startDevice();
    const { status, text } = await click(emulator, verificationUriComplete, 'allow');
    expect(status).toBe(400);
    expect(text).toContain('invalid_grant');
    expect(text).toContain('Invalid grant provided');
    expect((await refusal(client.pollDevice(deviceCode))).name).toBe('AuthorizationPendingException');
  });

  it('fails in the browser for the authorization code too, without a redirect', async () => {
    const client = await register(forCode, await emulator.endpoint('eu-north-1'));
    const { status, text, location } = await click(emulator, client.authorizeUrl(), 'allow');
    expect({ status, location }).toEqual({ status: 400, location: null });
    expect(text).toContain('invalid_grant');
  });

  it('does not know a client of another region', async () => {
    const client = await register(forCode, await emulator.endpoint('eu-west-1'));
    const elsewhere = clientAt(await emulator.endpoint('eu-north-1'));
    const { clientId, clientSecret } = client;
    const call = elsewhere.send(new StartDeviceAuthorizationCommand({ clientId, clientSecret, startUrl }));
    expect(await refusal(call)).toEqual({ name: 'InvalidClientException', status: 401, error: 'invalid_client' });
    const page = await fetch(client.authorizeUrl().replace(/^http:..[^/]+/, await emulator.endpoint('eu-north-1')));
    expect(await page.text()).toContain('Invalid client provided');
  });

  it('refreshes no token', async () => {
    emulator.directory.clients.set('c', { secret: 's', expiresAt: Number.POSITIVE_INFINITY });
    const signIn = { startUrl, user, clientId: 'c', expiresAt: Number.POSITIVE_INFINITY };
    emulator.directory.refreshTokens.set('r', signIn);
    const refreshIn = async (region: string) =>
      clientAt(await emulator.endpoint(region)).send(
        new CreateTokenCommand({ clientId: 'c', clientSecret: 's', grantType: 'refresh_token', refreshToken: 'r' }),
      );
    expect((await refusal(refreshIn('eu-north-1'))).name).toBe('InvalidGrantException');
    expect((await refreshIn('eu-west-1')).accessToken).toMatch(/./);
  });

  it('works in the right one, by its own endpoint', async () => {
    const endpoint = await emulator.endpoint('eu-west-1');
    expect(await emulator.endpoint('eu-west-1')).toBe(endpoint);
    expect(endpoint).not.toBe(emulator.url);
    const client = await register(forDevice, endpoint);
    const { deviceCode, verificationUri, verificationUriComplete = '' } = await client.startDevice();
    expect(verificationUri).toBe(`${endpoint}/device`);
    await click(emulator, verificationUriComplete, 'allow');
    expect((await client.pollDevice(deviceCode)).accessToken).toMatch(/./);
  });
});

describe('faults', () => {
  it('can return InvalidRequestRegionException, as AWS does for CreateTokenWithIAM', async () => {
    const members = { region: 'eu-west-1', endpoint: 'https://oidc.eu-west-1.amazonaws.com' };
    emulator.faults.push({
      operation: 'CreateToken',
      effect: { kind: 'error', status: 400, code: 'InvalidRequestRegionException', members },
    });
    const client = await register(forDevice);
    await expect(client.pollDevice('code')).rejects.toMatchObject({
      name: 'InvalidRequestRegionException',
      error: 'invalid_request',
      ...members,
    });
  });

  it.each(['ShowAuthorize', 'Authorize', 'ShowDevice', 'AuthorizeDevice', 'ShowStart'])(
    'meet %s',
    async (operation) => {
      emulator.faults.push({ service: 'sign-in', operation, effect: { kind: 'throttle' } });
      const path = operation.includes('Start')
        ? '/start/hagen'
        : operation.endsWith('Device')
          ? '/device'
          : '/authorize';
      const response = await fetch(emulator.url + path, { method: operation.startsWith('Show') ? 'GET' : 'POST' });
      expect(response.status).toBe(429);
      expect(await response.text()).toContain('Too many requests');
      expect(emulator.requests.map((request) => request.operation)).toEqual([operation]);
    },
  );

  it('apply to the other operations: throttled, and accepted at the next attempt', async () => {
    emulator.faults.push({ service: 'sso-oidc', times: 3, effect: { kind: 'throttle' } });
    const slow = { name: 'SlowDownException', status: 400, error: 'slow_down' };
    expect(await refusal(register(forDevice))).toEqual(slow);
    const call = clientAt(emulator.url).send(
      new StartDeviceAuthorizationCommand({ clientId: 'c', clientSecret: 's', startUrl }),
    );
    expect(await refusal(call)).toEqual(slow);
    expect(await refusal(register(forCode))).toEqual(slow);
    expect((await register(forCode)).clientId).toMatch(/./);
  });
});
