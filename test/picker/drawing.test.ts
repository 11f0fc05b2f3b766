import xterm from '@xterm/headless';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { canvasOn, type Picture } from '../../src/picker/drawing.ts';

const size = { cols: 12, rows: 5 };

/** A terminal with something on it, and what was drawn on it. */
function openTerminal() {
  const terminal = new xterm.Terminal({ ...size, allowProposedApi: true });
  const written: string[] = [];
  const canvas = canvasOn((text) => {
    written.push(text);
    terminal.write(text);
  });
  const lines = async () => {
    await new Promise<void>((resolve) => terminal.write('', resolve));
    const { active } = terminal.buffer;
    return Array.from({ length: size.rows }, (_, y) => active.getLine(active.baseY + y)?.translateToString(true) ?? '');
  };
  terminal.write('before\r\n$ awsp\r\n');
  return { terminal, canvas, written, lines };
}

const picture = (lines: readonly string[]): Picture => ({ lines, cursor: { row: 0, column: 0 } });

describe('pictures', () => {
  it('are drawn on the alternate screen, and the normal screen is restored', async () => {
    const { terminal, canvas, lines } = openTerminal();
    const before = [await lines(), terminal.buffer.active.cursorX, terminal.buffer.active.cursorY];
    canvas.show(picture(['one', 'two']));
    expect(await lines()).toEqual(['one', 'two', '', '', '']);
    expect(terminal.buffer.active.type).toBe('alternate');
    expect(terminal.modes).toMatchObject({ bracketedPasteMode: true, wraparoundMode: false });
    canvas.close();
    expect([await lines(), terminal.buffer.active.cursorX, terminal.buffer.active.cursorY]).toEqual(before);
    expect(terminal.modes).toMatchObject({ bracketedPasteMode: false, wraparoundMode: true });
  });

  it('write nothing if none is drawn', () => {
    const { canvas, written } = openTerminal();
    canvas.close();
    expect(written).toEqual([]);
  });

  it('send only changed lines', () => {
    const { canvas, written } = openTerminal();
    canvas.show(picture(['one', 'two']));
    canvas.show(picture(['one', 'three']));
    expect(written.at(-1)).not.toContain('one');
    canvas.forget();
    canvas.show(picture(['one', 'three']));
    expect(written.at(-1)).toContain('one');
  });

  it('leave nothing of the previous picture, for any pictures', async () => {
    const line = fc.string({ unit: fc.constantFrom('a', 'b', ' ', '漢'), maxLength: 6 }).map((text) => text.trimEnd());
    const pictures = fc.array(fc.array(line, { minLength: 1, maxLength: size.rows }), { minLength: 1, maxLength: 6 });
    await fc.assert(
      fc.asyncProperty(pictures, async (all) => {
        const { canvas, lines } = openTerminal();
        for (const some of all) canvas.show(picture(some));
        const last = all.at(-1) ?? [];
        expect(await lines()).toEqual([...last, ...Array.from({ length: size.rows - last.length }, () => '')]);
      }),
      { numRuns: 100 },
    );
  });
});
