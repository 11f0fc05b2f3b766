import type { Property } from '../../aws-config/types.ts';
import { unsetCommand } from '../../environment/shells.ts';
import { regionVariables } from '../../environment/variables.ts';
import { describeMissing, profilesOf } from '../../guard/directory-pin.ts';
import { globExpression } from '../../lib/glob.ts';
import { quoteWord } from '../../lib/shell-words.ts';
import { nearestRegion, regions } from '../../network/regions.ts';
import { riskLevel } from '../../selection/risk-level.ts';
import { execProfiles } from '../kubeconfig.ts';
import type { Check, Evidence, Finding } from '../types.ts';
import { finding, pathWord, place, programOf } from '../words.ts';

/** Checks of what is named somewhere (files, programs, regions, profiles) and may not exist. */
export const referenceChecks: readonly Check[] = [
  {
    id: 'no-such-file',
    run: ({ missingFiles, shim }) =>
      missingFiles.map(({ name, written, at }) =>
        finding({
          severity: 'error',
          ...place(at ?? undefined),
          message: `${name} is "${written}", and there is no such file`,
          why: fileReasons[name] ?? 'every command with the profile fails',
          remedy:
            at === null ? 'unset it, or write the path of a file that exists' : 'write the path of a file that exists',
          command: at === null ? unsetCommand([name], shim?.shell) : null,
        }),
      ),
  },
  {
    id: 'no-such-program',
    run: ({ profiles, missingPrograms }) =>
      profiles.all().flatMap(({ name, kind, properties }) => {
        const property = properties.get('credential_process');
        const program = programOf(property?.value ?? '');
        if (property === undefined || program === null || !missingPrograms.has(program)) return [];
        // That is a problem in AWS's files (`bad-value`): it needs a shell.
        if (/^[~$]/.test(program)) return [];
        return finding({
          severity: kind === 'process' ? 'error' : 'warning',
          ...place(property.location),
          message: `profile "${name}": credential_process runs "${program}", and there is no such program`,
          why: 'commands that need its credentials fail; the AWS CLI and boto3 run it without a shell',
          remedy: 'install it, or write its whole path',
        });
      }),
  },
  { id: 'no-such-region', run: unknownRegions },
  {
    id: 'quoted-value',
    run: (evidence) =>
      sectionsOf(evidence).flatMap(([title, properties]) =>
        [...properties]
          .filter(([key, { value }]) => isQuoted(value) && !quotable.has(key))
          .map(([key, { location }]) =>
            finding({
              severity: 'error',
              ...place(location),
              message: `${title}: the value of ${key} is in quotes`,
              why: 'the quotes belong to the value for the AWS CLI and the SDKs, so it is not what it looks like',
              remedy: 'write the value without quotes',
            }),
          ),
      ),
  },
  {
    id: 'mfa-without-role',
    run: ({ profiles }) =>
      profiles.all().flatMap(({ name, kind, properties }) => {
        const property = properties.get('mfa_serial');
        if (property === undefined || kind === 'assume-role') return [];
        return finding({
          // aws-vault keeps the keys elsewhere, and asks for a code.
          severity: kind === 'none' ? 'note' : 'warning',
          ...place(property.location),
          message: `profile "${name}" has mfa_serial without role_arn`,
          why: 'the AWS CLI and the SDKs ask for a code only when they assume a role, and ignore it here',
          remedy: 'move it to the profile that has the role_arn, or remove it',
        });
      }),
  },
  {
    id: 'alias-without-profile',
    run: ({ ownSettings: { path, aliases, lineOf }, profiles }) =>
      [...aliases]
        .filter(([, name]) => profiles.get(name) === null)
        .map(([alias, name]) =>
          finding({
            file: path,
            line: lineOf('alias', alias),
            message: `the alias "${alias}" means "${name}", and there is no such profile`,
            why: `"awsp ${alias}" fails`,
            remedy: 'write the name of a profile, or remove the line',
          }),
        ),
  },
  {
    id: 'pin-without-profile',
    run: ({ ownSettings: { path, pins, lineOf }, profiles, directoryPin }) => {
      const names = profiles.names;
      const unmatched = pins.filter(({ glob }) => {
        if (profiles.get(glob) !== null) return false;
        const expression = globExpression(glob);
        return !names.some((name) => expression.test(name));
      });
      const isMissing = directoryPin !== null && profilesOf(profiles, directoryPin.pin).length === 0;
      const why = 'it holds no profile to an account';
      return [
        ...unmatched.map(({ glob }) =>
          finding({
            file: path,
            line: lineOf('pin', glob),
            message: `no profile has a name that "${glob}" matches`,
            why,
            remedy: 'correct the name, or remove the line',
          }),
        ),
        ...(isMissing
          ? [
              finding({
                file: directoryPin.path,
                message: describeMissing(directoryPin.pin),
                why: 'no profile can be used in this folder without a warning',
                remedy: 'create a profile for it, or correct the file',
                command: 'awsp new',
              }),
            ]
          : []),
      ];
    },
  },
  {
    id: 'kubeconfig-profile',
    run: ({ kubeconfigs, profiles, settings, accounts }) =>
      kubeconfigs.flatMap(({ path, text }) =>
        execProfiles(text).map(({ profile: name, line }) => {
          const profile = profiles.get(name) ?? { name, accountId: null, roleName: null };
          const isProduction = riskLevel(profile, profiles, settings, accounts) === 'production';
          const isMissing = profiles.get(name) === null;
          return finding({
            severity: isProduction || isMissing ? 'warning' : 'note',
            file: path,
            line,
            message: `kubectl uses the profile "${name}" here${isProduction ? ', which is production' : ''}${isMissing ? ', and there is no such profile' : ''}`,
            why: "it overrides the shell's profile: a switch does not change where kubectl goes",
            remedy: 'choose the cluster by its context, or remove the profile, so that kubectl uses that of the shell',
          });
        }),
      ),
  },
  {
    id: 'belongs-to-other-user',
    run: ({ foreignPaths, home }) =>
      foreignPaths.map(({ path, owner }) =>
        finding({
          severity: 'error',
          file: path,
          message: `it belongs to ${owner}, so the AWS CLI and awsp may not be able to read or change it`,
          why: 'sign-ins and changes fail; "sudo aws" makes such files',
          remedy: 'make it your own',
          command: `sudo chown -R "$USER" ${pathWord(path, home)}`,
        }),
      ),
  },
  {
    id: 'login-region',
    run: ({ loginRegions, env, shim }) =>
      loginRegions.flatMap(({ profile: { name, region: own, properties }, region }) => {
        const used = env.AWS_REGION || env.AWS_DEFAULT_REGION || own;
        if (!used || used === region) return [];
        return finding({
          ...place((own === used ? properties.get('region') : properties.get('login_session'))?.location),
          message: `profile "${name}" is signed in in ${region}, and AWS's tools use it in ${used}`,
          why: 'they renew its keys where they use them, and AWS knows the sign-in only where it was made: in at most 15 minutes they fail',
          remedy:
            own === region
              ? 'use the region of the profile in this shell'
              : 'sign in again, in the region of the profile',
          command: own === region ? unsetCommand(regionVariables, shim?.shell) : `awsp login ${quoteWord(name)}`,
        });
      }),
  },
  {
    id: 'temporary-file',
    run: ({ temporaryFiles, home }) =>
      temporaryFiles.map((path) => {
        const hasTokens = path.includes('/.aws/');
        return finding({
          file: path,
          message: `a temporary file was left behind${hasTokens ? ', which may hold a token or keys' : ''}`,
          why: hasTokens
            ? 'no tool reads it, removes it when you sign out, or renews it'
            : 'the program that wrote it was ended before it was done',
          remedy: 'remove it',
          command: `rm ${pathWord(path, home)}`,
        });
      }),
  },
];

/** Whether awsp knows the region; a pseudo-region such as `aws-global` counts too. */
export function isKnownRegion(region: string): boolean {
  return Object.hasOwn(regions, region) || /^aws(-[\w-]+)?-global$/.test(region);
}

// --- internal ---

const fileReasons: Readonly<Record<string, string>> = {
  AWS_CONFIG_FILE: 'no tool finds a profile that is in no other file',
  AWS_SHARED_CREDENTIALS_FILE: 'no tool finds the keys of a profile there',
  AWS_CA_BUNDLE: 'the AWS CLI and boto3 trust no certificate, and every command fails',
  REQUESTS_CA_BUNDLE: 'the AWS CLI and boto3 trust no certificate, and every command fails',
};

/** Where quotes have a meaning; for `sso_session` there is another check. */
const quotable: ReadonlySet<string> = new Set(['credential_process', 'cli_pager', 'sso_session']);

function isQuoted(value: string): boolean {
  return /^(["']).*\1$/s.test(value) && value.length > 1;
}

/** The profiles and sessions, by how a message names them. */
function sectionsOf({ profiles }: Evidence): readonly (readonly [string, ReadonlyMap<string, Property>])[] {
  return [
    ...profiles.all().map(({ name, properties }) => [`profile "${name}"`, properties] as const),
    ...profiles.sessionNames.flatMap((name) => {
      const session = profiles.ssoSession(name);
      return session === null ? [] : [[`[sso-session ${name}]`, session.properties] as const];
    }),
  ];
}

/** For so many different values the nearest region is looked for. */
const maxSuggestions = 100;

function unknownRegions(evidence: Evidence): Finding[] {
  const { env, shim } = evidence;
  const suggestions = new Map<string, string | undefined>();
  const suggested = (value: string) => {
    if (!suggestions.has(value)) {
      const nearest = suggestions.size < maxSuggestions ? nearestRegion(value.slice(0, 40)) : undefined;
      suggestions.set(value, meantRegion(value) ?? nearest);
    }
    return suggestions.get(value);
  };
  const unknown = (subject: string, value: string): Pick<Finding, 'severity' | 'message' | 'why' | 'remedy'> => {
    const nearest = suggested(value);
    const isZone = /^[a-z]{2}[a-z-]*-\d[a-z]$/.test(value) && nearest === value.slice(0, -1);
    return {
      // A value that is not spelled like a region is none; another one may be newer than awsp.
      severity: meantRegion(value) === undefined ? 'warning' : 'error',
      message: `${subject} is "${value}"${isZone ? ', an availability zone' : ''}: awsp knows no such region`,
      why: 'commands look for a host that does not exist, unless the region is a new one',
      remedy: nearest === undefined ? 'write the name of a region' : `write ${nearest}, if that is what is meant`,
    };
  };
  const isWrong = (value: string | undefined): value is string =>
    value !== undefined && value !== '' && !isQuoted(value) && !isKnownRegion(value);
  const inFiles = sectionsOf(evidence).flatMap(([title, properties]) =>
    ['region', 'sso_region'].flatMap((key) => {
      const property = properties.get(key);
      if (property === undefined || !isWrong(property.value)) return [];
      return finding({ ...place(property.location), ...unknown(`${title}: ${key}`, property.value) });
    }),
  );
  const inShell = regionVariables.flatMap((name) => {
    const value = env[name];
    return isWrong(value) ? [finding({ ...unknown(name, value), command: unsetCommand([name], shim?.shell) })] : [];
  });
  return [...inShell, ...inFiles];
}

/** The region that a value is but for its spelling: `eu-west2`, `EU-WEST-1`, or with the letter of a zone. */
function meantRegion(value: string): string | undefined {
  const plain = value.toLowerCase().replace(/[^a-z0-9]/g, '');
  return bySpelling.get(plain) ?? bySpelling.get(plain.replace(/(?<=\d)[a-z]$/, ''));
}

const bySpelling = new Map(Object.keys(regions).map((region) => [region.replaceAll('-', ''), region]));
