import type { SwitchOptions } from '../actions/switch-options.ts';
import type { Command, Complaint } from '../cli/command.ts';
import { noWords } from '../cli/options.ts';
import { readOptions, switchCommand } from './switch.ts';

export const hereCommand: Command<SwitchOptions> = {
  name: 'here',
  helpOrder: 15,
  usage: [['awsp here', "the profile that this folder's trusted .awsp names"]],
  words: noWords,
  options: switchCommand.options.filter(({ name }) => name !== 'read-only'),
  changesShell: true,
  parse: (line): SwitchOptions | Complaint => readOptions(line),
  async run(options, { world, shell, loadContext }) {
    if (shell === null) return (await import('../actions/without-shim.ts')).withoutShim(world);
    const [{ switchHere }, { withRegionMeant }] = await Promise.all([
      import('../actions/here.ts'),
      import('../actions/region-meant.ts'),
    ]);
    const context = await loadContext();
    return switchHere(context, await withRegionMeant(context, options), shell);
  },
};
