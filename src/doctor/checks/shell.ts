import { type Audit, audit, deviations, type Verdict } from '../../audit/audit.ts';
import { groupedByIdentity } from '../../audit/describe.ts';
import { configPaths } from '../../aws-config/paths.ts';
import type { Profile, ProfileSet } from '../../aws-config/types.ts';
import { overridingVariables } from '../../environment/delta.ts';
import { type ShellName, shells, unsetCommand } from '../../environment/shells.ts';
import { regionVariables, variables } from '../../environment/variables.ts';
import { quoteWord } from '../../lib/shell-words.ts';
import { listed } from '../../lib/text.ts';
import type { Environment } from '../../world.ts';
import type { Check } from '../types.ts';
import { finding } from '../words.ts';

/** What is wrong with the environment of this shell. */
export const shellChecks: readonly Check[] = [
  {
    id: 'blank-profile',
    run: ({ env, shim }) => {
      const blank = ['AWS_PROFILE', 'AWS_DEFAULT_PROFILE'].filter((name) => env[name] === '');
      if (blank.length === 0) return [];
      return [
        finding({
          severity: 'error',
          message: `${listed(blank)} ${blank.length === 1 ? 'is' : 'are'} set, but blank`,
          why: 'the AWS CLI and boto3 look for a profile without a name, and fail',
          remedy: 'unset it',
          command: unsetCommand(blank, shim?.shell),
        }),
      ];
    },
  },
  {
    id: 'blank-region',
    run: ({ env, shim }) => {
      const blank = regionVariables.filter((name) => env[name] === '');
      if (blank.length === 0) return [];
      return [
        finding({
          severity: 'error',
          message: `${listed(blank)} ${blank.length === 1 ? 'is' : 'are'} set, but blank`,
          why: 'the AWS CLI, boto3 and the SDK for JavaScript take that for the region, and fail',
          remedy: 'unset it',
          command: unsetCommand(blank, shim?.shell),
        }),
      ];
    },
  },
  {
    id: 'path-not-for-all-tools',
    run: ({ env, home, shim }) => {
      const { config, credentials } = configPaths(env, home);
      const paths = { AWS_CONFIG_FILE: config, AWS_SHARED_CREDENTIALS_FILE: credentials };
      return Object.entries(paths).flatMap(([name, path]) => {
        if (!env[name] || path === null || path === env[name]) return [];
        return finding({
          severity: 'error',
          message: `${name} is "${env[name]}", which the AWS CLI and boto3 expand, and Terraform and others do not`,
          why: 'they look for the profile in a file that does not exist, and fail or use other credentials',
          remedy: 'write the whole path where it is set, without quotes around the "~" or the "$"',
          command: shells[shim?.shell ?? 'bash'].set(name, path),
        });
      });
    },
  },
  {
    id: 'unknown-profile',
    run: ({ env, profiles }) =>
      ['AWS_PROFILE', 'AWS_DEFAULT_PROFILE']
        .filter((variable) => env[variable] && profiles.get(env[variable]) === null)
        .map((variable) =>
          finding({
            severity: 'error',
            message: `${variable} is "${env[variable]}", and there is no such profile`,
            why: 'most tools fail, and the others use what other credentials they find',
            remedy: 'switch to a profile that exists, or to none',
            command: 'awsp --unset',
          }),
        ),
  },
  {
    id: 'shadowed',
    run: ({ env, audit: now, profiles, shim }) => {
      const [found, profile] = [others(now), now.profile === null ? null : profiles.get(now.profile)];
      if (profile === null || found.length === 0) return [];
      return [
        finding({
          severity: 'error',
          message: `not every tool uses "${profile.name}" in this shell`,
          why: `a command may use another identity than the prompt shows: ${tools(found)}`,
          ...remedyOfOverride(env, profile, profiles, shim?.shell),
        }),
      ];
    },
  },
  {
    id: 'identity-without-profile',
    run: ({ env, audit: now, shim }) => {
      // A default profile has a check of its own, and the role of a machine is no fault.
      // A file that a tool cannot read is reported by itself, and no variable causes that.
      const unreadable = new Set(now.verdicts.filter(({ deciding }) => deciding !== null).map(({ family }) => family));
      const found = deviations(now).filter(
        ({ identity, family }) =>
          identity.kind === 'keys' ||
          (identity.kind === 'error' && !unreadable.has(family) && identity.variable === undefined),
      );
      if (now.profile !== null || found.length === 0 || env.AWS_PROFILE === '' || env.AWS_DEFAULT_PROFILE === '')
        return [];
      return [
        finding({
          message: 'no profile is active, but some tools find credentials, or fail',
          why: tools(found),
          remedy: 'unset the variables that take the place of a profile',
          // A web identity belongs to the machine, so awsp does not unset it.
          command: env.AWS_WEB_IDENTITY_TOKEN_FILE
            ? unsetCommand(overridingVariables(env), shim?.shell)
            : 'awsp --unset',
        }),
      ];
    },
  },
  {
    id: 'regions-differ',
    run: ({ env, audit: now, shim }) => {
      const regions = new Map<string, string[]>();
      for (const { name, region } of now.verdicts) {
        if (region !== null) regions.set(region.value, [...(regions.get(region.value) ?? []), name]);
      }
      const set = regionVariables.filter((name) => env[name] !== undefined);
      if (regions.size < 2 || set.length === 0) return [];
      return [
        finding({
          message: `tools go to different regions: ${listed([...regions.keys()])}`,
          why: [...regions].map(([region, names]) => `${region} in ${names.join(', ')}`).join('; '),
          remedy: "use the profile's region everywhere, or set both variables to the same region",
          command: unsetCommand(set, shim?.shell),
        }),
      ];
    },
  },
  {
    id: 'other-tool-active',
    run: ({ env, shim }) =>
      variables
        .filter(({ name, warning }) => warning === 'other-tool' && env[name])
        .map(({ name, reason }) =>
          finding({
            message: `${name} is set: ${reason}`,
            why: "its prompt and its renewals may disagree with awsp's",
            remedy: 'leave that shell, or open a new one',
            command: unsetCommand([name], shim?.shell),
          }),
        ),
  },
];

// --- internal ---

/** The command after which every tool uses the profile; if there is none, the one that leaves the profile. */
function remedyOfOverride(
  env: Environment,
  { name, kind }: Profile,
  profiles: ProfileSet,
  shell: ShellName | undefined,
) {
  // A web identity belongs to the machine, so a switch does not unset it. For a profile with a web identity, botocore
  // takes either variable in place of the profile's own property, even if it is blank.
  const ofProfile = ['AWS_WEB_IDENTITY_TOKEN_FILE', 'AWS_ROLE_ARN'].filter((variable) => env[variable] !== undefined);
  const left =
    kind === 'web-identity' ? ofProfile : ofProfile.filter((variable) => overridingVariables(env).includes(variable));
  const causes = [...new Set([...overridingVariables(env), ...left])];
  const cleared = Object.fromEntries(Object.entries(env).filter(([variable]) => !causes.includes(variable)));
  if (others(audit({ ...cleared, AWS_PROFILE: name }, profiles, 0)).length > 0) {
    const remedy = 'switch to another profile, or to none: some tools do not use this one, whatever is unset';
    return { remedy, command: 'awsp --unset' };
  }
  const isNamed = env.AWS_PROFILE === name;
  const unset = isNamed ? causes : left;
  const commands = [
    ...(unset.length === 0 ? [] : [unsetCommand(unset, shell)]),
    // Not every tool reads AWS_DEFAULT_PROFILE.
    ...(isNamed ? [] : [`awsp switch ${quoteWord(name)}`]),
  ];
  return {
    remedy: 'switch again, which unsets the variables that override the profile, or unset them yourself',
    command: commands.join('; '),
  };
}

/**
 * The tools that use another identity than the profile's. A tool without credentials is left out: it only fails. So is one
 * that fails for its region: there are checks for that.
 */
function others(found: Audit): readonly Verdict[] {
  return deviations(found).filter(({ identity }) => {
    return identity.kind !== 'none' && !(identity.kind === 'error' && identity.variable !== undefined);
  });
}

/** The identities of tools, in words: `AWS CLI v2: AWS_ACCESS_KEY_ID; SDK for Go and Terraform: fails`. */
function tools(verdicts: readonly Verdict[]): string {
  return groupedByIdentity(verdicts)
    .map(({ uses, tools }) => `${tools.join(', ')}: ${uses}`)
    .join('; ');
}
