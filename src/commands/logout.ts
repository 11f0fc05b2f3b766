import { exitCodes } from '../exit-codes.ts';
import type { Message, Outcome } from '../outcome.ts';
import { endSignIn } from '../sso/portal.ts';
import { allSessions } from '../sso/session.ts';
import { forgetToken, readToken } from '../sso/token-cache.ts';
import { type Context, settingsMessages } from './context.ts';
import { findSession } from './login.ts';

/** `awsp logout [query]`: forgets a sign-in on this machine, and ends it at AWS; that AWS cannot be reached is said. */
export async function logout(context: Context, query: readonly string[], all: boolean): Promise<Outcome> {
  const { world, profiles } = context;
  const sessions = all ? allSessions(profiles).map(({ session }) => session) : [await findSession(context, query)];
  const messages: Message[] = [];
  for (const session of sessions) {
    const token = readToken(world, session.key);
    // Here first: whatever AWS says, nobody can use it on this machine any more.
    const was = forgetToken(world, session.key);
    if (!was) {
      if (!all) messages.push({ kind: 'note', text: `not signed in to ${session.startUrl}` });
      continue;
    }
    const trouble = token === null ? null : await endSignIn(world, session, token);
    messages.push({ kind: 'done', text: `signed out of ${session.startUrl}` });
    if (trouble !== null)
      messages.push({
        kind: 'warning',
        text: `AWS was not told, and may honour the session until it ends: ${trouble}`,
      });
  }
  if (messages.length === 0) messages.push({ kind: 'note', text: 'not signed in anywhere' });
  return { code: exitCodes.done, messages: [...settingsMessages(context), ...messages] };
}
