import type { NewOptions } from '../actions/creation-options.ts';
import type { NewRoleOptions } from '../actions/new-role.ts';
import { credentialSources } from '../aws-config/types.ts';
import { type Command, Complaint, type OptionSpec } from '../cli/command.ts';
import type { CommandLine } from '../cli/command-line.ts';
import { forceRegion, noWords } from '../cli/options.ts';
import { readSessionDuration, roleArnComplaint } from './arguments.ts';
import { outputOption, portalOptions, readCreationOptions, signInOptions } from './creation.ts';

/** What goes with `--role-arn` alone. */
const roleOptions: readonly OptionSpec[] = [
  { name: 'role-arn', value: 'ARN', describe: 'no SSO profile: one that assumes this role' },
  { name: 'source', value: 'PROFILE', describe: 'with --role-arn: the profile that assumes it' },
  {
    name: 'credential-source',
    value: 'SOURCE',
    choices: credentialSources,
    describe: 'with --role-arn: the credentials of the machine, in place of --source',
  },
  { name: 'mfa-serial', value: 'ARN', describe: 'with --role-arn: the MFA device whose code AWS asks for' },
  { name: 'external-id', value: 'ID', describe: 'with --role-arn: what the owner of the role wants to be told' },
  { name: 'duration', value: 'TIME', describe: 'with --role-arn: how long its keys last, from 15m to 12h' },
];

export const newCommand: Command<NewOptions | NewRoleOptions> = {
  name: 'new',
  helpOrder: 50,
  usage: [
    ['awsp new', 'create an SSO profile'],
    ['awsp new --role-arn ARN --source <profile>', 'create a profile that assumes a role'],
    ['awsp new --aws-login', 'create a profile of aws login, for who signs in to the console'],
  ],
  words: noWords,
  options: [
    ...portalOptions,
    { name: 'account', value: 'ACCOUNT', describe: 'the account, by id or name' },
    { name: 'role', value: 'ROLE', describe: 'the role in it' },
    { name: 'region', value: 'REGION', describe: "the profile's default region" },
    forceRegion,
    outputOption,
    { name: 'name', value: 'NAME', describe: 'the name of the profile' },
    { name: 'remote', describe: 'with --aws-login: sign in by a browser on any device, with a code to paste' },
    { name: 'aws-login', describe: 'no portal: a profile of aws login' },
    ...signInOptions,
    { name: 'dry-run', describe: 'show what would change, write nothing' },
    ...roleOptions,
  ],
  changesShell: true,
  parse(line) {
    if (line.text('role-arn') !== null) return readRoleOptions(line);
    const stray = roleOptions.find(({ name }) => line.text(name) !== null);
    if (stray !== undefined) return new Complaint(`"--${stray.name}" goes with "--role-arn"`);
    const awsLogin = line.has('aws-login');
    const other = ofPortals.find((name) => line.has(name) || line.text(name) !== null);
    if (awsLogin && other !== undefined) return new Complaint(`"--aws-login" has no portal, so no "--${other}" either`);
    return {
      ...readCreationOptions(line),
      deviceCode: line.has('device-code') || line.has('remote'),
      ...{ account: line.text('account'), role: line.text('role'), name: line.text('name'), awsLogin },
      dryRun: line.has('dry-run'),
    };
  },
  async run(options, { loadContext, shell }) {
    if ('roleArn' in options) {
      const { createRoleProfile } = await import('../actions/new-role.ts');
      return createRoleProfile(await loadContext(), options, shell);
    }
    const { createProfile } = await import('../actions/new.ts');
    return createProfile(await loadContext(), options, shell);
  },
};

const ofPortals = ['start-url', 'sso-region', 'session', 'legacy', 'account', 'role'] as const;

function readRoleOptions(line: CommandLine): NewRoleOptions | Complaint {
  const roleArn = line.text('role-arn') ?? '';
  const ofPortal = [...portalOptions, ...signInOptions].filter(({ name }) => name !== 'yes').map(({ name }) => name);
  const stray = [...ofPortal, 'account', 'role', 'remote', 'aws-login'].find(
    (name) => line.has(name) || line.text(name) !== null,
  );
  if (stray !== undefined) return new Complaint(`"--${stray}" is for an SSO profile, not for one with "--role-arn"`);
  const badArn = roleArnComplaint(roleArn);
  if (badArn !== null) return badArn;
  const [source, credentialSource] = [line.text('source'), line.text('credential-source')];
  if (source !== null && credentialSource !== null)
    return new Complaint('"--source" and "--credential-source" exclude each other');
  const [mfaSerial, externalId] = [line.text('mfa-serial'), line.text('external-id')];
  // The patterns of the AWS STS API Reference, AssumeRole.
  if (mfaSerial !== null && !/^[\w+=/:,.@-]{9,256}$/.test(mfaSerial))
    return new Complaint(`"--mfa-serial ${mfaSerial}" is not an MFA device: arn:aws:iam::123456789012:mfa/Name`);
  if (mfaSerial !== null && credentialSource !== null)
    return new Complaint('"--mfa-serial" goes with "--source": the credentials of a machine have no MFA device');
  if (externalId !== null && !/^[\w+=,.@:/-]{2,1224}$/.test(externalId))
    return new Complaint(`"--external-id ${externalId}" is not an external id: 2 to 1224 letters, digits and +=,.@:/-`);
  const duration = readSessionDuration(line.text('duration'));
  if (duration instanceof Complaint) return duration;
  const [region, output, name] = [line.text('region'), line.text('output'), line.text('name')];
  return {
    ...{ roleArn, source, credentialSource, mfaSerial, externalId, duration, region, output, name },
    ...{ forceRegion: line.has('force'), yes: line.has('yes'), dryRun: line.has('dry-run') },
  };
}
