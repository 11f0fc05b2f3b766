import type { ProfileSet } from '../aws-config/types.ts';
import { AwspError } from '../errors.ts';
import { exitCodes } from '../exit-codes.ts';
import { certificatesFor } from '../identity/certificates.ts';
import { discoverRegion } from '../sso/region.ts';
import { allSessions, defaultScope, type SsoSession, sessionNamed } from '../sso/session.ts';
import { normalizeStartUrl, portalName } from '../sso/start-url.ts';
import { say } from '../terminal/messages.ts';
import type { Context } from './context.ts';
import { answer, isWanted, readRegion, readWord } from './questions.ts';

/** Which portal is meant, and how its profiles sign in; null is asked for. */
export interface PortalAnswers {
  readonly startUrl: string | null;
  readonly ssoRegion: string | null;
  readonly session: string | null;
  /** Profiles with their own start URL, without an `sso_session`. */
  readonly legacy: boolean;
  readonly yes: boolean;
}

/** The sign-in that new profiles are to use: one that exists, or a new one. Throws `AwspError`, `Cancelled`. */
export async function portalSession(context: Context, answers: PortalAnswers): Promise<SsoSession> {
  const { profiles } = context;
  const { terminal } = context.world;
  const known = allSessions(profiles).map(({ session }) => session);
  const startUrl = await answer(terminal, {
    label: 'start URL',
    option: '--start-url',
    given: answers.startUrl,
    fallback: known[0] === undefined ? null : normalizeStartUrl(known[0].startUrl),
    read: normalizeStartUrl,
  });
  const sameUrl = known.filter((session) => normalizeStartUrl(session.startUrl) === startUrl);
  const region = await ssoRegion(context, answers, startUrl, sameUrl[0]?.region ?? known[0]?.region ?? null);
  if (answers.legacy) return newSession(null, startUrl, region);
  const same = sameUrl.find((session) => session.region === region && session.name !== null);
  const name = await answer(terminal, {
    label: 'session name, - for none',
    option: '--session',
    given: answers.session,
    fallback: same?.name ?? portalName(startUrl),
    read: readSessionName,
  });
  if (name === '') return newSession(null, startUrl, region);
  const existing = sessionNamed(profiles, name);
  if (existing !== null && (normalizeStartUrl(existing.startUrl) !== startUrl || existing.region !== region)) {
    throw new AwspError(
      exitCodes.usage,
      `[sso-session ${name}] exists, for ${existing.startUrl} in ${existing.region}`,
      ['give the session another name: --session NAME'],
    );
  }
  return existing ?? newSession(name, startUrl, region);
}

/** The default region that is likely for a new profile: that of another one of the portal, else the portal's own. */
export function likelyRegion(profiles: ProfileSet, session: SsoSession): string {
  const like = profiles.all().find((profile) => profile.ssoStartUrl === session.startUrl && profile.region !== null);
  return like?.region ?? session.region;
}

// --- internal ---

function newSession(name: string | null, startUrl: string, region: string): SsoSession {
  return { key: name ?? startUrl, name, startUrl, region, scopes: [defaultScope] };
}

/** The region of the portal, from its start page where that can be had; a wrong one is replaced, and nothing else is lost. */
async function ssoRegion(
  { world }: Context,
  answers: PortalAnswers,
  startUrl: string,
  likely: string | null,
): Promise<string> {
  const { terminal } = world;
  const network = { env: world.env, certificates: certificatesFor(world, world.env, null), connectionTimeout: 3_000 };
  const found = await discoverRegion(startUrl, network, 3_000);
  const given = await answer(terminal, {
    label: 'SSO region',
    option: '--sso-region',
    given: answers.ssoRegion,
    fallback: found ?? likely,
    read: readRegion,
  });
  if (found === null || found === given) return given;
  say(terminal, { kind: 'warning', text: `the portal ${startUrl} is in ${found}, not in ${given}` });
  if (await isWanted(terminal, `use ${found}?`, answers.yes)) return found;
  throw new AwspError(exitCodes.failed, `a sign-in to ${startUrl} in ${given} would never end`, [
    `use --sso-region ${found}`,
  ]);
}

/** `-` stands for no session: a legacy profile. */
function readSessionName(typed: string): string | null {
  return typed.trim() === '-' ? '' : readWord(typed);
}
