import { readFileSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readProfiles } from '../../src/aws-config/profiles.ts';
import { readOnlyProfiles, readOnlyRoles } from '../../src/guard/read-only.ts';
import { makeSandbox, type Sandbox } from '../support/program.ts';
import { bareEnvironment, shimFolder } from '../support/shells.ts';
import { openShell, type Screen } from '../support/terminal.ts';

const readOnly = 'barnehageplass-prod-AWSReadOnlyAccess-123456789013';
const admin = 'barnehageplass-prod-AWSAdministratorAccess-123456789013';
const dev = 'barnehageplass-dev-AWSAdministratorAccess-123456789011';

describe('which roles are read-only', () => {
  it.each([
    [['Admin', 'AWSReadOnlyAccess'], ['*ReadOnly*'], ['AWSReadOnlyAccess']],
    [
      ['SecurityAudit', 'ViewOnlyAccess', 'readonly'],
      ['*ReadOnly*', '*ViewOnly*', '*Audit*'],
      ['readonly', 'ViewOnlyAccess', 'SecurityAudit'],
    ],
    [['ReadOnlyAudit'], ['*ReadOnly*', '*Audit*'], ['ReadOnlyAudit']],
    [['Admin'], ['*ReadOnly*'], []],
    [['ReadOnlyX'], ['ReadOnly'], []],
    [[], ['*'], []],
  ])('of %j by %j: %j', (roles, globs, expected) => {
    expect(readOnlyRoles(roles, globs)).toEqual(expected);
  });
});

describe('the read-only profiles of an account', () => {
  const profile = (name: string, session: string, role: string, account = '123456789001') =>
    `[profile ${name}]\n${session.startsWith('http') ? `sso_start_url = ${session}\nsso_region = eu-west-1` : `sso_session = ${session}`}\nsso_account_id = ${account}\nsso_role_name = ${role}\n`;
  const sessions = [
    '[sso-session a]\nsso_start_url = https://a.awsapps.com/start\nsso_region = eu-west-1\n',
    '[sso-session a2]\nsso_start_url = https://a.awsapps.com/start\nsso_region = eu-west-1\n',
    '[sso-session b]\nsso_start_url = https://b.awsapps.com/start\nsso_region = eu-west-1\n',
  ];

  it.each([
    [
      'the same sign-in goes before the order of the settings',
      [profile('x', 'b', 'ReadOnly'), profile('y', 'a', 'Audit')],
      ['y', 'x'],
    ],
    [
      'the order of the settings goes before that of the file',
      [profile('x', 'a', 'Audit'), profile('y', 'a', 'ViewOnly')],
      ['y', 'x'],
    ],
    [
      'the same portal goes before another',
      [profile('x', 'b', 'ReadOnly'), profile('y', 'a2', 'ReadOnly')],
      ['y', 'x'],
    ],
    [
      'a legacy sign-in to the same portal too',
      [profile('x', 'b', 'Audit'), profile('y', 'https://a.awsapps.com/start', 'Audit')],
      ['y', 'x'],
    ],
    ['another account is none', [profile('x', 'a', 'ReadOnly', '123456789002')], []],
    ['another role is none', [profile('x', 'a', 'Admin')], []],
  ])('%s', (_what, texts, expected) => {
    const text = [...sessions, profile('me', 'a', 'Admin'), ...texts].join('\n');
    const profiles = readProfiles({ path: '/c', text }, null, ['/c']);
    const me = profiles.get('me');
    if (me === null) throw new Error('no profile "me"');
    const found = readOnlyProfiles(profiles, me, ['*ReadOnly*', '*ViewOnly*', '*Audit*']);
    expect(found.map(({ name }) => name)).toEqual(expected);
  });
});

describe('awsp --ro', () => {
  let sandbox: Sandbox;
  beforeEach(async () => {
    sandbox = await makeSandbox({ accounts: 4 });
  });
  afterEach(() => sandbox.remove());

  const switched = (name: string) => ({ code: 0, stdout: expect.stringContaining(`AWS_PROFILE='${name}'`) });

  it.each([
    ['a role of the account', [admin]],
    ['a query that fits several roles of one account', ['barnehageplass-prod']],
    ['the account id', ['123456789013']],
    ['the read-only role itself', [readOnly]],
    ['words that fit it alone', ['prod', 'readonly']],
  ])('takes the sibling of %s', async (_what, query) => {
    expect(await sandbox.switchVia(['--ro', ...query])).toMatchObject(switched(readOnly));
    expect(await sandbox.switchVia([...query, '--read-only'])).toMatchObject(switched(readOnly));
  });

  it('is verified, guarded and limited as any switch', async () => {
    sandbox.write('.config/awsp/config', '[guard]\nconfirm = yes\n[production]\nfor = 1h\n');
    expect((await sandbox.switchVia(['--ro', admin])).code).toBe(6);
    const { stdout } = await sandbox.switchVia(['--ro', admin, '--yes']);
    expect(stdout).toMatch(/AWSP_STATE='verified'/);
    expect(stdout).toMatch(/AWSP_UNTIL='\d+'/);
  });

  it.each([
    ['fits nothing', ['zzz'], 3, 'no profile matches "zzz"'],
    ['fits several accounts', ['barnehageplass'], 3, '"barnehageplass" fits 4 profiles'],
    [
      'fits keys, which promise no account',
      ['builder'],
      3,
      'say in the settings which it is: [pin] sandkasse-lab-Builder',
    ],
    [
      'fits an account without such a role',
      ['dev'],
      3,
      `account 123456789011\n  create one with: awsp new --account 123456789011`,
    ],
    [
      'fits a role that no portal gives',
      ['hub'],
      3,
      'none of your profiles is a read-only role of account 123456789042\n',
    ],
    ['only resembles production', ['bprodadm'], 3, 'bprodadm'],
    [
      'only resembles several roles of a production account',
      ['bprod'],
      3,
      `"bprod" only resembles a production profile`,
    ],
    ['has no word', [' '], 2, '"--read-only" needs a query'],
  ])('a query that %s changes nothing', async (_what, query, code, words) => {
    const result = await sandbox.switchVia(['--ro', ...query]);
    expect({ code: result.code, stdout: result.stdout }).toEqual({ code, stdout: '' });
    expect(result.stderr).toContain(words);
  });

  describe('where no profile has such a role', () => {
    function open(): Screen {
      const env = { ...bareEnvironment(sandbox.home), ...sandbox.env, TERM: 'dumb' };
      return openShell('bash', `PS1='> '\nsource '${shimFolder}/awsp.bash'`, env, sandbox.home);
    }

    it('creates it, of what the portal grants, and switches to it', async () => {
      const [accountId, role] = ['123456789011', 'AWSReadOnlyAccess'];
      const startUrl = 'https://barnehage.awsapps.com/start';
      const user = sandbox.emulator.directory.assignments[0]?.user ?? '';
      sandbox.emulator.directory.assignments.push({ startUrl, user, accountId, roleName: role });
      const screen = open();
      await screen.prompt(/^>$/);
      screen.type('awsp --ro dev --for 1h\r');
      await screen.prompt(/create one\? \[Y\/n\]$/);
      screen.type('\r');
      await screen.prompt(/^profile name \[.*\]:$/);
      screen.type('\r');
      await screen.prompt(/write this to .*\[Y\/n\]$/);
      screen.type('\r');
      await screen.prompt(/switch to it now\? \[Y\/n\]$/);
      screen.type('\r');
      expect(await screen.prompt(/>$/)).toBe('(barnehageplass-dev ReadOnly) >');
      expect(screen.said()).toContain('for 1h');
      const config = readFileSync(`${sandbox.home}/.aws/config`, 'utf8');
      expect(config).toContain(`[profile barnehageplass-dev-${role}-${accountId}]\nsso_start_url = ${startUrl}\n`);
    });

    it('says when the portal grants none, and takes a no', async () => {
      const before = readFileSync(`${sandbox.home}/.aws/config`, 'utf8');
      const screen = open();
      await screen.prompt(/^>$/);
      screen.type(`awsp --ro ${dev}\r`);
      await screen.prompt(/create one\? \[Y\/n\]$/);
      screen.type('\r');
      await screen.prompt(/^>$/);
      expect(screen.lines().join('\n')).toContain('the portal gives you no read-only role in account 123456789011');
      screen.type(`awsp --ro ${dev}\r`);
      await screen.prompt(/create one\? \[Y\/n\]$/);
      screen.type('n\r');
      await screen.prompt(/^>$/);
      expect(readFileSync(`${sandbox.home}/.aws/config`, 'utf8')).toBe(before);
    });
  });
});
