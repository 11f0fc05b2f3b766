import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readProfiles } from '../../src/aws-config/profiles.ts';
import { type Pin, pinnedAccount, withPins } from '../../src/guard/pins.ts';
import { makeSandbox, type Sandbox } from '../support/program.ts';

const one = '123456789001';
const two = '123456789002';
const pins: readonly Pin[] = [
  { glob: 'shop-*', accountId: one },
  { glob: 'shop-prod', accountId: two },
  { glob: '*-prod', accountId: one },
];

it.each([
  ['shop-dev', one],
  ['SHOP-dev', one],
  ['shop-prod', two],
  ['kart-prod', one],
  ['kart-dev', null],
  ['shop', null],
])('"%s" is pinned to %s: by its name, else by the first glob', (name, expected) => {
  expect(pinnedAccount(name, pins)).toBe(expected);
});

describe('profiles with pins', () => {
  const config = '/config';
  const text = `[profile shop-dev]\nregion = eu-west-1\n[profile kart]\nsso_account_id = ${two}\nsso_role_name = r\n[profile x]\na = b\n`;
  const profiles = readProfiles({ path: config, text }, null, [config]);

  it('get the account that they are pinned to, if they have none', () => {
    const found = withPins(profiles, [...pins, { glob: 'kart', accountId: one }]);
    expect(found.all().map(({ name, accountId }) => [name, accountId])).toEqual([
      ['shop-dev', one],
      ['kart', two],
      ['x', null],
    ]);
    expect(found.get('shop-dev')?.properties.get('region')?.value).toBe('eu-west-1');
    expect(found.get('none')).toBeNull();
    expect({ names: found.names, paths: found.paths, problems: found.problems() }).toEqual({
      names: profiles.names,
      paths: [config],
      problems: profiles.problems(),
    });
  });

  it('are found by that account', () => {
    expect(withPins(profiles, pins).namesAround([one])).toContain('shop-dev');
  });

  it('are unchanged without pins', () => {
    expect(withPins(profiles, [])).toBe(profiles);
  });
});

const other = '123456789099';
const builder = 'sandkasse-lab-Builder-123456789041';

describe('wrong-account alarm', () => {
  let sandbox: Sandbox;
  beforeEach(async () => {
    sandbox = await makeSandbox({ wrongAccount: true });
  });
  afterEach(() => sandbox.remove());

  /** Every key that AWS gives out from now on belongs to another account; so do those that it gave out to `old`. */
  function answerWithAnotherAccount(old: RegExp): void {
    const { accessKeys } = sandbox.emulator.directory;
    const set = accessKeys.set.bind(accessKeys);
    accessKeys.set = (id, key) => set(id, { ...key, principal: ofOther(key.principal) });
    for (const [id, key] of accessKeys) if (old.test(key.principal.arn)) accessKeys.set(id, key);
  }

  function ofOther<Principal extends { accountId: string; arn: string }>(principal: Principal): Principal {
    return { ...principal, accountId: other, arn: principal.arn.replace(/\d{12}/, other) };
  }

  function addProfile(text: string): void {
    sandbox.write('.aws/config', `${readFileSync(`${sandbox.home}/.aws/config`, 'utf8')}\n${text}`);
  }

  const jwt = ['{}', '{"iss":"https://ci.example","sub":"repo","aud":"sts"}', 'x']
    .map((part) => Buffer.from(part).toString('base64url'))
    .join('.');
  const loginArn = 'arn:aws:iam::123456789041:user/kari';

  /** A profile of the kind, and the pin that it needs: some kinds promise no account. */
  const kinds: Readonly<Record<string, { query: string; prepare?: () => void; pin?: string }>> = {
    'sso, with a session': { query: 'barnehageplass-test' },
    'sso, legacy': { query: 'barnehageplass-dev' },
    'static keys': { query: builder, pin: '123456789041' },
    'a role': { query: 'sandkasse-lab-Hub' },
    'a role from a role': { query: 'sandkasse-lab-Deployer' },
    'a credential process': { query: 'arkiv', pin: '123456789051' },
    'a web identity': {
      query: 'web',
      prepare: () => {
        sandbox.write('token', jwt);
        sandbox.emulator.directory.roles.push({
          arn: 'arn:aws:iam::123456789044:role/Web',
          id: 'AROASAMPLEWEBAAAAAAAA',
          trusts: [],
          webIdentity: { issuer: 'https://ci.example', audience: 'sts', subject: 'repo' },
        });
        addProfile(
          `[profile web]\nrole_arn = arn:aws:iam::123456789044:role/Web\nweb_identity_token_file = ${sandbox.home}/token\nregion = eu-west-1\n`,
        );
      },
    },
    'a login': {
      query: 'mylogin',
      prepare: () => {
        const name = createHash('sha256').update(loginArn).digest('hex');
        const { accessKeys } = sandbox.emulator.directory;
        const [key] = accessKeys.values();
        const expiresAt = new Date(Date.now() + 3_600_000).toISOString();
        if (key !== undefined) accessKeys.set('ASIALOGIN', { ...key, sessionToken: 'token' });
        const accessToken = {
          ...{ accessKeyId: 'ASIALOGIN', secretAccessKey: key?.secret, sessionToken: 'token' },
          ...{ accountId: '123456789041', expiresAt },
        };
        const token = { accessToken, clientId: 'x', refreshToken: 'x', dpopKey: 'x', tokenType: 'urn:aws:x' };
        sandbox.write(`.aws/login/cache/${name}.json`, JSON.stringify(token));
        addProfile(`[profile mylogin]\nlogin_session = ${loginArn}\nregion = eu-west-1\n`);
      },
    },
  };

  it.each(Object.entries(kinds))('%s: its own account becomes active, another one never', async (title, kind) => {
    kind.prepare?.();
    if (kind.pin !== undefined) sandbox.write('.config/awsp/config', `[pin]\n*${kind.query}* = ${kind.pin}\n`);
    const good = await sandbox.switchVia([kind.query, '--verify']);
    expect(good).toMatchObject({ code: 0, stdout: expect.stringContaining("AWSP_STATE='verified'") });
    // A role is not to be had with the keys of just anybody: its own, which are in the cache, are those of another account.
    const role = title.startsWith('a role') ? kind.query.split('-').at(-1) : null;
    answerWithAnotherAccount(role === null ? /./ : new RegExp(`assumed-role/${role}/`));
    for (let run = 0; run < 2; run++) {
      const bad = await sandbox.switchVia([kind.query, '--verify']);
      expect(bad).toMatchObject({ code: 5, stdout: '' });
      expect(bad.stderr).toMatch(/wrong account: ".*" (promises|is pinned to) \d{12}, but .* belong to 123456789099/);
    }
  });

  it('the pin decides beside the promise, and what is remembered is held to it as well', async () => {
    expect((await sandbox.switchVia(['barnehageplass-dev'])).code).toBe(0);
    sandbox.write('.config/awsp/config', `[pin]\nbarnehageplass-* = ${other}\n`);
    for (const more of [[], ['--no-verify'], ['--verify']]) {
      const { code, stdout, stderr } = await sandbox.switchVia(['barnehageplass-dev', ...more]);
      expect({ code, stdout }).toEqual({ code: 5, stdout: '' });
      expect(stderr).toContain(`is pinned to ${other}, but promises 123456789011`);
    }
    expect((await sandbox.switchVia(['kart'])).code).toBe(0);
  });

  it('a static profile with a cached verification, then pinned to another account, is refused', async () => {
    expect((await sandbox.switchVia([builder])).code).toBe(0);
    sandbox.write('.config/awsp/config', `[pin]\n${builder} = ${other}\n`);
    expect(await sandbox.switchVia([builder])).toMatchObject({ code: 5, stdout: '' });
  });

  it('a pin is the account of a profile that has none of its own: shown, searched and level', async () => {
    sandbox.write('.config/awsp/config', `[pin]\narkiv-* = 123456789051\n[production]\nmatch = 123456789051\n`);
    const { profiles } = JSON.parse((await sandbox.awsp(['list', '123456789051', '--json'])).stdout);
    expect(profiles).toMatchObject([{ accountId: '123456789051', level: 'production' }]);
    const { stdout } = await sandbox.switchVia(['arkiv', '--no-verify']);
    expect(stdout).toContain("AWSP_ACCOUNT_ID='123456789051'");
    expect(stdout).toContain("AWSP_STATE='unverified'");
  });
});
