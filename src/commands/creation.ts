import type { CreationOptions } from '../actions/creation-options.ts';
import type { OptionSpec } from '../cli/command.ts';
import type { CommandLine } from '../cli/command-line.ts';

// What `awsp new` and `awsp import` have in common.

export const portalOptions: readonly OptionSpec[] = [
  { name: 'start-url', value: 'URL', describe: 'the portal: https://<portal>.awsapps.com/start' },
  { name: 'sso-region', value: 'REGION', describe: 'the region of IAM Identity Center' },
  { name: 'session', value: 'SESSION', describe: 'the sso-session to use or to create' },
  { name: 'legacy', describe: 'no sso-session: the start URL is in the profile' },
];

export const outputOption: OptionSpec = {
  name: 'output',
  value: 'FORMAT',
  describe: 'json, yaml, text or table',
};

export const signInOptions: readonly OptionSpec[] = [
  { name: 'device-code', describe: 'sign in by a code that is confirmed on any device' },
  { name: 'no-browser', describe: 'print the address, open no browser' },
  { name: 'yes', describe: 'yes to every question' },
];

/** What these options say. */
export function readCreationOptions(line: CommandLine): CreationOptions {
  return {
    startUrl: line.text('start-url'),
    ssoRegion: line.text('sso-region'),
    session: line.text('session'),
    legacy: line.has('legacy'),
    region: line.text('region'),
    forceRegion: line.has('force'),
    output: line.text('output'),
    deviceCode: line.has('device-code'),
    noBrowser: line.has('no-browser'),
    yes: line.has('yes'),
  };
}
