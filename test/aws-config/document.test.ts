import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseDocument, renderDocument } from '../../src/aws-config/document.ts';
import { dialectText } from './dialect.ts';

const anyText = fc.oneof(dialectText(), fc.string({ unit: 'binary' }), fc.string());

function linesOf(text: string): string[] {
  return text.split(/\r\n|\r|\n/);
}

describe('any text', () => {
  it('comes back byte for byte', () => {
    fc.assert(
      fc.property(anyText, (text) => {
        expect(renderDocument(parseDocument(text))).toBe(text);
      }),
    );
  });

  it('is split into sections without gaps, up to its end', () => {
    fc.assert(
      fc.property(anyText, (text) => {
        const { sections } = parseDocument(text);
        sections.forEach((section, index) => {
          expect(section.end).toBe(sections[index + 1]?.start ?? text.length);
          expect(section.headerEnd).toBeLessThanOrEqual(section.end);
          expect(text.slice(section.start, section.headerEnd).trimStart()).toMatch(/^\ufeff?.?\s*\[/su);
        });
      }),
    );
  });

  it('has each header and each entry on the line that is given for it', () => {
    fc.assert(
      fc.property(anyText, (text) => {
        const document = parseDocument(text);
        const lines = linesOf(text);
        for (const section of document.sections) {
          expect(lines[document.lineOf(section) - 1]).toContain(`[${section.header ?? ''}`);
          for (const { key, value, below, start, end } of document.entries(section)) {
            const line = document.lineOf(section) + below;
            const own = key.slice(key.indexOf('.') + 1);
            expect(lines[line - 1]?.toLowerCase()).toContain(own);
            expect(lines[line - 1]).toContain(linesOf(value)[0]);
            expect(start).toBeGreaterThanOrEqual(section.headerEnd);
            expect(end).toBeLessThanOrEqual(section.end);
            expect(text.slice(start, end).startsWith(lines[line - 1] ?? '')).toBe(true);
          }
        }
      }),
    );
  });

  it('gives the same for a section whatever was read before', () => {
    fc.assert(
      fc.property(anyText, (text) => {
        const forwards = parseDocument(text);
        const inOrder = forwards.sections.map((section) => [forwards.entries(section), forwards.faults(section)]);
        const backwards = parseDocument(text);
        const reversed = [...backwards.sections]
          .reverse()
          .map((section) => [backwards.entries(section), backwards.faults(section)]);
        expect(reversed.reverse()).toEqual(inOrder);
      }),
    );
  });
});

describe('reading takes linear time', () => {
  // Each of these takes an hour if the reader searches to the start or end of the file for every line.
  it.each([
    ['only brackets', '['.repeat(2_000_000)],
    ['unclosed headers', '[a\n'.repeat(500_000)],
    ['indented headers under a property', `[a]\nb = c\n${' [x]\n'.repeat(400_000)}`],
    ['one line for each carriage return', '[profile a]\rb = c\r'.repeat(200_000)],
    ['blanks', `[a]\n${' '.repeat(2_000_000)}[b]`],
    ['one value', `[a]\nb = ${'x # '.repeat(500_000)}`],
    ['continuation lines', `[a]\nb = c\n${'  d\n'.repeat(300_000)}`],
  ])('%s', (_name, text) => {
    const document = parseDocument(text);
    for (const section of document.sections) document.faults(section);
    expect(renderDocument(document).length).toBe(text.length);
  });
});
