import type { DemoOptions } from '../actions/demo.ts';
import { type Command, Complaint } from '../cli/command.ts';
import { noWords } from '../cli/options.ts';
import { type ShellName, shellNames } from '../environment/shells.ts';

export const demoCommand: Command<DemoOptions> = {
  name: 'demo',
  helpOrder: 150,
  usage: [['awsp demo', 'a throw-away shell with sample profiles and an AWS emulator']],
  words: noWords,
  options: [
    {
      name: 'shell',
      value: 'SHELL',
      choices: shellNames,
      describe: `${shellNames.join(', ')}; yours, or bash for a command`,
    },
    { name: 'command', alias: 'c', value: 'COMMAND', describe: 'run one command in it, then leave' },
    { name: 'accounts', value: 'NUMBER', describe: 'so many accounts without a profile; 4' },
  ],
  changesShell: false,
  parse(line) {
    const accounts = line.text('accounts') ?? '4';
    if (!/^\d{1,4}$/.test(accounts)) {
      return new Complaint(`"--accounts ${accounts}": expected a number up to 9999`);
    }
    return {
      shell: line.text('shell') as ShellName | null,
      command: line.text('command'),
      accounts: Number(accounts),
    };
  },
  async run(options, { world }) {
    const { demo } = await import('../actions/demo.ts');
    return demo(options, world);
  },
};
