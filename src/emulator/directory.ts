import type { Context } from './service.ts';

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
}

interface Client {
  readonly secret: string;
  readonly expiresAt: number;
}

/** All that the emulated AWS knows. Plain data: a test may read and change it while the emulator runs. Times are in milliseconds. */
export interface Directory {
  readonly roles: Role[];
  /** By serial number, `arn:aws:iam::<account>:mfa/<name>`. */
  readonly mfaDevices: Map<string, MfaDevice>;
  /** By access key id. */
  readonly accessKeys: Map<string, AccessKey>;
  readonly assignments: Assignment[];
  /** By client id. */
  readonly clients: Map<string, Client>;
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
    assignments: [],
    clients: new Map(),
    accessTokens: new Map(),
    refreshTokens: new Map(),
  };
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

export interface TemporaryKeys {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken: string;
  /** Milliseconds, on a whole second. */
  readonly expiresAt: number;
}

/** Issues temporary keys for a session of a role, good for `seconds`. */
export function issueKeys(principal: Principal, seconds: number, context: Context): TemporaryKeys {
  const keys = {
    accessKeyId: `ASIA${context.newId(16)}`,
    secretAccessKey: context.newId(40),
    sessionToken: context.newId(200),
    expiresAt: Math.floor(context.now() / 1000 + seconds) * 1000,
  };
  context.directory.accessKeys.set(keys.accessKeyId, {
    secret: keys.secretAccessKey,
    principal,
    sessionToken: keys.sessionToken,
    expiresAt: keys.expiresAt,
  });
  return keys;
}
