/** What a switch or `--unset` does with a variable. `ours` removes it only when it still has the value that awsp gave it. */
type Action = 'set' | 'unset' | 'ours' | 'left';

interface Variable {
  readonly name: string;
  readonly onSwitch: Action;
  readonly onUnset: Action;
  /** A warning is printed when it is set: it is an identity that beats AWS_PROFILE, or shows that another tool switched this shell. */
  readonly warning?: 'identity' | 'other-tool';
  /**
   * Some tool uses it rather than AWS_PROFILE, so the prompts name it. `when-set`: it has a value. `when-different`: it
   * is set, blank included, and its value differs from that of AWS_PROFILE.
   */
  readonly beatsProfile?: 'when-set' | 'when-different';
  /** A switch that removes it does not say so: no tool takes its identity from it. */
  readonly quiet?: true;
  readonly reason: string;
}

const table = [
  { name: 'AWS_PROFILE', onSwitch: 'set', onUnset: 'unset', reason: 'every tool reads it' },
  {
    name: 'AWS_DEFAULT_PROFILE',
    onSwitch: 'unset',
    onUnset: 'unset',
    beatsProfile: 'when-different',
    reason: 'boto3 and the AWS CLI v1 prefer it to AWS_PROFILE, and fail when it is blank',
  },
  {
    name: 'AWS_EB_PROFILE',
    onSwitch: 'unset',
    onUnset: 'unset',
    beatsProfile: 'when-different',
    reason: 'the Elastic Beanstalk CLI prefers it to AWS_PROFILE',
  },
  {
    name: 'AWS_ACCESS_KEY_ID',
    onSwitch: 'unset',
    onUnset: 'unset',
    beatsProfile: 'when-set',
    reason: 'keys beat AWS_PROFILE in the AWS CLI, boto3, Go, Java, .NET, Rust and C++; half a pair makes the CLI fail',
  },
  {
    name: 'AWS_SECRET_ACCESS_KEY',
    onSwitch: 'unset',
    onUnset: 'unset',
    beatsProfile: 'when-set',
    reason: 'the other half of AWS_ACCESS_KEY_ID',
  },
  {
    name: 'AWS_ACCESS_KEY',
    onSwitch: 'unset',
    onUnset: 'unset',
    beatsProfile: 'when-set',
    reason: 'an old name of AWS_ACCESS_KEY_ID that the Go SDK reads',
  },
  {
    name: 'AWS_SECRET_KEY',
    onSwitch: 'unset',
    onUnset: 'unset',
    beatsProfile: 'when-set',
    reason: 'an old name of AWS_SECRET_ACCESS_KEY that the Go SDK reads',
  },
  { name: 'AWS_SESSION_TOKEN', onSwitch: 'unset', onUnset: 'unset', reason: 'belongs to the keys beside it' },
  {
    name: 'AWS_SECURITY_TOKEN',
    onSwitch: 'unset',
    onUnset: 'unset',
    reason: 'an old name that botocore prefers to AWS_SESSION_TOKEN',
  },
  {
    name: 'AWS_CREDENTIAL_EXPIRATION',
    onSwitch: 'unset',
    onUnset: 'unset',
    reason: 'belongs to the keys beside it; a past one makes boto3 fail',
  },
  {
    name: 'AWS_SESSION_EXPIRATION',
    onSwitch: 'unset',
    onUnset: 'unset',
    reason: 'the same, under the name that other tools export',
  },
  { name: 'AWS_ACCOUNT_ID', onSwitch: 'unset', onUnset: 'unset', reason: 'read together with the keys beside it' },
  {
    name: 'AWS_CREDENTIAL_SCOPE',
    onSwitch: 'unset',
    onUnset: 'unset',
    reason: 'read together with the keys beside it',
  },
  {
    name: 'AWS_PROFILE_REGION',
    onSwitch: 'unset',
    onUnset: 'unset',
    quiet: true,
    reason: 'the region of the profile to which the "asp" of ohmyzsh switched, which its prompt shows',
  },
  {
    name: 'AWS_WEB_IDENTITY_TOKEN_FILE',
    onSwitch: 'left',
    onUnset: 'left',
    warning: 'identity',
    beatsProfile: 'when-set',
    reason: "a pod's own identity, so awsp leaves it; it beats SSO profiles in the AWS CLI, boto3 and Go",
  },
  {
    name: 'AWS_ROLE_ARN',
    onSwitch: 'left',
    onUnset: 'left',
    warning: 'identity',
    reason: 'goes with AWS_WEB_IDENTITY_TOKEN_FILE',
  },
  {
    name: 'AWS_ROLE_SESSION_NAME',
    onSwitch: 'left',
    onUnset: 'left',
    warning: 'identity',
    reason: 'goes with AWS_WEB_IDENTITY_TOKEN_FILE',
  },
  {
    name: 'AWS_REGION',
    onSwitch: 'ours',
    onUnset: 'ours',
    reason: "beats the profile's region in the AWS CLI v2, JavaScript and Go; the person's own stays",
  },
  {
    name: 'AWS_DEFAULT_REGION',
    onSwitch: 'ours',
    onUnset: 'ours',
    reason: "beats the profile's region in boto3 and the AWS CLI; the person's own stays",
  },
  {
    name: 'AWS_VAULT',
    onSwitch: 'left',
    onUnset: 'left',
    warning: 'other-tool',
    reason: "a shell of aws-vault: its keys are this shell's identity",
  },
  {
    name: 'AWS_SSO_PROFILE',
    onSwitch: 'left',
    onUnset: 'left',
    warning: 'other-tool',
    reason: 'a shell that aws-sso-cli switched',
  },
  {
    name: 'AWSUME_PROFILE',
    onSwitch: 'left',
    onUnset: 'left',
    warning: 'other-tool',
    reason: 'a shell that awsume switched',
  },
  {
    name: 'GRANTED_SSO',
    onSwitch: 'left',
    onUnset: 'left',
    warning: 'other-tool',
    reason: 'a shell that granted switched',
  },
  {
    name: 'AWSP_PROFILE',
    onSwitch: 'set',
    onUnset: 'unset',
    reason: 'the profile of the other AWSP variables, which are valid only while AWS_PROFILE is the same',
  },
  {
    name: 'AWSP_FILES',
    onSwitch: 'set',
    onUnset: 'unset',
    reason: "HOME, the paths of AWS's files and the endpoints at the switch: elsewhere the name is another profile",
  },
  {
    name: 'AWSP_FOLDER',
    onSwitch: 'set',
    onUnset: 'unset',
    reason: 'the folder of the switch, where the path of a file is relative to it',
  },
  {
    name: 'AWSP_SEEN',
    onSwitch: 'set',
    onUnset: 'unset',
    reason: 'the folder with the dates that the files had, for the prompt',
  },
  {
    name: 'AWSP_ENDPOINT',
    onSwitch: 'set',
    onUnset: 'unset',
    reason: 'the variable that sends requests to another server than AWS',
  },
  { name: 'AWSP_ACCOUNT_ID', onSwitch: 'set', onUnset: 'unset', reason: 'the account, for the prompt' },
  {
    name: 'AWSP_ACCOUNT_NAME',
    onSwitch: 'set',
    onUnset: 'unset',
    reason: 'the name of the account, by the settings or the portal',
  },
  { name: 'AWSP_ROLE', onSwitch: 'set', onUnset: 'unset', reason: 'the role, for the prompt' },
  { name: 'AWSP_TEXT', onSwitch: 'set', onUnset: 'unset', reason: 'the text of the prompt' },
  { name: 'AWSP_TEXT_SHORT', onSwitch: 'set', onUnset: 'unset', reason: 'the same, to stand beside a warning' },
  {
    name: 'AWSP_TEXT_OF',
    onSwitch: 'set',
    onUnset: 'unset',
    reason: 'the account, role and profile of that text, which is not shown for others',
  },
  {
    name: 'AWSP_WIDTH',
    onSwitch: 'set',
    onUnset: 'unset',
    reason: 'the columns of the prompt, where the settings say',
  },
  {
    name: 'AWSP_PROFILE_REGION',
    onSwitch: 'set',
    onUnset: 'unset',
    reason: "the profile's region: the prompt shows that of the shell where it is another one",
  },
  { name: 'AWSP_STATE', onSwitch: 'set', onUnset: 'unset', reason: 'verified, or unverified' },
  { name: 'AWSP_LEVEL', onSwitch: 'set', onUnset: 'unset', reason: 'normal, or production' },
  { name: 'AWSP_EXPIRES', onSwitch: 'set', onUnset: 'unset', reason: 'when the sign-in ends, in seconds since 1970' },
  {
    name: 'AWSP_UNTIL',
    onSwitch: 'set',
    onUnset: 'unset',
    reason: 'when this shell drops the profile by itself, in seconds since 1970',
  },
  { name: 'AWSP_REGION', onSwitch: 'set', onUnset: 'unset', reason: 'the region that awsp itself set in this shell' },
  { name: 'AWSP_PREVIOUS', onSwitch: 'set', onUnset: 'set', reason: 'where "awsp -" goes; of this shell alone' },
  {
    name: 'AWSP_PREVIOUS_UNTIL',
    onSwitch: 'set',
    onUnset: 'set',
    reason: 'the AWSP_UNTIL of that profile: "awsp -" does not extend a limit',
  },
] as const satisfies readonly Variable[];

/** A name in the table. */
export type VariableName = (typeof table)[number]['name'];

/** The names that a switch gives a value, or removes when it has none for them. */
export type FactName = Extract<(typeof table)[number], { onSwitch: 'set' }>['name'];

/** A name of a variable that holds a region. */
export type RegionVariable = Extract<(typeof table)[number], { onSwitch: 'ours' }>['name'];

/**
 * Every variable that awsp sets, removes or warns of, each with its reason. Which tool reads which variable was tried, or
 * read in the source of botocore, the AWS CLI v1 and v2, and the AWS SDKs for JavaScript, Go, Java and .NET. awsp reads
 * and never changes the variables that are not here: AWS_CONFIG_FILE, AWS_SHARED_CREDENTIALS_FILE, AWS_ENDPOINT_URL and
 * others. The build puts what the shims need of this table into them.
 */
export const variables: readonly (Variable & { readonly name: VariableName })[] = table;

/** The variables that replace the endpoint of every service, and those of the services that tell who a profile is. */
export const identityEndpoints = [
  'AWS_ENDPOINT_URL',
  'AWS_ENDPOINT_URL_STS',
  'AWS_ENDPOINT_URL_SSO',
  'AWS_ENDPOINT_URL_SSO_OIDC',
  'AWS_ENDPOINT_URL_SIGNIN',
] as const;

/** The variables that decide which servers tell who a profile is; where one is set, AWSP_FILES has their values. */
export const serverVariables = [...identityEndpoints, 'AWS_IGNORE_CONFIGURED_ENDPOINT_URLS'] as const;

/** The variables that hold a region. awsp removes the value that it has set itself, and leaves the person's own. */
export const regionVariables: readonly RegionVariable[] = table.flatMap((row) =>
  row.onSwitch === 'ours' ? [row.name] : [],
);
