import { awsProperties, referenceKeys } from '../aws-config/property-names.ts';
import { isSecret } from '../aws-config/secrets.ts';
import { choicesOf } from '../aws-config/setting-values.ts';
import { credentialSources, type ProfileSet } from '../aws-config/types.ts';
import type { Expected } from '../cli/expected.ts';
import type { Context } from '../context.ts';
import { regions } from '../network/regions.ts';
import { settingKeys } from '../settings/keys.ts';
import { keyNamed } from '../settings/listing.ts';
import { type Candidate, hasFragment } from './candidates.ts';

/** The properties of a profile, each with its `=`; behind that the values of a property that has few. */
export function propertyCandidates({ profiles }: Context, { words, typed }: Expected): readonly Candidate[] {
  const profile = profiles.get(words[0] ?? '');
  const end = typed.indexOf('=');
  if (end < 0) {
    const own = [...(profile?.properties.keys() ?? [])];
    const keys = [...new Set([...own, ...awsProperties()])].filter((key) => !isSecret(key));
    return keys
      .map((key) => ({
        group: 'properties',
        value: `${key}=`,
        meaning: () => profile?.properties.get(key)?.value ?? '',
      }))
      .filter(({ value }) => value.startsWith(typed.toLowerCase()));
  }
  const key = typed.slice(0, end).toLowerCase();
  const begun = typed.slice(end + 1).toLowerCase();
  const values: readonly (readonly [value: string, meaning: string])[] =
    key === 'region' || key === 'sso_region'
      ? Object.entries(regions)
      : [...choicesOf(key), ...namesFor(key, profiles)].map((value) => [value, ''] as const);
  return values
    .filter(([value]) => value.toLowerCase().startsWith(begun))
    .map(([value, meaning]) => ({
      group: 'values',
      value: `${typed.slice(0, end + 1)}${value}`,
      meaning: () => meaning,
    }));
}

/** The keys of the settings, then the values of one that has few. */
export function settingCandidates({ profiles, settings }: Context, expected: Expected): readonly Candidate[] {
  const [name] = expected.words;
  if (name === undefined) {
    const known = settingKeys.map(({ section, key, meaning }) => ({ value: `${section}.${key}`, meaning }));
    const own = [...settings.aliases].map(([alias, profile]) => ({ value: `alias.${alias}`, meaning: profile }));
    return [...known, ...own]
      .map(({ value, meaning }) => ({ group: 'settings', value, meaning: () => meaning }))
      .filter(({ value }) => hasFragment(value, expected.typed));
  }
  const found = keyNamed(name);
  if (!('section' in found)) return [];
  const values = found.known === null ? profiles.names : (found.known.choices ?? []);
  const isUseful = found.known !== null || found.section === 'alias';
  return (isUseful ? values : [])
    .map((value) => ({ group: 'values', value, meaning: () => '' }))
    .filter(({ value }) => hasFragment(value, expected.typed));
}

// --- internal ---

function namesFor(key: string, { names, sessionNames }: ProfileSet): readonly string[] {
  if (key === 'sso_session') return sessionNames;
  if (key === 'credential_source') return credentialSources;
  return referenceKeys.has(key) ? names : [];
}
