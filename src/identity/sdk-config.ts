import type { Profile, ProfileKind, ProfileSet, Section } from '../aws-config/types.ts';
import { isPlainWord } from '../lib/text.ts';
import { defaultRegionOf } from '../network/default-region.ts';
import type { Environment } from '../world.ts';

/**
 * A config file with only the sections that a verification needs, in a form that every SDK parser reads alike. The SDK gets
 * this text in place of the real files. So it verifies what awsp has parsed, uses the credentials that the AWS CLI would
 * use, and does not spend time on thousands of other profiles.
 */
export function sdkConfig(profiles: ProfileSet, chain: readonly Profile[]): string {
  const sessions = new Set(chain.flatMap(({ ssoSession }) => ssoSession ?? []));
  const services = new Set(chain.flatMap(({ properties }) => properties.get('services')?.value ?? []));
  // A profile that is its own source is in the chain twice where its source is not of its own kind.
  const isOwnSource = (link: Profile, index: number) => chain[index - 1]?.name === link.name;
  const sectionName = (link: Profile, index: number) =>
    isOwnSource(link, index) ? `${sdkName(link.name)}${sourceSuffix}` : sdkName(link.name);
  return [
    ...chain.map((link, index) => {
      const properties = usedProperties(link, chain[index + 1]);
      return renderSection(`profile ${sectionName(link, index)}`, properties);
    }),
    ...[...sessions].map((name) => renderNamed('sso-session', sdkName(name), profiles.ssoSession(name))),
    ...[...services].map((name) => renderNamed('services', name, profiles.services(name))),
  ].join('');
}

/**
 * A profile or session name as it is written in that text: percent-encoded, because the SDK for JavaScript does not parse
 * section headers that contain spaces, quotes or non-ASCII characters.
 */
export function sdkName(name: string): string {
  if (isPlainWord(name)) return name;
  const hexadecimal = (character: string) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`;
  return encodeURIComponent(name).replace(/[!~*'()]|^_/g, hexadecimal);
}

/** The region whose STS endpoint is called: the environment's, else the profile's, else the default of its partition. */
export function regionOf(profile: Profile, env: Environment): string {
  const partition = profile.properties.get('role_arn')?.value.split(':')[1] ?? 'aws';
  return env.AWS_REGION || env.AWS_DEFAULT_REGION || profile.region || profile.ssoRegion || defaultRegionOf(partition);
}

// --- internal ---

/** At the end of a name; it is none that `sdkName` makes. */
const sourceSuffix = '%source';

/** The properties that only one kind of profile uses; one that is not here, and begins otherwise than `sso_`, is for all. */
const ownerOf: ReadonlyMap<string, ProfileKind> = new Map([
  ['aws_access_key_id', 'static'],
  ['aws_secret_access_key', 'static'],
  ['aws_session_token', 'static'],
  ['aws_security_token', 'static'],
  ['aws_account_id', 'static'],
  ['credential_process', 'process'],
  ['web_identity_token_file', 'web-identity'],
  ['login_session', 'login'],
]);

/**
 * The properties that the profile's kind uses. A profile may have properties of several kinds; the SDK and the AWS CLI
 * choose between them in different orders, so only those of the AWS CLI's choice are passed on. `source` is the next
 * profile of the chain.
 */
function usedProperties(profile: Profile, source: Profile | undefined): Map<string, string> {
  const isOwnSource = profile.sourceProfile === profile.name;
  const suffix = source?.name === profile.name ? sourceSuffix : '';
  const isUsed = (key: string) => {
    const owner = key.startsWith('sso_') ? 'sso' : ownerOf.get(key);
    if (key === 'source_profile' || key === 'credential_source') return profile.kind === 'assume-role';
    if (key === 'role_arn') return profile.kind === 'assume-role' || profile.kind === 'web-identity';
    return owner === undefined || owner === profile.kind || (owner === 'static' && isOwnSource && suffix === '');
  };
  const used = new Map<string, string>();
  for (const [key, { value }] of profile.properties) {
    const isName = key === 'source_profile' || key === 'sso_session';
    if (isUsed(key)) used.set(key, isName ? `${sdkName(value)}${key === 'source_profile' ? suffix : ''}` : value);
  }
  // botocore prefers the old name of the token (botocore/credentials.py, `SharedCredentialProvider.TOKENS`), which the SDK
  // for JavaScript does not know.
  const token = used.get('aws_security_token');
  if (token !== undefined) {
    used.delete('aws_security_token');
    used.set('aws_session_token', token);
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
    const oneLine = value.includes('\n') ? value.replace(/\s*\n\s*/g, ' ') : value;
    if (dot === -1) lines.push(`${key} = ${oneLine}`);
    else
      nested.set(key.slice(0, dot), [...(nested.get(key.slice(0, dot)) ?? []), `  ${key.slice(dot + 1)} = ${oneLine}`]);
  }
  for (const [key, children] of nested) lines.push(`${key} =`, ...children);
  return `${lines.join('\n')}\n`;
}
