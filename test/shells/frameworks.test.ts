import { execFileSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { shells } from '../../src/environment/shells.ts';
import { fencedBlocks } from '../support/docs.ts';
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

const program = (name: string, shell: Theme['shell'], option = ''): Framework => ({
  name,
  shell,
  at: name,
  rc: (at) => (shell === 'fish' ? `${at} init fish${option} | source` : `eval "$(${at} init ${shell}${option})"`),
  how: 'in front',
});

/** A program with the recipe of docs/prompt.md. */
const byRecipe = (name: 'starship' | 'oh-my-posh', shell: Theme['shell']): Framework => {
  const [file, text, option] =
    name === 'starship'
      ? ['~/.config/starship.toml', starshipRecipe, '']
      : ['~/.config/recipe.json', ohMyPoshRecipe, ' --config ~/.config/recipe.json'];
  return {
    ...program(name, shell, option),
    name: `${name}, by its recipe`,
    rc: (at) =>
      `mkdir -p ~/.config; printf %s ${shells[shell].quote(text)} >${file}\n${program(name, shell, option).rc(at)}`,
    how: 'a segment',
    env: { AWSP_PROMPT_STYLE: 'export' },
    hasNoBold: name === 'oh-my-posh',
  };
};

const [starshipRecipe = ''] = fencedBlocks('docs/prompt.md', 'toml');
const [ohMyPoshSegment = ''] = fencedBlocks('docs/prompt.md', 'json');
const ohMyPoshRecipe = `{"version": 3, "blocks": [{"type": "prompt", "alignment": "left", "segments": [${ohMyPoshSegment}, {"type": "text", "template": "> "}]}]}`;

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
  byRecipe('starship', 'zsh'),
  byRecipe('oh-my-posh', 'zsh'),
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
  byRecipe('starship', 'bash'),
  byRecipe('oh-my-posh', 'bash'),
  tide('two lines, compact', 'Two lines', 'Compact', 'a line above'),
  tide('one line', 'One line', 'Compact', 'in front'),
  program('starship', 'fish'),
  program('oh-my-posh', 'fish'),
  byRecipe('starship', 'fish'),
  byRecipe('oh-my-posh', 'fish'),
];

if (folder === undefined) {
  console.warn('skipped: the prompt with real frameworks: AWSP_FRAMEWORKS names no folder');
  it.skip('the prompt with real frameworks (AWSP_FRAMEWORKS names no folder)', () => {});
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
      frameworkVersion(framework),
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
      `${text.slice(0, text.indexOf(start) + start.length)}${table}\n${text.slice(text.indexOf(end))}`,
    );
  });
}

/** Copies a framework for fish into a home, and runs the command that configures it. */
function configureFish(home: string, at: string, command: string): void {
  for (const part of ['functions', 'conf.d'])
    cpSync(join(at, part), join(home, '.config/fish', part), { recursive: true });
  for (const part of ['.local/share', '.cache'])
    mkdirSync(join(home, part, 'fish/generated_completions'), { recursive: true });
  execFileSync(findProgram('fish') ?? '', ['-c', `set -U fish_greeting; ${command}`], {
    env: bareEnvironment(home),
    stdio: 'ignore',
  });
}

function shellVersion(shell: string): string {
  return /\d+(\.\d+)+/.exec(execFileSync(shell, ['--version'], { encoding: 'utf8' }))?.[0] ?? '';
}

/** The version in the file VERSIONS of the folder (`kitty 0.44.0`), or that of a program, or the date of the last commit. */
function frameworkVersion(framework: Framework): string {
  const [name = ''] = framework.at.split('/');
  const at = join(folder ?? '', name);
  const file = join(folder ?? '', 'VERSIONS');
  const lines = existsSync(file) ? readFileSync(file, 'utf8').split('\n') : [];
  const named = lines.find((line) => line.startsWith(`${name} `));
  if (named !== undefined) return named.slice(name.length + 1);
  const isRepository = existsSync(join(at, '.git'));
  const text = isRepository
    ? execFileSync('git', ['-C', at, 'log', '-1', '--format=%cs'], { encoding: 'utf8' })
    : execFileSync(at, ['--version'], { encoding: 'utf8' });
  return /\d[\d.-]*/.exec(text)?.[0] ?? '';
}
