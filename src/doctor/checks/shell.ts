import { deviations, type Verdict } from '../../audit/audit.ts';
import { groupedByIdentity } from '../../audit/describe.ts';
import { shadows } from '../../environment/delta.ts';
import { unsetCommand } from '../../environment/shells.ts';
import { variables } from '../../environment/variables.ts';
import { listed } from '../../terminal/messages.ts';
import type { Check } from '../types.ts';
import { finding, shellWord } from '../words.ts';

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
          command: unsetCommand(blank, shim?.shell ?? null),
        }),
      ];
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
            why: 'most tools fail, and the others take whoever else they find',
            remedy: 'switch to a profile that exists, or to none',
            command: 'awsp --unset',
          }),
        ),
  },
  {
    id: 'shadowed',
    run: ({ env, audit, profiles, shim }) => {
      const { profile } = audit;
      const others = deviations(audit).filter(({ identity }) => identity.kind !== 'none');
      if (profile === null || others.length === 0 || profiles.get(profile) === null) return [];
      const causes = shadows({ ...env, AWS_PROFILE: profile });
      return [
        finding({
          severity: 'error',
          message: `not every tool is "${profile}" in this shell`,
          why: `a command may act for somebody else than the prompt says: ${tools(others)}`,
          remedy: 'switch again, which clears what stands in for the profile, or unset it',
          command:
            causes.length === 0 ? `awsp switch ${shellWord(profile)}` : unsetCommand(causes, shim?.shell ?? null),
        }),
      ];
    },
  },
  {
    id: 'identity-without-profile',
    run: ({ env, audit }) => {
      // A default profile has a check of its own, and a machine may have a role.
      const others = deviations(audit).filter(({ identity }) => identity.kind === 'keys' || identity.kind === 'error');
      if (audit.profile !== null || others.length === 0 || env.AWS_PROFILE === '' || env.AWS_DEFAULT_PROFILE === '')
        return [];
      return [
        finding({
          message: 'no profile is active, and yet commands act for somebody, or fail',
          why: tools(others),
          remedy: 'clear what stands in for a profile',
          command: 'awsp --unset',
        }),
      ];
    },
  },
  {
    id: 'regions-differ',
    run: ({ env, audit, shim }) => {
      const regions = new Map<string, string[]>();
      for (const { name, region } of audit.verdicts) {
        if (region !== null) regions.set(region.value, [...(regions.get(region.value) ?? []), name]);
      }
      const set = ['AWS_REGION', 'AWS_DEFAULT_REGION'].filter((name) => env[name] !== undefined);
      if (regions.size < 2 || set.length === 0) return [];
      return [
        finding({
          message: `tools go to different regions: ${listed([...regions.keys()])}`,
          why: [...regions].map(([region, names]) => `${region} in ${names.join(', ')}`).join('; '),
          remedy: "use the profile's region everywhere, or set both variables alike",
          command: unsetCommand(set, shim?.shell ?? null),
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
            command: unsetCommand([name], shim?.shell ?? null),
          }),
        ),
  },
];

// --- internal ---

function tools(verdicts: readonly Verdict[]): string {
  return groupedByIdentity(verdicts)
    .map(({ uses, tools }) => `${uses} in ${tools.join(', ')}`)
    .join('; ');
}
