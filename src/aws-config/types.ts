import type { Problem } from './problems.ts';

/** A line of a file, counted from 1. `file` is the full path; for messages see `displayPlace`. */
export interface Location {
  readonly file: string;
  readonly line: number;
}

export interface Property {
  readonly value: string;
  readonly location: Location;
}

/** The values of `credential_source` (AWS SDKs and Tools Reference Guide, "Assume role credential provider"). */
export const credentialSources: readonly string[] = ['Environment', 'Ec2InstanceMetadata', 'EcsContainer'];

/** How a profile gets its credentials; `none`: it has no credentials of its own. See `decideKind` for the order. */
export const profileKinds = ['sso', 'assume-role', 'static', 'process', 'web-identity', 'login', 'none'] as const;
export type ProfileKind = (typeof profileKinds)[number];

/**
 * A named set of properties. Keys are in lower case; sub-properties are flattened, as in `s3.max_concurrent_requests`.
 */
export interface Section {
  readonly name: string;
  readonly properties: ReadonlyMap<string, Property>;
  /** The header lines; more than one if sections of the same name were merged. */
  readonly definedIn: readonly Location[];
  /** One file has the access key, the other its secret key: the SDKs put them together, and the AWS CLI does not. */
  readonly isPairSplit?: boolean;
}

/** A profile as AWS's tools see it, config and credentials file merged. */
export interface Profile extends Section {
  readonly kind: ProfileKind;
  /**
   * How it gets the credentials for the role of another profile, of which it is the source. That is `kind`, except for a
   * profile that has keys beside a role of its own: then the role is not assumed. See `chain`.
   */
  readonly sourceKind: ProfileKind;
  /**
   * The account according to the profile (`sso_account_id`, or the account in `role_arn` or `login_session`), or null.
   */
  readonly accountId: string | null;
  /** The permission set or role (`sso_role_name`, or the last part of `role_arn`), or null. */
  readonly roleName: string | null;
  readonly region: string | null;
  /** The name of the `[sso-session]` it uses, or null (legacy profiles have none). */
  readonly ssoSession: string | null;
  /** Start URL and region of the sign-in: those of the session if there is one, where every tool looks for them; else the profile's own. */
  readonly ssoStartUrl: string | null;
  readonly ssoRegion: string | null;
  readonly sourceProfile: string | null;
}

/** One of AWS's files as text, with the path that messages name. */
export interface SourceFile {
  readonly path: string;
  readonly text: string;
  /** False if the file is not UTF-8 and some of its bytes became U+FFFD. */
  readonly clean?: boolean;
  /** Missing for a text that is not a file's. */
  readonly shape?: FileShape;
}

/** How a file is written. */
export interface FileShape {
  /** What is known of a large file since it was last changed; null for others. Quick. */
  readonly known: () => KnownShape | null;
  /** `isUsualText` of its text. */
  readonly isUsual: () => boolean;
}

/** `isUsualText` holds for the text, and where it is `plain` also `hasPlainHeaders`. */
export type KnownShape = 'usual' | 'plain';

/** The profiles of AWS's files. What is not asked for is not read. */
export interface ProfileSet {
  /** The paths of the config and credentials file, in reading order, also if they are missing. */
  readonly paths: readonly string[];
  /** The names that `aws configure list-profiles` lists, in file order. Fast: no property is read. */
  readonly names: readonly string[];
  /** One profile, or null. Reads only the sections it needs. */
  get(name: string): Profile | null;
  /** All profiles, in the order of `names`. */
  all(): readonly Profile[];
  /**
   * Names that include those of all profiles in whose sections every word (in lower case) occurs: a fast preselection.
   */
  namesAround(words: readonly string[]): readonly string[];
  /** The names of the `[sso-session name]` sections, in file order. Fast as well. */
  readonly sessionNames: readonly string[];
  /** An `[sso-session name]`, or null. */
  ssoSession(name: string): Section | null;
  /** A `[services name]`, or null. */
  services(name: string): Section | null;
  /**
   * The sections of a name in the config file, each by itself, with the headers as they are written, in file order. AWS's
   * tools read them differently if there are several.
   */
  sectionsOf(type: 'profile' | 'sso-session', name: string): readonly (Section & { readonly header: string })[];
  /**
   * The same files as the SDKs for Go and Java read them: for these, the blanks beside the brackets of a header are no part
   * of it, and `[ profile a]` is a profile.
   */
  withTrimmedHeaders(): ProfileSet;
  /** The first property that is indented without continuing another one, which the AWS SDK for Java cannot read. */
  indentedProperty(): Location | null;
  /** Everything that is wrong in the files, in file and line order. Reads everything. */
  problems(): readonly Problem[];
  /**
   * The same as `problems()`, but fast for files of the usual shape: these have no problem that concerns every profile, and
   * only those found while loading them are returned.
   */
  problemsOfFiles(): readonly Problem[];
  /** Those of `problems()` because of which tools do not see a section under its name. Reads headers only, so it is quick. */
  hidingProblems(): readonly Problem[];
  /** What is wrong with one profile, its source profiles and their SSO sessions. Reads only the sections it needs. */
  problemsOf(name: string): readonly Problem[];
}
