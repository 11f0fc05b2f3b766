import type { Context } from '../context.ts';
import { exitCodes } from '../exit-codes.ts';
import { toJsonText } from '../lib/text.ts';
import { timeLeft, toIsoTime } from '../lib/time.ts';
import type { Message, Outcome } from '../outcome.ts';
import { allAwsLogins } from '../sso/aws-login.ts';
import { readAwsLogin } from '../sso/aws-login-cache.ts';
import { allSessions, portalNames } from '../sso/session.ts';
import { type SignIn, type SignInState, signInOfAws, signInOfSession } from '../sso/sign-in-state.ts';
import { renderTable, stdoutStyle } from '../terminal/table.ts';
import { signInCell } from './profile-table.ts';
import { settingsMessages } from './query.ts';
import { signInFaults } from './sign-in-faults.ts';

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
  const logins = allAwsLogins(world, profiles).map(({ login, users }) => {
    // In a file of the AWS CLI the region of the sign-in is not kept.
    const region = readAwsLogin(world, login)?.signInRegion ?? login.region;
    return { loginSession: login.arn, region, signIn: signInOfAws(world, login), users };
  });
  const messages: readonly Message[] = [...settingsMessages(context), ...signInFaults(context)];
  if (json) {
    const withState = <Signed extends Shown>({ signIn: { state, endsAt }, users, ...session }: Signed) => ({
      ...session,
      state,
      endsAt: toIsoTime(endsAt),
      profiles: users,
    });
    const document = {
      sessions: found.map(({ portal: _, ...session }) => withState(session)),
      logins: logins.map(withState),
    };
    return { code: exitCodes.done, stdout: toJsonText(document), messages };
  }
  if (found.length + logins.length === 0) {
    return {
      code: exitCodes.done,
      messages: [...messages, { kind: 'note', text: 'no profile signs in to IAM Identity Center' }],
    };
  }
  const all = [
    ...found,
    ...logins.map(({ loginSession, ...login }) => ({ name: 'aws login', portal: loginSession, ...login })),
  ];
  const rows = all.map(({ name, portal, region, signIn: { state, endsAt }, users }) => [
    { text: name ?? '' },
    { text: portal },
    { text: region },
    signInCell(state),
    { text: endsAt === null ? renewal(state) : timeLeft(endsAt - world.now()) },
    { text: String(users.length) },
  ]);
  const titles = ['Session', 'Portal', 'Region', 'State', 'Time left', 'Profiles'];
  const style = { ...stdoutStyle(world.terminal), spare: ['Region', 'Profiles', 'Time left'] };
  return { code: exitCodes.done, stdout: await renderTable(titles, rows, style), messages };
}

// --- internal ---

interface Shown {
  readonly signIn: SignIn;
  readonly users: readonly string[];
}

/** A sign-in with a refresh token has no known end: IAM Identity Center ends it. */
function renewal(state: SignInState): string {
  return state === 'valid' || state === 'refreshable' ? 'renews itself' : '';
}
