import { readFields } from '../lib/json-fields.ts';
import { pythonString } from '../lib/python-json.ts';
import { fromIsoTime, toIsoTime } from '../lib/time.ts';
import type { World } from '../world.ts';
import type { Registration } from './oidc.ts';
import type { SsoSession } from './session.ts';
import { tokenPath } from './token-cache.ts';

/** A registration that ends sooner is not worth a sign-in; the AWS CLI's own limit. */
const minLeft = 15 * 60_000;

/** The registration that awsp or the AWS CLI made for this sign-in, if it lasts and was made for the same way. */
export function loadRegistration(world: World, session: SsoSession, withCode: boolean): Registration | null {
  const path = tokenPath(world, registrationKey(session));
  const read = path === null ? null : world.files.read(path);
  if (read?.kind !== 'text') return null;
  const field = readFields(read.text);
  const [clientId, clientSecret, expiresAt] = [
    field('clientId'),
    field('clientSecret'),
    fromIsoTime(field('expiresAt')),
  ];
  // The AWS CLI names the grants only where there is an authorization code among them.
  const isForCode = read.text.includes('"authorization_code"');
  if (!clientId || !clientSecret || isForCode !== withCode || !(expiresAt - world.now() > minLeft)) return null;
  return { clientId, clientSecret, expiresAt };
}

/** Takes a registration out of use, also for the AWS CLI. */
export function forgetRegistration(world: World, session: SsoSession): void {
  const path = tokenPath(world, registrationKey(session));
  if (path !== null) world.files.remove(path);
}

/** Keeps a registration where the AWS CLI keeps its own, in its form, so that each can use the other's. */
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

/** What names the file: the text that the AWS CLI hashes (awscli/botocore/utils.py, `_registration_cache_key`). */
function registrationKey({ name, startUrl, region, scopes }: SsoSession): string {
  const list = scopes.map(pythonString).join(', ');
  const session = name === null ? 'null' : pythonString(name);
  return `{"region": ${pythonString(region)}, "scopes": [${list}], "session_name": ${session}, "startUrl": ${pythonString(startUrl)}, "tool": "botocore"}`;
}
