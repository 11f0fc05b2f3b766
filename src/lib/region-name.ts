/**
 * Whether a text can be the name of a region: botocore/utils.py, `validate_region_name`. Nothing is known here of which
 * regions there are.
 */
export function isRegionName(text: string): boolean {
  return /^(?!\d+$)(?!-)[A-Za-z0-9-]{1,63}$/.test(text) && !text.endsWith('-');
}
