import { type Directory, emptyDirectory, type Role, type SignIn } from './directory.ts';
import {
  barnehageUrl,
  client,
  freshStartUrl,
  kartUrl,
  mfaSerial,
  portals,
  processKeys,
  sampleMfaCode,
  signIns,
  skjemaUrl,
  user,
  userArn,
  userKeys,
} from './sample-data.ts';

export interface SampleOptions {
  /** Milliseconds since 1970; the sign-ins expire relative to it. */
  readonly now: number;
  /**
   * Adds `feil-lab-AWSReadOnlyAccess-123456789061`, for which the portal returns keys of account 123456789099. For tests
   * only.
   */
  readonly wrongAccount?: boolean;
  /**
   * Adds so many accounts to the portal `barnehage`, each with four roles and without profiles: `kulturskole-dev`
   * (200000000001), `kulturskole-test` (200000000002)…
   */
  readonly accounts?: number;
}

/** The AWS that the sample files belong to. Registrations and refresh tokens expire at `registrationExpiresAt`. */
export function sampleDirectory(options: SampleOptions, registrationExpiresAt: number): Directory {
  const directory = emptyDirectory();
  addUsersAndRoles(directory);
  addAccounts(directory, options);
  addSignIns(directory, options.now, registrationExpiresAt);
  return directory;
}

// --- internal ---

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

function addUsersAndRoles(directory: Directory): void {
  directory.roles.push(...roles);
  directory.mfaDevices.set(mfaSerial, { code: sampleMfaCode, usedCodes: new Set(), userArn });
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
}

interface SampleAccount {
  readonly startUrl: string;
  readonly id: string;
  readonly name: string;
  readonly roleNames: readonly string[];
}

const accounts: readonly SampleAccount[] = [
  account(barnehageUrl, '123456789011', 'barnehageplass-dev', 'AWSAdministratorAccess'),
  account(barnehageUrl, '123456789012', 'barnehageplass-test', 'AWSPowerUserAccess'),
  account(barnehageUrl, '123456789013', 'barnehageplass-prod', 'AWSReadOnlyAccess', 'AWSAdministratorAccess'),
  account(skjemaUrl, '123456789021', 'skjema-stage', 'AWSPowerUserAccess'),
  account(kartUrl, '123456789031', 'kart-stage', 'AWSReadOnlyAccess'),
  account(freshStartUrl, '123456789071', 'bibliotek-lab', 'AWSAdministratorAccess', 'AWSReadOnlyAccess'),
  account(freshStartUrl, '123456789072', 'bibliotek-test', 'AWSAdministratorAccess', 'AWSReadOnlyAccess'),
  account(freshStartUrl, '123456789073', 'bibliotek-prod', 'AWSAdministratorAccess', 'AWSReadOnlyAccess'),
];

function account(startUrl: string, id: string, name: string, ...roleNames: readonly string[]): SampleAccount {
  return { startUrl, id, name, roleNames };
}

function addAccounts(directory: Directory, options: SampleOptions): void {
  directory.portals.push(...portals);
  for (const sample of accounts) addAccount(directory, sample);
  if (options.wrongAccount) {
    const sample = account(barnehageUrl, '123456789061', 'feil-lab', 'AWSReadOnlyAccess');
    addAccount(directory, sample, { returnsAccountId: '123456789099' });
  }
  for (let index = 0; index < (options.accounts ?? 0); index++) {
    const id = String(200_000_000_001 + index);
    addAccount(directory, account(barnehageUrl, id, furtherAccountName(index), ...furtherRoles));
  }
}

function addAccount(
  directory: Directory,
  { startUrl, id, name, roleNames }: SampleAccount,
  further: { readonly returnsAccountId?: string } = {},
): void {
  directory.accounts.set(id, { name, emailAddress: `aws+${name}@example.com` });
  for (const roleName of roleNames) directory.assignments.push({ startUrl, user, accountId: id, roleName, ...further });
}

function addSignIns(directory: Directory, now: number, registrationExpiresAt: number): void {
  const { clientId, clientSecret } = client;
  directory.clients.set(clientId, { secret: clientSecret, expiresAt: registrationExpiresAt });
  for (const { startUrl, token, endsIn, refreshToken } of signIns) {
    const signIn: SignIn = { startUrl, user, clientId, expiresAt: now + endsIn, session: token };
    directory.accessTokens.set(token, signIn);
    if (refreshToken !== undefined) {
      directory.refreshTokens.set(refreshToken, { ...signIn, expiresAt: registrationExpiresAt });
    }
  }
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

/** `kulturskole-dev`, `kulturskole-test`…, and after the last product `kulturskole2-dev`. */
function furtherAccountName(index: number): string {
  const environment = furtherEnvironments[index % furtherEnvironments.length];
  const product = Math.floor(index / furtherEnvironments.length);
  const round = Math.floor(product / furtherProducts.length) + 1;
  return `${furtherProducts[product % furtherProducts.length]}${round === 1 ? '' : round}-${environment}`;
}
