import { type Command, Complaint } from '../cli/command.ts';
import { type ShellName, shellNames } from '../environment/shells.ts';

export const initCommand: Command<{ readonly shell: ShellName }> = {
  name: 'init',
  helpOrder: 140,
  usage: [['awsp init <shell>', `print the shell integration: ${shellNames.join(', ')}`]],
  words: { min: 1, max: 1, value: 'SHELL', choices: shellNames },
  options: [],
  changesShell: false,
  parse({ words: [word] }) {
    const shell = shellNames.find((name) => name === word);
    return shell === undefined
      ? new Complaint(`no shell integration for "${word}": expected one of ${shellNames.join(', ')}`)
      : { shell };
  },
  async run({ shell }, { world }) {
    const { init } = await import('../actions/init.ts');
    return init(world, shell);
  },
};
