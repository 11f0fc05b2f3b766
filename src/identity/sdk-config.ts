import type { Profile, ProfileKind, ProfileSet, Section } from '../aws-config/types.ts';
import type { Environment } from '../world.ts';
import { defaultRegionOf } from './arn.ts';

/**
 * A config file with only the sections that a verification needs, in a form that every SDK parser reads alike. The SDK gets
 * this text in place of the real files. So it verifies what awsp has parsed, uses the credentials that the AWS CLI would
 * use, and does not spend time on thousands of other profiles.
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

/**
 * A profile or session name as it is written in that text: percent-encoded, because the SDK for JavaScript does not parse
 * section headers that contain spaces, quotes or non-ASCII characters.
 */
export function sdkName(name: string): string {
  const hexadecimal = (character: string) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`;
  return encodeURIComponent(name).replace(/[!~*'()]|^_/g, hexadecimal);
}

/** The name under which the SDK looks up the cached SSO token of an `sso` profile: its session, or its start URL. */
export function sdkTokenName({ ssoSession, ssoStartUrl }: Profile): string {
  return ssoSession === null ? (ssoStartUrl ?? '') : sdkName(ssoSession);
}

/** The region whose STS endpoint is called: the environment's, else the profile's, else the default of its partition. */
export function regionOf(profile: Profile, env: Environment): string {
  const partition = profile.properties.get('role_arn')?.value.split(':')[1] ?? 'aws';
  return env.AWS_REGION || env.AWS_DEFAULT_REGION || profile.region || profile.ssoRegion || defaultRegionOf(partition);
}

// --- internal ---

/** The properties that only one kind of profile uses. A property that matches no row is used by all kinds. */
const propertiesByKind: readonly (readonly [ProfileKind, RegExp])[] = [
  ['static', /^aws_(access_key_id|secret_access_key|session_token|security_token)$/],
  ['sso', /^sso_/],
  ['process', /^credential_process$/],
  ['web-identity', /^web_identity_token_file$/],
  ['login', /^login_session$/],
];

/**
 * The properties that the profile's kind uses. A profile may have properties of several kinds; the SDK and the AWS CLI
 * choose between them in different orders, so only those of the AWS CLI's choice are passed on.
 */
function usedProperties(profile: Profile): Map<string, string> {
  const isOwnSource = profile.sourceProfile === profile.name;
  const isUsed = (key: string) => {
    const owner = propertiesByKind.find(([, keys]) => keys.test(key))?.[0];
    if (key === 'source_profile') return profile.kind === 'assume-role';
    return owner === undefined || owner === profile.kind || (owner === 'static' && isOwnSource);
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
    // The SDK would parse the continuation lines of a value as headers and properties.
    const oneLine = value.replace(/\s*\n\s*/g, ' ');
    if (dot === -1) lines.push(`${key} = ${oneLine}`);
    else
      nested.set(key.slice(0, dot), [...(nested.get(key.slice(0, dot)) ?? []), `  ${key.slice(dot + 1)} = ${oneLine}`]);
  }
  for (const [key, children] of nested) lines.push(`${key} =`, ...children);
  return `${lines.join('\n')}\n`;
}
