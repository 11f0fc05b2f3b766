import type { PinOptions } from '../actions/allow-pin.ts';
import { type Command, Complaint } from '../cli/command.ts';
import { noWords } from '../cli/options.ts';
import { changeOptions, readChangeOptions } from './changing.ts';

/** Null: trust the file that there is. */
interface AllowOptions {
  readonly pin: PinOptions | null;
}

export const allowCommand: Command<AllowOptions> = {
  name: 'allow',
  helpOrder: 100,
  usage: [
    ['awsp allow', 'trust the .awsp file of this folder: it names the account that belongs here'],
    ['awsp allow --pin', 'write one that names the active profile, and trust it'],
  ],
  words: noWords,
  options: [
    { name: 'pin', describe: 'write the file: the active profile belongs here' },
    { name: 'pin-account', describe: 'write the file: its account belongs here, whichever of its profiles' },
    ...changeOptions,
  ],
  changesShell: false,
  parse(line) {
    const [pin, account] = [line.has('pin'), line.has('pin-account')];
    if (pin && account) return new Complaint('"--pin" and "--pin-account" exclude each other');
    const stray = ['dry-run', 'yes'].find((name) => line.has(name));
    if (stray !== undefined && !pin && !account) return new Complaint(`"--${stray}" goes with "--pin"`);
    return { pin: pin || account ? { account, ...readChangeOptions(line) } : null };
  },
  async run({ pin }, { loadContext }) {
    if (pin !== null) return (await import('../actions/allow-pin.ts')).allowPin(await loadContext(), pin);
    const { allow } = await import('../actions/allow.ts');
    return allow(await loadContext());
  },
};
