/**
 * How often a property is tried: `count`, times the number in AWSP_TEST_RUNS, for a longer look than the gate has time for.
 */
export function runs(count: number): number {
  return Math.ceil(count * Number(process.env.AWSP_TEST_RUNS ?? 1));
}
