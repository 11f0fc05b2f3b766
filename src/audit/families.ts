import type { RegionVariable } from '../environment/variables.ts';
import type { ProfileRules } from './profile-use.ts';

/** Where tools look for credentials; `audit.ts` has what each step finds. */
export type Source =
  /** Access keys in the environment. */
  | 'keys'
  /** The same, unless a variable names a profile. */
  | 'keys without a profile'
  /** The profile, if it assumes a role. */
  | 'role profile'
  | 'profile'
  /** The same, unless the profile has a web identity. */
  | 'profile without its web identity'
  /** AWS_WEB_IDENTITY_TOKEN_FILE and AWS_ROLE_ARN, if both have a value. */
  | 'web identity'
  /** The same, but the tool fails if the role is missing. */
  | 'web identity with its role'
  /** The same; a variable that is not set is replaced by the profile's property. */
  | 'web identity, filled up by the profile'
  /** AWS_CONTAINER_CREDENTIALS_*, if one has a value. */
  | 'container'
  /** The same, but the tool fails if one is set and blank. */
  | 'container, blank or not';

/** `unverified`: not tried with the tool, and not read in its source. The audit then says "not verified". */
type Known<T> = T | 'unverified';

/** How one family of tools reads the environment: facts, each tried with the tool or read in its source. */
export interface Family {
  readonly id: string;
  readonly name: string;
  /** It expands `~` and `$NAME` in the variables that name AWS's files, and a blank one means no file, as in awsp. */
  readonly expandsPaths?: true;
  /** The variables that name the profile, in order of precedence. */
  readonly profile: readonly string[];
  /** A profile variable that is set but blank: like an unset one, or the name of a profile that does not exist. */
  readonly blankProfile: Known<'is unset' | 'is a name'>;
  /**
   * A named profile that does not exist: the tool fails before it looks for other credentials (perhaps only with one of
   * the variables), fails when it comes to the profile, or goes on to the next source.
   */
  readonly missingProfile: Known<'fails first' | 'fails first by AWS_PROFILE' | 'fails' | 'is ignored'>;
  /** What it does with a profile that is incomplete or contradicts itself: see `profileUse`. */
  readonly profileRules: Known<ProfileRules>;
  /** It does not see a `[profile …]` whose name has characters other than letters, digits and `_-@+.%:/`. */
  readonly plainNamesOnly?: true;
  /** It does not see a `[profile  a]` with more than one blank between the words, or with one at its end. */
  readonly oneBlankOnly?: true;
  /** It takes the quotes of `[profile "a"]` as a part of the name. */
  readonly keepsQuotes?: true;
  /** It reads `[ profile a]` as `[profile a]`, which the AWS CLI does not. */
  readonly trimsHeaders?: true;
  /** It supports `login_session`, which AWS introduced in late 2025. */
  readonly supportsLogin?: true;
  readonly order: readonly Source[];
  readonly accessKey: readonly string[];
  readonly secretKey: readonly string[];
  /** An access key id without its secret key. */
  readonly halfPair: Known<'fails' | 'is ignored'>;
  /** Keys whose AWS_CREDENTIAL_EXPIRATION is in the past, or is not a time. */
  readonly expiredKeys: Known<'fail' | 'are used'>;
  /** The variables that take precedence over the profile's region, in the order of the tool. */
  readonly region: Known<readonly RegionVariable[]>;
  /** A region variable that is set but blank: like an unset one, or no region at all. */
  readonly blankRegion: Known<'is unset' | 'is none'>;
  /** The sources of these facts. */
  readonly evidence: string;
}

const standardKeys = { accessKey: ['AWS_ACCESS_KEY_ID'], secretKey: ['AWS_SECRET_ACCESS_KEY'] } as const;

const botocore = {
  ...standardKeys,
  expandsPaths: true,
  blankProfile: 'is a name',
  missingProfile: 'fails first',
  profileRules: 'botocore',
  supportsLogin: true,
  order: [
    'keys',
    'role profile',
    'web identity, filled up by the profile',
    'profile without its web identity',
    'container, blank or not',
  ],
  halfPair: 'fails',
  expiredKeys: 'fail',
  blankRegion: 'is none',
} as const;

/** The precedence table: what takes precedence over AWS_PROFILE, in each family of tools. */
export const families = [
  {
    ...botocore,
    id: 'aws-cli-v2',
    name: 'AWS CLI v2',
    profile: ['AWS_PROFILE', 'AWS_DEFAULT_PROFILE'],
    region: ['AWS_REGION', 'AWS_DEFAULT_REGION'],
    evidence: 'tried: awscli 2.9; read: awscli/botocore/configprovider.py, credentials.py',
  },
  {
    ...botocore,
    id: 'boto3',
    name: 'AWS CLI v1 and boto3',
    profile: ['AWS_DEFAULT_PROFILE', 'AWS_PROFILE'],
    region: ['AWS_DEFAULT_REGION'],
    evidence: 'tried: botocore 1.43; read: botocore/configprovider.py, credentials.py',
  },
  {
    ...standardKeys,
    id: 'javascript',
    name: 'SDK for JavaScript',
    profile: ['AWS_PROFILE'],
    blankProfile: 'is unset',
    missingProfile: 'is ignored',
    profileRules: 'javascript',
    oneBlankOnly: true,
    plainNamesOnly: true,
    supportsLogin: true,
    order: ['keys without a profile', 'profile', 'web identity', 'container'],
    halfPair: 'is ignored',
    expiredKeys: 'are used',
    region: ['AWS_REGION'],
    blankRegion: 'is none',
    evidence: 'tried: @aws-sdk/credential-provider-node 3.972; read: its defaultProvider.js',
  },
  {
    ...standardKeys,
    id: 'cdk',
    name: 'AWS CDK',
    profile: ['AWS_PROFILE', 'AWS_DEFAULT_PROFILE'],
    blankProfile: 'is unset',
    missingProfile: 'is ignored',
    profileRules: 'javascript',
    oneBlankOnly: true,
    plainNamesOnly: true,
    order: ['keys', 'profile', 'web identity', 'container'],
    halfPair: 'is ignored',
    expiredKeys: 'are used',
    region: ['AWS_REGION', 'AWS_DEFAULT_REGION'],
    blankRegion: 'is unset',
    evidence: 'tried and read: aws-cdk, awscli-compatible.ts, which has an order of its own before that of its SDK',
  },
  {
    id: 'go',
    name: 'SDK for Go and Terraform',
    accessKey: ['AWS_ACCESS_KEY_ID', 'AWS_ACCESS_KEY'],
    secretKey: ['AWS_SECRET_ACCESS_KEY', 'AWS_SECRET_KEY'],
    profile: ['AWS_PROFILE', 'AWS_DEFAULT_PROFILE'],
    blankProfile: 'is unset',
    missingProfile: 'fails first by AWS_PROFILE',
    profileRules: 'go',
    keepsQuotes: true,
    trimsHeaders: true,
    supportsLogin: true,
    order: ['keys', 'web identity with its role', 'profile', 'container'],
    halfPair: 'is ignored',
    expiredKeys: 'are used',
    region: ['AWS_REGION', 'AWS_DEFAULT_REGION'],
    blankRegion: 'is unset',
    evidence:
      'tried: aws-sdk-go-v2/config 1.33, Terraform 1.11; read: aws-sdk-go-v2, config/config.go, env_config.go, resolve_credentials.go',
  },
  {
    ...standardKeys,
    id: 'java',
    name: 'SDK for Java',
    profile: ['AWS_PROFILE'],
    blankProfile: 'unverified',
    missingProfile: 'is ignored',
    profileRules: 'java',
    keepsQuotes: true,
    trimsHeaders: true,
    supportsLogin: true,
    plainNamesOnly: true,
    order: ['keys', 'web identity', 'profile', 'container'],
    halfPair: 'is ignored',
    expiredKeys: 'are used',
    region: ['AWS_REGION'],
    blankRegion: 'unverified',
    evidence:
      'read: aws-sdk-java-v2, DefaultCredentialsProvider.java, SystemSettingsCredentialsProvider.java, ' +
      'AwsCredentialsProviderChain.java, ProfileCredentialsUtils.java, ProfileFileReader.java',
  },
  {
    id: 'dotnet',
    name: 'SDK for .NET v4',
    accessKey: ['AWS_ACCESS_KEY_ID'],
    secretKey: ['AWS_SECRET_ACCESS_KEY', 'AWS_SECRET_KEY'],
    profile: ['AWS_PROFILE'],
    blankProfile: 'is unset',
    missingProfile: 'fails',
    profileRules: 'unverified',
    order: ['keys', 'web identity', 'profile', 'container'],
    halfPair: 'is ignored',
    expiredKeys: 'are used',
    region: ['AWS_REGION'],
    blankRegion: 'unverified',
    evidence: 'read: aws-sdk-net, DefaultAWSCredentialsIdentityResolver.cs; v3 puts the profile first',
  },
  {
    ...standardKeys,
    id: 'rust',
    name: 'SDKs for Rust and C++',
    profile: ['AWS_PROFILE'],
    blankProfile: 'unverified',
    missingProfile: 'unverified',
    profileRules: 'unverified',
    order: ['keys', 'profile', 'web identity', 'container'],
    halfPair: 'unverified',
    expiredKeys: 'unverified',
    region: 'unverified',
    blankRegion: 'unverified',
    evidence: "the SDKs' developer guides",
  },
  {
    ...standardKeys,
    id: 'php',
    name: 'SDK for PHP',
    profile: ['AWS_PROFILE'],
    blankProfile: 'unverified',
    missingProfile: 'unverified',
    profileRules: 'unverified',
    order: ['keys', 'web identity', 'profile', 'container'],
    halfPair: 'unverified',
    expiredKeys: 'unverified',
    region: 'unverified',
    blankRegion: 'unverified',
    evidence: "the SDK's developer guide",
  },
] as const satisfies readonly Family[];

export type FamilyId = (typeof families)[number]['id'];
