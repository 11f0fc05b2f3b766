import type { Profile } from '../../aws-config/types.ts';
import { lineTexts } from '../../lib/lines.ts';
import { quoteWord } from '../../lib/shell-words.ts';
import { allSessions } from '../../sso/session.ts';
import { normalizeStartUrl } from '../../sso/start-url.ts';
import type { Check, Finding } from '../types.ts';
import { finding, pathWord, place } from '../words.ts';
import { isKnownRegion } from './references.ts';

/** Checks of AWS's files and their profiles, in addition to `ProfileSet.problems`. */
export const awsFileChecks: readonly Check[] = [
  {
    id: 'default-with-credentials',
    run: ({ profiles }) => {
      const profile = profiles.get('default');
      if (profile === null || profile.kind === 'none') return [];
      return [
        finding({
          ...place(credentialKeys.map((key) => profile.properties.get(key)?.location).find((at) => at !== undefined)),
          message: '[default] has credentials',
          why: 'every command without a chosen profile runs in that account',
          remedy: 'give the profile a name; region and output may stay in [default]',
        }),
      ];
    },
  },
  {
    id: 'long-lived-keys',
    run: ({ profiles }) =>
      profiles.all().flatMap(({ name, properties }) => {
        const key = properties.get('aws_access_key_id');
        const isTemporary = ['aws_session_token', 'aws_security_token'].some((token) => properties.get(token)?.value);
        if (key === undefined || isTemporary) return [];
        return [
          finding({
            ...place(key.location),
            message: `profile "${name}" has access keys that do not expire`,
            why: 'anyone who reads the file, or a backup of it, can use them until they are deleted',
            remedy: 'create an SSO profile instead, remove the section, and delete the keys in IAM',
            command: 'awsp new',
          }),
        ];
      }),
  },
  {
    id: 'same-account-and-role',
    run: ({ profiles }) => [...groupedBy(profiles.all(), roleKey).values()].flatMap(duplicates),
  },
  {
    id: 'no-region',
    run: (evidence) => {
      const lines = new Map(evidence.awsFiles.map(({ path, text }) => [path, lineTexts(text)]));
      const all = evidence.profiles.all();
      const known = (region: string | null) => (region !== null && isKnownRegion(region) ? region : null);
      const usual = all.map(({ region }) => known(region)).find((region) => region !== null) ?? null;
      return all
        .filter(({ kind, region }) => kind !== 'none' && region === null)
        .map((profile) => {
          const { file, line } = place(profile.definedIn[0]);
          const header = lines.get(file ?? '')?.[(line ?? 0) - 1] ?? '';
          return withoutRegion(profile, header, known(profile.ssoRegion) ?? usual, evidence.home);
        });
    },
  },
  {
    id: 'sso-regions-differ',
    run: ({ profiles }) => {
      const sessions = allSessions(profiles);
      const portals = groupedBy(sessions, ({ session }) => normalizeStartUrl(session.startUrl) ?? session.startUrl);
      return [...portals].flatMap(([startUrl, users]) => {
        const regions = [...new Set(users.map(({ session }) => session.region))];
        if (regions.length < 2) return [];
        return users.slice(1).flatMap(({ session, users: names }) => {
          if (session.region === users[0]?.session.region) return [];
          const section = session.name === null ? profiles.get(names[0] ?? '') : profiles.ssoSession(session.name);
          return [
            finding({
              severity: 'error',
              ...place(section?.properties.get('sso_region')?.location),
              message: `sso_region of ${startUrl} is "${session.region}" here, and "${users[0]?.session.region}" elsewhere`,
              why: 'a portal is in one region, and a sign-in in another region does not complete',
              remedy: 'write the region of the portal in both; its start page shows it',
            }),
          ];
        });
      });
    },
  },
  {
    id: 'start-urls-differ',
    run: ({ profiles }) => {
      const sessions = allSessions(profiles);
      const portals = groupedBy(sessions, ({ session }) => normalizeStartUrl(session.startUrl));
      return [...portals.values()].flatMap(([first, ...others]) =>
        others
          .filter(({ session }) => session.startUrl !== first?.session.startUrl)
          .map(({ session, users }) => {
            const section = session.name === null ? profiles.get(users[0] ?? '') : profiles.ssoSession(session.name);
            return finding({
              // The name of a session names its token; without a session, the start URL does.
              severity: session.name === null ? 'warning' : 'note',
              ...place(section?.properties.get('sso_start_url')?.location),
              message: `the start URL is "${session.startUrl}" here, and "${first?.session.startUrl}" elsewhere: one portal`,
              why: "AWS's tools take them for two portals, and you have to sign in to each",
              remedy: `write ${first?.session.startUrl} in both`,
            });
          }),
      );
    },
  },
  {
    id: 'readable-by-others',
    run: ({ modes, home }) =>
      modes
        .filter(({ mode }) => (mode & 0o077) !== 0)
        .map(({ path, mode, kind }) => {
          const written = mode.toString(8).padStart(3, '0');
          return finding({
            severity: kind === 'secret' || (mode & 0o022) !== 0 ? 'error' : 'warning',
            file: path,
            message: `the mode of the file is ${written}: others on this machine may ${(mode & 0o022) === 0 ? 'read' : 'change'} it`,
            why:
              kind === 'secret'
                ? 'it holds secrets: anyone who has them can act as you'
                : 'it decides which identity you use at AWS',
            remedy: 'remove the permissions of others',
            command: `chmod go= ${pathWord(path, home)}`,
            fix: { kind: 'mode', path, mode: mode & ~0o077 },
          });
        }),
  },
];

// --- internal ---

/** The properties that give a profile credentials. */
const credentialKeys = [
  'aws_access_key_id',
  'role_arn',
  'web_identity_token_file',
  'sso_session',
  'sso_start_url',
  'sso_account_id',
  'credential_process',
  'login_session',
] as const;

/** The properties that decide which role is assumed, and how. */
const assumeRoleKeys = [
  'role_arn',
  'source_profile',
  'credential_source',
  'web_identity_token_file',
  'role_session_name',
  'external_id',
  'mfa_serial',
] as const;

function groupedBy<T>(items: readonly T[], keyOf: (item: T) => string | null): ReadonlyMap<string, readonly T[]> {
  const groups = new Map<string, T[]>();
  for (const item of items) {
    const key = keyOf(item);
    const group = key === null ? undefined : groups.get(key);
    if (group !== undefined) group.push(item);
    else if (key !== null) groups.set(key, [item]);
  }
  return groups;
}

/** A key for the account and role of a profile; null if it does not name both. */
function roleKey(profile: Profile): string | null {
  const { kind, accountId, roleName, ssoStartUrl, properties } = profile;
  if (accountId === null || roleName === null) return null;
  if (kind === 'sso') return `${accountId} ${roleName} ${normalizeStartUrl(ssoStartUrl ?? '') ?? ssoStartUrl}`;
  return assumeRoleKeys.map((key) => properties.get(key)?.value).join(' ');
}

function duplicates([first, ...others]: readonly Profile[]): Finding[] {
  return others.map((profile) => {
    const isSameRegion = profile.region === first?.region;
    return finding({
      severity: isSameRegion ? 'warning' : 'note',
      ...place(profile.definedIn[0]),
      message: `profile "${profile.name}" is the same account and role as "${first?.name}"${isSameRegion ? '' : ', in another region'}`,
      why: isSameRegion
        ? 'a query that matches both needs a choice, and a setting of one is easily forgotten in the other'
        : 'one profile and "awsp … --region" would do as well',
      remedy: 'keep one of the two',
    });
  });
}

/**
 * Headers that `aws configure set` finds by the profile's name. With any other header it would add a second section, which
 * then replaces the whole profile.
 */
const findable = /^\[(?:default|(?:profile )?(?!default)[\w@%+=:,./-]+)\]/;

function withoutRegion(profile: Profile, header: string, region: string | null, home: string | null): Finding {
  const command =
    region === null || home === null || !findable.test(header)
      ? null
      : `aws configure set region ${quoteWord(region)} --profile ${quoteWord(profile.name)}`;
  return finding({
    ...place(profile.definedIn[0]),
    message: `profile "${profile.name}" has no region`,
    why: 'commands fail without one, or go to the region of a variable that is left over',
    remedy: `add "region = …" to it${region === null ? '' : `, such as ${region}`}`,
    command,
  });
}
