import type { CredentialsOptions } from '../actions/credentials.ts';
import { type Command, Complaint } from '../cli/command.ts';
import { queryWords } from '../cli/options.ts';
import type { CredentialFormat } from '../environment/credential-formats.ts';
import { readOptions } from './switch.ts';

/** In the order of the help; the first is the default. */
const formats = Object.keys({
  process: true,
  env: true,
  'env-no-export': true,
  fish: true,
  nu: true,
  powershell: true,
  'windows-cmd': true,
  dotenv: true,
  ini: true,
  json: true,
} satisfies Record<CredentialFormat, true>) as readonly CredentialFormat[];

export const credentialsCommand: Command<CredentialsOptions> = {
  name: 'credentials',
  helpOrder: 46,
  usage: [['awsp credentials [query]', "print a profile's temporary credentials, for programs"]],
  words: queryWords,
  options: [
    { name: 'format', value: 'FORMAT', choices: formats, describe: 'how they are printed' },
    { name: 'verify', describe: 'ask AWS even when a verification is cached' },
    { name: 'no-verify', describe: 'do not ask AWS whose they are' },
    { name: 'login', describe: 'sign in without asking, when the sign-in is over' },
    { name: 'no-login', describe: 'do not offer to sign in' },
    { name: 'yes', describe: 'of production without being asked' },
  ],
  changesShell: false,

  parse(line) {
    const options = readOptions(line);
    if (options instanceof Complaint) return options;
    const written = line.text('format') ?? 'process';
    const format = formats.find((known) => known === written);
    return format === undefined
      ? new Complaint(`"--format ${written}" is none of ${formats.join(', ')}`)
      : { query: line.words, format, options };
  },

  async run(options, { loadContext }) {
    const { credentials } = await import('../actions/credentials.ts');
    return credentials(await loadContext(), options);
  },
};
