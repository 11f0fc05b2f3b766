// biome-ignore-all lint/suspicious/noTemplateCurlyInString: they are the shells'
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { type CodeShellName, shells } from '../../src/environment/shells.ts';
import { bareEnvironment, describeEachShell, describeWith, installFake, temporaryFolder } from '../support/shells.ts';
import { openShell } from '../support/terminal.ts';
import { orders, seeStates, type Theme } from '../support/themes.ts';

type StandIn = Omit<Theme, 'shell'>;

/** Small prompts that draw as those of well-known themes do. */
const standIns: Readonly<Record<CodeShellName, readonly StandIn[]>> = {
  bash: [
    {
      name: 'begins with a carriage return, in a shell with strict options',
      rc: "set -u; IFS=a1; PS1='\\r\\w > '",
      how: 'a line above',
    },
    { name: 'moves the cursor up', rc: "PS1='\\n\\[\\e[A\\]\\w > '", how: 'a line above' },
    {
      name: 'sets PS1 at each prompt',
      rc: "theme() { PS1='theme > '; }; PROMPT_COMMAND=${PROMPT_COMMAND:+$PROMPT_COMMAND;}theme",
      how: 'in front',
    },
    {
      name: 'runs the command that it found, sets PS1, and takes no variables in it',
      rc: 'found=$PROMPT_COMMAND; theme() { eval "$found"; PS1=\'theme \\\\ > \'; }; PROMPT_COMMAND=theme; shopt -u promptvars',
      how: 'in front',
    },
  ],
  zsh: [
    { name: 'begins with a carriage return', rc: "PROMPT=$'%{\\r%}%~ > '", how: 'a line above' },
    { name: 'moves the cursor up', rc: "PROMPT=$'\\n%{\\e[A%}%~ > '", how: 'a line above' },
    { name: 'has no percent sequences', rc: "setopt no_prompt_percent; PROMPT='theme > '", how: 'a line above' },
    {
      name: 'makes PROMPT anew while a line is typed',
      rc: `theme() { PROMPT='theme > '; exec {fd}< <(sleep 0.05); zle -F $fd remake }
remake() { zle -F $1; exec {1}<&-; PROMPT='theme main > '; zle .reset-prompt; zle -R }
precmd_functions+=(theme)`,
      how: 'a line above',
      remadeAfter: 200,
    },
    {
      name: 'shortens the prompt of a line that is done',
      rc: `theme() { PROMPT='theme > ' }; precmd_functions+=(theme)
zle-line-finish() { PROMPT='> '; zle .reset-prompt }; zle -N zle-line-finish`,
      how: 'in front',
      isTransient: true,
    },
    {
      name: 'has segments, as powerlevel10k',
      rc: `setopt prompt_subst; POWERLEVEL9K_LEFT_PROMPT_ELEMENTS=(dir); made=
p10k() { if [[ $1 == reload ]]; then made=; else left+='\${\${:-'$4'}:+'$6' }'; fi }
prompt_dir() { left+='%~ ' }
_p9k_precmd() {
  local left= each
  [[ -n $made ]] || made=($POWERLEVEL9K_LEFT_PROMPT_ELEMENTS)
  for each in $made; do prompt_$each; done
  PROMPT=$'\\n%{\\e[A%}\\r'$left'> '
  precmd_functions=(\${precmd_functions:#_p9k_precmd} _p9k_precmd)
}
precmd_functions+=(_p9k_precmd)`,
      how: 'a segment',
    },
  ],
  fish: [
    {
      name: 'fills the line',
      rc: "function fish_prompt; string repeat -n $COLUMNS -- -; echo -n '> '; end",
      how: 'a line above',
    },
    {
      name: 'begins with a carriage return',
      rc: "function fish_prompt; printf '\\rtheme > '; end",
      how: 'a line above',
    },
  ],
};

describeEachShell('the prompt with a theme that', (shell) => {
  describe.each(standIns[shell])('$name', (theme) => {
    it.each(orders)('%s', async (order) => {
      await seeStates({ ...theme, shell }, order, temporaryFolder());
    });
  });

  it.each([
    ['prefix', '(dev not set by awsp)  theme >'],
    ['line', '(dev not set by awsp)'],
  ])('AWSP_PROMPT_STYLE=%s decides: %s', async (style, shown) => {
    // This would make it a line of its own, though it does not move the cursor back.
    const right = {
      bash: "PS1='\\[\\e[C\\]theme > '",
      zsh: "PROMPT=$'%{\\e[C%}theme > '",
      fish: "function fish_prompt; printf '\\e[Ctheme > '; end",
    };
    const plain = { bash: "PS1='> '", zsh: "PROMPT='> '", fish: "function fish_prompt; echo -n '> '; end" };
    const home = temporaryFolder();
    const source = `source '${installFake(temporaryFolder(), shell, ':')}'`;
    const env = { ...bareEnvironment(home), AWS_PROFILE: 'dev', AWSP_PROMPT_STYLE: style };
    const screen = openShell(shell, [(style === 'prefix' ? right : plain)[shell], source].join('\n'), env, home);
    await screen.until((lines) => lines.some((line) => line === shown));
  });

  it('AWSP_PROMPT_STYLE=export gives it to a program that makes the prompt, with its colours', async () => {
    const home = temporaryFolder();
    const env = { ...bareEnvironment(home), AWS_PROFILE: 'a%b', AWSP_PROMPT_STYLE: 'export' };
    const program = `printf 'made %s> ' "$(printenv AWSP_PROMPT)"`;
    const rc = {
      bash: `made() { PS1=$(${program}); }; PROMPT_COMMAND=made`,
      zsh: `made() { PROMPT=\${"$(${program})"//\\%/%%} }; precmd_functions+=(made)`,
      fish: `function fish_prompt; printf 'made %s> ' "$(printenv AWSP_PROMPT)"; end`,
    };
    const source = `source '${installFake(temporaryFolder(), shell, ':')}'`;
    const screen = openShell(shell, [rc[shell], source].join('\n'), env, home);
    await screen.prompt(/^made \(a%b not set by awsp\) >$/);
    expect(screen.look('(a%b')).toEqual({ foreground: 3, background: null, bold: false });
  });
});

describe('the hook in bash', () => {
  const setNew = shells.bash.set('AWS_PROFILE', 'new');

  /** VS Code's integration: a trap takes the first command after the prompt for the person's. */
  const vscode = `__vsc_busy=1
__vsc_mark() { [ "$__vsc_busy" = 1 ] || { __vsc_busy=1; history 1 | sed 's/^ *[0-9]* *//' >>~/marks; }; }
trap __vsc_mark DEBUG
__vsc_prompt_cmd() { [ "$PS1" = "$__vsc_PS1" ] || __vsc_PS1="[$PS1"; PS1=$__vsc_PS1; __vsc_busy=0; }
__vsc_prompt_cmd_original() { local each; for each in "\${__vsc_original_prompt_command[@]}"; do eval "$each"; done; __vsc_prompt_cmd; }
__vsc_original_prompt_command=\${PROMPT_COMMAND-}
if [ -n "$PROMPT_COMMAND" ]; then PROMPT_COMMAND=__vsc_prompt_cmd_original; else PROMPT_COMMAND=__vsc_prompt_cmd; fi`;

  /** bash-preexec: the same, where nothing of PROMPT_COMMAND comes after its last command. */
  const preexec = `bash_preexec_imported=defined
__bp_precmd_invoke_cmd() { local each; for each in "\${precmd_functions[@]}"; do "$each"; done; }
__bp_interactive_mode() { __bp_ready=1; }
__bp_mark() {
  [ -n "$__bp_ready" ] || return
  __bp_ready=
  [[ $PROMPT_COMMAND == *"$BASH_COMMAND"* ]] || history 1 | sed 's/^ *[0-9]* *//' >>~/marks
}
trap __bp_mark DEBUG
PROMPT_COMMAND=$'__bp_precmd_invoke_cmd\\n'\${PROMPT_COMMAND:+$PROMPT_COMMAND$'\\n'}__bp_interactive_mode`;

  const theme = 'theme() { PS1="theme> "; }; PROMPT_COMMAND="$PROMPT_COMMAND;theme"';
  const integrations = [
    ['VS Code', vscode, ''],
    ['bash-preexec', preexec, ''],
    [
      'bash-preexec, and a theme in front of it',
      `${theme.replace('"$PROMPT_COMMAND;theme"', 'theme')}; ${preexec}`,
      '',
    ],
  ] as const;

  describe.each(integrations)('with %s', (_name, integration) => {
    it.each(orders)('is no command of the person, nor after a switch: %s', async (order) => {
      const home = temporaryFolder();
      const source = `source '${installFake(temporaryFolder(), 'bash', `echo "${setNew}"`)}'`;
      const parts = order === 'awsp first' ? [source, integration] : [integration, source];
      const screen = openShell('bash', ["PS1='> '; HISTFILE=", ...parts].join('\n'), bareEnvironment(home), home);
      await screen.prompt(/> ?$/);
      const typed = ['true first', 'awsp new', 'true second', 'awsp new; awsp new', 'true third'];
      for (const line of typed) screen.type(`${line}\r`);
      await screen.until((lines) => lines.filter((line) => line.includes('(new not set by awsp)')).length === 4);
      screen.type('exit\r');
      await screen.ended;
      expect(readFileSync(join(home, 'marks'), 'utf8').split('\n').filter(Boolean)).toEqual([...typed, 'exit']);
    });
  });

  it('is back after a switch when another one replaced PROMPT_COMMAND, and awsp doctor is told before', async () => {
    const home = temporaryFolder();
    const body = `case $1 in doctor) echo "$AWSP_SHIM" >>"$HOME/told";; *) echo "${setNew}";; esac`;
    const rc = [
      `source '${installFake(temporaryFolder(), 'bash', body)}'`,
      "theme() { PS1='theme> '; }; PROMPT_COMMAND=theme",
    ];
    const screen = openShell('bash', rc.join('\n'), { ...bareEnvironment(home), AWS_PROFILE: 'old' }, home);
    await screen.prompt(/^theme>$/);
    screen.type('awsp doctor\rawsp new\r');
    await screen.prompt(/^\(new not set by awsp\) theme>$/);
    screen.type('awsp doctor\r');
    await screen.until(
      () => existsSync(join(home, 'told')) && readFileSync(join(home, 'told'), 'utf8').split('\n').length === 3,
    );
    expect(readFileSync(join(home, 'told'), 'utf8')).toMatch(/^bash \S+ unseen\nbash \S+\n$/);
  });

  it('gives up a fight for the last place', async () => {
    const home = temporaryFolder();
    const rc = [
      `source '${installFake(temporaryFolder(), 'bash', ':')}'`,
      "theme() { PS1='theme> '; PROMPT_COMMAND=${PROMPT_COMMAND//theme/:}$'\\n'theme; }; PROMPT_COMMAND+=$'\\n'theme",
    ];
    const screen = openShell('bash', rc.join('\n'), { ...bareEnvironment(home), AWS_PROFILE: 'old' }, home);
    await screen.prompt(/theme>$/);
    screen.type('\r'.repeat(15));
    await screen.until((lines) => lines.length === 16);
    screen.type('echo "${PROMPT_COMMAND//[^\\_]/}" | wc -c; echo "$__awsp_entry"\r');
    await screen.until((lines) => lines.at(-2) === '__awsp_prompt 9');
  });
});

describeWith('zsh', 'Ctrl-L in zsh', () => {
  it('leaves the line above the prompt', async () => {
    const home = temporaryFolder();
    const env = { ...bareEnvironment(home), AWS_PROFILE: 'dev', AWSP_PROMPT_STYLE: 'line' };
    const rc = `PROMPT='> '; source '${installFake(temporaryFolder(), 'zsh', ':')}'`;
    const screen = openShell('zsh', rc, env, home);
    await screen.prompt(/^>$/);
    screen.type('echo one\r');
    await screen.until((lines) => lines.includes('one') && lines.at(-1) === '>');
    screen.type('\u000C');
    await screen.until((lines) => lines.slice(-2).join('|') === '(dev not set by awsp)|>' && !lines.includes('one'));
  });
});
