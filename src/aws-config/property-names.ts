import { editDistance } from '../lib/closest.ts';

/**
 * The property that a misspelt name means; null for a name that AWS's tools or another tool know, and for one that
 * resembles none. Case does not matter to the tools; letters, blanks and "-" in place of "_" do.
 */
export function meantProperty(name: string, section: 'profile' | 'sso-session'): string | null {
  const known = section === 'profile' ? profileProperties : sessionProperties;
  if (known.includes(name) || name.includes('.') || name.length < 5 || otherToolOf(name) !== null) return null;
  const letters = lettersOf(name);
  const allowed = letters.length < 8 ? 1 : 2;
  let meant: string | null = null;
  let least = allowed + 1;
  for (const property of known) {
    const candidate = lettersOf(property);
    if (Math.abs(candidate.length - letters.length) >= least) continue;
    const edits = editDistance(letters, candidate);
    if (edits < least) [meant, least] = [property, edits];
  }
  return meant;
}

/** Whether AWS's own tools know a property of a profile, written in small letters. */
export function isAwsProperty(name: string): boolean {
  return profileProperties.includes(name);
}

/** Properties whose value is the name of another profile: of AWS's tools, and of aws-vault. */
export const referenceKeys: ReadonlySet<string> = new Set(['source_profile', 'include_profile', 'parent_profile']);

/** The properties that make a profile one of another kind, each removed, for a profile that is written over another one. */
export function withoutKind(): Map<string, string | null> {
  return new Map([...ssoKeys, ...roleKeys].map((key) => [key, null]));
}

/** The properties of a profile that AWS's own tools know. */
export function awsProperties(): readonly string[] {
  return profileProperties;
}

/** The tool that a property belongs to, where it is not AWS's own: AWS's tools ignore the property. Null if not known. */
export function otherToolOf(name: string): string | null {
  otherTools ??= makeOtherTools();
  return otherTools.find(([names]) => names.test(name))?.[1] ?? null;
}

// --- internal ---

const lettersOf = (name: string) => name.replace(/[-_\s]/g, '');

const ssoKeys = ['sso_session', 'sso_start_url', 'sso_region', 'sso_account_id', 'sso_role_name'];
const roleKeys = [
  ...['role_arn', 'source_profile', 'credential_source'],
  ...['credential_process', 'web_identity_token_file', 'login_session'],
];

/** botocore/configprovider.py, awscli, and the AWS SDKs and Tools Reference Guide, "Settings reference". */
const sessionProperties = ['sso_start_url', 'sso_region', 'sso_registration_scopes'];
const profileProperties = [
  'account_id_endpoint_mode api_versions aws_access_key_id aws_account_id aws_credential_expiration',
  'aws_secret_access_key aws_security_token aws_session_token ca_bundle cli_auto_prompt',
  'cli_binary_format cli_follow_urlparam cli_help_output cli_history cli_hide_upgrade_nag cli_pager',
  'cli_timestamp_format credential_process credential_source defaults_mode disable_request_compression',
  'duration_seconds ec2_metadata_service_endpoint ec2_metadata_service_endpoint_mode',
  'ec2_metadata_v1_disabled endpoint_discovery_enabled endpoint_url external_id',
  'ignore_configure_endpoint_urls ignore_configured_endpoint_urls login_session max_attempts',
  'metadata_service_num_attempts metadata_service_timeout mfa_serial output parameter_validation region',
  'request_checksum_calculation request_min_compression_size_bytes response_checksum_validation',
  'retry_mode role_arn role_session_name s3 s3_disable_multiregion_access_points s3_use_arn_region',
  's3_us_east_1_regional_endpoint sdk_ua_app_id services sigv4a_signing_region_set source_profile',
  'sso_account_id sso_auto_populated sso_region sso_registration_scopes sso_role_name sso_session',
  'sso_start_url sts_regional_endpoints tcp_keepalive use_dualstack_endpoint use_fips_endpoint',
  'user_agent_appid web_identity_token_file',
]
  .join(' ')
  .split(' ');

/** Properties of other tools in AWS's files, from the documentation of each. */
let otherTools: readonly (readonly [RegExp, string])[] | undefined;

/** Made at first use: most files have none of them. */
function makeOtherTools(): readonly (readonly [RegExp, string])[] {
  return [
    [
      /^(include_profile|parent_profile|mfa_process|chain_mfa|source_identity|session_tags|transitive_session_tags)$/,
      'aws-vault',
    ],
    [
      /^(sso_account_name|sso_interactive_auto_login|sso_.*_(interpolation|template)|sso_auto_populated)$/,
      'aws-sso-util',
    ],
    [/^granted_/, 'Granted'],
    [/^(x_principal_arn|x_security_token_expires)$/, 'saml2aws'],
    [/^azure_/, 'aws-azure-login'],
    [/^(google_config|adfs_config)\./, 'its own sign-in program'],
    [/^(aws_mfa_device|assumed_role|assumed_role_arn)$/, 'aws-mfa'],
    [/^(awsume_|autoawsume|role_duration$|mfa_token$)/, 'AWSume'],
    [/^(okta_|aws_saml_url$)/, 'an Okta tool'],
  ];
}
