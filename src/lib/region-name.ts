/**
 * Whether a text can be the name of a region: botocore/utils.py, `validate_region_name`. Nothing is known here of which
 * regions there are.
 */
export function isRegionName(text: string): boolean {
  return /^(?!\d+$)(?!-)[A-Za-z0-9-]{1,63}$/.test(text) && !text.endsWith('-');
}

/** Whether a text looks like the regions that there are: `eu-west-1`, `us-gov-east-1`. One that awsp does not know may be new. */
export function isLikeRegion(text: string): boolean {
  return /^[a-z]{2,8}(?:-[a-z]{1,16}){1,3}-\d{1,2}$/.test(text);
}
