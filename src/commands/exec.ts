import type { ExecOptions } from '../actions/exec-options.ts';
import { type Command, Complaint } from '../cli/command.ts';
import { forceRegion, queryWords } from '../cli/options.ts';
import { roleArnComplaint } from './arguments.ts';
import { readOptions } from './switch.ts';

export const execCommand: Command<ExecOptions> = {
  name: 'exec',
  helpOrder: 45,
  usage: [
    ['awsp exec <query> -- <command>...', 'run one command as a profile; this shell stays as it is'],
    ['awsp exec <query>', 'open a shell as a profile'],
    ["awsp exec --each 'GLOB' -- <command>...", 'run it as each profile that fits'],
  ],
  words: queryWords,
  options: [
    { name: 'read-only', alias: 'ro', describe: 'as the read-only role of the same account' },
    { name: 'role', value: 'ROLE', describe: 'as the role of the same account that fits this glob' },
    { name: 'role-arn', value: 'ARN', describe: 'as this role, which the profile assumes' },
    { name: 'keys', describe: 'with temporary keys in place of the profile, for tools that cannot use it' },
    { name: 'only', describe: 'with keys, and no other way to credentials' },
    { name: 'each', value: 'GLOB', list: true, describe: 'as each profile whose name, account id or role fits' },
    { name: 'jobs', alias: 'j', value: 'N', describe: 'with --each: so many at a time' },
    { name: 'fail-fast', describe: 'with --each: stop after the first that fails' },
    { name: 'region', value: 'REGION', describe: 'in this region' },
    forceRegion,
    { name: 'for', value: 'TIME', describe: 'a shell drops the profile after 30m, 1h30m or 1d' },
    { name: 'verify', describe: 'ask AWS even when a verification is cached' },
    { name: 'no-verify', describe: 'do not ask AWS' },
    { name: 'login', describe: 'sign in without asking, when the sign-in is over' },
    { name: 'no-login', describe: 'do not offer to sign in' },
    { name: 'yes', describe: 'as production without being asked' },
  ],
  changesShell: true,
  takesCommand: true,

  parse(line) {
    const options = readOptions(line);
    if (options instanceof Complaint) return options;
    const { words: query, rest } = line;
    const each = line.list('each');
    const [role, roleArn] = [line.text('role'), line.text('role-arn')];
    const jobs = line.text('jobs');
    const parsed: ExecOptions = {
      ...{ query, command: rest === null || rest.length === 0 ? null : rest, options, role, roleArn, each },
      ...{ jobs: Number(jobs ?? 1), failFast: line.has('fail-fast') },
      ...{ keys: line.has('keys') || line.has('only'), only: line.has('only') },
    };
    if (query.includes('-') && query.length > 1) return new Complaint('"awsp exec -" takes no name');
    return roleComplaint(parsed) ?? eachComplaint(parsed, jobs) ?? parsed;
  },

  async run(options, { loadContext, shell }) {
    const [{ exec }, { withRegionMeant }] = await Promise.all([
      import('../actions/exec.ts'),
      import('../actions/region-meant.ts'),
    ]);
    const context = await loadContext();
    return exec(context, { ...options, options: await withRegionMeant(context, options.options) }, shell);
  },
};

function roleComplaint({ options, role, roleArn }: ExecOptions): Complaint | null {
  if ([options.readOnly, role !== null, roleArn !== null].filter(Boolean).length > 1) {
    return new Complaint('"--read-only", "--role" and "--role-arn" exclude each other');
  }
  return roleArn === null ? null : roleArnComplaint(roleArn);
}

function eachComplaint({ query, command, each, failFast }: ExecOptions, jobs: string | null): Complaint | null {
  if (each === null) {
    if (jobs === null && !failFast) return null;
    return new Complaint(`"--${jobs === null ? 'fail-fast' : 'jobs'}" goes with "--each"`);
  }
  if (query.length > 0) return new Complaint('"--each" takes no query beside it');
  if (command === null) return new Complaint('"--each" needs a command: awsp exec --each \'GLOB\' -- <command>');
  if (jobs === null || /^[1-9]\d{0,2}$/.test(jobs)) return null;
  return new Complaint(`"--jobs ${jobs}" is not a number from 1 to 999`);
}
