import type { Context } from '../context.ts';
import { exitCodes } from '../exit-codes.ts';
import type { Message, Outcome } from '../outcome.ts';
import { endSignIn } from '../sso/portal.ts';
import { deleteRoleCredentials } from '../sso/role-credentials.ts';
import { allSessions } from '../sso/session.ts';
import { deleteToken, readToken } from '../sso/token-cache.ts';
import { findSession } from './login.ts';
import { settingsMessages } from './query.ts';

export interface LogoutOptions {
  readonly query: readonly string[];
  readonly all: boolean;
}

/** `awsp logout [query]`: deletes a sign-in on this machine and ends it at AWS; warns when AWS cannot be reached. */
export async function logout(context: Context, { query, all }: LogoutOptions): Promise<Outcome> {
  const wanted = all ? null : await findSession(context, query);
  const messages: Message[] = [];
  for (const used of allSessions(context.profiles)) {
    if (wanted === null || used.session.key === wanted.key) messages.push(...(await signOut(context, used, all)));
  }
  if (messages.length === 0) messages.push({ kind: 'note', text: 'not signed in anywhere' });
  return { code: exitCodes.done, messages: [...settingsMessages(context), ...messages] };
}

// --- internal ---

async function signOut(
  { world, profiles }: Context,
  { session, users }: ReturnType<typeof allSessions>[number],
  isOneOfAll: boolean,
): Promise<readonly Message[]> {
  for (const profile of users.flatMap((name) => profiles.get(name) ?? [])) {
    deleteRoleCredentials(world, session, profile);
  }
  const token = readToken(world, session.key);
  // First on this machine: it cannot be used here any more, also when AWS cannot be reached.
  if (!deleteToken(world, session.key)) {
    return isOneOfAll ? [] : [{ kind: 'note', text: `not signed in to ${session.startUrl}` }];
  }
  const trouble = token === null ? null : await endSignIn(world, session, token);
  const done: Message = { kind: 'done', text: `signed out of ${session.startUrl}` };
  if (trouble === null) return [done];
  const text = `AWS was not told and may accept the session until it ends: ${trouble}`;
  return [done, { kind: 'warning', text }];
}
