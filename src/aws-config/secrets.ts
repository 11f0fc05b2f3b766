/** A property's value as it may be shown: of a secret its last four characters, as in `aws configure list`; of a short one none. */
export function masked(key: string, value: string): string {
  if (!/^(aws_access_key_id|aws_secret_access_key|aws_session_token|aws_security_token)$/.test(key)) return value;
  return `****************${value.length > 8 ? value.slice(-4) : ''}`;
}
