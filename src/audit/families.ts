import type { ProfileRules } from './profile-use.ts';

/** Where tools look for credentials; what each step finds is in `audit.ts`. */
export type Source =
  /** Access keys in the environment. */
  | 'keys'
  /** The same, unless a variable names a profile. */
  | 'keys without a profile'
  /** The profile, if it assumes a role. */
  | 'role profile'
  | 'profile'
  /** The same, but for a web identity of its own. */
  | 'profile without its web identity'
  /** AWS_WEB_IDENTITY_TOKEN_FILE and AWS_ROLE_ARN, if both have a value. */
  | 'web identity'
  /** The same, where a missing role is a failure. */
  | 'web identity with its role'
  /** The same, where the profile has a say for each variable that is not there. */
  | 'web identity, filled up by the profile'
  /** AWS_CONTAINER_CREDENTIALS_*, if one has a value. */
  | 'container'
  /** The same, where one that is there but blank is a failure. */
  | 'container, blank or not';

/** `unverified` where nobody has tried or read it: the audit says so, rather than to pretend. */
type Known<T> = T | 'unverified';

/** What one family of tools makes of the environment: plain facts, each tried with the tool or read in its source. */
export interface Family {
  readonly id: string;
  readonly name: string;
  /** It expands `~` and `$NAME` in the variables that name AWS's files, and takes a blank one for no file, as awsp does. */
  readonly expandsPaths?: true;
  /** The variables that name the profile, the first of them first. */
  readonly profile: readonly string[];
  /** A variable that is there but blank: as if it were not there, or the name of a profile that nobody has. */
  readonly blankProfile: Known<'is unset' | 'is a name'>;
  /** A profile that is named and not there: fails before all else (by one variable alone), at its turn, or is passed over. */
  readonly missingProfile: Known<'fails first' | 'fails first by AWS_PROFILE' | 'fails' | 'is passed over'>;
  /** What it does with a profile that lacks a part, or contradicts itself: see `profileUse`. */
  readonly profileRules: Known<ProfileRules>;
  /** It sees no `[profile …]` whose name has other characters than letters, digits and `_-@+.%:/`. */
  readonly plainNamesOnly?: true;
  /** It knows `login_session`, which came late in 2025. */
  readonly knowsLogin?: true;
  readonly order: readonly Source[];
  readonly accessKey: readonly string[];
  readonly secretKey: readonly string[];
  /** An access key without its secret. */
  readonly halfPair: Known<'fails' | 'is ignored'>;
  /** Keys whose AWS_CREDENTIAL_EXPIRATION is over, or is no time. */
  readonly overdueKeys: Known<'fail' | 'are used'>;
  /** The variables that go before the profile's region. */
  readonly region: Known<readonly string[]>;
  /** A region variable that is there but blank: as if it were not there, or no region at all. */
  readonly blankRegion: Known<'is unset' | 'is none'>;
  /** Where these facts are from. */
  readonly evidence: string;
}

const standardKeys = { accessKey: ['AWS_ACCESS_KEY_ID'], secretKey: ['AWS_SECRET_ACCESS_KEY'] } as const;

const botocore = {
  ...standardKeys,
  expandsPaths: true,
  blankProfile: 'is a name',
  missingProfile: 'fails first',
  profileRules: 'botocore',
  knowsLogin: true,
  order: [
    'keys',
    'role profile',
    'web identity, filled up by the profile',
    'profile without its web identity',
    'container, blank or not',
  ],
  halfPair: 'fails',
  overdueKeys: 'fail',
  blankRegion: 'is none',
} as const;

/** The precedence table: who wins against AWS_PROFILE, in each family of tools. */
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
    missingProfile: 'is passed over',
    profileRules: 'javascript',
    plainNamesOnly: true,
    knowsLogin: true,
    order: ['keys without a profile', 'profile', 'web identity', 'container'],
    halfPair: 'is ignored',
    overdueKeys: 'are used',
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
    missingProfile: 'is passed over',
    profileRules: 'javascript',
    plainNamesOnly: true,
    order: ['keys', 'profile', 'web identity', 'container'],
    halfPair: 'is ignored',
    overdueKeys: 'are used',
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
    knowsLogin: true,
    order: ['keys', 'web identity with its role', 'profile', 'container'],
    halfPair: 'is ignored',
    overdueKeys: 'are used',
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
    missingProfile: 'is passed over',
    profileRules: 'java',
    knowsLogin: true,
    plainNamesOnly: true,
    order: ['keys', 'web identity', 'profile', 'container'],
    halfPair: 'is ignored',
    overdueKeys: 'are used',
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
    overdueKeys: 'are used',
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
    overdueKeys: 'unverified',
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
    overdueKeys: 'unverified',
    region: 'unverified',
    blankRegion: 'unverified',
    evidence: "the SDK's developer guide",
  },
] as const satisfies readonly Family[];

export type FamilyId = (typeof families)[number]['id'];
