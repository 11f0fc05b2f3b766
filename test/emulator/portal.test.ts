import {
  GetRoleCredentialsCommand,
  ListAccountRolesCommand,
  ListAccountsCommand,
  LogoutCommand,
  paginateListAccounts,
  SSOClient,
} from '@aws-sdk/client-sso';
import { afterEach, describe, expect, it } from 'vitest';
import { type Emulator, startEmulator } from '../../src/emulator/emulator.ts';
import { samples } from '../../src/emulator/samples.ts';

const accessToken = 'sample-barnehage-token';
let emulator: Emulator;

async function start(accounts = 0): Promise<SSOClient> {
  emulator = await startEmulator({ directory: samples({ now: Date.now(), accounts }).directory });
  return clientAt(emulator.url);
}

const clientAt = (endpoint: string) => new SSOClient({ endpoint, region: 'eu-west-1', maxAttempts: 1 });

afterEach(() => emulator.close());

const refusal = (call: Promise<unknown>) =>
  call.then(
    () => {
      throw new Error('it was not refused');
    },
    (error) => ({ name: error.name, status: error.$metadata?.httpStatusCode, message: error.message }),
  );
const unauthorized = { name: 'UnauthorizedException', status: 401, message: 'Session token not found or invalid' };

describe('ListAccounts', () => {
  it('returns the accounts of the user, each once, with their names', async () => {
    const sso = await start();
    const { accountList, nextToken } = await sso.send(new ListAccountsCommand({ accessToken }));
    expect(nextToken).toBeUndefined();
    expect(accountList).toEqual([
      {
        accountId: '123456789011',
        accountName: 'barnehageplass-dev',
        emailAddress: 'aws+barnehageplass-dev@example.com',
      },
      {
        accountId: '123456789012',
        accountName: 'barnehageplass-test',
        emailAddress: 'aws+barnehageplass-test@example.com',
      },
      {
        accountId: '123456789013',
        accountName: 'barnehageplass-prod',
        emailAddress: 'aws+barnehageplass-prod@example.com',
      },
    ]);
  });

  it('returns pages', async () => {
    const sso = await start(240);
    const pages: number[] = [];
    const ids: (string | undefined)[] = [];
    for await (const { accountList = [] } of paginateListAccounts({ client: sso }, { accessToken })) {
      pages.push(accountList.length);
      ids.push(...accountList.map(({ accountId }) => accountId));
    }
    expect(pages).toEqual([100, 100, 43]);
    expect(new Set(ids).size).toBe(243);
    const first = await sso.send(new ListAccountsCommand({ accessToken, maxResults: 2 }));
    expect(first.accountList).toHaveLength(2);
    const second = await sso.send(new ListAccountsCommand({ accessToken, maxResults: 2, nextToken: first.nextToken }));
    expect(second.accountList?.[0]?.accountName).toBe('barnehageplass-prod');
  });

  it('ends its last page with a null, as AWS writes it', async () => {
    await start();
    const response = await fetch(`${emulator.url}/assignment/accounts`, {
      headers: { 'x-amz-sso_bearer_token': accessToken },
    });
    expect(await response.json()).toMatchObject({ nextToken: null });
  });

  it.each([0, 101, 1.5])('refuses pages of %d', async (maxResults) => {
    const sso = await start();
    expect(await refusal(sso.send(new ListAccountsCommand({ accessToken, maxResults })))).toEqual({
      name: 'InvalidRequestException',
      status: 400,
      message: 'ResultSize parameter must be within the valid limits of: 1-100',
    });
  });

  it('refuses a pagination token that it did not issue', async () => {
    const sso = await start();
    const call = sso.send(new ListAccountsCommand({ accessToken, nextToken: 'made-up' }));
    expect((await refusal(call)).name).toBe('InvalidRequestException');
  });
});

describe('ListAccountRoles', () => {
  it('returns the roles, in pages', async () => {
    const sso = await start();
    const list = (nextToken?: string) =>
      sso.send(new ListAccountRolesCommand({ accessToken, accountId: '123456789013', maxResults: 1, nextToken }));
    const first = await list();
    expect(first.roleList).toEqual([{ roleName: 'AWSReadOnlyAccess', accountId: '123456789013' }]);
    const second = await list(first.nextToken);
    expect(second.roleList).toEqual([{ roleName: 'AWSAdministratorAccess', accountId: '123456789013' }]);
    expect(second.nextToken).toBeUndefined();
  });

  it('refuses an account that the user has no role in', async () => {
    const sso = await start();
    const call = sso.send(new ListAccountRolesCommand({ accessToken, accountId: '123456789031' }));
    expect(await refusal(call)).toEqual({ name: 'ForbiddenException', status: 403, message: 'No access' });
  });
});

describe('Logout', () => {
  it('ends the sign-in everywhere, its refresh token too, and no other sign-in', async () => {
    const sso = await start();
    const { accessTokens, refreshTokens } = emulator.directory;
    await sso.send(new LogoutCommand({ accessToken }));
    expect(await refusal(sso.send(new ListAccountsCommand({ accessToken })))).toEqual(unauthorized);
    expect(await refusal(sso.send(new LogoutCommand({ accessToken })))).toEqual(unauthorized);
    expect([...refreshTokens.keys()]).toEqual(['sample-kart-refresh-token']);
    expect([...accessTokens.keys()]).toEqual(['sample-legacy-token', 'sample-skjema-token', 'sample-kart-token']);
    const other = await sso.send(new ListAccountsCommand({ accessToken: 'sample-legacy-token' }));
    expect(other.accountList).toHaveLength(3);
  });
});

describe('each operation', () => {
  const operations: [string, (sso: SSOClient, accessToken: string) => Promise<unknown>][] = [
    ['ListAccounts', (sso, accessToken) => sso.send(new ListAccountsCommand({ accessToken }))],
    [
      'ListAccountRoles',
      (sso, accessToken) => sso.send(new ListAccountRolesCommand({ accessToken, accountId: '123456789011' })),
    ],
    [
      'GetRoleCredentials',
      (sso, accessToken) =>
        sso.send(
          new GetRoleCredentialsCommand({
            accessToken,
            accountId: '123456789011',
            roleName: 'AWSAdministratorAccess',
          }),
        ),
    ],
    ['Logout', (sso, accessToken) => sso.send(new LogoutCommand({ accessToken }))],
  ];

  it.each(operations)('%s refuses an unknown token', async (_operation, call) => {
    expect(await refusal(call(await start(), 'made-up'))).toEqual(unauthorized);
  });

  it.each(operations)('%s refuses an expired token', async (_operation, call) => {
    expect(await refusal(call(await start(), 'sample-kart-token'))).toEqual(unauthorized);
  });

  it.each(operations)('%s accepts a token only in the region of its portal', async (_operation, call) => {
    await start();
    expect(await refusal(call(clientAt(await emulator.endpoint('eu-north-1')), accessToken))).toEqual(unauthorized);
    await expect(call(clientAt(await emulator.endpoint('eu-west-1')), accessToken)).resolves.toBeDefined();
  });

  it.each(operations)('%s can be throttled', async (operation, call) => {
    const sso = await start();
    emulator.faults.push({ service: 'sso', operation, times: 1, effect: { kind: 'throttle' } });
    expect(await refusal(call(sso, accessToken))).toEqual({
      name: 'TooManyRequestsException',
      status: 429,
      message: 'HTTP 429 Unknown Code',
    });
    await expect(call(sso, accessToken)).resolves.toBeDefined();
    expect(emulator.requests.map((request) => request.operation)).toEqual([operation, operation]);
  });
});
