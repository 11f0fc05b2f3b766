/** The content of the screen: its lines from the top, none wider than the screen, and the cursor, counted from 0. */
export interface Picture {
  readonly lines: readonly string[];
  readonly cursor: { readonly row: number; readonly column: number };
}

/** The alternate screen of a terminal, on which pictures are drawn. */
export interface Canvas {
  show(picture: Picture): void;
  /** The next picture is drawn whole, because the screen was resized. */
  forget(): void;
  /** Switches back to the normal screen. */
  close(): void;
}

/** Draws with escape sequences (xterm, "ctlseqs"). Only changed lines are drawn, to be fast over SSH. */
export function canvasOn(draw: (text: string) => void): Canvas {
  let shown: Picture | null = null;
  let isOpen = false;
  return {
    show(picture) {
      draw(`${isOpen ? '' : enterAlternateScreen}${redraw(picture, shown)}`);
      shown = picture;
      isOpen = true;
    },
    forget() {
      shown = null;
    },
    close() {
      if (isOpen) draw(leaveAlternateScreen);
    },
  };
}

// --- internal ---

/** DECSET 1049: alternate screen; DECRST 7: no line wrap; DECSET 2004: bracketed paste. */
const enterAlternateScreen = '\u001B[?1049h\u001B[?7l\u001B[?2004h';
const leaveAlternateScreen = '\u001B[?2004l\u001B[?7h\u001B[?1049l';

function redraw({ lines, cursor }: Picture, previous: Picture | null): string {
  const changed = lines.map((line, row) => (previous?.lines[row] === line ? '' : `${at(row, 0)}\u001B[2K${line}`));
  const surplus = previous !== null && previous.lines.length > lines.length ? `${at(lines.length, 0)}\u001B[J` : '';
  return `${previous === null ? '\u001B[2J' : ''}${changed.join('')}${surplus}${at(cursor.row, cursor.column)}`;
}

function at(row: number, column: number): string {
  return `\u001B[${row + 1};${column + 1}H`;
}
