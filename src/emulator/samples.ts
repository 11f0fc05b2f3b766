import { createHash } from 'node:crypto';
import { toIsoTime } from '../lib/time.ts';
import type { Directory } from './directory.ts';
import {
  awsLoginConfigText,
  configText,
  credentialsText,
  processScript,
  wrongAccountConfigText,
} from './sample-config.ts';
import { client, day, type SampleSignIn, signIns } from './sample-data.ts';
import { type SampleOptions, sampleDirectory } from './sample-directory.ts';

export { freshStartUrl, sampleMfaCode } from './sample-data.ts';
export type { SampleOptions } from './sample-directory.ts';

interface SampleFile {
  /** Relative to HOME. */
  readonly path: string;
  readonly text: string;
}

export interface Samples {
  readonly files: readonly SampleFile[];
  /** The AWS that these files belong to. */
  readonly directory: Directory;
}

/**
 * A home folder with a profile of each kind, and the AWS that it belongs to: `~/.aws/config`, `~/.aws/credentials`, the
 * token cache `~/.aws/sso/cache/<sha1>.json` in the AWS CLI's format, and the script of a credential process.
 */
export function samples(options: SampleOptions): Samples {
  const registrationExpiresAt = options.now + 90 * day;
  const furtherProfiles = [
    options.awsLogin ? awsLoginConfigText : '',
    options.wrongAccount ? wrongAccountConfigText : '',
  ];
  return {
    files: [
      { path: '.aws/config', text: configText + furtherProfiles.join('') },
      { path: '.aws/credentials', text: credentialsText },
      { path: '.aws/arkiv-credentials.sh', text: processScript },
      ...signIns.map((signIn) => tokenFile(signIn, options.now, registrationExpiresAt)),
    ],
    directory: sampleDirectory(options, registrationExpiresAt),
  };
}

// --- internal ---

function tokenFile(signIn: SampleSignIn, now: number, registrationExpiresAt: number): SampleFile {
  const fields = {
    startUrl: signIn.startUrl,
    region: signIn.region,
    accessToken: signIn.token,
    expiresAt: toIsoTime(now + signIn.endsIn),
    ...client,
    registrationExpiresAt: toIsoTime(registrationExpiresAt),
    ...(signIn.refreshToken === undefined ? {} : { refreshToken: signIn.refreshToken }),
  };
  const sha1 = createHash('sha1').update(signIn.key).digest('hex');
  return { path: `.aws/sso/cache/${sha1}.json`, text: `${JSON.stringify(fields, null, 2)}\n` };
}
