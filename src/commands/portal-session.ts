import { AwspError } from '../errors.ts';
import { exitCodes } from '../exit-codes.ts';
import { certificatesFor } from '../identity/certificates.ts';
import { discoverRegion } from '../sso/region.ts';
import { allSessions, defaultScope, type SsoSession } from '../sso/session.ts';
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
    fallback: known[0]?.startUrl ?? null,
    read: normalizeStartUrl,
  });
  const region = await ssoRegion(context, answers, startUrl, known);
  const same = known.find(
    (session) => session.startUrl === startUrl && session.region === region && session.name !== null,
  );
  const name = answers.legacy
    ? null
    : (await answer(terminal, {
        label: 'session name, - for none',
        option: '--session',
        given: answers.session,
        fallback: same?.name ?? portalName(startUrl),
        read: readSessionName,
      })) || null;
  const existing = name === null ? null : profiles.ssoSession(name);
  const [url, place] = ['sso_start_url', 'sso_region'].map((key) => existing?.properties.get(key)?.value);
  if (existing !== null && (url !== startUrl || place !== region)) {
    throw new AwspError(exitCodes.usage, `[sso-session ${name}] exists, for ${url} in ${place}`, [
      'give the session another name: --session NAME',
    ]);
  }
  return { key: name ?? startUrl, name, startUrl, region, scopes: [defaultScope] };
}

// --- internal ---

/** The region of the portal, from its start page where that can be had; a wrong one is replaced, and nothing else is lost. */
async function ssoRegion(
  { world }: Context,
  answers: PortalAnswers,
  startUrl: string,
  known: readonly SsoSession[],
): Promise<string> {
  const { terminal } = world;
  const network = { env: world.env, certificates: certificatesFor(world, world.env, null), connectionTimeout: 3_000 };
  const found = await discoverRegion(startUrl, network, 3_000);
  const given = await answer(terminal, {
    label: 'SSO region',
    option: '--sso-region',
    given: answers.ssoRegion,
    fallback: found ?? known.find((session) => session.startUrl === startUrl)?.region ?? known[0]?.region ?? null,
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
