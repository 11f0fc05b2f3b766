import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { steersTerminal } from '../support/hostile-values.ts';
import { makeSandbox, type Sandbox } from '../support/program.ts';

const sso = 'sso_session = barnehage\nsso_role_name = AWSPowerUserAccess\nregion = eu-west-1\n';
const profiles = `
[profile mine]
${sso}sso_account_id = 123456789012
[profile ops]
${sso}sso_account_id = 123456789011
`;
let sandbox: Sandbox;
const kept = () => `${sandbox.home}/.cache/awsp/accounts`;
const line = '123456789012 barnehageplass-test';

beforeAll(async () => {
  sandbox = await makeSandbox();
  writeFileSync(`${sandbox.home}/.aws/config`, profiles, { flag: 'a' });
  sandbox.emulator.directory.accounts.set('123456789011', {
    name: 'a\u001B[2K\u202Eb\n%(!.$(id).`x`)',
    emailAddress: 'a@example.com',
  });
});
afterAll(() => sandbox.remove());

it('nothing is known before a portal has told it', async () => {
  expect(existsSync(kept())).toBe(false);
  const { profiles: listed } = JSON.parse((await sandbox.awsp(['list', '--json'])).stdout);
  expect(listed.filter(({ accountName }: { accountName: unknown }) => accountName !== null)).toEqual([]);
});

it.each([
  ['login', ['login', 'barnehage']],
  ['import', ['import', '--session', 'barnehage', '--dry-run']],
  ['new', ['new', '--session', 'barnehage', '--account', 'barnehageplass-test', '--name', 'more', '--yes']],
])('awsp %s keeps what the portal tells, for its owner alone', async (_what, args) => {
  if (existsSync(kept())) writeFileSync(kept(), '999999999999 of another portal\n');
  const { code, stderr } = await sandbox.awsp(args);
  expect({ code, stderr }).toMatchObject({ code: 0 });
  expect(readFileSync(kept(), 'utf8').split('\n')).toContain(line);
  expect(statSync(kept()).mode & 0o777).toBe(0o600);
  expect(readFileSync(kept(), 'utf8').replaceAll('\n', '')).not.toMatch(steersTerminal);
  expect(readFileSync(kept(), 'utf8')).not.toMatch(/token|secret/i);
});

it('shows it where the id is, and where the name of the profile does not tell it', async () => {
  const { stdout: table } = await sandbox.awsp(['list', 'mine']);
  expect(table).toMatch(/Account +Account name .*\nmine +123456789012 +barnehageplass-test /);
  expect((await sandbox.awsp(['list', 'barnehageplass-prod'])).stdout).not.toContain('Account name');
  expect((await sandbox.awsp(['show', 'mine'])).stdout).toMatch(/^account name +barnehageplass-test$/m);
  expect(JSON.parse((await sandbox.awsp(['show', 'mine', '--json'])).stdout).accountName).toBe('barnehageplass-test');
  const env = { AWS_PROFILE: 'mine' };
  expect((await sandbox.awsp(['current'], { env })).stdout).toMatch(/^account name +barnehageplass-test$/m);
  const current = JSON.parse((await sandbox.awsp(['current', '--json'], { env })).stdout);
  expect(current).toMatchObject({ accountId: '123456789012', accountName: 'barnehageplass-test' });
  const { stderr } = await sandbox.awsp(['console', 'mine'], { env: { BROWSER: '/bin/true' } });
  expect(stderr).toContain('(account 123456789012 "barnehageplass-test")');
});

it('a switch exports and says it', async () => {
  const { code, stdout, stderr } = await sandbox.switchVia(['mine']);
  expect({ code, stderr }).toEqual({
    code: 0,
    stderr: 'awsp: mine: account 123456789012 "barnehageplass-test", AWSPowerUserAccess, eu-west-1\n',
  });
  expect(stdout).toContain("export AWSP_ACCOUNT_NAME='barnehageplass-test'");
  expect(stdout).toContain("export AWSP_TEXT='mine barnehageplass-test PowerUser'");
});

it('finds and completes by it', async () => {
  expect((await sandbox.awsp(['show', 'barnehageplass-test', 'mine', '--json'])).stdout).toContain('"name": "mine"');
  expect((await sandbox.awsp(['list', 'plass-TEST', '--json'])).stdout).toContain('"name": "mine"');
  const candidates = await sandbox.awsp(['--complete', 'fish', 'awsp', '.$(id)']);
  expect(candidates.stdout).toMatch(/\nops\t123456789011 .*%\(!\.\$\(id\)\.`x`\) AWSPowerUserAccess\n$/);
  const ids = await sandbox.awsp(['--complete', 'fish', 'awsp', 'new', '--account', 'plass-test']);
  expect(ids.stdout).toBe('123456789012\tbarnehageplass-test\n');
});

it('what the portal calls an account is safe everywhere', async () => {
  for (const args of [
    ['list', 'ops'],
    ['show', 'ops'],
    ['list', '--json'],
    ['switch', 'ops', '--no-verify'],
  ]) {
    const { stdout, stderr } = args[0] === 'switch' ? await sandbox.switchVia(args) : await sandbox.awsp(args);
    expect(`${stdout}${stderr}`.replaceAll('\n', '')).not.toMatch(steersTerminal);
    // As one name, of one line.
    expect(args[0] === 'list' || args[0] === 'show' ? stdout : stderr).toContain('b %(!.$(id).`x`)');
  }
});

it('the settings name it otherwise, and a name of production makes it that', async () => {
  sandbox.write('.config/awsp/config', '[accounts]\n123456789012 = Shop Live\n[guard]\nconfirm = typed\n');
  const { profiles: listed } = JSON.parse((await sandbox.awsp(['list', 'mine', '--json'])).stdout);
  expect(listed).toMatchObject([{ accountName: 'Shop Live', level: 'production' }]);
  const asked: string[] = [];
  const answer = (question: string) => {
    asked.push(question);
    return 'Shop Live';
  };
  const { code, stdout } = await sandbox.switchVia(['mine'], { answer });
  expect(asked).toEqual([
    expect.stringContaining(
      'account 123456789012 "Shop Live", role AWSPowerUserAccess): to switch to it, type "Shop Live"',
    ),
  ]);
  expect(code).toBe(0);
  expect(stdout).toContain("AWSP_LEVEL='production'");
  const agent = await sandbox.switchVia(['mine', '--yes'], { env: { CLAUDECODE: '1' } });
  expect(agent.code).toBe(6);
});

it('a sign-in within a switch may tell that the account is production', async () => {
  sandbox.write('.config/awsp/config', '[sign-in]\noffer = always\n');
  sandbox.emulator.directory.accounts.set('123456789021', { name: 'skjema-prod', emailAddress: 'a@example.com' });
  const { code, stdout } = await sandbox.switchVia(['skjema', '--yes'], { env: { BROWSER: browser() } });
  expect(code).toBe(0);
  expect(stdout).toContain("AWSP_ACCOUNT_NAME='skjema-prod'");
  expect(stdout).toContain("AWSP_LEVEL='production'");
});

it('a portal that tells nothing fails no sign-in', async () => {
  sandbox.emulator.faults.push({
    service: 'sso',
    effect: { kind: 'error', status: 403, code: 'ForbiddenException' },
  } as never);
  expect((await sandbox.awsp(['login', 'barnehage'])).code).toBe(0);
  sandbox.emulator.faults.length = 0;
});

/** A browser in which somebody allows the sign-in at once. */
function browser(): string {
  sandbox.write(
    'bin/browser',
    `#!/usr/bin/env node
(async () => {
const own = await fetch(process.argv[2], { redirect: 'manual' });
const url = new URL(own.headers.get('location') ?? process.argv[2]);
const body = new URLSearchParams(url.searchParams);
body.set('decision', 'allow');
await fetch(url.origin + url.pathname, { method: 'POST', body });
})();
`,
    0o755,
  );
  return `${sandbox.home}/bin/browser`;
}
