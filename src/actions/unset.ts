import { unsetDelta } from '../environment/delta.ts';
import { describeNotes } from '../environment/notes.ts';
import { type ShellName, shellCode, shells } from '../environment/shells.ts';
import { exitCodes } from '../exit-codes.ts';
import type { Outcome } from '../outcome.ts';
import { loadSettings } from '../settings/settings.ts';
import type { World } from '../world.ts';

/** `awsp --unset`: no profile, and nothing that would stand in for one. */
export async function unset(world: World, shell: ShellName): Promise<Outcome> {
  const { logSwitches } = await loadSettings(world);
  const log = logSwitches ? (await import('./log.ts')).logSwitch : null;
  const { delta, notes } = unsetDelta(world.env);
  return {
    code: exitCodes.done,
    stdout: shellCode(shells[shell], delta),
    messages: [{ kind: 'done', text: 'no profile' }, ...describeNotes(notes, shell)],
    afterwards: () => log?.(world, 'unset', null, null),
  };
}
