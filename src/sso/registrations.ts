import { readFields } from '../lib/json-fields.ts';
import { pythonString } from '../lib/python-json.ts';
import { fromIsoTime, toIsoTime } from '../lib/time.ts';
import type { World } from '../world.ts';
import type { Registration } from './oidc.ts';
import type { SsoSession } from './session.ts';
import { tokenPath } from './token-cache.ts';

/**
 * The cached client registration of awsp or the AWS CLI for this session. Null when there is none, when it expires soon,
 * or when it was made for the other grant: `withCode` is the authorization code grant, otherwise the device code grant.
 */
export function loadRegistration(world: World, session: SsoSession, withCode: boolean): Registration | null {
  const path = tokenPath(world, registrationKey(session));
  const read = path === null ? null : world.files.read(path);
  const cached = read?.kind === 'text' ? parseRegistration(read.text) : null;
  if (cached === null || cached.withCode !== withCode) return null;
  return cached.registration.expiresAt - world.now() > minTimeLeft ? cached.registration : null;
}

/** Deletes the cached registration, so that the AWS CLI does not use it either. */
export function deleteRegistration(world: World, session: SsoSession): void {
  const path = tokenPath(world, registrationKey(session));
  if (path !== null) world.files.remove(path);
}

/** Saves a registration in the AWS CLI's file and format, so that awsp and the AWS CLI can use each other's. */
export function saveRegistration(
  world: World,
  session: SsoSession,
  registration: Registration,
  withCode: boolean,
): void {
  const path = tokenPath(world, registrationKey(session));
  if (path === null) return;
  const fields = {
    clientId: registration.clientId,
    clientSecret: registration.clientSecret,
    expiresAt: toIsoTime(registration.expiresAt),
    scopes: session.scopes,
    ...(withCode ? { grantTypes: ['authorization_code', 'refresh_token'] } : {}),
  };
  world.files.writePrivate(path, `${JSON.stringify(fields, null, 2)}\n`);
}

// --- internal ---

/** Milliseconds that a registration must still be valid; the AWS CLI's own limit (awscli/botocore/utils.py, `_EXPIRY_WINDOW`). */
const minTimeLeft = 15 * 60_000;

function parseRegistration(text: string): { registration: Registration; withCode: boolean } | null {
  const field = readFields(text);
  const [clientId, clientSecret, expiresAt] = [
    field('clientId'),
    field('clientSecret'),
    fromIsoTime(field('expiresAt')),
  ];
  if (!clientId || !clientSecret || Number.isNaN(expiresAt)) return null;
  // The AWS CLI writes the grant types only when the authorization code is one of them.
  return { registration: { clientId, clientSecret, expiresAt }, withCode: text.includes('"authorization_code"') };
}

/**
 * The text whose SHA-1 the AWS CLI names the file after (awscli/botocore/utils.py, `_registration_cache_key`). The scopes in
 * it are those that are written, `null` for none (awscli/customizations/sso/utils.py, `_get_sso_session_config`).
 */
function registrationKey({ name, startUrl, region, scopes, writtenScopes = scopes }: SsoSession): string {
  const list = writtenScopes === null ? 'null' : `[${writtenScopes.map(pythonString).join(', ')}]`;
  const session = name === null ? 'null' : pythonString(name);
  return `{"region": ${pythonString(region)}, "scopes": ${list}, "session_name": ${session}, "startUrl": ${pythonString(startUrl)}, "tool": "botocore"}`;
}
