import { Back, Cancelled } from '../errors.ts';
import { printable } from '../lib/text.ts';
import { say } from '../terminal/messages.ts';
import { fitColumns, measureColumns, measureFor, renderLine, toPrintable } from '../terminal/table.ts';
import type { World } from '../world.ts';
import type { Choice } from './choice.ts';

/** Exit codes of fzf: "No match", and "Interrupted with CTRL-C or ESC" (fzf(1), EXIT STATUS). */
const nothingChosen = [1, 130];

/**
 * Lets the user choose in fzf, with their own FZF_DEFAULT_OPTS. Resolves to the index of the chosen item, or, after a
 * warning, to null if fzf is missing or fails. Rejects with `Cancelled`, or at Esc with `Back`.
 */
export async function chooseWithFzf<Item>(world: World, choice: Choice<Item>): Promise<number | null> {
  const { terminal, env, cwd } = world;
  const warn = (text: string) => {
    say(terminal, { kind: 'warning', text });
    return null;
  };
  const program = world.files.findProgram('fzf', env.PATH);
  if (program === null) return warn('fzf, which the settings ask for, is not on PATH');
  const args = [
    ...['--delimiter=\\t', '--with-nth=2..', '--no-multi', '--header-lines=1', '--prompt=awsp> '],
    ...['--expect=esc', '--no-print-query'],
    ...[terminal.colour.stderr ? '--ansi' : '--no-color', `--query=${printable(choice.query ?? '')}`],
  ];
  const { code, stdout } = await world.filter({ program, args, env, cwd }, await linesFor(world, choice));
  // With --expect the first line names the key.
  if (stdout.startsWith('esc\n')) throw new Back();
  if (nothingChosen.includes(code)) throw new Cancelled();
  const place = /^(\d+)\t/m.exec(stdout)?.[1];
  return code !== 0 || place === undefined ? warn(`fzf ended with ${code}`) : Number(place);
}

// --- internal ---

/**
 * The titles and a line for each item, not shortened because fzf searches them; each after its index, which fzf hides.
 */
async function linesFor<Item>({ terminal }: World, { items, describe }: Choice<Item>): Promise<string> {
  const { titles, rows } = describe(items, Number.POSITIVE_INFINITY);
  const lines = [titles.map((text) => ({ text })), ...rows].map((row) => row.map(toPrintable));
  const widthOf = await measureFor(lines.flat().map(({ text }) => text));
  const layout = fitColumns(measureColumns(lines, widthOf), Number.POSITIVE_INFINITY, { titles, spare: [] });
  const numbered = lines.map(
    (line, index) => `${index - 1}\t${renderLine(line, layout, widthOf, terminal.colour.stderr)}`,
  );
  return numbered.join('');
}
