import { writeSection } from '../aws-config/edit.ts';
import { withoutKind } from '../aws-config/property-names.ts';
import { defaultRegionOf } from '../network/default-region.ts';
import { newAwsLogin } from '../sso/aws-login.ts';
import { signInByAwsLogin } from '../sso/aws-login-flow.ts';
import { browserCommand } from '../sso/browser.ts';
import { say } from '../terminal/messages.ts';
import type { NewOptions } from './creation-options.ts';
import { writeUnderName } from './profile-in-file.ts';
import { defaultRegion, doubtOutput, doubtRegion, outputFormat, readGiven } from './questions.ts';
import type { Wizard } from './wizard.ts';

/**
 * Creates a profile of `aws login`: a person signs in to the console, and the profile is for who that was. Returns its name, or
 * null when the person declines. Throws `AwspError`, `Cancelled`.
 */
export async function writeLoginProfile(wizard: Wizard, options: NewOptions, path: string): Promise<string | null> {
  const { world, settings, profiles } = wizard.context;
  const { terminal } = world;
  const output = options.output === null ? null : readGiven(outputFormat, options.output);
  await wizard.step(async () => {
    const doubt = output === null ? null : await doubtOutput(output);
    if (doubt !== null) say(terminal, { kind: 'warning', text: doubt.text });
  });
  const others = profiles.all().filter(({ region }) => region !== null);
  const like = others.find(({ kind }) => kind === 'login') ?? others[0];
  // The region of the sign-in too, because AWS's tools renew it in that of the profile.
  const region = await wizard.ask({
    ...defaultRegion,
    label: 'default region',
    given: options.region,
    fallback: like?.region ?? defaultRegionOf('aws'),
    yes: options.yes,
    hint: like === undefined ? undefined : 'as in your profiles',
    ...(options.forceRegion ? {} : { validate: doubtRegion }),
  });
  const login = newAwsLogin(world, profiles, region);
  const browser = settings.signInBrowser;
  const isElsewhere = !options.noBrowser && browserCommand(world, 'https://signin.aws.amazon.com', browser) === null;
  const remote = options.deviceCode || isElsewhere;
  const arn = await wizard.step(async () => {
    const found = await signInByAwsLogin(world, login, { remote, openBrowser: !options.noBrowser, browser });
    say(terminal, { kind: 'done', text: `signed in as ${found}; the sign-in renews itself` });
    return found;
  });
  const [accountId = '', identity = ''] = arn.split(':').slice(4);
  return writeUnderName(wizard, options, path, {
    usual: [...identity.split('/').slice(1, 2), accountId].join('-'),
    write: (text, name) =>
      writeSection(
        text,
        'config',
        { type: 'profile', name },
        new Map([
          ...withoutKind(),
          ['login_session', arn],
          ['region', region],
          ...(output === null ? [] : ([['output', output]] as const)),
        ]),
      ),
  });
}
