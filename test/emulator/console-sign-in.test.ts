import { createHash } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { dpopProof, newDpopKey } from '../../src/sso/dpop.ts';
import { click, makeSampleHome, type SampleHome } from '../support/emulator.ts';

const client = 'arn:aws:signin:::devtools/same-device';
const verifier = 'v'.repeat(64);
const redirectUri = 'http://127.0.0.1:1/oauth/callback';

let home: SampleHome;
let key: string;
let url: string;
beforeAll(async () => {
  home = await makeSampleHome({ awsLogin: true });
  url = `${home.emulator.url}/v1/token`;
});
beforeEach(() => {
  key = newDpopKey();
});
afterAll(() => home.remove());

const authorization = (change: Record<string, string> = {}) =>
  `/v1/authorize?${new URLSearchParams({
    ...{ response_type: 'code', client_id: client, state: 's', scope: 'openid', redirect_uri: redirectUri },
    code_challenge_method: 'SHA-256',
    code_challenge: createHash('sha256').update(verifier).digest('base64url'),
    ...change,
  })}`;

async function newCode(): Promise<string> {
  const { location } = await click(home.emulator, authorization(), 'allow');
  return new URL(location ?? '').searchParams.get('code') ?? '';
}

/** The status, and the error or the refresh token. */
async function post(body: Record<string, unknown>, dpop = dpopProof(key, url, Date.now())) {
  const headers = { 'content-type': 'application/json', dpop };
  const response = await fetch(url, { method: 'POST', headers, body: JSON.stringify({ clientId: client, ...body }) });
  const { error, refreshToken, accessToken } = JSON.parse(await response.text());
  return { status: response.status, error, refreshToken, accessToken };
}

const redeem = (code: string, change = {}, dpop?: string) =>
  post({ grantType: 'authorization_code', code, codeVerifier: verifier, redirectUri, ...change }, dpop);
const renew = (refreshToken: string, dpop?: string) => post({ grantType: 'refresh_token', refreshToken }, dpop);

describe('the sign-in service of aws login', () => {
  it('issues keys for a code once, and a new refresh token each time', async () => {
    const code = await newCode();
    const first = await redeem(code);
    expect(first).toMatchObject({ status: 200, accessToken: { accessKeyId: expect.stringMatching(/^ASIA/) } });
    expect(await redeem(code)).toMatchObject({ status: 401, error: 'AUTHCODE_EXPIRED' });
    const second = await renew(first.refreshToken);
    expect(second.status).toBe(200);
    expect(second.refreshToken).not.toBe(first.refreshToken);
    expect(await renew(first.refreshToken)).toMatchObject({ status: 401, error: 'TOKEN_EXPIRED' });
  });

  const now = Date.now();
  it.each([
    ['none', () => ''],
    ['one that was used', (used: string) => used],
    ['one for another address', () => dpopProof(key, `${url}/other`, now)],
    ['an old one', () => dpopProof(key, url, Date.now() - 10 * 60_000)],
    ['one of the future', () => dpopProof(key, url, Date.now() + 10 * 60_000)],
    [
      'one whose signature is of another key',
      () => `${dpopProof(key, url, now)}`.replace(/[^.]*$/, dpopProof(newDpopKey(), url, now).split('.')[2] ?? ''),
    ],
    ['another key', () => dpopProof(newDpopKey(), url, Date.now())],
  ])('refuses a renewal with a proof that is not the client’s: %s', async (_what, make) => {
    const used = dpopProof(key, url, Date.now());
    const { refreshToken } = await redeem(await newCode(), {}, used);
    expect(await renew(refreshToken, make(used))).toMatchObject({ status: 400, error: 'INVALID_REQUEST' });
    expect((await renew(refreshToken)).status).toBe(200);
  });

  it.each([
    ['verifier', { codeVerifier: 'w'.repeat(64) }],
    ['redirect', { redirectUri: 'http://127.0.0.1:2/oauth/callback' }],
    ['client', { clientId: 'arn:aws:signin:::devtools/cross-device' }],
  ])('refuses a code with another %s', async (_what, change) => {
    expect(await redeem(await newCode(), change)).toMatchObject({ status: 400, error: 'INVALID_REQUEST' });
  });

  it.each([
    { redirect_uri: 'https://example.com/oauth/callback' },
    { client_id: 'arn:aws:signin:::devtools/cross-device' },
    { client_id: 'other' },
    { code_challenge_method: 'plain' },
    { scope: 'all' },
  ])('shows no page for %j', async (change) => {
    expect((await fetch(`${home.emulator.url}${authorization(change)}`)).status).toBe(400);
  });
});
