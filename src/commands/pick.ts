import { filterByQuery } from '../selection/match.ts';
import { renderTable } from '../terminal/table.ts';
import type { Context } from './context.ts';
import { profileTable } from './profile-table.ts';

/** How many profiles fit a choice by number; a longer list is narrowed by words first. */
const mostShown = 40;

/** A plain numbered choice on the terminal: a number, or words that narrow it. Rejects with `Cancelled`. */
export async function pick({ world, profiles, settings }: Context, names: readonly string[]): Promise<string> {
  const { terminal } = world;
  let candidates = names.flatMap((name) => profiles.get(name) ?? []);
  for (;;) {
    const shown = candidates.slice(0, mostShown);
    const { titles, rows } = profileTable(world, settings, profiles, shown);
    const numbered = rows.map((row, index) => [{ text: String(index + 1) }, ...row]);
    terminal.write(await renderTable(['', ...titles], numbered, terminal.colour.stderr));
    if (shown.length < candidates.length) terminal.write(`… and ${candidates.length - shown.length} more\n`);
    const answer = (await terminal.ask('number, or part of a name: ')).trim();
    // "013" is the end of an account id.
    const chosen = /^[1-9]\d?$/.test(answer) ? shown[Number(answer) - 1] : undefined;
    if (chosen !== undefined) return chosen.name;
    const narrowed = answer === '' ? [] : filterByQuery(candidates, [answer]);
    const [only, ...others] = narrowed;
    if (only !== undefined && others.length === 0) return only.name;
    if (narrowed.length > 0) candidates = [...narrowed];
    else if (answer !== '') terminal.write(`nothing here has "${answer}"\n`);
  }
}
