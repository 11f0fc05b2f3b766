import type { ConfigOptions } from '../actions/config.ts';
import { type Command, Complaint } from '../cli/command.ts';
import { json } from '../cli/options.ts';
import { changeOptions, readChangeOptions } from './changing.ts';

export const configCommand: Command<ConfigOptions> = {
  name: 'config',
  helpOrder: 122,
  usage: [
    ['awsp config [key]', 'the settings: value, default, and the file and line each comes from'],
    ['awsp config <key> <value>', 'set one: awsp config guard.confirm typed'],
  ],
  words: { min: 0, max: 2, value: 'SETTING-THEN-VALUE' },
  options: [
    { name: 'unset', alias: 'u', describe: 'take the key out of your file: the default' },
    json,
    ...changeOptions,
  ],
  changesShell: false,
  parse(line) {
    const [key = null, value = null] = line.words;
    const unset = line.has('unset');
    const isChange = value !== null || unset;
    if (unset && key === null) return new Complaint('"awsp config --unset" needs a key');
    if (unset && value !== null) return new Complaint('"awsp config --unset" takes no value');
    if (isChange && line.has('json')) return new Complaint('"--json" goes with what shows settings, not with a change');
    const stray = ['dry-run', 'yes'].find((name) => line.has(name));
    if (stray !== undefined && !isChange)
      return new Complaint(`"--${stray}" goes with a change: awsp config KEY VALUE`);
    return { key, value, unset, json: line.has('json'), ...readChangeOptions(line) };
  },
  async run(options, { loadContext }) {
    const { config } = await import('../actions/config.ts');
    return config(await loadContext(), options);
  },
};
