import type { DoctorOptions } from '../actions/doctor.ts';
import { type Command, Complaint } from '../cli/command.ts';
import { json, noWords } from '../cli/options.ts';

export const doctorCommand: Command<DoctorOptions> = {
  name: 'doctor',
  helpOrder: 130,
  usage: [['awsp doctor', 'what is wrong here, and what each tool would use']],
  words: noWords,
  options: [
    json,
    { name: 'fix', describe: 'do what is safe: shown first, and asked' },
    { name: 'yes', describe: 'with --fix: do not ask' },
  ],
  changesShell: false,
  reportsShim: true,
  parse(line) {
    const options = { json: line.has('json'), fix: line.has('fix'), yes: line.has('yes') };
    return options.yes && !options.fix ? new Complaint('"--yes" goes with "--fix"') : options;
  },
  async run(options, { loadContext }) {
    const { doctor } = await import('../actions/doctor.ts');
    return doctor(await loadContext(), options);
  },
};
