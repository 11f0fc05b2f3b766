/** What SSO profiles are created with, one or many; null is asked for, or found. */
export interface CreationOptions {
  readonly startUrl: string | null;
  readonly ssoRegion: string | null;
  readonly session: string | null;
  /** Profiles with their own start URL, without an `sso_session`. */
  readonly legacy: boolean;
  readonly region: string | null;
  /** Takes a region that awsp does not know. */
  readonly forceRegion: boolean;
  readonly output: string | null;
  readonly deviceCode: boolean;
  readonly noBrowser: boolean;
  /** Every confirmation is given. */
  readonly yes: boolean;
}

/** What `awsp new` was given; null is asked for. */
export interface NewOptions extends CreationOptions {
  /** The change is shown, and not made. */
  readonly dryRun: boolean;
  /** By id or name. */
  readonly account: string | null;
  readonly role: string | null;
  readonly name: string | null;
  /** A profile of `aws login`, not of a portal. */
  readonly awsLogin: boolean;
}

/** What `awsp import` is to do. */
export interface ImportOptions extends CreationOptions {
  /** Globs on the id or the name; without any, all accounts are meant. */
  readonly accounts: readonly string[];
  /** Globs; without any, all roles are meant. */
  readonly roles: readonly string[];
  /** Null for that of the settings. */
  readonly nameTemplate: string | null;
  readonly dryRun: boolean;
  readonly prune: boolean;
}
