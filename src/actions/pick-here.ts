import { displayPath } from '../aws-config/paths.ts';
import type { Context } from '../context.ts';
import { isActiveAndUnshadowed } from '../guard/active-profile.ts';
import { describeMissing, describePin, profilesOf } from '../guard/directory-pin.ts';
import { pinHere } from '../guard/trust.ts';
import { printable } from '../lib/text.ts';
import { riskLevel } from '../selection/risk-level.ts';
import { confirm } from '../terminal/confirm.ts';
import { say } from '../terminal/messages.ts';
import { pick } from './pick.ts';

/**
 * The person picks a profile; profiles that the directory's pin names come first. A pin never switches by itself, and for a pin
 * that is not trusted there is only a note. Rejects with `Cancelled`.
 */
export async function pickHere(context: Context): Promise<string> {
  const { world, profiles, settings, accounts } = context;
  const { pin, untrusted } = pinHere(world);
  const note = (text: string) => say(world.terminal, { kind: 'note', text });
  if (untrusted !== null) note(`${displayPath(untrusted.path, world.home)} is not trusted; to trust it: awsp allow`);
  if (pin === null) return pick(context, []);
  const fitting = profilesOf(profiles, pin);
  const pinned = describePin(pin, pin.kind === 'account' ? accounts.nameOf(pin.value) : null);
  const [only, ...others] = fitting;
  if (only === undefined) note(`${pinned} belongs here, but ${describeMissing(pin)}`);
  if (only === undefined || fitting.some(({ name }) => isActiveAndUnshadowed(world, name))) return pick(context, []);
  if (others.length === 0) {
    const isProduction = riskLevel(only, profiles, settings, accounts) === 'production';
    const which = isProduction ? ', which is production' : '';
    const question = `awsp: ${printable(`${pinned} belongs here: switch to "${only.name}"${which}`)}?`;
    return (await confirm(world.terminal, question, { default: !isProduction })) ? only.name : pick(context, []);
  }
  note(`${pinned} belongs here; for another profile: awsp <query>`);
  return pick(context, [pin.value]);
}
