import type { Environment } from '../world.ts';

/**
 * Whether the AWS CLI and boto3 take a value of a property; with another one, every command with the profile fails, or
 * asks for what there is not. True for a property whose values are not known here. Tried with botocore 1.43 and the AWS
 * CLI 2.9.
 */
export function isAcceptedValue(key: string, value: string): boolean {
  return accepted.get(key)?.test(value) ?? true;
}

/** A variable whose value the AWS CLI and boto3 do not take, as that of a property; null if there is none. */
export function refusedVariable(env: Environment): string | null {
  for (const [variable, key] of variables) {
    const value = env[variable];
    if (value !== undefined && !isAcceptedValue(key, value)) return variable;
  }
  return null;
}

/**
 * A variable because of whose value no client of an SDK can be made; null if there is none. Tried with
 * aws-sdk-go-v2/config 1.33 and the SDK for Java 2.58.
 */
export function variableRefusedBy(sdk: 'go' | 'java', env: Environment): string | null {
  for (const [variable, taken] of Object.entries(takenBySdk[sdk])) {
    const value = env[variable];
    if (value !== undefined && !taken.test(value)) return variable;
  }
  return null;
}

/** The values that a property may have, where it is one of a few; empty for all others. */
export function choicesOf(key: string): readonly string[] {
  if (switches.includes(key)) return ['true', 'false'];
  const [, choices = ''] = /^\^\(([\w|-]+)\)\??\$$/.exec(accepted.get(key)?.source ?? '') ?? [];
  return choices.split('|').filter((choice) => choice !== '');
}

// --- internal ---

const endpointSwitches = [
  'AWS_IGNORE_CONFIGURED_ENDPOINT_URLS',
  'AWS_USE_DUALSTACK_ENDPOINT',
  'AWS_USE_FIPS_ENDPOINT',
] as const;
const eachSwitch = (taken: RegExp) => Object.fromEntries(endpointSwitches.map((name) => [name, taken]));

const takenBySdk: Readonly<Record<'go' | 'java', Readonly<Record<string, RegExp>>>> = {
  go: { AWS_RETRY_MODE: /^(standard|adaptive)?$/i, ...eachSwitch(/^(true|false)?$/i) },
  // An empty one is no unset one.
  java: {
    AWS_RETRY_MODE: /^(legacy|standard|adaptive)?$/i,
    AWS_MAX_ATTEMPTS: /^[1-9]\d*$/,
    ...eachSwitch(/^(true|false)$/i),
  },
};

/** The properties that are on or off. */
const switches = [
  ...'cli_follow_urlparam cli_hide_upgrade_nag disable_request_compression ec2_metadata_v1_disabled'.split(' '),
  ...'endpoint_discovery_enabled ignore_configured_endpoint_urls parameter_validation s3_use_arn_region'.split(' '),
  ...'s3_disable_multiregion_access_points tcp_keepalive use_dualstack_endpoint use_fips_endpoint'.split(' '),
];

const positive = /^[1-9]\d*$/;
const checksums = /^when_(supported|required)$/i;

const accepted: ReadonlyMap<string, RegExp> = new Map([
  ['output', /^(json|text|table|yaml|yaml-stream|off)$/],
  ['retry_mode', /^(legacy|standard|adaptive)$/],
  ['max_attempts', positive],
  ['sts_regional_endpoints', /^(legacy|regional)?$/],
  ['defaults_mode', /^(legacy|auto|standard|in-region|cross-region|mobile)$/],
  ['cli_timestamp_format', /^(none|wire|iso8601)$/],
  ['cli_binary_format', /^(base64|raw-in-base64-out)?$/],
  ['request_checksum_calculation', checksums],
  ['response_checksum_validation', checksums],
  ['account_id_endpoint_mode', /^(preferred|disabled|required)?$/i],
  ['ec2_metadata_service_endpoint_mode', /^(ipv[46])?$/i],
  ['request_min_compression_size_bytes', /^\d*$/],
  ['metadata_service_timeout', positive],
  ['metadata_service_num_attempts', positive],
  ['endpoint_url', /^(https?:\/\/.*)?$/],
  ['api_versions', /^$/],
  ['s3', /./],
  // Sent as they are, and a blank device is asked for a code all the same.
  ['external_id', /./],
  ['role_session_name', /./],
  ['mfa_serial', /./],
]);

const variables = [
  ['AWS_DEFAULT_OUTPUT', 'output'],
  ['AWS_RETRY_MODE', 'retry_mode'],
  ['AWS_MAX_ATTEMPTS', 'max_attempts'],
  ['AWS_STS_REGIONAL_ENDPOINTS', 'sts_regional_endpoints'],
  ['AWS_DEFAULTS_MODE', 'defaults_mode'],
  ['AWS_REQUEST_CHECKSUM_CALCULATION', 'request_checksum_calculation'],
  ['AWS_RESPONSE_CHECKSUM_VALIDATION', 'response_checksum_validation'],
] as const;
