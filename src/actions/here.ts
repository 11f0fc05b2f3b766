import { displayPath } from '../aws-config/paths.ts';
import type { Context } from '../context.ts';
import type { ShellName } from '../environment/shells.ts';
import { AwspError } from '../errors.ts';
import { exitCodes } from '../exit-codes.ts';
import { describeMissing, describePin, profilesOf } from '../guard/directory-pin.ts';
import { pinHere } from '../guard/trust.ts';
import type { Outcome } from '../outcome.ts';
import { ambiguous } from './query.ts';
import { switchTo } from './switch.ts';
import type { SwitchOptions } from './switch-options.ts';

/**
 * `awsp here`: switches to the profile that the trusted `.awsp` of this folder, or of the nearest one above, names. Where it names an
 * account with several profiles, the active one stays, and otherwise the person picks.
 */
export async function switchHere(context: Context, options: SwitchOptions, shell: ShellName): Promise<Outcome> {
  return switchTo(context, await profileHere(context), options, shell);
}

// --- internal ---

async function profileHere(context: Context): Promise<string> {
  const { world, profiles } = context;
  const { pin, untrusted } = pinHere(world);
  if (untrusted !== null) {
    const path = displayPath(untrusted.path, world.home);
    throw new AwspError(exitCodes.refused, `${path} is not trusted`, ['read it, and then: awsp allow']);
  }
  if (pin === null)
    throw new AwspError(exitCodes.failed, 'no trusted .awsp here, nor in a folder above', [
      'to write one that names the active profile: awsp allow --pin',
    ]);
  const names = profilesOf(profiles, pin).map(({ name }) => name);
  const [only, ...others] = names;
  if (only === undefined)
    throw new AwspError(exitCodes.noProfile, `${describePin(pin)} belongs here, but ${describeMissing(pin)}`, [
      'awsp list shows the profiles',
    ]);
  const active = names.find((name) => name === world.env.AWS_PROFILE);
  if (others.length === 0 || active !== undefined) return active ?? only;
  if (!world.terminal.interactive) throw ambiguous([pin.value], names);
  const { pick } = await import('./pick.ts');
  return pick(context, [pin.value]);
}
