import type { World } from '../world.ts';
import { listenForInterrupt } from './interrupt.ts';
import { clearLine } from './notice.ts';

/** Draws the progress: how many items are done. */
export type Draw = (done: number, total: number) => void;

/**
 * Shows a progress bar on a terminal, and removes it at the end. On a terminal Ctrl-C rejects with `Cancelled`; what
 * `work` has started then still runs, so it must be harmless.
 */
export async function withProgress<T>(world: World, label: string, work: (draw: Draw) => Promise<T>): Promise<T> {
  const { terminal } = world;
  if (!terminal.interactive) return work(() => {});
  const interrupt = listenForInterrupt(world);
  let isOver = false;
  const draw: Draw = (done, total) => {
    if (!isOver) terminal.write(`${clearLine}${bar(label, done, total, terminal.columns)}`);
  };
  try {
    return await interrupt.orCancelled(work(draw));
  } finally {
    isOver = true;
    interrupt.end();
    terminal.write(clearLine);
  }
}

// --- internal ---

const maxBarWidth = 30;

/** `reading the accounts [########------] 120 of 300; Ctrl-C cancels`, never wider than the terminal. */
function bar(label: string, done: number, total: number, columns: number): string {
  const count = `${done} of ${total}`;
  const room = Math.min(maxBarWidth, columns - label.length - count.length - 5);
  const filled = Math.round((room * done) / Math.max(1, total));
  const picture = room < 5 ? '' : `[${'#'.repeat(filled)}${'-'.repeat(room - filled)}] `;
  const hint = '; Ctrl-C cancels';
  const line = `${label} ${picture}${count}`;
  return line.length + hint.length < columns ? line + hint : line.slice(0, columns - 1);
}
