import { chmodSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type CodeShellName, shells } from '../../src/environment/shells.ts';
import { someOf } from '../support/extent.ts';
import { makeSandbox, type Sandbox } from '../support/program.ts';
import { runProgram } from '../support/run.ts';
import { bareEnvironment, describeEachShell, dialects, temporaryFolder } from '../support/shells.ts';

/** Names that do something where a shell reads them without quotes, or with the wrong ones. */
const ends = [
  '$(touch pwned)',
  '`touch pwned`',
  '; touch pwned',
  '&& touch pwned',
  '| touch pwned',
  '> pwned',
  "'; touch pwned; '",
  '"; touch pwned; "',
  '\\',
  "\\'; touch pwned #",
  "o'brien",
  'two  words',
  '*',
  '{a,b}',
  '(touch pwned)',
  '!!',
  '~',
  '#x',
  'é ø',
  '$HOME',
];
const names = someOf(
  [
    ...ends.map((end, index) => `n${String(index).padStart(2, '0')}${end}`),
    '-rf x',
    '--yes',
    '=x y',
    '~root',
    '#',
    '%1',
  ],
  2,
);
const quoted = (name: string) => name.replace(/["\\]/g, '\\$&');

let sandbox: Sandbox;
const folders: string[] = [];
beforeAll(async () => {
  sandbox = await makeSandbox({ awsLogin: true });
  const own = readFileSync(`${sandbox.home}/.aws/config`, 'utf8');
  const sections = names.map(
    (name, index) => `[profile "${quoted(name)}"]
sso_session = skjema
sso_account_id = 123456789021
sso_role_name = AWSPowerUserAccess
[sso-session "${quoted(`s${name}`)}"]
sso_start_url = https://x${index}.awsapps.com/start
sso_region = eu-west-1
[profile "${quoted(`of ${name}`)}"]
sso_session = ${`s${name}`}
sso_account_id = 123456789021
sso_role_name = ReadOnly
[profile "${quoted(`prod ${name}`)}"]
region = eu-west-1
[profile "${quoted(`login ${name}`)}"]
login_session = arn:aws:iam::123456789081:user/x${index}
[profile "${quoted(`role ${name}`)}"]
role_arn = arn:aws:iam::123456789013:role/Hub
source_profile = ${name}
`,
  );
  writeFileSync(`${sandbox.home}/.aws/config`, `${own}\n${sections.join('')}`);
  for (const name of names) {
    const folder = `${sandbox.home}/${name.replaceAll('/', '')}`;
    folders.push(folder);
    mkdirSync(folder, { recursive: true });
    writeFileSync(`${folder}/.awsp`, 'account = 123456789012\n');
  }
});
afterAll(() => sandbox.remove());

/** What the commands say of names, in every way that a hint may be about one. */
async function said(): Promise<readonly string[]> {
  const outputs: string[] = [];
  const add = async (args: readonly string[], options: Parameters<Sandbox['awsp']>[1] = {}) => {
    const { stdout, stderr } = await sandbox.awsp(args, { cwd: sandbox.home, ...options });
    // What a shell evaluates is no hint, and neither is a list of names.
    outputs.push(stderr, args[0] === 'doctor' || args[0] === 'current' ? stdout : '');
  };
  for (const [index, name] of names.entries()) {
    const folder = folders[index] ?? '';
    const env = { AWS_PROFILE: name, AWSP_PROFILE: name, AWSP_PREVIOUS: `of ${name}` };
    for (const prefix of ['', 'of ', 'prod ', 'login ', 'role ', 'none ']) {
      const one = `${prefix}${name}`;
      for (const shell of ['bash', 'fish']) await add(['--shell', shell, '--', one]);
      await add(['show', '--', one]);
      // The others would wait for a person.
      if (/^(?:prod|none) /.test(prefix)) await add(['login', '--', one]);
      await add(['exec', one, '--', 'true']);
      await add(['credentials', '--', one]);
      await add(['console', '--print', '--', one]);
      await add(['current'], { env: { ...env, AWS_PROFILE: one, AWSP_PROFILE: one } });
    }
    await add(['--shell', 'bash', '--no-verify', '--', name], { cwd: folder });
    await add(['--shell', 'bash', '-'], { env });
    await add(['--shell', 'bash', '--ro', '--', name]);
    await add(['--shell', 'bash', `${name}x`]);
    await add(['swtich', name]);
    await add(['--shell', 'bash', 'use', name]);
    await add(['--shell', 'bash', 'shw', name]);
    await add(['--shell', 'bash', name.slice(0, 2)]);
    await add(['logout', '--', `s${name}`]);
    await add(['login', '--', `s${name}x`]);
    await add(['exec', '--', name]);
    await add(['exec', name]);
    await add(['list', name]);
    await add(['region', name], { env });
    await add(['--shell', 'zsh', 'region', 'eu-west-1'], { env });
    await add(['new', '--name', name, '--session', `s${name}`, '--account', '123456789012', '--role', 'x', '--yes']);
    await add([
      'new',
      '--name',
      name,
      '--session',
      'barnehage',
      '--account',
      '123456789012',
      '--role',
      'AWSReadOnlyAccess',
      '--yes',
    ]);
    await add(['import', '--session', `s${name}x`, '--yes']);
    await add(['allow'], { cwd: folder });
    await add(['--shell', 'bash'], { cwd: folder, env });
    await add(['deny'], { cwd: folder });
    const file = join(folder, 'config');
    writeFileSync(file, `[profile x]\n[profile x]\nregion\n[profile "${quoted(name)}"]\naws_secret_access_key = x\n`, {
      mode: 0o644,
    });
    chmodSync(file, 0o644);
    // The AWS CLI is not asked for its version, which takes it a second.
    const elsewhere = {
      PATH: '/nowhere',
      AWS_CONFIG_FILE: file,
      AWS_SHARED_CREDENTIALS_FILE: file,
      AWS_PROFILE: name,
      AWS_REGION: name,
    };
    await add(['doctor'], { env: elsewhere });
    await add(['--shell', 'bash', 'x'], { env: elsewhere });
    await add(['current'], { env: elsewhere });
  }
  return outputs;
}

/** The command lines in a text that a person may paste: the rest of a line from a command on. */
function hintsIn(text: string): readonly string[] {
  const commands = 'awsp|aws|sudo|chmod|chown|rm|mv|mkdir|export|unset|set|cd|source|export|fish|kill';
  const start = new RegExp(`(?:^\\s*|: |; |, or |\\()((?:${commands}) .*)$`);
  return text.split('\n').flatMap((line) => {
    const hint = start.exec(line)?.[1];
    // A place is a place, and no command.
    return hint === undefined || /^awsp new, or add /.test(hint) ? [] : [hint];
  });
}

const stubs = ['source', 'awsp', 'aws', 'sudo', 'chmod', 'chown', 'rm', 'mv', 'mkdir', 'kill', 'fish'];
/** What runs a hint in a shell in which the commands only print their words, between marks. */
const pasting: Readonly<Record<CodeShellName, (hint: string) => string>> = {
  bash: (hint) => `( eval ${shells.bash.quote(hint)} ) 2>/dev/null; printf '\\n\\0\\0'\n`,
  zsh: (hint) => `( eval ${shells.zsh.quote(hint)} ) 2>/dev/null; printf '\\n\\0\\0'\n`,
  fish: (hint) => `eval ${shells.fish.quote(hint)} 2>/dev/null; printf '\\n\\0\\0'\n`,
};
const stub: Readonly<Record<CodeShellName, (name: string) => string>> = {
  bash: (name) => `function ${name} { printf '%s\\0' "$@"; }\n`,
  zsh: (name) => `function ${name} { printf '%s\\0' "$@"; }\n`,
  fish: (name) => `function ${name}; printf '%s\\0' $argv; end\n`,
};

let hints: readonly string[];
beforeAll(async () => {
  hints = [...new Set((await said()).flatMap(hintsIn))];
});

describeEachShell('a hint of a hostile name', (shell) => {
  it('a line to paste runs nothing but itself, with the names as they are', async () => {
    const folder = temporaryFolder();
    mkdirSync(join(folder, 'work'));
    const script = join(folder, 'script');
    writeFileSync(
      script,
      `cd '${folder}/work'\n${stubs.map(stub[shell]).join('')}${hints.map(pasting[shell]).join('')}`,
    );
    const { stdout } = await runProgram(shell, [...dialects[shell].bare, script], { env: bareEnvironment(folder) });
    const given = stdout.split('\n\0\0').map((words) => words.split('\0'));
    expect(readdirSync(join(folder, 'work'))).toEqual([]);
    const about = hints.flatMap((hint, index) => {
      const name = names.find((some) => some.length > 2 && hint.includes(some.slice(0, 3)) && /^n\d\d/.test(some));
      // Where a path has a variable in it, the export that doctor proposes has its value.
      return name === undefined || hint.startsWith('export ') ? [] : [{ hint, name, words: given[index] ?? [] }];
    });
    const changed = about.filter(({ name, words }) => !words.some((word) => word.includes(name)));
    console.info(
      `${hints.length} lines to paste in ${shell}, ${about.length} of them with a hostile name: ${readdirSync(join(folder, 'work')).length} executed, ${changed.length} changed`,
    );
    expect(about.length).toBeGreaterThan(2 * names.length);
    expect(changed).toEqual([]);
  });
});
