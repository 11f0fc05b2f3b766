import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { type Direct, directIdentity, directRole } from '../../src/identity/direct-requests.ts';
import { emptyTransport } from '../../src/network/errors.ts';
import { requestHandler } from '../../src/network/request-handler.ts';

let close = () => {};
afterEach(() => close());

/** A server that gives one response, and what it was asked. */
async function serve(status: number, body: string): Promise<{ direct: Direct; asked: IncomingMessage[] }> {
  const asked: IncomingMessage[] = [];
  const server = createServer((request: IncomingMessage, response: ServerResponse) => {
    asked.push(request);
    response.writeHead(status, { connection: 'close' }).end(body);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const handler = requestHandler({ env: {}, certificates: null, timeout: 5_000 }, emptyTransport());
  close = () => {
    handler.destroy();
    server.close();
  };
  return {
    direct: { endpoint: new URL(`http://127.0.0.1:${(server.address() as AddressInfo).port}`), handler },
    asked,
  };
}

const keys = {
  accessKeyId: 'AKIAIOSFODNN7EXAMPLE',
  secretAccessKey: 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY',
  sessionToken: null,
  expiresAt: null,
  accountId: null,
};
const arn = 'arn:aws:iam::123456789041:user/kari';
const identity = (fields: string) =>
  `<GetCallerIdentityResponse><GetCallerIdentityResult>${fields}</GetCallerIdentityResult></GetCallerIdentityResponse>`;
const whole = `<Arn>${arn}</Arn><UserId>AIDAEXAMPLE</UserId><Account>123456789041</Account>`;
const role = {
  accessKeyId: 'ASIAEXAMPLE',
  secretAccessKey: 'secret',
  sessionToken: 'token',
  expiration: 1_800_000_000_000,
};

describe('the identity, without the SDK', () => {
  it('is that of a usual response', async () => {
    const { direct } = await serve(200, identity(whole));
    expect(await directIdentity(direct, 'eu-west-1', keys)).toEqual({
      accountId: '123456789041',
      arn,
      userId: 'AIDAEXAMPLE',
    });
  });

  it.each([
    ['an error', 403, '<ErrorResponse><Error><Code>AccessDenied</Code></Error></ErrorResponse>'],
    ['an error with an identity in it', 500, identity(whole)],
    ['a page of a proxy', 200, '<html>Welcome</html>'],
    ['nothing', 200, ''],
    ['another account in the ARN', 200, identity(whole.replace('::123456789041', '::123456789042'))],
    ['no account id', 200, identity(whole.replace('<Account>123456789041', '<Account>12345'))],
    ['an entity in the ARN', 200, identity(whole.replace('kari', 'a&amp;b'))],
    ['a control character', 200, identity(whole.replace('AIDA', 'AI\u001bDA'))],
  ])('is none for %s', async (_what, status, body) => {
    const { direct } = await serve(status, body);
    expect(await directIdentity(direct, 'eu-west-1', keys)).toBeNull();
  });
});

describe('the credentials of a role, without the SDK', () => {
  it('are those of a usual response; the names go as they are', async () => {
    const { direct, asked } = await serve(200, JSON.stringify({ roleCredentials: role }));
    const found = await directRole(direct, { accountId: '123456789012', roleName: 'a+b=c,d@e' }, 'the-token');
    const { expiration: expiresAt, ...rest } = role;
    expect(found).toEqual({ ...rest, expiresAt, accountId: '123456789012' });
    const [request] = asked;
    expect(request?.headers['x-amz-sso_bearer_token']).toBe('the-token');
    const url = new URL(request?.url ?? '', direct.endpoint);
    expect(url.pathname).toBe('/federation/credentials');
    expect(Object.fromEntries(url.searchParams)).toEqual({ account_id: '123456789012', role_name: 'a+b=c,d@e' });
  });

  it.each([
    ['an error', 401, JSON.stringify({ message: 'Session token not found or invalid' })],
    ['no JSON', 200, '<html>'],
    ['an empty object', 200, '{}'],
    ['a list', 200, '{"roleCredentials":[]}'],
    ['a key that is no text', 200, JSON.stringify({ roleCredentials: { ...role, accessKeyId: 5 } })],
    ['no token', 200, JSON.stringify({ roleCredentials: { ...role, sessionToken: undefined } })],
    ['an end that is no number', 200, JSON.stringify({ roleCredentials: { ...role, expiration: '2026' } })],
    ['a line end in a key', 200, JSON.stringify({ roleCredentials: { ...role, secretAccessKey: 'a\nb' } })],
  ])('are none for %s', async (_what, status, body) => {
    const { direct } = await serve(status, body);
    expect(await directRole(direct, { accountId: '123456789012', roleName: 'Admin' }, 't')).toBeNull();
  });
});
