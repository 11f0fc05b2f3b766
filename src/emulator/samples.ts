import { createHash } from 'node:crypto';
import { type Directory, emptyDirectory, type Portal, type Role, type SignIn } from './directory.ts';

const minute = 60_000;
const hour = 60 * minute;
const day = 24 * hour;

/** The start URL of the portal of which no profile is made yet: one to try `awsp new` with. */
export const freshStartUrl = 'https://bibliotek.awsapps.com/start';

/** The one-time code of the sample user's second factor. */
export const sampleMfaCode = '123456';

export interface SampleOptions {
  /** Milliseconds since 1970: what the sign-ins' ends are counted from. */
  readonly now: number;
  /**
   * Adds `feil-lab-AWSReadOnlyAccess-123456789061`, for which the portal answers keys of account 123456789099.
   * For tests only: a demo has no use for a portal that errs.
   */
  readonly wrongAccount?: boolean;
  /**
   * Lets the portal `barnehage` offer so many accounts more, each with four roles, of which no profile is made yet:
   * `kulturskole-dev` (200000000001), `kulturskole-test` (200000000002)…
   */
  readonly accounts?: number;
}

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

const user = 'kari.nordmann@example.com';
const userArn = 'arn:aws:iam::123456789041:user/kari';
const mfaSerial = 'arn:aws:iam::123456789041:mfa/kari';

// The key pairs of AWS's own documentation: they open nothing, and secret scanners know them.
const userKeys = { id: 'AKIAIOSFODNN7EXAMPLE', secret: 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY' };
const processKeys = { id: 'AKIAI44QH8DHBEXAMPLE', secret: 'je7MtGbClwBF/2Zp9Utk/h3yCo8nvbEXAMPLEKEY' };

const client = { clientId: 'sample-client', clientSecret: 'sample-client-secret' };

interface SampleSignIn {
  /** The SSO session's name, or the start URL of a legacy profile: what names the cache file. */
  readonly key: string;
  readonly startUrl: string;
  readonly region: string;
  readonly token: string;
  /** Milliseconds from now. */
  readonly endsIn: number;
  readonly refreshToken?: string;
}

const barnehageUrl = 'https://barnehage.awsapps.com/start';
const skjemaUrl = 'https://skjema.awsapps.com/start';
const kartUrl = 'https://kart.awsapps.com/start';

const portals: readonly Portal[] = [
  { startUrl: barnehageUrl, name: 'barnehage', region: 'eu-west-1', user },
  { startUrl: skjemaUrl, name: 'skjema', region: 'eu-west-1', user },
  { startUrl: kartUrl, name: 'kart', region: 'eu-north-1', user },
  // of this one no profile is made yet
  { startUrl: freshStartUrl, name: 'bibliotek', region: 'eu-north-1', user },
];

const signIns: readonly SampleSignIn[] = [
  { key: barnehageUrl, startUrl: barnehageUrl, region: 'eu-west-1', token: 'sample-legacy-token', endsIn: 8 * hour },
  {
    key: 'barnehage',
    startUrl: barnehageUrl,
    region: 'eu-west-1',
    token: 'sample-barnehage-token',
    endsIn: 8 * hour,
    refreshToken: 'sample-barnehage-refresh-token',
  },
  { key: 'skjema', startUrl: skjemaUrl, region: 'eu-west-1', token: 'sample-skjema-token', endsIn: -2 * hour },
  {
    key: 'kart',
    startUrl: kartUrl,
    region: 'eu-north-1',
    token: 'sample-kart-token',
    endsIn: -30 * minute,
    refreshToken: 'sample-kart-refresh-token',
  },
];

const roles: readonly Role[] = [
  { arn: 'arn:aws:iam::123456789042:role/Hub', id: 'AROASAMPLEHUBAAAAAAAA', trusts: [userArn] },
  {
    arn: 'arn:aws:iam::123456789043:role/Deployer',
    id: 'AROASAMPLEDEPLOYERAAA',
    trusts: ['arn:aws:iam::123456789042:role/Hub'],
  },
  {
    arn: 'arn:aws:iam::123456789044:role/Admin',
    id: 'AROASAMPLEADMINAAAAAA',
    trusts: ['123456789041'],
    mfaRequired: true,
  },
];

// No [default]: a profile that is active without being asked for is what awsp exists to avoid. "dev" is in exactly
// one profile's name, account id, role and session.
const config = `# Sample profiles: <product>-<environment>-<role>-<account id>

[profile barnehageplass-dev-AWSAdministratorAccess-123456789011]
sso_start_url = ${barnehageUrl}
sso_region = eu-west-1
sso_account_id = 123456789011
sso_role_name = AWSAdministratorAccess
region = eu-west-1
output = json

[sso-session barnehage]
sso_start_url = ${barnehageUrl}
sso_region = eu-west-1
sso_registration_scopes = sso:account:access

[profile barnehageplass-test-AWSPowerUserAccess-123456789012]
sso_session = barnehage
sso_account_id = 123456789012
sso_role_name = AWSPowerUserAccess
region = eu-west-1
output = json

[profile barnehageplass-prod-AWSReadOnlyAccess-123456789013]
sso_session = barnehage
sso_account_id = 123456789013
sso_role_name = AWSReadOnlyAccess
region = eu-north-1
output = json

[profile barnehageplass-prod-AWSAdministratorAccess-123456789013]
sso_session = barnehage
sso_account_id = 123456789013
sso_role_name = AWSAdministratorAccess
region = eu-north-1
output = json

# the sign-in of this one has expired
[sso-session skjema]
sso_start_url = ${skjemaUrl}
sso_region = eu-west-1
sso_registration_scopes = sso:account:access

[profile skjema-stage-AWSPowerUserAccess-123456789021]
sso_session = skjema
sso_account_id = 123456789021
sso_role_name = AWSPowerUserAccess
region = eu-west-1

# the sign-in of this one has expired too, but can be refreshed without asking anybody
[sso-session kart]
sso_start_url = ${kartUrl}
sso_region = eu-north-1
sso_registration_scopes = sso:account:access

[profile kart-stage-AWSReadOnlyAccess-123456789031]
sso_session = kart
sso_account_id = 123456789031
sso_role_name = AWSReadOnlyAccess
region = eu-north-1

# keys in ~/.aws/credentials, and roles that are reached from them
[profile sandkasse-lab-Builder-123456789041]
region = eu-west-1

[profile sandkasse-lab-Hub-123456789042]
role_arn = arn:aws:iam::123456789042:role/Hub
source_profile = sandkasse-lab-Builder-123456789041
role_session_name = kari
region = eu-west-1

[profile sandkasse-lab-Deployer-123456789043]
role_arn = arn:aws:iam::123456789043:role/Deployer
source_profile = sandkasse-lab-Hub-123456789042
role_session_name = kari
region = eu-west-1

[profile sandkasse-lab-Admin-123456789044]
role_arn = arn:aws:iam::123456789044:role/Admin
source_profile = sandkasse-lab-Builder-123456789041
role_session_name = kari
mfa_serial = ${mfaSerial}
region = eu-west-1

# keys from a program
[profile arkiv-lab-Reader-123456789051]
credential_process = sh -c 'sh "$HOME/.aws/arkiv-credentials.sh"'
region = eu-west-1
`;

const wrongAccountConfig = `
[profile feil-lab-AWSReadOnlyAccess-123456789061]
sso_session = barnehage
sso_account_id = 123456789061
sso_role_name = AWSReadOnlyAccess
region = eu-west-1
`;

const credentials = `[sandkasse-lab-Builder-123456789041]
aws_access_key_id = ${userKeys.id}
aws_secret_access_key = ${userKeys.secret}
`;

const processScript = `printf '%s\\n' '{"Version": 1, "AccessKeyId": "${processKeys.id}", "SecretAccessKey": "${processKeys.secret}"}'
`;

/**
 * A home folder with a profile of each kind, and the AWS that it belongs to: `~/.aws/config`, `~/.aws/credentials`,
 * the token cache `~/.aws/sso/cache/<sha1>.json` in the AWS CLI's own form, and the script of a credential process.
 */
export function samples(options: SampleOptions): Samples {
  const registrationExpiresAt = options.now + 90 * day;
  return {
    files: [
      { path: '.aws/config', text: options.wrongAccount ? config + wrongAccountConfig : config },
      { path: '.aws/credentials', text: credentials },
      { path: '.aws/arkiv-credentials.sh', text: processScript },
      ...signIns.map((signIn) => ({
        path: `.aws/sso/cache/${createHash('sha1').update(signIn.key).digest('hex')}.json`,
        text: `${JSON.stringify(
          {
            startUrl: signIn.startUrl,
            region: signIn.region,
            accessToken: signIn.token,
            expiresAt: isoSeconds(options.now + signIn.endsIn),
            ...client,
            registrationExpiresAt: isoSeconds(registrationExpiresAt),
            ...(signIn.refreshToken === undefined ? {} : { refreshToken: signIn.refreshToken }),
          },
          null,
          2,
        )}\n`,
      })),
    ],
    directory: sampleDirectory(options, registrationExpiresAt),
  };
}

function sampleDirectory(options: SampleOptions, registrationExpiresAt: number): Directory {
  const directory = emptyDirectory();
  directory.roles.push(...roles);
  directory.mfaDevices.set(mfaSerial, { code: sampleMfaCode, userArn });
  directory.accessKeys.set(userKeys.id, {
    secret: userKeys.secret,
    principal: { accountId: '123456789041', arn: userArn, userId: 'AIDASAMPLEKARIAAAAAAA', roleArn: null },
    sessionToken: null,
    expiresAt: null,
  });
  directory.accessKeys.set(processKeys.id, {
    secret: processKeys.secret,
    principal: {
      accountId: '123456789051',
      arn: 'arn:aws:iam::123456789051:user/arkiv-reader',
      userId: 'AIDASAMPLEREADERAAAAA',
      roleArn: null,
    },
    sessionToken: null,
    expiresAt: null,
  });
  directory.portals.push(...portals);
  const name = (accountId: string, accountName: string) =>
    directory.accounts.set(accountId, { name: accountName, emailAddress: `aws+${accountName}@example.com` });
  name('123456789011', 'barnehageplass-dev');
  name('123456789012', 'barnehageplass-test');
  name('123456789013', 'barnehageplass-prod');
  name('123456789021', 'skjema-stage');
  name('123456789031', 'kart-stage');
  name('123456789071', 'bibliotek-lab');
  name('123456789072', 'bibliotek-test');
  name('123456789073', 'bibliotek-prod');
  const assign = (startUrl: string, accountId: string, roleName: string, answersAccountId?: string) =>
    directory.assignments.push({
      startUrl,
      user,
      accountId,
      roleName,
      ...(answersAccountId === undefined ? {} : { answersAccountId }),
    });
  assign(barnehageUrl, '123456789011', 'AWSAdministratorAccess');
  assign(barnehageUrl, '123456789012', 'AWSPowerUserAccess');
  assign(barnehageUrl, '123456789013', 'AWSReadOnlyAccess');
  assign(barnehageUrl, '123456789013', 'AWSAdministratorAccess');
  assign(skjemaUrl, '123456789021', 'AWSPowerUserAccess');
  assign(kartUrl, '123456789031', 'AWSReadOnlyAccess');
  for (const accountId of ['123456789071', '123456789072', '123456789073']) {
    assign(freshStartUrl, accountId, 'AWSAdministratorAccess');
    assign(freshStartUrl, accountId, 'AWSReadOnlyAccess');
  }
  if (options.wrongAccount) {
    name('123456789061', 'feil-lab');
    assign(barnehageUrl, '123456789061', 'AWSReadOnlyAccess', '123456789099');
  }
  for (let index = 0; index < (options.accounts ?? 0); index++) {
    const accountId = String(200_000_000_001 + index);
    name(accountId, furtherAccountName(index));
    for (const roleName of furtherRoles) assign(barnehageUrl, accountId, roleName);
  }

  directory.clients.set(client.clientId, { secret: client.clientSecret, expiresAt: registrationExpiresAt });
  for (const { startUrl, token, endsIn, refreshToken } of signIns) {
    const signIn: SignIn = {
      startUrl,
      user,
      clientId: client.clientId,
      expiresAt: options.now + endsIn,
      session: token,
    };
    directory.accessTokens.set(token, signIn);
    if (refreshToken !== undefined) {
      directory.refreshTokens.set(refreshToken, { ...signIn, expiresAt: registrationExpiresAt });
    }
  }
  return directory;
}

const furtherRoles = [
  'AWSAdministratorAccess',
  'AWSPowerUserAccess',
  'AWSReadOnlyAccess',
  'AWSServiceCatalogEndUserAccess',
];
const furtherProducts = [
  'kulturskole',
  'renovasjon',
  'byggesak',
  'arealplan',
  'skoleskyss',
  'hjemmetjeneste',
  'arkivnett',
];
const furtherEnvironments = ['dev', 'test', 'stage', 'prod'];

/** `kulturskole-dev`, `kulturskole-test`… and, once the products are through, `kulturskole2-dev`. */
function furtherAccountName(index: number): string {
  const environment = furtherEnvironments[index % furtherEnvironments.length];
  const product = Math.floor(index / furtherEnvironments.length);
  const round = Math.floor(product / furtherProducts.length) + 1;
  return `${furtherProducts[product % furtherProducts.length]}${round === 1 ? '' : round}-${environment}`;
}

/** `2026-01-01T00:00:00Z`, as the AWS CLI writes it. */
function isoSeconds(time: number): string {
  return new Date(time).toISOString().replace(/\.\d+Z$/, 'Z');
}
