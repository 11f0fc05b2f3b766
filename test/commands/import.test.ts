import { readFileSync, statSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Directory } from '../../src/emulator/directory.ts';
import type { Fault } from '../../src/emulator/faults.ts';
import { awsCli, runAws } from '../support/aws-cli.ts';
import { makeSandbox, programFolder, type Sandbox } from '../support/program.ts';
import { runProgram } from '../support/run.ts';
import { bareEnvironment } from '../support/shells.ts';
import { openShell } from '../support/terminal.ts';

let sandbox: Sandbox;
const remake = async (...args: Parameters<typeof makeSandbox>) => {
  await sandbox?.remove();
  sandbox = await makeSandbox(...args);
};
beforeEach(() => remake({ accounts: 3 }));
afterEach(() => sandbox.remove());

const startUrl = 'https://barnehage.awsapps.com/start';
const config = () => readFileSync(`${sandbox.home}/.aws/config`, 'utf8');
const names = (text = config()) => [...text.matchAll(/^\[profile (.*)\]$/gm)].map(([, name = '']) => name);
const imported = (text = config()) =>
  text.split(/^(?=\[)/m).flatMap((section) => (section.includes('awsp_import') ? names(section) : []));
const importing = (...more: string[]) => ['import', '--session', 'barnehage', '--yes', ...more];
const operations = () => sandbox.emulator.requests.map(({ operation }) => operation);

/** What the portal gives of an account. */
function assign(accountId: string, name: string, ...roles: string[]): void {
  const { directory } = sandbox.emulator;
  directory.accounts.set(accountId, { name, emailAddress: `aws+${accountId}@example.com` });
  const user = 'kari.nordmann@example.com';
  for (const roleName of roles) directory.assignments.push({ startUrl, user, accountId, roleName });
}

function unassign(isGone: (assignment: Directory['assignments'][number]) => boolean): void {
  const { assignments } = sandbox.emulator.directory;
  assignments.splice(0, assignments.length, ...assignments.filter((assignment) => !isGone(assignment)));
}

describe('all accounts and roles', () => {
  it('get a profile each, but for those that have one, in either form', async () => {
    const before = config();
    const { code, stdout, stderr } = await sandbox.awsp(importing());
    expect({ code, stdout }).toEqual({ code: 0, stdout: '' });
    expect(stderr).toContain('awsp: ~/.aws/config: 12 profiles added; 4 profiles were there already\n');
    expect(config().startsWith(before)).toBe(true);
    expect(config()).toContain(`
[profile kulturskole-dev-AWSAdministratorAccess-200000000001]
sso_session = barnehage
sso_account_id = 200000000001
sso_role_name = AWSAdministratorAccess
region = eu-west-1
output = json
awsp_import = 200000000001/AWSAdministratorAccess
`);
    expect(names().length - names(before).length).toBe(12);
    const { code: switched } = await sandbox.switchVia(['kulturskole-test-AWSPowerUserAccess-200000000002']);
    expect(switched).toBe(0);
  });

  it('get none twice: a second run changes nothing', async () => {
    await sandbox.awsp(importing());
    const before = config();
    const written = statSync(`${sandbox.home}/.aws/config`).mtimeMs;
    const { code, stderr } = await sandbox.awsp(importing('--prune'));
    expect({ code, stderr }).toMatchObject({ code: 0 });
    expect(stderr).toContain('awsp: nothing to change in ~/.aws/config: 16 profiles were there already\n');
    expect(config()).toBe(before);
    expect(statSync(`${sandbox.home}/.aws/config`).mtimeMs).toBe(written);
  });

  it('keep what was changed by hand', async () => {
    await sandbox.awsp(importing());
    const changed = config()
      .replace(/(\[profile kulturskole-dev-AWSAdmin.*)/, '# mine\n$1 # mine')
      .replace(/region = eu-west-1\noutput = json(?=\nawsp_import = 200000000001\/AWSAdmin)/, 'cli_pager =\nREGION=x')
      .replace('[profile kulturskole-test-AWSReadOnlyAccess-200000000002]', '[profile renamed]');
    sandbox.write('.aws/config', changed);
    expect((await sandbox.awsp(importing('--prune'))).code).toBe(0);
    expect(config()).toBe(changed);
  });

  it('bring their session, where there is none', async () => {
    sandbox.write('.aws/config', '');
    const args = ['import', '--start-url', startUrl, '--session', 'barnehage', '--sso-region', 'eu-west-1', '--yes'];
    const { code, stderr } = await sandbox.awsp([...args, '--role', '*ReadOnly*', '--account', 'barnehageplass-*']);
    expect({ code, stderr }).toMatchObject({ code: 0 });
    expect(config()).toBe(`[sso-session barnehage]
sso_start_url = ${startUrl}
sso_region = eu-west-1
sso_registration_scopes = sso:account:access

[profile barnehageplass-prod-AWSReadOnlyAccess-123456789013]
sso_session = barnehage
sso_account_id = 123456789013
sso_role_name = AWSReadOnlyAccess
region = eu-west-1
output = json
awsp_import = 123456789013/AWSReadOnlyAccess
`);
  });

  it('have the legacy form with --legacy', async () => {
    expect((await sandbox.awsp(importing('--legacy', '--region', 'eu-north-1', '--output', 'text'))).code).toBe(0);
    expect(config()).toContain(
      `
[profile renovasjon-dev-AWSReadOnlyAccess-200000000003]`.replace('renovasjon-dev', 'kulturskole-stage') +
        `
sso_start_url = ${startUrl}
sso_region = eu-west-1
sso_account_id = 200000000003
sso_role_name = AWSReadOnlyAccess
region = eu-north-1
output = text
`,
    );
    expect((await sandbox.switchVia(['kulturskole-stage-AWSReadOnlyAccess-200000000003'])).code).toBe(0);
  });

  it.each([
    [['--account', 'kulturskole-dev'], 4],
    [['--account', 'KULTURSKOLE-*'], 12],
    [['--account', '200000000001'], 4],
    [['--account', '20000000000?', '--role', 'AWSReadOnlyAccess'], 3],
    [['--account', '*-dev,*-test', '--role', '*Admin*'], 2],
    [['--account', 'kulturskole-dev', '--account', '200000000003', '--role', '*User*'], 4],
    [['--role', '*ReadOnly*', '--role', '*Power*'], 6],
    [['--account', 'kulturskole-*', '--role', 'AWS*Access'], 12],
  ])('only those that are meant: %j', async (filter, count) => {
    const { code, stderr } = await sandbox.awsp(importing(...filter));
    expect({ code, stderr }).toEqual({ code: 0, stderr: expect.stringContaining(`${count} profiles added`) });
  });

  it('are those of the active profile’s sign-in, or of the only one', async () => {
    await remake();
    const env = { AWS_PROFILE: 'barnehageplass-test-AWSPowerUserAccess-123456789012' };
    const { stderr } = await sandbox.awsp(['import', '--dry-run'], { env });
    expect(stderr).toContain('awsp: nothing to change in ~/.aws/config: 4 profiles were there already\n');
    sandbox.write('.aws/config', `[sso-session barnehage]\nsso_start_url = ${startUrl}\nsso_region = eu-west-1\n`);
    expect((await sandbox.awsp(['import', '--session', 'barnehage', '--yes'])).code).toBe(0);
    expect((await sandbox.awsp(['import'])).stderr).toContain('4 profiles were there already');
  });

  it('are added once by two imports at the same time', async () => {
    const results = await Promise.all([sandbox.start(importing()), sandbox.start(importing())]);
    expect(results.map(({ code }) => code)).toEqual([0, 0]);
    expect(imported()).toHaveLength(12);
  });

  it.skipIf(awsCli.reason !== null)('stay import’s own when the AWS CLI writes to them', async () => {
    await sandbox.awsp(importing());
    const name = 'kulturskole-dev-AWSReadOnlyAccess-200000000001';
    await runAws(['configure', 'set', 'region', 'eu-south-1', '--profile', name], { env: sandbox.env });
    expect(config()).toContain('region = eu-south-1\n');
    expect((await sandbox.awsp(importing())).stderr).toContain('nothing to change');
    unassign(({ accountId }) => accountId === '200000000001');
    expect((await sandbox.awsp(importing('--prune'))).stderr).toContain('4 profiles removed');
    expect(names()).not.toContain(name);
  });

  it.skipIf(awsCli.reason !== null)('are profiles of the AWS CLI and botocore', async () => {
    await sandbox.awsp(importing());
    const script = 'import botocore.session; print("\\n".join(botocore.session.Session().available_profiles))';
    const listed = await runProgram('python3', ['-c', script], { env: sandbox.env });
    expect(listed.stdout.trim().split('\n')).toEqual(expect.arrayContaining(names()));
    const profile = 'kulturskole-test-AWSPowerUserAccess-200000000002';
    const args = ['sts', 'get-caller-identity', '--query', 'Account', '--output', 'text', '--profile', profile];
    expect(await runAws(args, { env: sandbox.env })).toMatchObject({ stdout: '200000000002\n' });
  });
});

describe('--dry-run', () => {
  it('prints the change, and writes nothing', async () => {
    const before = config();
    const { code, stdout, stderr } = await sandbox.awsp(['import', '--session', 'barnehage', '--dry-run']);
    expect(code).toBe(0);
    expect(stderr).toContain('awsp: nothing was written: add 12 profiles in ~/.aws/config; 4 profiles were there');
    expect(stdout.split('\n').slice(0, 3)).toEqual([
      '+ [profile kulturskole-dev-AWSAdministratorAccess-200000000001]',
      '+ sso_session = barnehage',
      '+ sso_account_id = 200000000001',
    ]);
    expect(stdout.split('\n')).toHaveLength(12 * 8);
    expect(config()).toBe(before);
  });

  it('prints what goes', async () => {
    await sandbox.awsp(importing('--role', 'AWSReadOnlyAccess'));
    unassign(({ accountId }) => accountId === '200000000001');
    const { code, stdout } = await sandbox.awsp(['import', '--session', 'barnehage', '--dry-run', '--prune']);
    expect(code).toBe(0);
    expect(stdout.split('\n')[0]).toBe('- [profile kulturskole-dev-AWSReadOnlyAccess-200000000001]');
  });
});

describe('--prune', () => {
  const gone = 'kulturskole-dev-AWSReadOnlyAccess-200000000001';
  const takeAway = () =>
    unassign(({ accountId, roleName }) => accountId === '200000000001' && roleName === 'AWSReadOnlyAccess');

  it('removes what import has made of what the portal gives no more, and nothing else', async () => {
    const samples = config();
    await sandbox.awsp(importing());
    sandbox.write('.aws/config', `${config()}\n# mine\n[profile copy]\nregion = x\n`);
    const before = config();
    takeAway();
    unassign(({ accountId }) => accountId === '200000000002' || accountId === '123456789012');
    expect((await sandbox.awsp(importing())).stderr).toContain('nothing to change');
    const { code, stderr } = await sandbox.awsp(importing('--prune'));
    expect({ code, stderr }).toMatchObject({ code: 0 });
    expect(stderr).toContain('5 profiles removed; 10 profiles were there already\n');
    const left = names(before).filter((name) => name !== gone && !name.endsWith('-200000000002'));
    expect(names()).toEqual(left);
    expect(config().startsWith(samples)).toBe(true);
    expect(config().endsWith('\n\n# mine\n[profile copy]\nregion = x\n')).toBe(true);
  });

  it('leaves the file as it was before the import, when all of it is gone', async () => {
    const before = config();
    await sandbox.awsp(importing());
    unassign(({ accountId }) => accountId.startsWith('2'));
    expect((await sandbox.awsp(importing('--prune'))).code).toBe(0);
    expect(config()).toBe(before);
  });

  it('leaves what is the user’s own: for another role now, of another session, or made by hand', async () => {
    await sandbox.awsp(importing());
    const section = new RegExp(`(\\[profile ${gone}\\]\n[^[]*)`);
    const [made = ''] = section.exec(config()) ?? [];
    sandbox.write(
      '.aws/config',
      [
        config().replace(made, `# c\n${made}`),
        made.replace(gone, 'other role').replace('sso_role_name = AWSReadOnlyAccess', 'sso_role_name = Mine'),
        made.replace(gone, 'other session').replace('= barnehage', '= other'),
        made.replace(gone, 'by hand').replace(/awsp_import.*\n/, ''),
        made
          .replace(gone, 'legacy')
          .replace('sso_session = barnehage', `sso_start_url = ${startUrl}\nsso_region = eu-west-1`),
        `[sso-session other]\nsso_start_url = ${startUrl}\nsso_region = eu-west-1\n`,
      ].join('\n'),
    );
    const before = config();
    takeAway();
    expect((await sandbox.awsp(importing('--prune'))).stderr).toContain('1 profile removed');
    const withoutIt = names(before).filter((name) => name !== gone);
    expect(names()).toEqual(withoutIt);
    expect(config()).toContain('# c\n');
  });

  it.each([
    [['--account', 'kulturskole-dev'], 2],
    [['--account', '200000000001'], 2],
    [['--role', 'AWSReadOnlyAccess'], 1],
    [['--role', 'AWSPowerUserAccess'], 1],
    [['--account', 'kulturskole-test'], 0],
    [['--role', 'AWSAdministratorAccess'], 0],
  ])('only what is meant: %j', async (filter, count) => {
    await sandbox.awsp(importing());
    unassign(({ accountId, roleName }) => accountId === '200000000001' && /ReadOnly|PowerUser/.test(roleName));
    const { code, stderr } = await sandbox.awsp(importing('--prune', ...filter));
    expect({ code, stderr }).toEqual({
      code: 0,
      stderr: expect.stringContaining(
        count === 0 ? 'nothing to change' : `${count} profile${count === 1 ? '' : 's'} removed`,
      ),
    });
  });

  it('of an account that is gone is by its id', async () => {
    await sandbox.awsp(importing());
    unassign(({ accountId }) => accountId === '200000000001');
    expect((await sandbox.awsp(importing('--prune', '--account', 'kulturskole-*'))).stderr).toContain(
      'nothing to change',
    );
    expect((await sandbox.awsp(importing('--prune', '--account', '200000000001'))).stderr).toContain(
      '4 profiles removed',
    );
  });

  it('says that the active profile goes', async () => {
    await sandbox.awsp(importing());
    takeAway();
    const { stderr } = await sandbox.awsp(importing('--prune'), { env: { AWS_PROFILE: gone } });
    expect(stderr).toContain(`awsp: warning: "${gone}", which is active in this shell, is removed`);
  });

  it('does not take silence for an answer', async () => {
    await sandbox.awsp(importing());
    const before = config();
    unassign(() => true);
    expect(await sandbox.awsp(importing('--prune'))).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('the portal gives you no account'),
    });
    expect(config()).toBe(before);
  });
});

describe('names', () => {
  it.each([
    ['{account}-{role}', 'kulturskole-dev-AWSReadOnlyAccess'],
    ['{accountId}.{role}', '200000000001.AWSReadOnlyAccess'],
    ['aws/{session}:{account}@{role}', 'aws/barnehage:kulturskole-dev@AWSReadOnlyAccess'],
  ])('by --name-template %s: %s', async (template, name) => {
    await sandbox.awsp(importing('--name-template', template, '--account', 'kulturskole-dev', '--role', '*ReadOnly*'));
    expect(imported()).toEqual([name]);
  });

  it('by the settings', async () => {
    sandbox.write('.config/awsp/config', '[profiles]\nname = {role}/{account}\n');
    await sandbox.awsp(importing('--account', 'kulturskole-dev', '--role', '*ReadOnly*'));
    expect(imported()).toEqual(['AWSReadOnlyAccess/kulturskole-dev']);
  });

  it.each([
    ['{acount}-{role}', '{acount} is not a placeholder; use {account}, {accountId}, {role}, {session}'],
    ['{account}-{accountId}', 'without {role}, the roles of an account cannot be told apart'],
    ['{role}', 'without {account} or {accountId}, accounts cannot be told apart'],
    ['{account} {role}', 'not all of AWS\'s tools take " " in the name of a profile'],
    ['{account}-{role}]', 'not all of AWS\'s tools take "]" in the name of a profile'],
    ['{account}-{role', 'not all of AWS\'s tools take "{" in the name of a profile'],
  ])('not by %s', async (template, reason) => {
    const { code, stderr } = await sandbox.awsp(importing('--name-template', template));
    expect({ code, stderr }).toEqual({ code: 2, stderr: `awsp: "--name-template ${template}": ${reason}\n` });
    expect(operations()).toEqual([]);
  });

  it.each([
    ['Barnehage Øst (prøve)', 'Barnehage-Ost-prove'],
    ['  -x-  ', 'x'],
    ['日本', '300000000001'],
    ['a]b"c\'d\\e#f;g$(h)', 'a-b-c-d-e-f-g-h'],
    ['Ærlig & Åpen', 'Aerlig-Apen'],
    ['søk+test_1.2@x', 'sok+test_1.2@x'],
    ['\u001B[31mred', '31mred'],
  ])('that all tools read, of the account %j', async (account, expected) => {
    assign('300000000001', account, 'Role+=,.@-x');
    const { code, stderr } = await sandbox.awsp(importing('--account', '300000000001'));
    expect({ code, stderr }).toMatchObject({ code: 0 });
    expect(imported()).toEqual([`${expected}-Role+-.@-x-300000000001`]);
    expect(config()).toContain('\nsso_role_name = Role+=,.@-x\n');
    expect((await sandbox.switchVia([`${expected}-Role+-.@-x-300000000001`])).code).toBe(0);
    expect((await sandbox.awsp(importing('--prune'))).stderr).toContain('12 profiles added');
  });

  it('of accounts of one name have the ids, all of them', async () => {
    assign('300000000001', 'tvilling', 'R');
    assign('300000000002', 'tvilling', 'R');
    await sandbox.awsp(importing('--name-template', '{account}-{role}', '--account', '3*'));
    expect(imported()).toEqual(['tvilling-R-300000000001', 'tvilling-R-300000000002']);
  });

  it('that are another profile’s are not used', async () => {
    const foreign =
      '[profile ny-R]\nregion = x\n\n[profile ny-S]\nregion = x\n\n[profile ny-S-300000000001]\nregion = x\n';
    sandbox.write('.aws/config', `${config()}\n${foreign}`);
    sandbox.write('.aws/credentials', '[ny-T]\naws_access_key_id = a\naws_secret_access_key = b\n');
    assign('300000000001', 'ny', 'R', 'S', 'T', 'U');
    const args = importing('--name-template', '{account}-{role}', '--account', 'ny');
    const { code, stderr } = await sandbox.awsp(args);
    expect({ code, names: imported() }).toEqual({
      code: 0,
      names: ['ny-R-300000000001', 'ny-T-300000000001', 'ny-U'],
    });
    expect(config()).toContain(foreign);
    expect(stderr).toContain(
      'awsp: warning: 1 role got no profile, because another profile has that name; choose other names with --name-template\n  "ny-S-300000000001" for S in 300000000001\n',
    );
    expect((await sandbox.awsp(args)).stderr).toContain('nothing to change in ~/.aws/config: 3 profiles were there');
  });
});

describe('a session that no profile uses yet, as `aws configure sso-session` makes it', () => {
  const session = `[sso-session barnehage]\nsso_start_url = ${startUrl}\nsso_region = eu-west-1\n`;

  it('is the one that is meant, where there is no other', async () => {
    sandbox.write('.aws/config', session);
    const { code, stderr } = await sandbox.awsp([
      'import',
      '--role',
      '*ReadOnly*',
      '--account',
      'barnehageplass-*',
      '--yes',
    ]);
    expect({ code, stderr }).toMatchObject({ code: 0 });
    expect(imported()).toEqual(['barnehageplass-prod-AWSReadOnlyAccess-123456789013']);
  });

  it('stands back behind one that profiles use, where nobody can be asked', async () => {
    const used = '\n[profile a]\nsso_session = barnehage\nsso_account_id = 1\nsso_role_name = r\n';
    sandbox.write(
      '.aws/config',
      `[sso-session old]\nsso_start_url = https://old.awsapps.com/start\nsso_region = eu-west-1\n${session}${used}`,
    );
    expect((await sandbox.awsp(['import', '--role', '*ReadOnly*', '--yes'])).code).toBe(0);
  });
});

describe('nothing is written', () => {
  it.each<[what: string, args: string[], code: number, words: string]>([
    ['without a yes', ['import', '--session', 'barnehage'], 6, 'nothing is written without a yes'],
    [
      'where several sign-ins could be meant',
      ['import', '--yes'],
      3,
      'sign-ins to import with; say which\n  --start-url https://barnehage',
    ],
    [
      'for a session that is not there',
      ['import', '--session', 'barnehag', '--yes'],
      3,
      'there is no [sso-session barnehag]',
    ],
    [
      'for accounts that are not there',
      importing('--account', 'nope*'),
      1,
      'the portal gives you no account "nope*"\n  123456789011 barnehageplass-dev\n',
    ],
    [
      'for roles that are not there',
      importing('--role', 'Nope'),
      1,
      'the portal gives you no role "Nope"\n  AWSAdministratorAccess\n',
    ],
    ['for no glob at all', importing('--account', ','), 2, '"--account" needs a value'],
    ['for no region', importing('--region', 'Atlantis'), 2, '"--region Atlantis" is not a region such as eu-west-1'],
    ['for no format', importing('--output', 'a b'), 2, '"--output a b" is not an output format such as json'],
    ['for a region without a portal', importing('--sso-region', 'eu-west-1'), 2, '"--sso-region" is for a portal'],
  ])('%s', async (_what, args, code, words) => {
    const before = config();
    const result = await sandbox.awsp(args);
    expect(result).toMatchObject({ code, stdout: '' });
    expect(result.stderr).toContain(words);
    expect(config()).toBe(before);
  });

  it.each([
    ['my team', "--session 'my team'"],
    ["kari's", "--session 'kari'\\''s'"],
    ['a$(id)', "--session 'a$(id)'"],
  ])('for one of several sessions that has to be named, as it is typed: %s', async (name, option) => {
    const other = (session: string) =>
      `[sso-session "${session}"]\nsso_start_url = https://${session.length}.awsapps.com/start\nsso_region = eu-west-1\n`;
    sandbox.write('.aws/config', other(name) + other('plain'));
    const { code, stderr } = await sandbox.awsp(['import', '--yes']);
    expect({ code, lines: stderr.split('\n') }).toEqual({
      code: 3,
      lines: [expect.stringContaining('say which'), `  ${option}`, '  --session plain', ''],
    });
  });

  it('into a file that cannot be read', async () => {
    sandbox.write('.aws/config', Buffer.from([0x5b, 0xff, 0x5d]));
    expect(
      (
        await sandbox.awsp([
          'import',
          '--start-url',
          startUrl,
          '--sso-region',
          'eu-west-1',
          '--session',
          'barnehage',
          '--yes',
        ])
      ).code,
    ).toBe(1);
    expect(readFileSync(`${sandbox.home}/.aws/config`)).toEqual(Buffer.from([0x5b, 0xff, 0x5d]));
  });
});

describe('when AWS', () => {
  it('tells nothing of an account, that is said, and its profiles stay', async () => {
    await sandbox.awsp(importing());
    const before = config();
    unassign(({ accountId, roleName }) => accountId === '200000000002' && roleName === 'AWSReadOnlyAccess');
    assign('300000000001', 'ny', 'R');
    sandbox.emulator.faults.push({
      operation: 'ListAccountRoles',
      times: 1,
      effect: { kind: 'error', status: 403, code: 'ForbiddenException', message: 'No access' },
    });
    const { code, stderr } = await sandbox.awsp(importing('--prune', '--account', '200000000002'));
    expect({ code, stderr }).toEqual({
      code: 1,
      stderr: expect.stringContaining(
        'IAM Identity Center refuses to list your roles in 1 account; their profiles stay as they are\n  200000000002 kulturskole-test\n',
      ),
    });
    expect(config()).toBe(before);
    expect((await sandbox.awsp(importing('--prune'))).stderr).toContain('1 profile added and 1 profile removed');
  });

  it.each<[string, Fault]>([
    ['garbage in place of roles', { operation: 'ListAccountRoles', effect: { kind: 'garbage' } }],
    ['garbage in place of accounts', { operation: 'ListAccounts', effect: { kind: 'garbage' } }],
    ['no list of roles', { operation: 'ListAccountRoles', effect: { kind: 'error', status: 200, code: 'None' } }],
    ['no list of accounts', { operation: 'ListAccounts', effect: { kind: 'error', status: 200, code: 'None' } }],
  ])('answers %s, nothing is written', async (_what, fault) => {
    await sandbox.awsp(importing());
    const before = config();
    unassign(({ accountId }) => accountId === '200000000001');
    sandbox.emulator.faults.push(fault);
    const { code, stderr } = await sandbox.awsp(importing('--prune'));
    expect({ code, stderr }).toEqual({ code: 1, stderr: expect.stringContaining('what answered is not AWS') });
    expect(config()).toBe(before);
  });

  it('names an account and lists no role in it, its profiles stay', async () => {
    await sandbox.awsp(importing());
    const before = config();
    const account = { accountId: '200000000001', accountName: 'kulturskole-dev', emailAddress: 'x@example.com' };
    const server = createServer(({ url }, response) => {
      const isAccounts = url?.startsWith('/assignment/accounts');
      response.end(JSON.stringify(isAccounts ? { accountList: [account] } : { roleList: [] }));
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const env = { AWS_ENDPOINT_URL_SSO: `http://127.0.0.1:${(server.address() as AddressInfo).port}` };
    const { code, stderr } = await sandbox.awsp(importing('--prune', '--account', '200000000001'), { env });
    server.close();
    expect({ code, stderr }).toEqual({
      code: 1,
      stderr: expect.stringContaining('refuses to list your roles in 1 account'),
    });
    expect(config()).toBe(before);
  });

  it('is in trouble for long, nothing is written', async () => {
    const before = config();
    sandbox.emulator.faults.push({
      operation: 'ListAccountRoles',
      effect: { kind: 'error', status: 503, code: 'InternalFailure' },
    });
    const { code, stderr } = await sandbox.awsp(importing());
    expect({ code, stderr }).toMatchObject({ code: 1, stderr: expect.stringContaining('AWS answers 503') });
    expect(config()).toBe(before);
  });

  it('ends the sign-in half-way, it is renewed', async () => {
    sandbox.emulator.faults.push({
      operation: 'ListAccountRoles',
      times: 3,
      effect: { kind: 'error', status: 401, code: 'UnauthorizedException' },
    });
    const { code, stderr } = await sandbox.awsp(importing());
    expect({ code, stderr }).toMatchObject({ code: 0, stderr: expect.stringContaining('12 profiles added') });
    expect(operations().filter((operation) => operation === 'CreateToken')).toHaveLength(1);
  });

  it('ends one that cannot be renewed, it says so with 4', async () => {
    const before = config();
    sandbox.emulator.faults.push({
      operation: 'ListAccountRoles',
      effect: { kind: 'error', status: 401, code: 'UnauthorizedException' },
    });
    const { code, stderr } = await sandbox.awsp(importing('--legacy'));
    expect({ code, stderr }).toEqual({
      code: 4,
      stderr: expect.stringContaining(`the sign-in to ${startUrl} is over\n  sign in with: awsp login ${startUrl}\n`),
    });
    expect(config()).toBe(before);
  });

  it('gives its accounts in pages, and its roles too', async () => {
    await remake({ accounts: 150 });
    assign('300000000001', 'mange', ...Array.from({ length: 120 }, (_, index) => `R${index}`));
    const { stderr } = await sandbox.awsp(importing('--account', '3*,kulturskole*-dev'));
    expect(stderr).toContain(`${120 + 6 * 4} profiles added`);
    expect(operations().filter((operation) => operation === 'ListAccounts')).toHaveLength(1 + 2);
    expect(operations().filter((operation) => operation === 'ListAccountRoles')).toHaveLength(2 + 6);
  });
});

describe('hundreds of accounts with 4 roles each', () => {
  const figures = (what: string, started: number) =>
    console.log(
      `import, ${what}: ${sandbox.emulator.requests.length} requests, ${((performance.now() - started) / 1000).toFixed(1)} s`,
    );
  const timed = async (what: string, args: string[]) => {
    sandbox.emulator.requests.length = 0;
    const started = performance.now();
    const result = await sandbox.awsp(args);
    figures(what, started);
    return result;
  };

  it('are 1,200 profiles, once; pruned exactly', async () => {
    await remake({ accounts: 300 });
    const samples = config();
    const only = ['--account', '2*'];
    const { code, stderr } = await timed('first', importing(...only));
    expect({ code, stderr }).toMatchObject({ code: 0, stderr: expect.stringContaining('1200 profiles added') });
    expect(sandbox.emulator.requests).toHaveLength(5 + 300);
    expect(imported()).toHaveLength(1_200);
    expect(new Set(names()).size).toBe(names().length);
    expect(stderr.split('\n').length).toBeLessThan(70);

    const first = config();
    expect((await timed('second', importing('--prune'))).stderr).toContain('nothing to change');
    expect(config()).toBe(first);

    unassign(
      ({ accountId, roleName }) => accountId.endsWith('7') || (accountId.endsWith('3') && /ReadOnly/.test(roleName)),
    );
    const { assignments } = sandbox.emulator.directory;
    const left = assignments.filter(({ accountId }) => accountId.startsWith('2')).length;
    expect((await timed('pruning', importing('--prune'))).stderr).toContain(`${1_200 - left} profiles removed`);
    expect(imported()).toHaveLength(left);
    expect(config().startsWith(samples)).toBe(true);
    const kept = first
      .split(/^(?=\[)/m)
      .filter((section) => names(config()).some((name) => section.startsWith(`[profile ${name}]`)));
    expect(
      config()
        .split(/^(?=\[)/m)
        .filter((section) => section.startsWith('[profile'))
        .join('')
        .trim(),
    ).toBe(kept.join('').trim());
  });

  it.each<[string, object]>([
    ['50 requests a second', { bucket: { perSecond: 50, burst: 10 } }],
    ['100 requests a second, and Retry-After', { bucket: { perSecond: 100, burst: 50 }, retryAfter: 1 }],
  ])('come through %s', async (what, limits) => {
    await remake({ accounts: 120 });
    sandbox.emulator.faults.push({ service: 'sso', effect: { kind: 'throttle', ...limits } });
    const { code, stderr } = await timed(what, importing());
    expect({ code, stderr }).toMatchObject({ code: 0, stderr: expect.stringContaining('480 profiles added') });
    expect(imported()).toHaveLength(480);
    const bucket = sandbox.emulator.requests.length - (3 + 123);
    // Who is throttled and goes on as before asks many times for each answer.
    expect(bucket).toBeLessThan(60);
  });

  it('come through beside 10,000 profiles', async () => {
    await remake({ accounts: 120 });
    const many = Array.from(
      { length: 10_000 },
      (_, n) => `[profile p${n}]\nsso_session = kart\nsso_account_id = ${n}\nsso_role_name = r\nregion = eu-west-1\n`,
    );
    sandbox.write('.aws/config', `${config()}\n${many.join('\n')}`);
    const before = config();
    expect((await timed('beside 10,000 profiles', importing())).code).toBe(0);
    expect(config().startsWith(before)).toBe(true);
    unassign(({ accountId }) => accountId.startsWith('2'));
    expect((await timed('pruning 480 beside 10,000 profiles', importing('--prune'))).code).toBe(0);
    expect(config()).toBe(before);
  });
});

describe('on a terminal', () => {
  const open = async (command: string) => {
    const shim = `PS1='> '; . '${programFolder}/shell/awsp.bash'`;
    const screen = openShell('bash', shim, { ...bareEnvironment(sandbox.home), ...sandbox.env }, sandbox.home);
    await screen.prompt(/^>$/);
    screen.type(`${command}\r`);
    return screen;
  };

  it('asks which sign-in, and whether to write', async () => {
    const screen = await open('awsp import');
    await screen.until((lines) => lines.some((line) => /^[ >] barnehage +barnehage\.awsapps/.test(line)));
    screen.type('\u001B[B\r');
    await screen.prompt(/add 12 profiles in ~\/\.aws\/config\? \[Y\/n\]$/);
    screen.type('\r');
    await screen.prompt(/^>$/);
    expect(screen.lines().at(-2)).toContain('12 profiles added');
    expect(imported()).toHaveLength(12);
  });

  it('shows how far it is, and Ctrl-C leaves nothing of it', async () => {
    await remake({ accounts: 40 });
    const before = config();
    sandbox.emulator.faults.push({ operation: 'ListAccountRoles', effect: { kind: 'delay', milliseconds: 150 } });
    const screen = await open('awsp import --session barnehage --yes');
    await screen.prompt(/^awsp: reading the roles in accounts \[#+-*\] \d+ of 43; Ctrl-C cancels$/);
    screen.type('\x03');
    await screen.prompt(/^>$/);
    expect(screen.lines().join('\n')).not.toContain('reading the roles');
    screen.type('echo $?\r');
    await expect.poll(() => screen.lines()).toContain('130');
    expect(config()).toBe(before);
  });

  it('does not remove by a mere Enter', async () => {
    await sandbox.awsp(importing());
    unassign(({ accountId }) => accountId === '200000000001');
    const before = config();
    const screen = await open('awsp import --session barnehage --prune');
    await screen.prompt(/remove 4 profiles in ~\/\.aws\/config\? \[y\/N\]$/);
    screen.type('\r');
    await screen.prompt(/^>$/);
    expect(screen.lines().at(-2)).toBe('awsp: nothing was written');
    expect(config()).toBe(before);
  });
});
