import type { Problem } from './problems.ts';

/** A line of a file; `line` counts from 1. `file` is the path as it was read, for messages see `displayPath`. */
export interface Location {
  readonly file: string;
  readonly line: number;
}

export interface Property {
  readonly value: string;
  readonly location: Location;
}

/** How a profile gets its credentials, in the order in which the AWS CLI v2 decides; `none` has no way of its own. */
export const profileKinds = ['sso', 'assume-role', 'static', 'process', 'web-identity', 'login', 'none'] as const;
export type ProfileKind = (typeof profileKinds)[number];

/** A named set of properties; sub-properties are flattened to `s3.max_concurrent_requests`; keys are in lower case. */
export interface Section {
  readonly name: string;
  readonly properties: ReadonlyMap<string, Property>;
  /** The header lines: more than one when same-named sections were merged. */
  readonly definedIn: readonly Location[];
}

/** A profile as AWS's tools see it: config and credentials merged. */
export interface Profile extends Section {
  readonly kind: ProfileKind;
  /** The account that the profile promises (`sso_account_id`, or the account in `role_arn` or `login_session`), or null. */
  readonly accountId: string | null;
  /** The permission set or role (`sso_role_name`, or the last part of `role_arn`), or null. */
  readonly roleName: string | null;
  readonly region: string | null;
  /** The name of the `[sso-session]` it uses, or null (legacy profiles have none). */
  readonly ssoSession: string | null;
  /** Start URL and region of the sign-in, of the session where there is one. */
  readonly ssoStartUrl: string | null;
  readonly ssoRegion: string | null;
  readonly sourceProfile: string | null;
}

/** One of AWS's files as text, with the path that messages name. */
export interface SourceFile {
  readonly path: string;
  readonly text: string;
  /** False when the file is not UTF-8 and some of its bytes became U+FFFD. */
  readonly clean?: boolean;
}

export interface ProfileSet {
  /** The files that were looked for, in reading order: config, credentials; also those that are missing. */
  readonly paths: readonly string[];
  /** The names as `aws configure list-profiles` lists them, in file order. Cheap: no property is read. */
  readonly names: readonly string[];
  /** One profile, or null. Reads only the sections it needs. */
  get(name: string): Profile | null;
  /** All profiles, in the order of `names`. */
  all(): readonly Profile[];
  /** The names of all profiles in whose sections the words (in lower case) occur, among others: fewer to look at. */
  namesAround(words: readonly string[]): readonly string[];
  /** The names of the `[sso-session name]` sections, in file order. Cheap as well. */
  readonly sessionNames: readonly string[];
  /** An `[sso-session name]`, or null. */
  ssoSession(name: string): Section | null;
  /** A `[services name]`, or null. */
  services(name: string): Section | null;
  /** All that is wrong in the files, in file and line order. Reads everything. */
  problems(): readonly Problem[];
  /** What is wrong with one profile, its source profiles and their SSO sessions. Reads only the sections it needs. */
  problemsOf(name: string): readonly Problem[];
}
