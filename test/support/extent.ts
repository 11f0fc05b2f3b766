const wanted = process.env.AWSP_HOSTILE;

/**
 * `AWSP_HOSTILE=1 npx vitest run test/hostile` tries every value of every table there, and takes hours. With
 * `AWSP_HOSTILE=400:500` long tables are tried from row 400 up to row 499, so that a broken case can be tried alone.
 */
export const isThorough = Boolean(wanted);
const [, from, to] = /^(\d+):(\d+)$/.exec(wanted ?? '') ?? [];

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

/** Rows of a table: as many in a default run, from all over it; all rows when the run is thorough. */
export function someOf<Row>(rows: readonly Row[], few: number): readonly Row[] {
  return numbersOf(rows.length, few).map((number) => rows[number] as Row);
}

/** What is wrong with the rows of a table. */
interface Tried {
  /** The first of them. */
  readonly broken: readonly unknown[];
  readonly summary: string;
}

/** Tries rows of a table, as `someOf` takes them. `faultOf` returns what is wrong with one, or null. */
export async function tryRows<Row>(
  rows: readonly Row[],
  few: number,
  lineOf: (row: Row) => string,
  faultOf: (row: Row) => Promise<unknown>,
): Promise<Tried> {
  const numbers = numbersOf(rows.length, few);
  const broken: unknown[] = [];
  let shown = Date.now();
  for (const [tried, number] of numbers.entries()) {
    const row = rows[number] as Row;
    const found = await faultOf(row).catch((error) => ({ thrown: error instanceof Error ? error.stack : error }));
    if (found !== null) {
      broken.push({ number, line: lineOf(row), found });
      if (isThorough) console.error(JSON.stringify(broken.at(-1)));
    }
    if (isThorough && Date.now() - shown > 60_000) {
      shown = Date.now();
      console.info(`row ${number}, ${tried + 1} of ${numbers.length} tried, ${broken.length} broken`);
    }
  }
  const summary = `${numbers.length} of ${rows.length} cases, ${broken.length} broken`;
  return { broken: broken.slice(0, 60), summary };
}

// --- internal ---

/** The numbers of the rows that are tried. */
function numbersOf(length: number, few: number): readonly number[] {
  const all = Array.from({ length }, (_, index) => index);
  if (from !== undefined) return all.slice(Number(from), Number(to));
  if (isThorough || length <= few) return all;
  return Array.from({ length: few }, (_, index) => Math.floor(((index + 0.5) * length) / few));
}
