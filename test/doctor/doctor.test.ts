import { statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { audit } from '../../src/audit/audit.ts';
import { loadProfiles } from '../../src/aws-config/load.ts';
import { problemIds, rejected } from '../../src/aws-config/problems.ts';
import { readProfiles } from '../../src/aws-config/profiles.ts';
import { minNode } from '../../src/doctor/checks/program.ts';
import { shellChecks } from '../../src/doctor/checks/shell.ts';
import { checks } from '../../src/doctor/checks.ts';
import { explainProblem } from '../../src/doctor/problems.ts';
import { assignments } from '../../src/doctor/start-files.ts';
import type { Evidence, Syntax } from '../../src/doctor/types.ts';
import { applyDelta, switchDelta, unsetDelta } from '../../src/environment/delta.ts';
import type { Environment } from '../../src/world.ts';
import { dialectText } from '../aws-config/dialect.ts';
import { repositoryFile } from '../support/docs.ts';
import { runs } from '../support/runs.ts';
import { fakeWorld } from '../support/world.ts';
import { fixtures } from './fixtures.ts';
import { testHome } from './test-home.ts';

const secrets = /hunter2|AKIASECRET/;

describe('doctor finds', () => {
  it.each(fixtures.map((fixture) => [fixture.what, fixture] as const))('%s', async (_what, fixture) => {
    const setup = testHome(fixture);
    const problems = await setup.problems();
    const [path, line] = fixture.at ?? [null, null];
    const file = path === null || path.startsWith('~') ? path : join(setup.home, path);
    expect(problems).toContainEqual(
      expect.objectContaining({ id: fixture.id, file, line, message: expect.stringContaining(fixture.says) }),
    );
    const { stdout = '', code } = await setup.doctor();
    const place = file === null ? 'this shell' : `${file.replace(setup.home, '~')}${line === null ? '' : `:${line}`}`;
    const found = problems.find(({ id }) => id === fixture.id);
    expect(stdout).toContain(`${place}: ${found?.severity}\n`);
    expect(code).toBe(problems.every(({ severity }) => severity === 'note') ? 0 : 1);
    expect(JSON.stringify(problems) + stdout).not.toMatch(secrets);
  });

  it('each id of a check or of a problem, in some fixture', () => {
    const known = new Set([...checks.map(({ id }) => id), ...problemIds]);
    expect([...new Set(fixtures.map(({ id }) => id))].sort()).toEqual([...known].sort());
  });

  it('for each problem why it matters, a remedy, and a command if it has a line', async () => {
    for (const fixture of fixtures) {
      for (const problem of await testHome(fixture).problems()) {
        expect(problem).toMatchObject({ why: expect.stringMatching(/\S/), remedy: expect.stringMatching(/\S/) });
        if (problem.line !== null) expect(problem.command).toMatch(/\S/);
      }
    }
  });
});

describe('doctor reports nothing', () => {
  it('if nothing is wrong', async () => {
    expect(await testHome().doctor()).toEqual({
      code: 0,
      messages: [{ kind: 'done', text: 'nothing wrong' }],
    });
  });

  it.each<[string, Parameters<typeof testHome>[0]]>([
    [
      'for an active profile',
      { env: { AWS_PROFILE: 'dev', AWS_REGION: 'eu-west-1', AWS_DEFAULT_REGION: 'eu-west-1' } },
    ],
    ['for a line that loads awsp', { files: { '.bashrc': "PS1='> '\n. 'HOME/awsp/shell/awsp.bash' # awsp\n" } }],
    [
      'for one such line in each of two start files of bash',
      { files: { '.bashrc': ". 'HOME/awsp/shell/awsp.bash'\n", '.bash_profile': ". 'HOME/awsp/shell/awsp.bash'\n" } },
    ],
    [
      'for an expired sign-in',
      { files: { '.aws/sso/cache/0123.json': '{"accessToken":"x","expiresAt":"2001-01-01T00:00:00Z"}' } },
    ],
    [
      'for temporary keys',
      {
        files: {
          '.aws/credentials':
            '[dev2]\naws_access_key_id = ASIA\naws_secret_access_key = x\naws_session_token = y\nregion = eu-west-1\n',
        },
      },
    ],
    [
      'for temporary keys with the old name of the token',
      {
        files: {
          '.aws/credentials':
            '[dev2]\naws_access_key_id = ASIA\naws_secret_access_key = x\naws_security_token = y\nregion = eu-west-1\n',
        },
      },
    ],
    [
      'for roles that differ in more than their names',
      {
        files: {
          '.aws/config': `[profile base]\ncredential_process = x\nregion = eu-west-1\n${[
            'role/X\nexternal_id = a',
            'role/X\nexternal_id = b',
            'role/other/X',
          ]
            .map(
              (role, index) =>
                `[profile r${index}]\nsource_profile = base\nregion = eu-west-1\nrole_arn = arn:aws:iam::123456789012:${role}\n`,
            )
            .join('')}`,
        },
      },
    ],
    [
      'for an ohmyzsh plugin "aws" in a comment',
      { files: { '.zshrc': 'plugins=(\n  git # not (aws)\n  # aws\n  aws-cdk\n)\n' } },
    ],
    [
      'for a [default] without credentials',
      { files: { '.aws/config': '[default]\nregion = eu-west-1\noutput = json\n' } },
    ],
    [
      'for other variables, and for files that no start file reads',
      {
        files: {
          '.bashrc':
            'export AWS_ACCOUNT_ID=123456789012 AWS_CONFIG_FILE_=x AWS_REGION=eu-west-1\n. ~/.none\n. ~/.bashrc\n',
          '.bash_aliases': 'export AWS_PROFILE=dev\n',
          '.config/environment.d/note.txt': 'AWS_PROFILE=dev\n',
          '.envrc.sample': 'export AWS_PROFILE=dev\n',
        },
        env: { AWS_PROFILE: 'dev', AWS_REGION: 'eu-west-1' },
      },
    ],
    [
      'for completions of other tools',
      { files: { '.zshrc': 'eval "$(aws-vault --completion-script-zsh)"\ncomplete -C aws_completer aws\n' } },
    ],
    ['for an AWS CLI that is new enough', { aws: 'aws-cli/2.9.0 Python/3.9' }],
    ['for an AWS CLI that prints nothing', { aws: '' }],
    [
      'for an alias that the shim removes',
      { files: { '.bashrc': `alias awsp="source _awsp"\n. 'HOME/awsp/shell/awsp.bash'\n` } },
    ],
    [
      'for a profile of aws-sso-util',
      {
        files: {
          '.aws/config':
            '[profile a]\nsso_start_url = https://corp.awsapps.com/start\nsso_region = eu-west-1\n' +
            'sso_account_id = 123456789011\nsso_role_name = Admin\nregion = eu-west-1\n' +
            'credential_process = aws-sso-util credential-process --profile a\nsso_auto_populated = true\n',
        },
      },
    ],
    [
      'for a kubeconfig without a profile, and for what is no mise variable',
      {
        files: {
          '.kube/config': 'users:\n- user:\n    exec:\n      command: aws\n      args: [eks, get-token]\n',
          'project/mise.toml': '[env]\nAWS_PROFILE = false\n# AWS_PROFILE = "a"\n[tasks.x]\nAWS_PROFILE = "b"\n',
        },
      },
    ],
    ['for an empty config file', { files: { '.aws/config': '' } }],
  ])('%s', async (_what, setup) => {
    expect(await testHome(setup).doctor()).toEqual({ code: 0, messages: [{ kind: 'done', text: 'nothing wrong' }] });
  });

  it('for what a line sets for one command, in a function or in an alias', () => {
    const found = (syntax: Syntax, text: string) =>
      assignments({ syntax, text }, ['AWS_PROFILE']).map(({ line }) => line);
    for (const text of [
      '# export AWS_PROFILE=dev',
      'AWS_PROFILE=dev terraform plan',
      'AWS_PROFILE=dev AWS_REGION=x terraform plan',
      "alias dev='cd /x; export AWS_PROFILE=dev'",
      'alias dev="export AWS_PROFILE=dev"',
      'f() { export AWS_PROFILE=dev; }',
      'f() {\n  export AWS_PROFILE=dev\n}',
      'function f {\n  if x; then\n    export AWS_PROFILE=dev\n  fi\n}',
      'export AWS_PROFILES=x MY_AWS_PROFILE=y',
      'unset AWS_PROFILE',
      'echo $AWS_PROFILE',
      'cat <<EOF\nexport AWS_PROFILE=dev\nEOF',
      "cat <<-'E O F' >x\n\texport AWS_PROFILE=dev\n\tE O F",
      'echo "one\nexport AWS_PROFILE=dev\ntwo"',
      "x='\nexport AWS_PROFILE=dev\n'",
      '(\n  export AWS_PROFILE=dev\n  x\n)',
      'x=$(\n  export AWS_PROFILE=dev\n  aws sts get-caller-identity\n)',
      'export -n AWS_PROFILE=dev',
      'export AWS_PROFILE',
      'declare -p AWS_PROFILE',
      'env AWS_PROFILE=dev x',
      '\ufeffexport AWS_PROFILE=dev',
      '"AWS_PROFILE"=dev',
      'AWS_PROFILE=dev \\\n  terraform plan',
      '[[ -n $x && AWS_PROFILE=dev == $y ]]',
      'f ()\n(\n  export AWS_PROFILE=dev\n)',
    ]) {
      expect([text, found('sh', text)]).toEqual([text, []]);
    }
    for (const text of [
      'set -e AWS_PROFILE',
      'set -q AWS_PROFILE; and echo x',
      'set --erase AWS_PROFILE',
      'function f\n  set -gx AWS_PROFILE dev\nend',
      'set -l AWS_PROFILE dev',
      'begin; set -lx AWS_PROFILE dev; x; end',
      'set --local AWS_PROFILE dev',
      'set --show AWS_PROFILE',
      'echo set -gx AWS_PROFILE dev',
      'set -gx MY_AWS_PROFILE dev',
      'set -g --local AWS_PROFILE dev',
      "echo 'it\\'s\nset -gx AWS_PROFILE dev\n'",
      'function f\n  if x\n    y\n  else if z\n    y\n  end\n  set -gx AWS_PROFILE dev\nend',
      'AWS_PROFILE=dev terraform plan',
    ]) {
      expect([text, found('fish', text)]).toEqual([text, []]);
    }
    for (const text of [
      'def f [] {\n  $env.AWS_PROFILE = dev\n}',
      'def --env f [] { $env.AWS_PROFILE = dev }',
      '# $env.AWS_PROFILE = dev',
      'x # "a" $env.AWS_PROFILE = dev',
      'print $env.AWS_PROFILE',
      'if $env.AWS_PROFILE == dev { }',
      '$env.MY_AWS_PROFILE = dev',
      'hide-env AWS_PROFILE',
    ]) {
      expect([text, found('nu', text)]).toEqual([text, []]);
    }
    expect(found('nu', 'def f [] {\n  x\n}\n$env.AWS_PROFILE = dev')).toEqual([4]);
    expect(found('sh', 'f() {\n  x\n}\nexport AWS_PROFILE=dev')).toEqual([4]);
    expect(found('sh', 'f() { x; }\nexport A=1 AWS_PROFILE=$(cat x) B=2')).toEqual([2]);
    expect(found('sh', 'declare -x AWS_PROFILE="a b"; x')).toEqual([1]);
    expect(found('sh', 'AWS_PROFILE=\nX=1 AWS_PROFILE=x')).toEqual([1, 2]);
    expect(found('sh', '{ export AWS_PROFILE=dev; }\nexport AWS_PROFILE=`cat x y`')).toEqual([1, 2]);
    expect(found('fish', 'function f\n x\nend\nset -Ux AWS_PROFILE dev; and x\nexport AWS_PROFILE=x')).toEqual([4, 5]);
  });
});

describe('a line that sets AWS_PROFILE for the whole shell', () => {
  it.each<[Syntax, string, number]>([
    ['sh', 'export "AWS_PROFILE=dev"', 1],
    ['sh', "export 'AWS_PROFILE'=dev", 1],
    ['sh', 'export X="a b" AWS_PROFILE=dev', 1],
    ['sh', 'declare -x AWS_PROFILE=dev', 1],
    ['sh', 'declare -gx "AWS_PROFILE=dev"', 1],
    ['sh', 'typeset -x AWS_PROFILE=dev', 1],
    ['sh', 'typeset -gx -r AWS_PROFILE=dev', 1],
    ['sh', 'readonly AWS_PROFILE=dev', 1],
    ['sh', 'builtin export AWS_PROFILE=dev', 1],
    // biome-ignore lint/suspicious/noTemplateCurlyInString: it is the shell's
    ['sh', ': "${AWS_PROFILE:=dev}"; export AWS_PROFILE', 1],
    ['sh', 'x || {\n  export \\\n    AWS_PROFILE=dev\n}', 3],
    ['sh', 'case $x in\n  a) export AWS_PROFILE=dev ;;\nesac', 2],
    ['sh', '() {\n  export AWS_PROFILE=dev\n}', 2],
    ['sh', 'cat <<EOF >x\n"\nEOF\nexport AWS_PROFILE=dev', 4],
    // biome-ignore lint/suspicious/noTemplateCurlyInString: it is the shell's
    ['sh', "echo $'it\\'s' `x \"` ${x:-'}'} # it's\nexport AWS_PROFILE=dev", 2],
    ['sh', 'cat <<<EOF; export AWS_PROFILE=dev', 1],
    ['sh', 'AWS_PROFILE=dev 2>/dev/null', 1],
    ['sh', 'x\r\nexport AWS_PROFILE=dev\r\n', 2],
    ['fish', 'set -Ux AWS_PROFILE dev', 1],
    ['fish', 'set -x -g AWS_PROFILE dev', 1],
    ['fish', 'set --export AWS_PROFILE dev', 1],
    ['fish', 'set --global --export "AWS_PROFILE" dev', 1],
    ['fish', 'builtin set -gx AWS_PROFILE', 1],
    ['fish', 'if x\n  y\nelse if z\n  set -gx AWS_PROFILE dev\nend', 4],
    ['fish', 'status is-login; and set -gx AWS_PROFILE (cat x | y)', 1],
    ['nu', '# mine\n$env.AWS_PROFILE = "a b" # always', 2],
    ['nu', 'load-env {X: y, AWS_PROFILE: dev}', 1],
    ['nu', 'if $x {\n  $env.AWS_PROFILE = dev\n}', 2],
    ['nu', 'def f [] { x }\n$env.AWS_PROFILE = dev', 2],
  ])('is found in %s: %j', (syntax, text, line) => {
    expect(assignments({ syntax, text }, ['AWS_PROFILE'])).toEqual([{ line, name: 'AWS_PROFILE' }]);
  });

  it('is found, or nothing is, after any other text, and nothing throws', () => {
    const piece = fc.constantFrom(...'\'"`$\\(){}<>#;&| \n=af'.split(''), '<<EOF\n', '$(', '${', 'function ', '[[ ');
    const script = fc.array(piece, { maxLength: 30 }).map((pieces) => pieces.join(''));
    fc.assert(
      fc.property(script, fc.constantFrom<Syntax>('sh', 'fish'), (before, syntax) => {
        const lines = before.split('\n').length;
        const found = assignments({ syntax, text: `${before}\nexport AWS_PROFILE=dev` }, ['AWS_PROFILE']);
        expect([[], [{ line: lines + 1, name: 'AWS_PROFILE' }]]).toContainEqual(found);
      }),
      { numRuns: runs(600) },
    );
  });
});

describe('thousands of profiles', () => {
  const rows = Array.from({ length: 4_000 }, (_, index) => index);
  const session = '[sso-session corp]\nsso_start_url = https://corp.awsapps.com/start\nsso_region = eu-west-1\n';
  const sso = (name: string, of: string, index: number) =>
    `[profile ${name}]\nsso_session = ${of}\nsso_account_id = ${100000000000 + index}\nsso_role_name = A\nregion = eu-west-1\n`;
  it.each([
    ['without a region', rows.map((index) => `[profile p${index}]\ncredential_process = x${index}\n`)],
    ['in quotes', [session, ...rows.map((index) => sso(`"p${index}"`, 'corp', index))]],
    ['with a session in quotes', [session, ...rows.map((index) => sso(`p${index}`, '"corp"', index))]],
  ])('%s are reported, and repaired where that is possible', async (_what, config) => {
    const one = testHome({ files: { '.aws/config': config.join('') } });
    expect(await one.problems()).toHaveLength(rows.length);
    await one.doctor({ fix: true, yes: true });
    expect(one.read('.aws/config')).not.toContain('"');
  });
});

describe('a problem of a shell', () => {
  const role = 'role_arn = arn:aws:iam::123456789012:role/R\n';
  const config =
    '[profile keys]\naws_access_key_id = AKIASECRET\naws_secret_access_key = hunter2\nregion = eu-west-1\n' +
    `[profile role]\n${role}source_profile = keys\n[profile web]\n${role}web_identity_token_file = /token\n[profile none]\nregion = eu-west-1\n[profile half]\naws_access_key_id = AKIASECRET\n[profile lone]\n${role}`;
  const profiles = readProfiles({ path: '/config', text: config }, null, ['/config']);
  const values: Readonly<Record<string, readonly string[]>> = {
    HOME: ['/home/kari'],
    AWS_PROFILE: ['', 'keys', 'web', 'role', 'none', 'half', 'lone', 'gone'],
    AWS_DEFAULT_PROFILE: ['', 'keys', 'web', 'half', 'gone'],
    AWS_ACCESS_KEY_ID: ['', 'AKIASECRET'],
    AWS_SECRET_ACCESS_KEY: ['', 'hunter2'],
    AWS_ACCESS_KEY: ['AKIASECRET'],
    AWS_SECRET_KEY: ['hunter2'],
    AWS_CREDENTIAL_EXPIRATION: ['', '2001-01-01T00:00:00Z'],
    AWS_WEB_IDENTITY_TOKEN_FILE: ['', '/token'],
    AWS_ROLE_ARN: ['', 'arn:aws:iam::123456789012:role/Pod'],
    AWS_CONTAINER_CREDENTIALS_FULL_URI: ['http://x'],
    AWS_REGION: ['', 'eu-north-1', 'eu-west-1'],
    AWS_DEFAULT_REGION: ['', 'eu-north-1'],
    AWS_VAULT: ['x'],
    AWS_CONFIG_FILE: ['/config', '~/config', '$HOME/config'],
  };
  const environments = fc.record(
    Object.fromEntries(Object.entries(values).map(([name, some]) => [name, fc.constantFrom(...some)])),
    { requiredKeys: ['HOME'] },
  ) as fc.Arbitrary<Environment>;
  const shim = { shell: 'bash', version: '' } as const;
  const found = (env: Environment) => {
    const evidence = {
      env,
      home: '/home/kari',
      profiles,
      audit: audit(env, profiles, 0),
      shim,
    } as Partial<Evidence> as Evidence;
    return shellChecks.flatMap(({ id, run }) => run(evidence).map((finding) => ({ id, ...finding })));
  };
  /** The environment after a command of a remedy. */
  const after = (env: Environment, command: string): Environment => {
    if (command === 'awsp --unset') return applyDelta(env, unsetDelta(env).delta);
    const [word, ...names] = command.split(' ');
    if (command === "export AWS_CONFIG_FILE='/home/kari/config'")
      return { ...env, AWS_CONFIG_FILE: '/home/kari/config' };
    if (word === 'unset') return Object.fromEntries(Object.entries(env).filter(([name]) => !names.includes(name)));
    expect([word, names]).toEqual(['awsp', ['switch', expect.stringMatching(/\w/)]]);
    const unknown = {
      accountId: null,
      roleName: null,
      expiresAt: null,
      until: null,
      profileRegion: null,
      region: null,
    };
    const facts = { ...unknown, profile: names[1] ?? '', state: 'verified', level: 'normal' } as const;
    return applyDelta(env, switchDelta(env, facts).delta);
  };

  it('is gone after the command of its remedy', () => {
    const ids = new Set<string>();
    const isSo = fc.property(environments, (env) => {
      for (const { id, message, command } of found(env)) {
        ids.add(id);
        const next = (command ?? '').split('; ').reduce(after, env);
        expect(found(next).filter((other) => other.id === id && other.message === message)).toEqual([]);
      }
    });
    fc.assert(isSo, { numRuns: runs(900) });
    expect([...ids].sort()).toEqual(shellChecks.map(({ id }) => id).sort());
  });
});

describe('a generated start file is read to its end', () => {
  it.each<[string, string]>([
    ['a line of a megabyte', `export LS_COLORS="${'a b '.repeat(250_000)}"`],
    ['quotes in brackets in quotes', `export X=${'"$('.repeat(50_000)}${')"'.repeat(50_000)}`],
    ['brackets in brackets', `export X=$${'('.repeat(50_000)}${')'.repeat(50_000)}`],
  ])('%s', (_what, line) => {
    const text = `${line}\nexport AWS_PROFILE=dev\n`;
    for (const syntax of ['sh', 'fish'] as const) {
      expect(assignments({ syntax, text }, ['AWS_PROFILE'])).toEqual([{ line: 2, name: 'AWS_PROFILE' }]);
    }
  });
});

describe('the command', () => {
  it.each([
    ['[profile dev]', 'aws configure set region eu-north-1 --profile dev'],
    ['[default]', 'aws configure set region eu-north-1 --profile default'],
    ['[profile "a b"]', 'vi +1 ~/.aws/config'],
    ['[profile  dev]', 'vi +1 ~/.aws/config'],
    ['[profile default]', 'vi +1 ~/.aws/config'],
  ])('sets the region of %s, where the AWS CLI writes into that section', async (header, command) => {
    const config = `${header}\ncredential_process = x\n[profile other]\ncredential_process = y\nregion = eu-north-1\n`;
    const problems = await testHome({ files: { '.aws/config': config } }).problems();
    expect(problems.filter(({ id }) => id === 'no-region')).toMatchObject([{ line: 1, command }]);
  });

  it.each([
    ['', 'vi +7 ~/.aws/config'],
    ['nano', 'nano +7 ~/.aws/config'],
    ['code --wait', 'code --wait -g ~/.aws/config:7'],
    ['/opt/cursor', '/opt/cursor -g ~/.aws/config:7'],
    ['subl -w', 'subl -w ~/.aws/config:7'],
    ['/home/code/bin/vim -f', '/home/code/bin/vim -f +7 ~/.aws/config'],
  ])('opens the editor "%s" on the line', async (EDITOR, command) => {
    const config = `${'\n'.repeat(5)}[profile a]\nwhat is this\n`;
    const problems = await testHome({ files: { '.aws/config': config }, env: { EDITOR } }).problems();
    expect(problems).toMatchObject([{ id: 'bad-line', command }]);
  });
});

describe('what comes after a function', () => {
  it.each([
    'f() { x; } # and a comment',
    'f() { x && { y; }; }',
    'f() {\n  x; }',
    'f() {\n  [ -n "$1" ] && { x; }\n  y "}" ; }',
    'f() (\n  x\n)',
    'f() ( x )',
    'f ()\n{\n  x=$y\n}',
    'function f() {\n  if x; then\n    y\n  fi\n}',
    'f() echo x',
  ])('is read: %j', (written) => {
    const found = assignments({ syntax: 'sh', text: `${written}\nexport AWS_PROFILE=dev` }, ['AWS_PROFILE']);
    expect(found.map(({ line }) => line)).toEqual([written.split('\n').length + 1]);
  });
});

describe('the report', () => {
  it('shows a few of many findings, and the number of the others', async () => {
    const profiles = Array.from({ length: 20 }, (_, index) => `[profile p${index}]\ncredential_process = x${index}\n`);
    const { stdout = '' } = await testHome({ files: { '.aws/config': profiles.join('') } }).doctor();
    expect(stdout.match(/has no region/g)).toHaveLength(5);
    expect(stdout).toContain('and 15 more of no-region: awsp doctor --json has all of them\n');
    expect(stdout).toMatch(/\n\n20 warnings\n$/);
  });

  it('fits a terminal of 80 columns, but for commands, paths and names', async () => {
    for (const fixture of fixtures) {
      const setup = testHome(fixture);
      Object.assign(setup.world.terminal, { stdoutIsTerminal: true, columns: 80 });
      const { stdout = '' } = await setup.doctor();
      const prose = stdout.split('\n').filter((line) => /^ {2}\S/.test(line));
      for (const line of prose) expect(line.length > 80 && line.trim().split(' ').length > 2 ? line : '').toBe('');
    }
  });

  it('shows a name with escape sequences without them', async () => {
    const { stdout = '' } = await testHome({
      files: { '.aws/config': '[profile a\x1b[2J]\ncredential_process = x\n' },
    }).doctor();
    // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
    expect(stdout).not.toMatch(/[\x00-\x09\x0b-\x1f]/);
  });

  it('shows what each tool would use, if they do not agree', async () => {
    const { stdout = '' } = await testHome({
      env: { AWS_PROFILE: 'dev', AWS_ACCESS_KEY_ID: 'AKIASECRETSECRET' },
    }).doctor();
    expect(stdout).toMatch(/^Tool +Uses +Region +Because$/m);
    expect(stdout).toMatch(/^AWS CLI v2 +fails +eu-west-1 +AWS_ACCESS_KEY_ID has no secret key$/m);
    expect(stdout).toMatch(
      /^SDK for PHP +not verified +what it makes of AWS_ACCESS_KEY_ID without its secret key is not verified$/m,
    );
  });
});

describe("a problem in AWS's files", () => {
  it('has the remedy for its cause', () => {
    const world = fakeWorld({ home: null });
    const remedies = loadProfiles(world)
      .problems()
      .map((problem) => explainProblem(problem).remedy);
    expect(remedies).toEqual(['set HOME, or the variable that names the file', expect.stringContaining('set HOME')]);
  });

  it('is explained', () => {
    let count = 0;
    const ids = new Set<string>();
    fc.assert(
      fc.property(dialectText(), dialectText({ lines: 8 }), (config, credentials) => {
        const files = [
          { path: '/config', text: config },
          { path: '/credentials', text: credentials },
        ] as const;
        for (const problem of readProfiles(...files, ['/config', '/credentials']).problems()) {
          const finding = explainProblem(problem);
          ids.add(problem.id);
          count++;
          expect(finding).toMatchObject({ why: expect.stringMatching(/\w/), remedy: expect.stringMatching(/\w/) });
          if (problem.message.endsWith(rejected)) expect(finding).toMatchObject({ severity: 'error', why: rejected });
        }
      }),
      { numRuns: runs(300) },
    );
    expect(count).toBeGreaterThan(1_000);
    expect(ids.size).toBeGreaterThan(10);
  });
});

describe('--fix', () => {
  const setup = {
    files: {
      '.aws/config':
        '# mine\r\n[profile "dev"]   # kept\r\nsso_session = "corp"\r\nsso_account_id = 123456789011\r\nsso_role_name = Admin\r\n' +
        'region = eu-west-1\r\n\r\n[sso-session corp]\r\nsso_start_url = https://a.awsapps.com/start\r\nsso_region = eu-west-1',
      '.aws/credentials':
        '[kari]\naws_access_key_id = AKIASECRETSECRET\naws_secret_access_key = hunter2hunter2\nregion = eu-west-1\n',
      '.bashrc': ". 'HOME/awsp/shell/awsp.bash' # awsp\nexport TOKEN=hunter2\n. 'HOME/awsp/shell/awsp.bash' # awsp\n",
      '.aws/sso/cache/0123.json': '{}',
    },
    modes: { '.aws/credentials': 0o644, '.aws/sso/cache/0123.json': 0o640 },
  };
  const modeOf = (file: string) => (statSync(file).mode & 0o777).toString(8);

  it('makes the safe fixes, and changes nothing else', async () => {
    const one = testHome({ ...setup, answer: 'y' });
    const before = one.read('.aws/config');
    const outcome = await one.doctor({ fix: true });
    expect(one.read('.aws/config')).toBe(before.replace('"dev"', 'dev').replace('"corp"', 'corp'));
    expect(one.read('.bashrc')).toBe(`export TOKEN=hunter2\n. '${one.home}/awsp/shell/awsp.bash' # awsp\n`);
    expect(modeOf(join(one.home, '.aws/credentials'))).toBe('600');
    expect(modeOf(join(one.home, '.aws/sso/cache/0123.json'))).toBe('600');
    expect(outcome.code).toBe(1);
    expect(outcome.stdout).toMatch(/\n\n1 warning\n$/);
    expect(outcome.stdout).toContain('has access keys that do not expire');
  });

  it('shows the changes first, without secrets, and asks', async () => {
    const one = testHome({ ...setup, answer: 'n' });
    await expect(one.doctor({ fix: true })).rejects.toMatchObject({ code: 130 });
    expect(one.written.join('')).toBe(
      '~/.aws/config\n  - [profile "dev"]   # kept\n  - sso_session = "corp"\n  + [profile dev]   # kept\n  + sso_session = corp\n' +
        '~/.aws/credentials\n  mode 0600\n~/.aws/sso/cache/0123.json\n  mode 0600\n' +
        `~/.bashrc\n  - . '${one.home}/awsp/shell/awsp.bash' # awsp\nchange this? [y/N] `,
    );
    expect(one.written.join('')).not.toMatch(secrets);
    expect(one.read('.bashrc').match(/awsp\.bash/g)).toHaveLength(2);
  });

  it('shows a change again if the file was changed meanwhile so that the change is another', async () => {
    const answers = ['y', 'n'];
    const one = testHome({
      ...setup,
      answer: () => {
        if (answers.length === 2) writeFileSync(path, `[profile "late"]\n${one.read('.aws/config')}`);
        return answers.shift() ?? '';
      },
    });
    const path = join(one.home, '.aws/config');
    const before = one.read('.aws/config');
    await expect(one.doctor({ fix: true })).rejects.toMatchObject({ code: 130 });
    expect(one.read('.aws/config')).toBe(`[profile "late"]\n${before}`);
    const [, again] = one.written.join('').split('was changed meanwhile; this is the change to it now\n');
    expect(again).toContain('~/.aws/config\n  - [profile "late"]\n');
    expect(again).toMatch(/change this\? \[y\/N\] $/);
  });

  it('keeps what another program has added meanwhile', async () => {
    const one = testHome({
      ...setup,
      answer: () => {
        writeFileSync(path, `[profile late]\nregion = eu-west-1\n${one.read('.aws/config')}`);
        return 'y';
      },
    });
    const path = join(one.home, '.aws/config');
    const before = one.read('.aws/config');
    await one.doctor({ fix: true });
    const fixed = before.replace('"dev"', 'dev').replace('"corp"', 'corp');
    expect(one.read('.aws/config')).toBe(`[profile late]\nregion = eu-west-1\n${fixed}`);
    expect(one.written.filter((text) => text.startsWith('change this?'))).toHaveLength(1);
  });

  it('changes nothing without a terminal, unless --yes', async () => {
    const one = testHome(setup);
    await expect(one.doctor({ fix: true })).rejects.toMatchObject({
      code: 6,
      details: ['to agree: awsp doctor --fix --yes'],
    });
    expect(one.read('.aws/config')).toContain('"dev"');
    expect(await one.doctor({ fix: true, yes: true })).toMatchObject({
      code: 1,
      stdout: expect.stringMatching(/\n1 warning\n$/),
    });
    expect(one.read('.aws/config')).not.toContain('"dev"');
  });

  it('changes nothing when it runs again', async () => {
    for (const fixture of [setup, ...fixtures]) {
      const one = testHome(fixture);
      const files = Object.keys({ '.aws/config': '', ...fixture.files }).filter(
        (path) => !path.includes('credentials/'),
      );
      await one.doctor({ fix: true, yes: true });
      const once = files.map((path) => one.read(path));
      one.written.length = 0;
      await one.doctor({ fix: true, yes: true });
      expect(files.map((path) => one.read(path))).toEqual(once);
      expect(one.written).toEqual([]);
      expect((await one.problems()).filter(({ fixable }) => fixable)).toEqual([]);
    }
  });

  it('loses no profile and no property, in any style', async () => {
    const named = (text: string) => {
      const profiles = readProfiles({ path: '/config', text }, null, ['/config']);
      return profiles
        .all()
        .map(({ name, properties }) => [name, [...properties].map(([key, { value }]) => [key, value])]);
    };
    const quoted = dialectText({ lines: 12 }).map((text) => text.replace(/\[profile ([\w-]+)\]/g, '[profile "$1"]'));
    let changed = 0;
    for (const text of fc.sample(quoted, { numRuns: 150, seed: 7 })) {
      const one = testHome({ files: { '.aws/config': text } });
      const before = one.read('.aws/config');
      await one.doctor({ fix: true, yes: true });
      const after = one.read('.aws/config');
      if (after !== before) changed++;
      expect(named(after)).toEqual(named(before));
    }
    expect(changed).toBeGreaterThan(20);
  });

  it.each([
    ['in a here-document', 'S\ncat <<EOF\nS\nEOF\nS\n', 'cat <<EOF\nS\nEOF\nS\n'],
    ['in a here-document at the end', 'S\nS\ncat <<EOF\nS\nEOF\n', 'S\ncat <<EOF\nS\nEOF\n'],
    ['alone in a condition', 'if x; then\n  S\nfi\nS\n', null],
    ['in a condition further on', 'S\nif x; then\n  S\nfi\n', null],
    ['behind an operator', 'x &&\n  S\nS\n', null],
    ['with different line ends', 'S\r\nx\r\nS', 'x\r\nS'],
  ])('removes a line that loads awsp twice, except one %s', async (_what, before, after) => {
    const one = testHome({ files: { '.bashrc': before.replaceAll('S', ". 'HOME/awsp/shell/awsp.bash' # awsp") } });
    const line = `. '${one.home}/awsp/shell/awsp.bash' # awsp`;
    expect((await one.problems()).map(({ id, fixable }) => [id, fixable])).toEqual([
      ['awsp-loaded-twice', after !== null],
    ]);
    await one.doctor({ fix: true, yes: true });
    expect(one.read('.bashrc')).toBe((after ?? before).replaceAll('S', line));
  });

  it('keeps quotes if the name without them exists as well', async () => {
    const text = '[profile "a"]\nregion = eu-west-1\n[profile a]\nregion = eu-north-1\n';
    const one = testHome({ files: { '.aws/config': text } });
    await one.doctor({ fix: true, yes: true });
    expect(one.read('.aws/config')).toBe(text);
  });
});

it('needs the Node that package.json names', () => {
  const { engines } = JSON.parse(repositoryFile('package.json'));
  expect(engines.node).toBe(`>=${minNode}`);
});
