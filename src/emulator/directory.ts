/** Who signs a request: an IAM user, or a session of a role. */
export interface Principal {
  readonly accountId: string;
  readonly arn: string;
  readonly userId: string;
  /** The role that a session is of, as a trust policy names it; null for a user. */
  readonly roleArn: string | null;
}

interface AccessKey {
  readonly secret: string;
  readonly principal: Principal;
  /** Of temporary keys; null for a user's own. */
  readonly sessionToken: string | null;
  readonly expiresAt: number | null;
}

export interface Role {
  /** `arn:aws:iam::<account>:role/<name>` */
  readonly arn: string;
  /** `AROA…` */
  readonly id: string;
  /** Who may assume it: ARNs of users and roles, account ids, or `arn:aws:iam::<account>:root`. */
  readonly trusts: readonly string[];
  readonly externalId?: string;
  readonly mfaRequired?: boolean;
  /** 3600 where it is not given, as AWS does. */
  readonly maxSessionSeconds?: number;
  readonly webIdentity?: { readonly issuer: string; readonly audience: string; readonly subject: string };
}

interface MfaDevice {
  readonly code: string;
  /** The ARN of the user who holds it. */
  readonly userArn: string;
}

/** An AWS access portal: one organisation's IAM Identity Center, which lives in one region. */
export interface Portal {
  /** `https://<name>.awsapps.com/start` */
  readonly startUrl: string;
  readonly name: string;
  readonly region: string;
  /** Who is signed in to it in the browser. */
  readonly user: string;
}

interface Account {
  readonly name: string;
  readonly emailAddress: string;
}

/** That a user of a portal has a permission set in an account. */
interface Assignment {
  readonly startUrl: string;
  readonly user: string;
  readonly accountId: string;
  readonly roleName: string;
  /** 3600 where it is not given. */
  readonly sessionSeconds?: number;
  /** Answers keys of this account in place of the one that was asked for: what a wrong-account check must find. */
  readonly answersAccountId?: string;
}

/** A sign-in: what an access token or a refresh token stands for. */
export interface SignIn {
  readonly startUrl: string;
  readonly user: string;
  readonly clientId: string;
  readonly expiresAt: number;
  /** The tokens that come from one sign-in share it: a logout ends them together. */
  readonly session?: string;
}

export interface Client {
  readonly secret: string;
  readonly expiresAt: number;
  readonly name?: string;
  /** Where it is registered; where that is not known it is good in every region. */
  readonly region?: string | null;
  readonly scopes?: readonly string[];
  /** The device code and the refresh token where they are not given, as AWS has it. */
  readonly grantTypes?: readonly string[];
  readonly redirectUris?: readonly string[];
  /** Whose portal the authorization code is for. */
  readonly startUrl?: string | null;
}

/** A sign-in on some device, before it has its token (RFC 8628). */
export interface DeviceRequest {
  /** `QCFK-N451` */
  readonly userCode: string;
  readonly clientId: string;
  readonly startUrl: string;
  readonly expiresAt: number;
  readonly state: 'pending' | 'allowed' | 'denied';
  /** When its token was asked for: null before the first time, `first` after it. */
  readonly polledAt: number | 'first' | null;
}

/** What an authorization code stands for until it is used (RFC 6749, section 4.1; RFC 7636). */
interface AuthorizationCode {
  readonly clientId: string;
  readonly startUrl: string;
  readonly redirectUri: string;
  /** The SHA-256 of the code verifier, in base64url. */
  readonly codeChallenge: string;
  readonly expiresAt: number;
}

/** All that the emulated AWS knows. Plain data: a test may read and change it while the emulator runs. Times are in milliseconds. */
export interface Directory {
  readonly roles: Role[];
  /** By serial number, `arn:aws:iam::<account>:mfa/<name>`. */
  readonly mfaDevices: Map<string, MfaDevice>;
  /** By access key id. */
  readonly accessKeys: Map<string, AccessKey>;
  readonly portals: Portal[];
  /** By account id: what the portal calls them. */
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

/** A directory in which nobody is known. */
export function emptyDirectory(): Directory {
  return {
    roles: [],
    mfaDevices: new Map(),
    accessKeys: new Map(),
    portals: [],
    accounts: new Map(),
    assignments: [],
    clients: new Map(),
    deviceRequests: new Map(),
    codes: new Map(),
    accessTokens: new Map(),
    refreshTokens: new Map(),
  };
}

/** The portal of a start URL, which AWS also takes with a slash or the `#/` of the browser's address at its end. */
export function portalOf(directory: Directory, startUrl: string): Portal | undefined {
  const plain = (url: string) => url.replace(/[#?].*$/s, '').replace(/\/+$/, '');
  return directory.portals.find((portal) => plain(portal.startUrl) === plain(startUrl));
}

/** Whether a start URL's portal is known to live in another region than the one that was asked. */
export function isElsewhere(directory: Directory, startUrl: string, region: string | null | undefined): boolean {
  const portal = portalOf(directory, startUrl);
  return portal !== undefined && region !== null && region !== undefined && portal.region !== region;
}

/** The principal of a session of a role: `arn:aws:sts::<account>:assumed-role/<role>/<session>`; the role's path is not part of it. */
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
