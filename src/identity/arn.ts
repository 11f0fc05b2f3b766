import { asRoleName } from '../network/fields.ts';

/**
 * The name of the permission set, role or user in an ARN that STS GetCallerIdentity returns; null for other principals
 * (the root user).
 */
export function roleNameOf(arn: string): string | null {
  const resource = arn.split(':').slice(5).join(':');
  const [type, ...path] = resource.split('/');
  if (type === 'assumed-role') return asRoleName(permissionSetOf(path[0] ?? ''));
  if (type === 'user' || type === 'federated-user') return asRoleName(path.at(-1));
  return null;
}

// --- internal ---

/** IAM Identity Center names its roles `AWSReservedSSO_<permission set>_<16 hexadecimal digits>` (its user guide). */
function permissionSetOf(role: string): string {
  return /^AWSReservedSSO_(.+)_[0-9a-f]{16}$/.exec(role)?.[1] ?? role;
}
