import type { SwitchOptions } from '../actions/switch-options.ts';
import { type Command, Complaint, type Grammar } from '../cli/command.ts';
import type { CommandLine } from '../cli/command-line.ts';
import { forceRegion, queryWords } from '../cli/options.ts';
import type { Context } from '../context.ts';
import type { ShellName } from '../environment/shells.ts';
import { readLimit } from '../guard/limit.ts';
import type { Outcome } from '../outcome.ts';

/** `choose`: the person picks; `previous`: back to the profile before; `match`: the profile that matches the query. */
interface SwitchCommand {
  readonly to: 'choose' | 'previous' | 'match';
  readonly query: readonly string[];
  /** `awsp switch …`: the first word is no command. */
  readonly isNamed: boolean;
  readonly options: SwitchOptions;
  /** Only warnings and errors are printed. */
  readonly quiet: boolean;
}

/** The command that a command line without a command means. */
export const switchCommand: Command<SwitchCommand> = {
  name: 'switch',
  helpOrder: 10,
  usage: [
    ['awsp', 'choose a profile'],
    ['awsp <query>...', 'switch this shell to the profile that matches'],
    ['awsp --ro <query>...', 'the read-only role of the same account'],
    ['awsp -', "back to this shell's previous profile"],
    ['awsp --unset, -u', 'no profile: clear AWS_PROFILE and all that would stand in for it'],
    ['awsp switch <query>...', 'the same as awsp <query>, for a name that is also a command'],
  ],
  words: queryWords,
  options: [
    { name: 'verify', describe: 'ask AWS even when a verification is cached' },
    { name: 'no-verify', describe: 'do not ask AWS' },
    { name: 'login', describe: 'sign in without asking, when the sign-in is over' },
    { name: 'no-login', describe: 'do not offer to sign in' },
    { name: 'region', value: 'REGION', describe: "also set this shell's region" },
    forceRegion,
    { name: 'for', value: 'TIME', describe: 'drop the profile after 30m, 1h30m or 1d' },
    { name: 'read-only', alias: 'ro', describe: 'the read-only role of the same account' },
    { name: 'yes', describe: 'switch to production without being asked' },
    { name: 'quiet', alias: 'q', describe: 'print warnings and errors alone' },
  ],
  changesShell: true,

  parse(line) {
    const options = readOptions(line);
    if (options instanceof Complaint) return options;
    const { words: query, isNamed } = line;
    const quiet = line.has('quiet');
    if (options.readOnly && (query.join('').trim() === '' || query.includes('-'))) {
      return new Complaint('"--read-only" needs a query: awsp --ro <query>');
    }
    if (query.includes('-')) {
      const isAlone = query.length === 1 && !isNamed;
      return isAlone ? { to: 'previous', query: [], isNamed, options, quiet } : new Complaint('"awsp -" takes no name');
    }
    return { to: query.length === 0 ? 'choose' : 'match', query, isNamed, options, quiet };
  },

  async run(command, { world, shell, loadContext, loadGrammar }) {
    if (shell === null) return (await import('../actions/without-shim.ts')).withoutShim(world);
    const outcome = await switchShell(command, await loadContext(), shell, loadGrammar);
    if (!command.quiet) return outcome;
    const { messages = [] } = outcome;
    return { ...outcome, messages: messages.filter(({ kind }) => kind === 'warning' || kind === 'error') };
  },
};

async function switchShell(
  { to, query, isNamed, options: given }: SwitchCommand,
  context: Context,
  shell: ShellName,
  loadGrammar: () => Promise<Grammar>,
): Promise<Outcome> {
  const options =
    given.region === null ? given : await (await import('../actions/region-meant.ts')).withRegionMeant(context, given);
  if (options.readOnly) {
    const { switchReadOnly } = await import('../actions/read-only.ts');
    return switchReadOnly(context, query, options, shell);
  }
  const { back, choose, switchByQuery } = await import('../actions/switch.ts');
  if (to === 'choose') return choose(context, options, shell);
  if (to === 'previous') return back(context, options, shell);
  return switchByQuery(context, query, options, shell, isNamed ? null : loadGrammar);
}

/** The options that a switch and a command as a profile have in common. */
export function readOptions(line: CommandLine): SwitchOptions | Complaint {
  const both = ['verify', 'login'].find((name) => line.has(name) && line.has(`no-${name}`));
  if (both !== undefined) return new Complaint(`"--${both}" and "--no-${both}" exclude each other`);
  const region = line.text('region');
  const time = line.text('for');
  const limit = time === null ? null : readLimit(time);
  if (time !== null && limit === null) return new Complaint(`"--for ${time}" is not a time such as 30m, 1h30m or 1d`);
  return {
    verify: line.has('verify') ? 'always' : line.has('no-verify') ? 'never' : 'auto',
    login: line.has('login') ? 'always' : line.has('no-login') ? 'never' : 'ask',
    region,
    forceRegion: line.has('force'),
    limit,
    yes: line.has('yes'),
    readOnly: line.has('read-only'),
  };
}
