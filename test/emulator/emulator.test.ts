import { connect } from 'node:net';
import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import { afterEach, describe, expect, it } from 'vitest';
import { emptyDirectory } from '../../src/emulator/directory.ts';
import { type Emulator, type EmulatorOptions, startEmulator } from '../../src/emulator/emulator.ts';
import type { Fault } from '../../src/emulator/faults.ts';

const credentials = { accessKeyId: 'AKIAKARI', secretAccessKey: 'secret' };
let emulator: Emulator;

async function start(options: EmulatorOptions = {}): Promise<void> {
  const directory = emptyDirectory();
  directory.accessKeys.set(credentials.accessKeyId, {
    secret: credentials.secretAccessKey,
    principal: {
      accountId: '111111111111',
      arn: 'arn:aws:iam::111111111111:user/kari',
      userId: 'AIDAKARI',
      roleArn: null,
    },
    sessionToken: null,
    expiresAt: null,
  });
  emulator = await startEmulator({ directory, ...options });
}

afterEach(() => emulator.close());

const identify = (maxAttempts = 1, abortSignal?: AbortSignal) =>
  new STSClient({ endpoint: emulator.url, region: 'eu-west-1', credentials, maxAttempts }).send(
    new GetCallerIdentityCommand({}),
    abortSignal === undefined ? {} : { abortSignal },
  );

const failureOf = (call: Promise<unknown>) =>
  call.then(
    () => {
      throw new Error('it did not fail');
    },
    (error) => error,
  );

describe('the server', () => {
  it('listens on 127.0.0.1 and returns the variables of its endpoint', async () => {
    await start();
    expect(emulator.url).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
    expect(emulator.environment).toEqual({
      AWSP_EMULATOR: emulator.url,
      AWS_ENDPOINT_URL_STS: emulator.url,
      AWS_ENDPOINT_URL_SSO: emulator.url,
      AWS_ENDPOINT_URL_SSO_OIDC: emulator.url,
      AWS_ENDPOINT_URL_SIGNIN: emulator.url,
    });
  });

  it('records the operation and time of a request, and no more', async () => {
    await start({ now: () => Date.UTC(2026, 0, 1) });
    await failureOf(identify());
    await fetch(`${emulator.url}/federation/credentials?account_id=1&role_name=2`);
    await fetch(`${emulator.url}/token`, { method: 'POST', body: '{"clientSecret":"hidden"}' });
    expect(emulator.requests).toEqual([
      { service: 'sts', operation: 'GetCallerIdentity', at: Date.UTC(2026, 0, 1) },
      { service: 'sso', operation: 'GetRoleCredentials', at: Date.UTC(2026, 0, 1) },
      { service: 'sso-oidc', operation: 'CreateToken', at: Date.UTC(2026, 0, 1) },
    ]);
  });

  it('returns 404 for a request without an operation, and does not record it', async () => {
    await start();
    expect((await fetch(`${emulator.url}/nowhere`)).status).toBe(404);
    expect((await fetch(emulator.url)).status).toBe(404);
    expect(emulator.requests).toEqual([]);
  });

  it('dates its responses by its own clock', async () => {
    await start({ now: () => Date.UTC(2030, 0, 1) });
    expect((await fetch(emulator.url)).headers.get('date')).toBe('Tue, 01 Jan 2030 00:00:00 GMT');
  });

  it('closes at once, with pending requests and idle connections', async () => {
    await start({
      faults: [{ times: 1, effect: { kind: 'silence' } }, { effect: { kind: 'delay', milliseconds: 60_000 } }],
    });
    const pending = [failureOf(identify()), failureOf(identify())];
    await expect.poll(() => emulator.requests.length).toBe(2);
    const idle = connect(Number(new URL(emulator.url).port), '127.0.0.1');
    await new Promise((resolve) => idle.once('connect', resolve));
    const closed = new Promise((resolve) => idle.once('close', resolve));
    idle.on('error', () => {});
    await emulator.close();
    await Promise.all([...pending, closed]);
    await expect(fetch(emulator.url)).rejects.toThrow();
  });

  it('makes identifiers with the given generator', async () => {
    const directory = emptyDirectory();
    directory.accessTokens.set('t', {
      startUrl: 'u',
      user: 'kari',
      clientId: 'c',
      expiresAt: Number.POSITIVE_INFINITY,
    });
    directory.assignments.push({ startUrl: 'u', user: 'kari', accountId: '1', roleName: 'R' });
    await start({ directory, newId: (length) => 'X'.repeat(length) });
    await fetch(`${emulator.url}/federation/credentials?account_id=1&role_name=R`, {
      headers: { 'x-amz-sso_bearer_token': 't' },
    });
    expect([...directory.accessKeys.keys()]).toEqual([`ASIA${'X'.repeat(16)}`]);
  });
});

describe('faults', () => {
  it('delay the response', async () => {
    await start({ faults: [{ effect: { kind: 'delay', milliseconds: 150 } }] });
    const before = performance.now();
    expect((await identify()).Account).toBe('111111111111');
    expect(performance.now() - before).toBeGreaterThan(140);
  });

  it('add up: delays, then an effect that ends the request', async () => {
    await start({
      faults: [
        { effect: { kind: 'delay', milliseconds: 100 } },
        { effect: { kind: 'error', status: 500, code: 'InternalFailure' } },
      ],
    });
    const before = performance.now();
    expect((await failureOf(identify())).name).toBe('InternalFailure');
    expect(performance.now() - before).toBeGreaterThan(90);
  });

  it.each<[Fault['effect'], object]>([
    [
      { kind: 'error', status: 403, code: 'AccessDenied', message: 'no <way>' },
      { name: 'AccessDenied', message: 'no <way>', $fault: 'client', $metadata: { httpStatusCode: 403 } },
    ],
    [
      { kind: 'error', status: 503, code: 'ServiceUnavailable' },
      { name: 'ServiceUnavailable', $metadata: { httpStatusCode: 503 } },
    ],
    [{ kind: 'throttle' }, { name: 'Throttling', message: 'Rate exceeded', $metadata: { httpStatusCode: 400 } }],
    [{ kind: 'reset' }, { code: 'ECONNRESET' }],
  ])('reach the SDK: %j', async (effect, expected) => {
    await start({ faults: [{ effect }] });
    expect(await failureOf(identify())).toMatchObject(expected);
  });

  it('return garbage with status 200', async () => {
    await start({ faults: [{ effect: { kind: 'garbage' } }] });
    const answer = await identify().catch((error) => error);
    expect(answer.Account).toBeUndefined();
    expect(answer.$metadata?.httpStatusCode ?? answer.$response?.statusCode).toBe(200);
  });

  it('never respond', async () => {
    await start({ faults: [{ effect: { kind: 'silence' } }] });
    const error = await failureOf(identify(1, AbortSignal.timeout(300)));
    expect(error.name).toBe('AbortError');
    expect(emulator.requests).toHaveLength(1);
  });

  it.each<[string, string, RequestInit, number, string]>([
    ['sts', '/', { method: 'POST', body: 'Action=AssumeRole' }, 400, '<Code>Throttling</Code>'],
    ['sso', '/federation/credentials', {}, 429, '#TooManyRequestsException'],
    ['sso-oidc', '/token', { method: 'POST' }, 400, '"error":"slow_down"'],
  ])('throttle as %s does', async (_service, path, init, status, text) => {
    await start({ faults: [{ effect: { kind: 'throttle' } }] });
    const response = await fetch(emulator.url + path, init);
    expect([response.status, await response.text()]).toEqual([status, expect.stringContaining(text)]);
  });

  it('throttle when the token bucket is empty', async () => {
    let now = Date.UTC(2026, 0, 1);
    await start({
      now: () => now,
      faults: [{ service: 'sso', effect: { kind: 'throttle', retryAfter: 2, bucket: { perSecond: 2, burst: 3 } } }],
    });
    const ask = async () => {
      const { status, headers } = await fetch(`${emulator.url}/assignment/accounts`);
      return status === 429 ? `429 after ${headers.get('retry-after')}` : status;
    };
    const answers = async (count: number) => {
      const all: unknown[] = [];
      for (let n = 0; n < count; n++) all.push(await ask());
      return all;
    };
    expect(await answers(5)).toEqual([401, 401, 401, '429 after 2', '429 after 2']);
    now += 1_000;
    expect(await answers(3)).toEqual([401, 401, '429 after 2']);
    now += 60_000;
    expect(await answers(4)).toEqual([401, 401, 401, '429 after 2']);
    expect((await fetch(`${emulator.url}/token`, { method: 'POST' })).status).not.toBe(429);
  });

  it('apply only to the given number of requests, so that the retry of an SDK succeeds', async () => {
    await start();
    emulator.faults.push({ service: 'sts', times: 2, effect: { kind: 'error', status: 500, code: 'InternalFailure' } });
    expect((await identify(3)).Account).toBe('111111111111');
    expect(emulator.requests).toHaveLength(3);
    expect(emulator.faults).toEqual([]);
  });

  it.each<[Fault, boolean]>([
    [{ service: 'sts', effect: { kind: 'throttle' } }, true],
    [{ operation: 'GetCallerIdentity', effect: { kind: 'throttle' } }, true],
    [{ service: 'sts', operation: 'GetCallerIdentity', effect: { kind: 'throttle' } }, true],
    [{ service: 'sso', effect: { kind: 'throttle' } }, false],
    [{ service: 'sts', operation: 'AssumeRole', effect: { kind: 'throttle' } }, false],
  ])('are matched: %j', async (fault, met) => {
    await start({ faults: [{ ...fault, times: 1 }] });
    const answer = await identify().catch((error) => error);
    expect(answer.name === 'Throttling').toBe(met);
    expect(emulator.faults).toHaveLength(met ? 0 : 1);
  });
});
