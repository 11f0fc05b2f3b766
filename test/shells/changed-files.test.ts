import { mkdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { applyDelta, type Facts, switchDelta } from '../../src/environment/delta.ts';
import { nodeFiles } from '../../src/node/files.ts';
import type { Environment } from '../../src/world.ts';
import { devFacts as dev } from '../support/facts.ts';
import { bareEnvironment, describeEachShell, runShell, shimFolder, temporaryFolder } from '../support/shells.ts';

const fine = '(dev 123456789011) ';
const changed = '(dev 123456789011, files changed: awsp current) ';
const elsewhere = '(dev not set by awsp) ';

describeEachShell('the prompt and the files and servers of the facts', (shell) => {
  const show =
    shell === 'fish'
      ? 'function P; emit fish_prompt; awsp_prompt; echo; end'
      : `P() { __awsp_prompt; printf '%s\\n' "$AWSP_PROMPT"; }`;
  const set = (name: string, value: string) =>
    shell === 'fish' ? `set -gx ${name} '${value}'` : `export ${name}='${value}'`;
  const unset = (name: string) => (shell === 'fish' ? `set -e ${name}` : `unset ${name}`);

  /** A home with a config file and no credentials file, and the environment after a switch. */
  function scene(facts: Partial<Facts> = {}, extra: Environment = {}): { home: string; env: Environment } {
    const home = temporaryFolder();
    const [config, credentials] = [join(home, '.aws/config'), join(home, '.aws/credentials')];
    mkdirSync(join(home, '.aws'));
    mkdirSync(join(home, 'sub'));
    writeFileSync(join(home, 'real'), '[profile dev]\n');
    symlinkSync('../real', config);
    const seen = join(home, 'seen');
    const dates = [
      { name: 'config', path: config, changedAt: statSync(config).mtimeMs },
      { name: 'credentials', path: credentials, changedAt: 0 },
    ];
    nodeFiles.keepDates(seen, dates, 'x');
    const bare = { ...bareEnvironment(home), NO_COLOR: '1', ...extra };
    return { home, env: applyDelta(bare, switchDelta(bare, { ...dev, seen, ...facts }).delta) };
  }

  /** The prompts after each step, each twice: the second may be the first one kept. */
  async function check(
    steps: readonly (readonly [step: string, prompt: string])[],
    { home, env }: ReturnType<typeof scene>,
  ) {
    const source = `source '${join(shimFolder, `awsp.${shell}`)}'`;
    const script = [source, show, ...steps.map(([step]) => `${step}; P; P`)].join('\n');
    const { stdout, stderr } = await runShell(shell, script, { env, cwd: home });
    expect(stderr).toBe('');
    const shown = stdout.split('\n').filter((line) => line.startsWith('('));
    expect(steps.map(([step], index) => [step, shown[2 * index], shown[2 * index + 1]])).toEqual(
      steps.map(([step, prompt]) => [step, prompt, prompt]),
    );
  }

  it('says that a file was changed, in either direction, made or removed, until it is as it was', async () => {
    await check(
      [
        ['touch -r real kept', fine],
        ['touch -d "5 seconds" real', changed],
        ['touch -r kept real', fine],
        ['touch -d "1 hour ago" real', changed],
        ['touch -r kept real', fine],
        ['mv real away', changed],
        ['mv away real', fine],
        ['touch .aws/credentials', changed],
        ['rm .aws/credentials', fine],
        ['touch .aws/other', fine],
        ['mv seen gone', changed],
        ['mv gone seen', fine],
      ],
      scene(),
    );
  });

  it('says it beside the rest', async () => {
    const { home, env } = scene({ state: 'unverified' });
    await check(
      [
        ['true', '(dev 123456789011 not verified) '],
        ['touch -d "5 seconds" real', '(dev 123456789011 not verified, files changed: awsp current) '],
      ],
      { home, env },
    );
  });

  it.each([
    'AWS_CONFIG_FILE',
    'AWS_SHARED_CREDENTIALS_FILE',
    'AWS_ENDPOINT_URL',
    'AWS_ENDPOINT_URL_STS',
    'AWS_ENDPOINT_URL_SSO',
    'AWS_ENDPOINT_URL_SSO_OIDC',
    'AWS_ENDPOINT_URL_SIGNIN',
    'AWS_IGNORE_CONFIGURED_ENDPOINT_URLS',
  ])('is not that of the switch once %s is another', async (name) => {
    await check(
      [
        ['true', fine],
        [set(name, 'true'), elsewhere],
        [unset(name), fine],
      ],
      scene(),
    );
  });

  it('names the variable that replaced an endpoint at the switch', async () => {
    const url = { AWS_ENDPOINT_URL: 'http://localhost:4566' };
    await check(
      [
        ['true', '(dev 123456789011, AWS_ENDPOINT_URL set) '],
        [set('AWS_ENDPOINT_URL', 'http://other'), elsewhere],
        [unset('AWS_ENDPOINT_URL'), elsewhere],
      ],
      scene({}, url),
    );
  });

  it('is that of the folder, where the path of a file is relative to it', async () => {
    const { home, env } = scene({}, { AWS_CONFIG_FILE: '.aws/config' });
    await check(
      [
        ['true', fine],
        ['cd sub', elsewhere],
        ['cd ..', fine],
      ],
      { home, env: { ...env, AWSP_FOLDER: home } },
    );
  });

  if (shell !== 'fish') {
    it('starts no process: nothing that makes a prompt has a substitution or a command', () => {
      const text = readFileSync(join(shimFolder, `awsp.${shell}`), 'utf8');
      const part = text.slice(text.indexOf('# --- prompt ---'), text.indexOf('# --- hooks ---'));
      const code = part.replaceAll(/^ *#.*$/gm, '');
      expect(code).toContain('function __awsp_prompt');
      expect(code.match(/\$\((?!\()|`|[<>]\(|\bcommand\b/g)).toBeNull();
    });
  }
});
