import { execFileSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { bareEnvironment, findProgram, temporaryFolder } from '../support/shells.ts';
import { orders, seeStates, type Theme } from '../support/themes.ts';

/** The folder with the frameworks; CI has none. `npm run shells -- FOLDER` sets it. */
const folder = process.env.AWSP_FRAMEWORKS;

interface Framework extends Omit<Theme, 'rc'> {
  /** The file or folder below the folder; without it the framework is left out. */
  readonly at: string;
  readonly rc: (at: string) => string;
}

const p10k = (name: string, config: string, more = ''): Framework => ({
  name: `powerlevel10k, ${name}`,
  shell: 'zsh',
  at: 'powerlevel10k',
  rc: (at) =>
    `source ${at}/powerlevel10k.zsh-theme; source ${at}/config/p10k-${config}.zsh; POWERLEVEL9K_DISABLE_GITSTATUS=true; ${more}`,
  how: 'a segment',
});

const tide = (name: string, height: string, spacing: string, how: Theme['how']): Framework => ({
  name: `Tide, ${name}`,
  shell: 'fish',
  at: 'tide',
  rc: () => '',
  how,
  remadeAfter: 700,
  isConfigured: `tide configure --auto --style=Lean --prompt_colors='16 colors' --show_time=No --lean_prompt_height='${height}' --prompt_connection=Dotted --prompt_spacing=${spacing} --icons='Few icons' --transient=No`,
});

const pure = (name: string, at: string, how: Theme['how'], remadeAfter: number): Framework => ({
  name,
  shell: 'zsh',
  at,
  rc: (path) => `fpath+=(${path}); autoload -U promptinit; promptinit; prompt pure`,
  how,
  remadeAfter,
});

const ohMyBash = (theme: string): Framework => ({
  name: `oh-my-bash, ${theme}`,
  shell: 'bash',
  at: 'oh-my-bash',
  rc: (at) =>
    `OSH=${at} OSH_THEME=${theme} DISABLE_AUTO_UPDATE=true completions=() aliases=() plugins=(); source ${at}/oh-my-bash.sh`,
  how: 'in front',
});

const bashIt = (theme: string, how: Theme['how']): Framework => ({
  name: `bash-it, ${theme}`,
  shell: 'bash',
  at: 'bash-it',
  rc: (at) => `export BASH_IT=${at} BASH_IT_THEME=${theme}; source ${at}/bash_it.sh`,
  how,
});

const sourced = (name: string, shell: 'bash' | 'zsh', at: string, before = ''): Framework => ({
  name,
  shell,
  at,
  rc: (path) => `${before}source ${path}`,
  how: 'in front',
});

const program = (name: string, shell: Theme['shell']): Framework => ({
  name,
  shell,
  at: name,
  rc: (at) => (shell === 'fish' ? `${at} init fish | source` : `eval "$(${at} init ${shell})"`),
  how: 'in front',
});

const frameworks: readonly Framework[] = [
  p10k('lean', 'lean'),
  p10k('classic', 'classic'),
  p10k('rainbow', 'rainbow'),
  p10k('pure', 'pure'),
  { ...p10k('transient', 'lean', 'POWERLEVEL9K_TRANSIENT_PROMPT=always'), isTransient: true },
  { ...sourced('spaceship', 'zsh', 'spaceship-prompt/spaceship.zsh'), how: 'a line above', remadeAfter: 700 },
  pure('pure', 'pure', 'in front', 700),
  pure('pure before 1.27', 'pure-1.26', 'a line above', 700),
  sourced('liquidprompt', 'zsh', 'liquidprompt/liquidprompt'),
  sourced(
    "kitty's integration",
    'zsh',
    'kitty/shell-integration/zsh/kitty-integration',
    'KITTY_SHELL_INTEGRATION=enabled; ',
  ),
  sourced("ghostty's integration", 'zsh', 'ghostty/src/shell-integration/zsh/ghostty-integration'),
  program('starship', 'zsh'),
  { ...program('oh-my-posh', 'zsh'), isTransient: true },
  ohMyBash('font'),
  ohMyBash('agnoster'),
  sourced('bash-git-prompt', 'bash', 'bash-git-prompt/gitprompt.sh', 'GIT_PROMPT_FETCH_REMOTE_STATUS=0; '),
  sourced('liquidprompt', 'bash', 'liquidprompt/liquidprompt'),
  bashIt('powerline', 'a line above'),
  bashIt('bobby', 'in front'),
  sourced('bash-preexec', 'bash', 'bash-preexec/bash-preexec.sh'),
  sourced("VS Code's integration", 'bash', 'vscode/shellIntegration-bash.sh'),
  sourced(
    "kitty's integration",
    'bash',
    'kitty/shell-integration/bash/kitty.bash',
    'KITTY_SHELL_INTEGRATION=enabled; ',
  ),
  sourced("ghostty's integration", 'bash', 'ghostty/src/shell-integration/bash/ghostty.bash'),
  program('starship', 'bash'),
  program('oh-my-posh', 'bash'),
  tide('two lines, compact', 'Two lines', 'Compact', 'a line above'),
  tide('one line', 'One line', 'Compact', 'in front'),
  program('starship', 'fish'),
  program('oh-my-posh', 'fish'),
];

if (folder === undefined) {
  console.warn('skipped: the prompt with real frameworks: AWSP_FRAMEWORKS names no folder');
  describe.skip('the prompt with real frameworks (AWSP_FRAMEWORKS names no folder)', () => it.todo('each'));
} else {
  const found = frameworks.filter(({ at, shell }) => existsSync(join(folder, at)) && findProgram(shell) !== null);
  const works = new Map<string, boolean>();
  const key = (framework: Framework, order: string) => `${framework.shell} ${framework.name} ${order}`;

  describe.each(found)('the prompt with $name in $shell', (framework) => {
    it.each(orders)('%s', { timeout: 120_000 }, async (order) => {
      works.set(key(framework, order), false);
      const at = join(folder, framework.at);
      const home = temporaryFolder();
      if (framework.isConfigured !== undefined) configureFish(home, at, framework.isConfigured);
      await seeStates({ ...framework, rc: framework.rc(at) }, order, home);
      works.set(key(framework, order), true);
    });
  });

  afterAll(() => {
    const rows = found.map((framework) => [
      `${framework.shell} ${shellVersion(framework.shell)}`,
      framework.name,
      frameworkVersion(join(folder, framework.at)),
      ...orders.map((order) => (works.get(key(framework, order)) ? 'yes' : 'no')),
      framework.how,
    ]);
    const page = new URL('../../docs/shells.md', import.meta.url);
    const table = [
      '| shell | with | of | loaded after awsp | loaded before awsp | the prompt is |',
      '| --- | --- | --- | --- | --- | --- |',
      ...rows.map((row) => `| ${row.join(' | ')} |`),
    ].join('\n');
    const text = readFileSync(page, 'utf8');
    const [start, end] = ['<!-- measured: npm run shells -->\n', '<!-- end measured -->'];
    expect(text).toContain(start);
    writeFileSync(
      page,
      text.slice(0, text.indexOf(start) + start.length) + table + '\n' + text.slice(text.indexOf(end)),
    );
  });
}

/** Copies a framework for fish into a home, and runs the command that configures it. */
function configureFish(home: string, at: string, command: string): void {
  for (const part of ['functions', 'conf.d'])
    cpSync(join(at, part), join(home, '.config/fish', part), { recursive: true });
  for (const part of ['.local/share', '.cache'])
    mkdirSync(join(home, part, 'fish/generated_completions'), { recursive: true });
  execFileSync('fish', ['-c', `set -U fish_greeting; ${command}`], { env: bareEnvironment(home), stdio: 'ignore' });
}

function shellVersion(shell: string): string {
  return /\d+(\.\d+)+/.exec(execFileSync(shell, ['--version'], { encoding: 'utf8' }))?.[0] ?? '';
}

/** The version that a program tells, or else the date of the last commit. */
function frameworkVersion(at: string): string {
  const [command, args] =
    at.endsWith('starship') || at.endsWith('oh-my-posh')
      ? [at, ['--version']]
      : ['git', ['-C', existsSync(join(at, '.git')) ? at : join(at, '..'), 'log', '-1', '--format=%cs']];
  try {
    return (
      /\d[\d.-]*/.exec(execFileSync(command, args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }))?.[0] ??
      ''
    );
  } catch {
    return '';
  }
}
