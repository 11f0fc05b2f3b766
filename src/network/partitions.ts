/** The hosts of a partition that people sign in at: `signIn` and `console`, both without a region in front. */
export interface PartitionHosts {
  readonly signIn: string;
  readonly console: string;
}

/**
 * The hosts of a partition: endpoint rules of the sign-in service (botocore/data/signin), IAM User Guide, "Enable custom
 * identity broker access to the AWS console". Null for a partition that awsp does not know.
 */
export function hostsOf(partition: string): PartitionHosts | null {
  return hosts[partition] ?? null;
}

/** The partition of a region: `aws-cn` for `cn-north-1`. A region that awsp does not know counts as one of `aws`. */
export function partitionOf(region: string): string {
  return Object.entries(prefixes).find(([prefix]) => region.startsWith(prefix))?.[1] ?? 'aws';
}

// --- internal ---

const hosts: Readonly<Record<string, PartitionHosts>> = {
  aws: { signIn: 'signin.aws.amazon.com', console: 'console.aws.amazon.com' },
  'aws-cn': { signIn: 'signin.amazonaws.cn', console: 'console.amazonaws.cn' },
  'aws-us-gov': { signIn: 'signin.amazonaws-us-gov.com', console: 'console.amazonaws-us-gov.com' },
  'aws-eusc': { signIn: 'signin.amazonaws-eusc.eu', console: 'console.amazonaws-eusc.eu' },
};

const prefixes: Readonly<Record<string, string>> = {
  'cn-': 'aws-cn',
  'us-gov-': 'aws-us-gov',
  'eusc-': 'aws-eusc',
};
