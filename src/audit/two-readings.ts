import { chain } from '../aws-config/profiles.ts';
import type { Location, ProfileSet, Section } from '../aws-config/types.ts';

/** Two sections of one name, of which some of AWS's tools read the one, and others the other or both. */
export interface TwoReadings {
  readonly headers: readonly [string, string];
  readonly places: readonly [Location, Location];
}

/**
 * The first two sections of a profile, its sources or their sessions that AWS's tools read differently, so that they could
 * come to different credentials; null if there are none. Of `[profile dev]` and `[profile "dev"]`, botocore and the SDK for
 * JavaScript use the later, those for Go and Java the plain one. Of `[default]` after `[profile default]`, botocore uses it,
 * and the SDKs the one with the prefix. Sections with the very same header are no matter here: botocore rejects the file.
 */
export function twoReadings(profiles: ProfileSet, name: string): TwoReadings | null {
  for (const link of chain(profiles, name).profiles) {
    const found =
      differing(profiles.sectionsOf('profile', link.name)) ??
      (link.ssoSession === null ? null : differing(profiles.sectionsOf('sso-session', link.ssoSession)));
    if (found !== null) return found;
  }
  return null;
}

// --- internal ---

type Written = Section & { readonly header: string };

function differing(sections: readonly Written[]): TwoReadings | null {
  const last = sections.at(-1);
  if (last === undefined || isReadByAll(last, sections)) return null;
  const other = sections.find(({ header, properties }) => {
    return header !== last.header && identityOf(properties) !== identityOf(last.properties);
  });
  const [[one], [two]] = [other?.definedIn ?? [], last.definedIn];
  if (other === undefined || one === undefined || two === undefined) return null;
  return { headers: [other.header, last.header], places: [one, two] };
}

/** Beside `[default]`, all tools use the `[profile default]` that follows it. */
function isReadByAll(last: Written, sections: readonly Written[]): boolean {
  const others = sections.filter(({ header }) => header !== last.header);
  return (
    last.name === 'default' && last.header === 'profile default' && others.every(({ header }) => header === 'default')
  );
}

/** What decides the credentials of a section, as a text to compare. */
function identityOf(properties: Section['properties']): string {
  const deciding = [...properties].filter(([key]) => identityKeys.test(key)).map(([key, { value }]) => [key, value]);
  return JSON.stringify(deciding.sort());
}

const identityKeys =
  /^(aws_(access_key_id|secret_access_key|session_token|security_token)|role_arn|source_profile|credential_\w+|web_identity_token_file|sso_(session|start_url|region|account_id|role_name)|login_session|external_id|services|endpoint_url)$/;
