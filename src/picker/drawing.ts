/** What the screen shows: its lines from the top, none wider than it, and the cursor, both counted from 0. */
export interface Picture {
  readonly lines: readonly string[];
  readonly cursor: { readonly row: number; readonly column: number };
}

/** A second screen of a terminal, on which pictures are drawn. */
export interface Canvas {
  show(picture: Picture): void;
  /** What is on the screen is not known any more: its size has changed. */
  forget(): void;
  /** The terminal shows its first screen again, as it was. */
  close(): void;
}

/** Draws by escape sequences (xterm, "ctlseqs"), and only what has changed: over SSH, bytes are time. */
export function canvasOn(draw: (text: string) => void): Canvas {
  let shown: Picture | null = null;
  let isOpen = false;
  return {
    show(picture) {
      draw(`${isOpen ? '' : toSecondScreen}${redraw(picture, shown)}`);
      shown = picture;
      isOpen = true;
    },
    forget() {
      shown = null;
    },
    close() {
      if (isOpen) draw(toFirstScreen);
    },
  };
}

// --- internal ---

/** DECSET 1049, another screen; 7, lines that are too long are not wrapped; 2004, what is pasted is marked. */
const toSecondScreen = '\u001B[?1049h\u001B[?7l\u001B[?2004h';
const toFirstScreen = '\u001B[?2004l\u001B[?7h\u001B[?1049l';

function redraw({ lines, cursor }: Picture, previous: Picture | null): string {
  const changed = lines.map((line, row) => (previous?.lines[row] === line ? '' : `${at(row, 0)}\u001B[2K${line}`));
  const surplus = previous !== null && previous.lines.length > lines.length ? `${at(lines.length, 0)}\u001B[J` : '';
  return `${previous === null ? '\u001B[2J' : ''}${changed.join('')}${surplus}${at(cursor.row, cursor.column)}`;
}

function at(row: number, column: number): string {
  return `\u001B[${row + 1};${column + 1}H`;
}
