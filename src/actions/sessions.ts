import type { Context } from '../context.ts';
import { exitCodes } from '../exit-codes.ts';
import { toJsonText } from '../lib/text.ts';
import { timeLeft, toIsoTime } from '../lib/time.ts';
import type { Message, Outcome } from '../outcome.ts';
import { allSessions, portalNames } from '../sso/session.ts';
import { type SignInState, signInOfSession } from '../sso/sign-in-state.ts';
import { renderTable, stdoutStyle } from '../terminal/table.ts';
import { settingsMessages } from './query.ts';
import { awsLoginsNeeded, signInFaults } from './sign-in-faults.ts';

export interface SessionsOptions {
  readonly json: boolean;
}

/** `awsp sessions`: the sign-ins that there are, what each is worth now, and when a person has to sign in again. */
export async function sessions(context: Context, { json }: SessionsOptions): Promise<Outcome> {
  const { world, profiles } = context;
  const portalOf = portalNames(profiles);
  const found = allSessions(profiles).map(({ session, users }) => ({
    name: session.name,
    startUrl: session.startUrl,
    region: session.region,
    portal: portalOf(session),
    signIn: signInOfSession(world, session),
    users,
  }));
  const needed = awsLoginsNeeded(context);
  const messages: readonly Message[] = [
    ...settingsMessages(context),
    ...signInFaults(context),
    ...needed.map(({ message, details }): Message => ({ kind: 'warning', text: message, details })),
  ];
  if (json) {
    const document = found.map(({ signIn: { state, endsAt }, users, portal: _, ...session }) => ({
      ...session,
      state,
      endsAt: toIsoTime(endsAt),
      profiles: users,
    }));
    return { code: exitCodes.done, stdout: toJsonText({ sessions: document }), messages };
  }
  if (found.length === 0) {
    return {
      code: exitCodes.done,
      messages: [...messages, { kind: 'note', text: 'no profile signs in to IAM Identity Center' }],
    };
  }
  const rows = found.map(({ name, portal, region, signIn: { state, endsAt }, users }) => [
    { text: name ?? '' },
    { text: portal },
    { text: region },
    { text: state, ...(state === 'expired' || state === 'none' ? ({ style: 'yellow' } as const) : {}) },
    { text: endsAt === null ? renewal(state) : timeLeft(endsAt - world.now()) },
    { text: String(users.length) },
  ]);
  const titles = ['Session', 'Portal', 'Region', 'State', 'Time left', 'Profiles'];
  const style = { ...stdoutStyle(world.terminal), spare: ['Region', 'Profiles', 'Time left'] };
  return { code: exitCodes.done, stdout: await renderTable(titles, rows, style), messages };
}

// --- internal ---

/** A sign-in with a refresh token has no known end: IAM Identity Center ends it. */
function renewal(state: SignInState): string {
  return state === 'valid' || state === 'refreshable' ? 'renews itself' : '';
}
