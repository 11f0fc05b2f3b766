import type { Profile, ProfileKind, ProfileSet, Section } from '../aws-config/types.ts';
import type { Environment } from '../world.ts';
import { homeRegionOf } from './arn.ts';

/**
 * The sections that a verification needs, written in the plainest form of AWS's dialect. The SDK is given this text in
 * place of the files: so it verifies what awsp has read, whatever style the files are in, it takes the credentials that
 * the AWS CLI would take, and it never pays for reading ten thousand other profiles.
 */
export function sdkConfig(profiles: ProfileSet, chain: readonly Profile[]): string {
  const sessions = new Set(chain.flatMap(({ ssoSession }) => ssoSession ?? []));
  const services = new Set(chain.flatMap(({ properties }) => properties.get('services')?.value ?? []));
  return [
    ...chain.map((profile) => renderSection(`profile ${sdkName(profile.name)}`, usedProperties(profile))),
    ...[...sessions].map((name) => renderNamed('sso-session', sdkName(name), profiles.ssoSession(name))),
    ...[...services].map((name) => renderNamed('services', name, profiles.services(name))),
  ].join('');
}

/** The name of a profile or of a session in that text: the SDK for JavaScript reads no header with a space, a quote or a letter beyond ASCII. */
export function sdkName(name: string): string {
  const hexadecimal = (character: string) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`;
  return encodeURIComponent(name).replace(/[!~*'()]|^_/g, hexadecimal);
}

/** The name by which the SDK asks for the token of a profile of the kind `sso`. */
export function sdkTokenName({ ssoSession, ssoStartUrl }: Profile): string {
  return ssoSession === null ? (ssoStartUrl ?? '') : sdkName(ssoSession);
}

/** The region whose STS is asked: the environment's, the profile's, else the first of its partition. */
export function regionOf(profile: Profile, env: Environment): string {
  const partition = profile.properties.get('role_arn')?.value.split(':')[1] ?? 'aws';
  return env.AWS_REGION || env.AWS_DEFAULT_REGION || profile.region || profile.ssoRegion || homeRegionOf(partition);
}

// --- internal ---

/** The properties that only one kind of profile uses. */
const ownedBy: readonly (readonly [ProfileKind, RegExp])[] = [
  ['static', /^aws_(access_key_id|secret_access_key|session_token|security_token)$/],
  ['sso', /^sso_/],
  ['process', /^credential_process$/],
  ['web-identity', /^web_identity_token_file$/],
  ['login', /^login_session$/],
];

/** What the profile's kind uses: the SDK decides between kinds in another order than the AWS CLI, so it gets no choice. */
function usedProperties(profile: Profile): Map<string, string> {
  const ownSource = profile.sourceProfile === profile.name;
  const isUsed = (key: string) => {
    const owner = ownedBy.find(([, keys]) => keys.test(key))?.[0];
    if (key === 'source_profile') return profile.kind === 'assume-role';
    return owner === undefined || owner === profile.kind || (owner === 'static' && ownSource);
  };
  const used = new Map<string, string>();
  for (const [key, { value }] of profile.properties) {
    const isName = key === 'source_profile' || key === 'sso_session';
    if (isUsed(key)) used.set(key, isName ? sdkName(value) : value);
  }
  return used;
}

function renderNamed(type: string, name: string, section: Section | null): string {
  const properties = new Map([...(section?.properties ?? [])].map(([key, { value }]) => [key, value]));
  return renderSection(`${type} ${name}`, properties);
}

function renderSection(header: string, properties: ReadonlyMap<string, string>): string {
  const lines = [`[${header}]`];
  const nested = new Map<string, string[]>();
  for (const [key, value] of properties) {
    const dot = key.indexOf('.');
    if (value === '') continue;
    // The SDK would take the further lines of a value for headers and properties.
    const oneLine = value.replace(/\s*\n\s*/g, ' ');
    if (dot === -1) lines.push(`${key} = ${oneLine}`);
    else
      nested.set(key.slice(0, dot), [...(nested.get(key.slice(0, dot)) ?? []), `  ${key.slice(dot + 1)} = ${oneLine}`]);
  }
  for (const [key, children] of nested) lines.push(`${key} =`, ...children);
  return `${lines.join('\n')}\n`;
}
