import type { SetOptions } from '../actions/set.ts';
import { type Command, Complaint } from '../cli/command.ts';
import { changeOptions, readChangeOptions } from './changing.ts';

export const setCommand: Command<SetOptions> = {
  name: 'set',
  helpOrder: 63,
  usage: [['awsp set <profile> KEY=VALUE...', 'change properties of a profile; KEY= removes one']],
  words: { min: 2, max: Number.POSITIVE_INFINITY, value: 'PROFILE-THEN-PROPERTIES', noun: 'profile and KEY=VALUE' },
  options: [{ name: 'force', describe: 'take keys and values that seem to be wrong' }, ...changeOptions],
  changesShell: false,
  parse(line) {
    const [profile = '', ...pairs] = line.words;
    const wrong = pairs.find((pair) => !/^[^=]+=/.test(pair));
    if (wrong !== undefined) return new Complaint(`"${wrong}" is not KEY=VALUE, such as region=eu-west-1`);
    const properties = pairs.map((pair) => {
      const end = pair.indexOf('=');
      return [pair.slice(0, end), pair.slice(end + 1)] as const;
    });
    return { profile, properties, force: line.has('force'), ...readChangeOptions(line) };
  },
  async run(options, { loadContext }) {
    const { set } = await import('../actions/set.ts');
    return set(await loadContext(), options);
  },
};
