/** Whether a property is a secret, or the id of one. */
export function isSecret(key: string): boolean {
  return /^(aws_access_key_id|aws_secret_access_key|aws_session_token|aws_security_token)$/.test(key);
}

/**
 * A property's value for display. Of a secret only the last four characters are shown, as in `aws configure list`; of a
 * short one none.
 */
export function masked(key: string, value: string): string {
  if (!isSecret(key)) return value;
  return `****************${value.length > 8 ? value.slice(-4) : ''}`;
}
