import type { NewOptions } from '../actions/creation-options.ts';
import { type Command, Complaint } from '../cli/command.ts';
import { forceRegion, noWords } from '../cli/options.ts';
import { outputOption, portalOptions, readCreationOptions, signInOptions } from './creation.ts';

export const newCommand: Command<NewOptions> = {
  name: 'new',
  helpOrder: 50,
  usage: [
    ['awsp new', 'create an SSO profile'],
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
  ],
  changesShell: true,
  parse(line) {
    const awsLogin = line.has('aws-login');
    const other = ofPortals.find((name) => line.has(name) || line.text(name) !== null);
    if (awsLogin && other !== undefined) return new Complaint(`"--aws-login" has no portal, so no "--${other}" either`);
    return {
      ...readCreationOptions(line),
      deviceCode: line.has('device-code') || line.has('remote'),
      ...{ account: line.text('account'), role: line.text('role'), name: line.text('name'), awsLogin },
    };
  },
  async run(options, { loadContext, shell }) {
    const { createProfile } = await import('../actions/new.ts');
    return createProfile(await loadContext(), options, shell);
  },
};

const ofPortals = ['start-url', 'sso-region', 'session', 'legacy', 'account', 'role'] as const;
