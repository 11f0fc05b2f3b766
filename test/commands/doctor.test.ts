import { join } from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { families } from '../../src/audit/families.ts';
import { fixtures } from '../doctor/fixtures.ts';
import { testHome } from '../doctor/test-home.ts';
import { repositoryFile } from '../support/docs.ts';
import { makeSandbox, type Sandbox } from '../support/program.ts';
import { bareEnvironment, describeEachShell, runShell, shimFolder, temporaryFolder } from '../support/shells.ts';

const { version } = JSON.parse(repositoryFile('package.json')) as { version: string };
const config = '[profile dev]\ncredential_process = true\nregion = eu-west-1\n';

describe('the JSON', () => {
  const schema = JSON.parse(repositoryFile('docs/schema/doctor.json'));
  const isValid = new Ajv2020({
    allErrors: true,
    strict: true,
    allowUnionTypes: true,
    strictTypes: false,
    strictRequired: false,
  }).compile(schema);

  const environments: readonly Record<string, string>[] = [
    {},
    { AWS_PROFILE: 'dev' },
    { AWS_PROFILE: '' },
    { AWS_PROFILE: 'dev', AWS_WEB_IDENTITY_TOKEN_FILE: '/t', AWS_ROLE_ARN: 'arn:aws:iam::123456789012:role/Pod' },
    { AWS_PROFILE: 'gone', AWS_CONTAINER_CREDENTIALS_FULL_URI: 'http://127.0.0.1/' },
    { AWS_PROFILE: 'dev', AWS_ACCESS_KEY_ID: 'AKIA', AWS_SECRET_ACCESS_KEY: 'secret' },
  ];

  it.each([...environments.map((env) => ({ env })), ...fixtures])('%j is that of the schema', async (setup) => {
    const { stdout = '' } = await testHome(setup).doctor({ json: true });
    const document = JSON.parse(stdout);
    expect(isValid(document), JSON.stringify(isValid.errors)).toBe(true);
    expect(document.healthy).toBe(document.problems.every(({ severity }: { severity: string }) => severity === 'note'));
  });

  it('names the families of tools that there are', () => {
    expect(schema.$defs.tool.properties.id.enum).toEqual(families.map(({ id }) => id));
  });
});

describe('the program', () => {
  let sandbox: Sandbox;
  beforeAll(async () => {
    sandbox = await makeSandbox();
  });
  afterAll(() => sandbox.remove());

  it('finds what the samples have, asks nobody, and prints no secret', async () => {
    const { code, stdout, stderr } = await sandbox.awsp(['doctor'], { env: { AWSP_SHIM: `bash ${version}` } });
    expect({ code, stderr }).toEqual({ code: 1, stderr: '' });
    expect(stdout).toMatch(/\n\n1 warning\n$/);
    expect(stdout).toContain(
      '~/.aws/credentials:2: warning\n  profile "sandkasse-lab-Builder-123456789041" has access keys',
    );
    expect(stdout).not.toContain('wJalrXUtnFEMI');
    expect(sandbox.emulator.requests).toEqual([]);
  });

  it('obeys FORCE_COLOR', async () => {
    const forced = await sandbox.awsp(['doctor'], { env: { AWSP_SHIM: `bash ${version}`, FORCE_COLOR: '1' } });
    expect(forced.stdout).toContain('\x1b[33mwarning\x1b[0m');
  });

  it('says that no shell has loaded it when none has', async () => {
    const { code, stdout } = await sandbox.awsp(['doctor']);
    expect(code).toBe(1);
    expect(stdout).toContain('this shell: error\n  no start file loads awsp\n');
  });

  it.each([
    [['doctor', '--yes'], '"--yes" goes with "--fix"'],
    [['doctor', 'dev'], '"awsp doctor" takes no "dev"'],
  ])('refuses %j', async (args, said) => {
    expect(await sandbox.awsp(args)).toMatchObject({ code: 2, stdout: '', stderr: expect.stringContaining(said) });
  });
});

describeEachShell('awsp doctor', (shell) => {
  const shim = join(shimFolder, `awsp.${shell}`);

  it('finds nothing wrong with a shell that has just loaded it', async () => {
    const { home } = testHome({ files: { '.aws/config': config } });
    const script = `source '${shim}'; awsp doctor; printenv AWSP_SHIM`;
    const { stdout, stderr } = await runShell(shell, script, { env: bareEnvironment(home) });
    expect({ stdout, stderr }).toEqual({ stdout: '', stderr: 'awsp: nothing wrong\n' });
  });

  it('is told the version that package.json has', () => {
    expect(repositoryFile(`shell/awsp.${shell}`)).toContain(`AWSP_SHIM='${shell} ${version}'`);
  });

  it('goes through the shim with its exit code, its stdout and its options', async () => {
    const home = temporaryFolder();
    const script = `source '${shim}'; AWS_PROFILE=gone awsp doctor --json`;
    const { stdout, code } = await runShell(shell, script, { env: { ...bareEnvironment(home) } });
    expect(code).toBe(1);
    expect(JSON.parse(stdout)).toMatchObject({
      healthy: false,
      profile: 'gone',
      problems: [{ id: 'unknown-profile' }],
    });
  });

  it('names commands that this shell takes, and so does awsp current', async () => {
    const { home } = testHome({ files: { '.aws/config': config } });
    const run = (script: string, env: Record<string, string>) =>
      runShell(shell, `source '${shim}'; ${script}`, { env: { ...bareEnvironment(home), ...env } });

    const blank = { AWS_PROFILE: '' };
    const [{ command }] = JSON.parse((await run('awsp doctor --json', blank)).stdout).problems;
    expect(await run(`${command}; awsp doctor`, blank)).toMatchObject({ code: 0, stderr: 'awsp: nothing wrong\n' });

    const shadowed = { AWS_PROFILE: 'dev', AWS_ACCESS_KEY_ID: 'AKIA', AWS_SECRET_ACCESS_KEY: 's' };
    const { stderr } = await run('awsp current --no-verify', shadowed);
    const [, advice] = /to be rid of them: (.*)/.exec(stderr) ?? [];
    const after = await run(`${advice}; awsp current --no-verify`, shadowed);
    expect(after).toMatchObject({ code: 0, stderr: '' });
  });

  it('is said to be unknown to a shim that is older', async () => {
    const older = `command '${shimFolder}/../dist/awsp.cjs' --shell ${shell} doctor`;
    const { stdout, stderr, code } = await runShell(shell, older, { env: bareEnvironment(temporaryFolder()) });
    expect({ stdout, stderr, code }).toEqual({
      stdout: '',
      stderr: 'awsp: this shell has loaded an older awsp, which does not know "doctor"\n  open a new shell\n',
      code: 2,
    });
  });
});
