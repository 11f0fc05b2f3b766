/** The signer of a request: an IAM user or a role session. */
export interface Principal {
  readonly accountId: string;
  readonly arn: string;
  readonly userId: string;
  /** The ARN of the role of a session; null for a user. */
  readonly roleArn: string | null;
}

interface AccessKey {
  readonly secret: string;
  readonly principal: Principal;
  /** Null for the long-term keys of a user. */
  readonly sessionToken: string | null;
  /** Null for the long-term keys of a user. */
  readonly expiresAt: number | null;
}

export interface Role {
  /** `arn:aws:iam::<account>:role/<name>` */
  readonly arn: string;
  /** `AROA…` */
  readonly id: string;
  /** The principals that may assume it: ARNs of users and roles, account ids, or `arn:aws:iam::<account>:root`. */
  readonly trusts: readonly string[];
  readonly externalId?: string;
  readonly mfaRequired?: boolean;
  /** Default: 3600, as at AWS. */
  readonly maxSessionSeconds?: number;
  readonly webIdentity?: { readonly issuer: string; readonly audience: string; readonly subject: string };
}

interface MfaDevice {
  /** The first of its codes. The next ones count up from it: 123456, 123457, … AWS accepts each code once. */
  readonly code: string;
  readonly usedCodes: Set<string>;
  /** The ARN of the user that it is assigned to. */
  readonly userArn: string;
}

/** An AWS access portal: the IAM Identity Center of one organisation, in one region. */
export interface Portal {
  /** `https://<name>.awsapps.com/start` */
  readonly startUrl: string;
  readonly name: string;
  readonly region: string;
  /** The user who is signed in to it in the browser. */
  readonly user: string;
}

/** A host of a company that redirects to its portal, so that its people have an address of the company's own. */
export interface CompanyHost {
  /** The `Location` of its redirect; null when it serves a page. */
  readonly location: string | null;
  /** Default: 302. */
  readonly status?: number;
  /** The status for HEAD, of a server that accepts GET alone. */
  readonly headStatus?: number;
}

interface Account {
  readonly name: string;
  readonly emailAddress: string;
}

/** A permission set of a portal's user in an account. */
interface Assignment {
  readonly startUrl: string;
  readonly user: string;
  readonly accountId: string;
  readonly roleName: string;
  /** Default: 3600. */
  readonly sessionSeconds?: number;
  /** Return keys of this account, not of the requested one: for tests of the check of the account. */
  readonly returnsAccountId?: string;
}

/** The sign-in that an access token or a refresh token belongs to. */
export interface SignIn {
  readonly startUrl: string;
  readonly user: string;
  readonly clientId: string;
  readonly expiresAt: number;
  /** All tokens of one sign-in have the same, so that a logout ends them together. */
  readonly session?: string;
}

/** A client registration (RegisterClient). */
export interface Client {
  readonly secret: string;
  readonly expiresAt: number;
  readonly name?: string;
  /** The region in which it is registered; without one it is valid in every region. */
  readonly region?: string | null;
  readonly scopes?: readonly string[];
  /** Default: the device code and the refresh token, as at AWS. */
  readonly grantTypes?: readonly string[];
  readonly redirectUris?: readonly string[];
  /** The portal that issues its authorization codes. */
  readonly startUrl?: string | null;
}

/** A device authorization that has no token yet (RFC 8628). */
export interface DeviceRequest {
  /** `QCFK-N451` */
  readonly userCode: string;
  readonly clientId: string;
  readonly startUrl: string;
  readonly expiresAt: number;
  readonly state: 'pending' | 'allowed' | 'denied';
  /** The time of the last token request: null before the first one, `first` after it. */
  readonly polledAt: number | 'first' | null;
}

/** An authorization code that was not used yet (RFC 6749, section 4.1; RFC 7636). */
interface AuthorizationCode {
  readonly clientId: string;
  readonly startUrl: string;
  readonly redirectUri: string;
  /** The SHA-256 of the code verifier, in base64url. */
  readonly codeChallenge: string;
  readonly expiresAt: number;
}

/** The state of the emulated AWS. Plain data, which a test may read and change at any time. Times are in milliseconds. */
export interface Directory {
  readonly roles: Role[];
  /** By serial number, `arn:aws:iam::<account>:mfa/<name>`. */
  readonly mfaDevices: Map<string, MfaDevice>;
  /** By access key id. */
  readonly accessKeys: Map<string, AccessKey>;
  readonly portals: Portal[];
  /** By host name; they are behind `Emulator.throughProxy`. */
  readonly companyHosts: Map<string, CompanyHost>;
  /** By account id. */
  readonly accounts: Map<string, Account>;
  readonly assignments: Assignment[];
  /** By client id. */
  readonly clients: Map<string, Client>;
  /** By device code. */
  readonly deviceRequests: Map<string, DeviceRequest>;
  /** By authorization code. */
  readonly codes: Map<string, AuthorizationCode>;
  /** By token. */
  readonly accessTokens: Map<string, SignIn>;
  /** By token. */
  readonly refreshTokens: Map<string, SignIn>;
}

/** A directory without any entries. */
export function emptyDirectory(): Directory {
  return {
    roles: [],
    mfaDevices: new Map(),
    accessKeys: new Map(),
    portals: [],
    companyHosts: new Map(),
    accounts: new Map(),
    assignments: [],
    clients: new Map(),
    deviceRequests: new Map(),
    codes: new Map(),
    accessTokens: new Map(),
    refreshTokens: new Map(),
  };
}

/** The portal of a start URL. As at AWS, the URL may end with a slash or with the `#/` of the browser's address. */
export function portalOf(directory: Directory, startUrl: string): Portal | undefined {
  const plain = (url: string) => url.replace(/[#?].*$/s, '').replace(/\/+$/, '');
  return directory.portals.find((portal) => plain(portal.startUrl) === plain(startUrl));
}

/** Whether a start URL's portal is in another region than that of the request. */
export function isElsewhere(directory: Directory, startUrl: string, region: string | null | undefined): boolean {
  const portal = portalOf(directory, startUrl);
  return portal !== undefined && region !== null && region !== undefined && portal.region !== region;
}

/** The permission sets of the user who signed in, in the directory's order. */
export function assignmentsOf(
  signIn: Pick<SignIn, 'startUrl' | 'user'>,
  directory: Directory,
): Directory['assignments'] {
  return directory.assignments.filter(({ startUrl, user }) => startUrl === signIn.startUrl && user === signIn.user);
}

/** The principal of a role session, `arn:aws:sts::<account>:assumed-role/<role>/<session>`, without the role's path. */
export function sessionPrincipal(roleArn: string, roleId: string, sessionName: string): Principal {
  const [, partition, , , accountId = '', resource = ''] = roleArn.split(':');
  const roleName = resource.slice(resource.lastIndexOf('/') + 1);
  return {
    accountId,
    arn: `arn:${partition}:sts::${accountId}:assumed-role/${roleName}/${sessionName}`,
    userId: `${roleId}:${sessionName}`,
    roleArn,
  };
}
