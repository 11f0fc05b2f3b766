import type { Context } from '../context.ts';
import type { SignInNeeded } from '../errors.ts';
import { printable } from '../lib/text.ts';
import { awsLoginOf } from '../sso/aws-login.ts';
import { sessionOf } from '../sso/session.ts';
import { confirm } from '../terminal/confirm.ts';
import type { SwitchOptions } from './switch-options.ts';

/** Signs in to what a profile needs, where the person or the settings want that; throws `needed` where they do not. */
export async function signInFirst(
  context: Context,
  needed: SignInNeeded,
  login: SwitchOptions['login'],
): Promise<void> {
  const { world, settings, profiles } = context;
  const profile = profiles.get(needed.profile);
  const session = profile && sessionOf(profiles, profile);
  const ofAws = profile && awsLoginOf(world, profiles, profile);
  const offer = login === 'ask' ? settings.signInOffer : login;
  if ((session ?? ofAws) === null || offer === 'never') throw needed;
  const question = `awsp: ${printable(needed.message)}; sign in now?`;
  if (!(await confirm(world.terminal, question, { assumeYes: offer === 'always' }))) throw needed;
  const { signInTo, signInToConsole } = await import('./login.ts');
  const way = { deviceCode: false, noBrowser: false };
  if (session !== null) await signInTo(context, session, { ...way, learnsNames: true });
  else if (ofAws !== null) await signInToConsole(context, ofAws, way);
}
