/** `AWSP_HOSTILE=1 npx vitest run test/hostile` tries every value of every table there, and takes minutes. */
export const isThorough = Boolean(process.env.AWSP_HOSTILE);

/** One value of so many. */
const share = 12;
let tables = 0;

/**
 * The part of a table that a default run tries: each twelfth row, beginning with another one in each table, so that among
 * a dozen tables each row is tried. All rows when the run is thorough.
 */
export function partOf<Row>(rows: readonly Row[]): readonly Row[] {
  const first = tables++ % share;
  return isThorough ? rows : rows.filter((_, index) => index % share === first % Math.min(share, rows.length));
}

/** How many of something that is repeated at random: `few` in a default run, `many` in a thorough one. */
export function countOf(few: number, many: number): number {
  return isThorough ? many : few;
}

/** So many rows of a table in a default run, from all over it; all rows when the run is thorough. */
export function someOf<Row>(rows: readonly Row[], few: number): readonly Row[] {
  if (isThorough || rows.length <= few) return rows;
  return Array.from({ length: few }, (_, index) => rows[Math.floor(((index + 0.5) * rows.length) / few)] as Row);
}
