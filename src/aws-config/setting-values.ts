/**
 * Whether the AWS CLI and boto3 take a value of a setting; with another one, every command with the profile fails. True for
 * a property whose values are not known here. Tried with botocore 1.43 and the AWS CLI 2.9.
 */
export function isAcceptedValue(key: string, value: string): boolean {
  const values = accepted.get(key);
  return values === undefined || (value === '' && key !== 'retry_mode') || values.test(value);
}

// --- internal ---

const wholeNumber = /^\d+$/;
const checksums = /^when_(supported|required)$/i;

const accepted: ReadonlyMap<string, RegExp> = new Map([
  ['output', /^(json|text|table|yaml|yaml-stream|off)$/],
  ['retry_mode', /^(legacy|standard|adaptive)$/],
  ['max_attempts', wholeNumber],
  ['sts_regional_endpoints', /^(legacy|regional)$/],
  ['defaults_mode', /^(legacy|auto|standard|in-region|cross-region|mobile)$/],
  ['cli_timestamp_format', /^(none|wire|iso8601)$/],
  ['cli_binary_format', /^(base64|raw-in-base64-out)$/],
  ['request_checksum_calculation', checksums],
  ['response_checksum_validation', checksums],
  ['account_id_endpoint_mode', /^(preferred|disabled|required)$/i],
  ['ec2_metadata_service_endpoint_mode', /^ipv[46]$/i],
  ['request_min_compression_size_bytes', wholeNumber],
  ['metadata_service_timeout', wholeNumber],
  ['metadata_service_num_attempts', wholeNumber],
  ['endpoint_url', /^https?:\/\//],
]);
