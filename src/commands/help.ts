import type { Command } from '../cli/command.ts';

export const helpCommand: Command<{ readonly topic: string | null }> = {
  name: 'help',
  helpOrder: 160,
  usage: [['awsp help [command]', 'this help, or that of a command']],
  words: { min: 0, max: 1, value: 'TOPIC' },
  options: [],
  changesShell: false,
  printsByCode: true,
  parse: ({ words: [topic = null] }) => ({ topic }),
  async run({ topic }, call) {
    const { help } = await import('../actions/help.ts');
    return help(topic, call.shell, await call.loadGrammar(), call.world.terminal);
  },
};
