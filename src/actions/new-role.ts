import { writeSection } from '../aws-config/edit.ts';
import { accountIn, nameBy } from '../aws-config/profile-name.ts';
import { withoutKind } from '../aws-config/property-names.ts';
import type { Profile } from '../aws-config/types.ts';
import type { Context } from '../context.ts';
import type { ShellName } from '../environment/shells.ts';
import { AwspError } from '../errors.ts';
import { exitCodes } from '../exit-codes.ts';
import type { Outcome } from '../outcome.ts';
import { say } from '../terminal/messages.ts';
import { configFile } from './config-change.ts';
import { offerProfile } from './new.ts';
import { profileMeant } from './profile-changes.ts';
import { writeUnderName } from './profile-in-file.ts';
import { settingsMessages } from './query.ts';
import { doubtOutput, outputFormat, readGiven } from './questions.ts';
import { regionMeant } from './region-meant.ts';
import { askInOrder } from './wizard.ts';

/** What `awsp new --role-arn` was given; the ARN and the values of options with few values are right already. */
export interface NewRoleOptions {
  readonly roleArn: string;
  /** The profile that assumes the role; null: see `credentialSource`, or it is asked for. */
  readonly source: string | null;
  readonly credentialSource: string | null;
  readonly mfaSerial: string | null;
  readonly externalId: string | null;
  /** In seconds. */
  readonly duration: number | null;
  readonly region: string | null;
  readonly forceRegion: boolean;
  readonly output: string | null;
  readonly name: string | null;
  readonly yes: boolean;
  readonly dryRun: boolean;
}

/** `awsp new --role-arn`: creates a profile that assumes a role with the credentials of another profile, or of the machine. */
export async function createRoleProfile(
  context: Context,
  options: NewRoleOptions,
  shell: ShellName | null,
): Promise<Outcome> {
  const { world } = context;
  const path = configFile(world);
  const name = await askInOrder(context, async (wizard) => {
    const source = await wizard.step(() => sourceOf(wizard.context, options));
    const properties = await wizard.step(() => propertiesOf(wizard.context, options, source));
    await wizard.step(async () => {
      for (const message of settingsMessages(context)) say(world.terminal, message);
    });
    return writeUnderName(wizard, options, path, {
      usual: usualName(context, options.roleArn),
      write: (text, name) => writeSection(text, 'config', { type: 'profile', name }, properties),
    });
  });
  return offerProfile(context, name, options, shell);
}

// --- internal ---

async function sourceOf(context: Context, { source, credentialSource }: NewRoleOptions): Promise<Profile | null> {
  if (credentialSource !== null) return null;
  if (source === null && !context.world.terminal.interactive)
    throw new AwspError(
      exitCodes.usage,
      'the profile that assumes the role is missing, and there is no terminal to ask on',
      ['give it: --source PROFILE, or for the credentials of the machine: --credential-source Ec2InstanceMetadata'],
    );
  if (source === null) say(context.world.terminal, { kind: 'note', text: 'which profile assumes the role?' });
  return profileMeant(context, source === null ? [] : [source]);
}

async function propertiesOf(
  context: Context,
  options: NewRoleOptions,
  source: Profile | null,
): Promise<ReadonlyMap<string, string | null>> {
  const { roleArn, credentialSource, mfaSerial, externalId, duration } = options;
  if (duration !== null && duration > maxChained && source !== null && hasRole(source))
    throw new AwspError(
      exitCodes.usage,
      `"${source.name}" is a role itself, and AWS gives a role that a role assumes for one hour at most`,
      ['leave --duration out, or give a source that is a user'],
    );
  const region =
    options.region === null
      ? (source?.region ?? null)
      : await regionMeant(context, options.region, options.forceRegion);
  return new Map([
    ...withoutKind(),
    ['role_arn', roleArn],
    ['source_profile', source?.name ?? null],
    ['credential_source', credentialSource],
    ['mfa_serial', mfaSerial],
    ['external_id', externalId],
    ['duration_seconds', duration === null ? null : String(duration)],
    ['region', region],
    ['output', await outputOf(options, source)],
  ]);
}

/** In seconds: the AWS STS API Reference, AssumeRole, DurationSeconds, "role chaining". */
const maxChained = 3_600;

function hasRole({ sourceKind }: Profile): boolean {
  return ['sso', 'assume-role', 'web-identity'].includes(sourceKind);
}

async function outputOf({ output }: NewRoleOptions, source: Profile | null): Promise<string | null> {
  if (output === null) return source?.properties.get('output')?.value ?? null;
  const value = readGiven(outputFormat, output);
  const doubt = await doubtOutput(value);
  if (doubt !== null) throw new AwspError(exitCodes.usage, doubt.text);
  return value;
}

/** The name by the template of the settings, where another profile of the account tells what the account is called. */
function usualName({ profiles, settings, accounts }: Context, roleArn: string): string {
  const [, accountId = '', path = ''] = /::(\d{12}):role\/(.*)$/.exec(roleArn) ?? [];
  const role = path.slice(path.lastIndexOf('/') + 1);
  const [told] = profiles.all().flatMap((profile) => {
    return profile.accountId === accountId ? (accountIn(profile, settings.nameTemplate) ?? []) : [];
  });
  const account = accounts.nameOf(accountId) ?? told;
  const template = account === undefined ? '{accountId}-{role}' : settings.nameTemplate;
  return nameBy(template, { account: account ?? '', accountId, role, session: '' });
}
