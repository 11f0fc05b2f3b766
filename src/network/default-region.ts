/** The default region of a partition, for a profile without one (AWS General Reference, "STS endpoints"). */
export function defaultRegionOf(partition: string): string {
  const regions: Readonly<Record<string, string>> = {
    'aws-cn': 'cn-north-1',
    'aws-us-gov': 'us-gov-west-1',
    'aws-eusc': 'eusc-de-east-1',
  };
  return regions[partition] ?? 'us-east-1';
}
