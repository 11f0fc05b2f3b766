import type { Context } from '../context.ts';
import { execCode } from '../environment/exec-code.ts';
import { changesName, localeOf } from '../environment/locale.ts';
import type { CodeShellName, ShellName } from '../environment/shells.ts';
import { exitCodes } from '../exit-codes.ts';
import type { Outcome } from '../outcome.ts';
import { notStarted, personsShell, runCommand, warnOfLossy } from './exec-child.ts';
import { type Acting, actAs, purposeOf, recordUse, tell } from './exec-environment.ts';
import type { ExecOptions } from './exec-options.ts';
import { targetOf } from './exec-target.ts';

/**
 * `awsp exec`: runs a command, or a shell, in the environment that a switch would give, verified and guarded as a switch is.
 * Where a shim calls, it gets the code with which a subshell becomes the command: no awsp stays, and signals, jobs and the
 * exit code are the command's own. Without a shim, and with keys, which never go through a shell's code, awsp stays as the
 * parent of the command. (`process.execve` of Node 22 would leave SIGPIPE ignored in it.) Questions are asked on the
 * controlling terminal, because the standard streams are the command's.
 */
export async function exec(given: Context, options: ExecOptions, caller: ShellName | null): Promise<Outcome> {
  const { command } = options;
  // Nushell has no subshell, so its shim starts awsp as the parent.
  const shell = caller === 'nu' ? null : caller;
  // The shim runs awsp once more, as the parent of the command.
  const again = (name: CodeShellName): Outcome => ({
    code: exitCodes.done,
    stdout: execCode(name, [], { kind: 'awsp' }),
  });
  if (shell !== null && (options.keys || options.each !== null || options.roleArn !== null)) return again(shell);
  const world = { ...given.world, terminal: given.world.controllingTerminal() };
  const context = { ...given, world };
  if (command?.[0] === '') return notStarted('', { code: 'ENOENT' });
  if (options.each !== null) return (await import('./exec-each.ts')).execEach(context, options, options.each);
  const target = await targetOf(context, options, shell !== null);
  if (target === 'needs-keys') {
    if (shell === null) throw new Error('only a shim cannot hand out keys');
    return again(shell);
  }
  if (shell !== null && changesName(shell, localeOf(world.env), target.name)) return again(shell);
  const acting: Acting = { purpose: purposeOf(command), keys: options.keys || target.isDerived, only: options.only };
  const { decision, env } = await actAs(target, options.options, acting);
  tell(world, decision);
  if (shell === null) {
    warnOfLossy(world);
    recordUse(decision);
    return runCommand(world, command ?? [personsShell(world, null)], env, { isShell: command === null });
  }
  return {
    code: exitCodes.done,
    stdout: execCode(
      shell,
      decision.delta,
      command === null
        ? { kind: 'program', path: personsShell(world, shell) }
        : { kind: 'arguments', count: command.length },
    ),
    afterwards: () => decision.remember('exec'),
  };
}
