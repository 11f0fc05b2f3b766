import { AwspError } from '../errors.ts';
import { exitCodes } from '../exit-codes.ts';
import { endOf, linesOf } from '../lib/lines.ts';
import { printable } from '../lib/text.ts';
import type { Document, DocumentSection } from './document.ts';
import { appendSections, isReadAs, newHeader, quotedWord, refuseUnreadable, removeProperty } from './edit.ts';
import { withValue } from './edited-section.ts';
import { lineEndStyle, significantLines } from './lines.ts';
import { referenceKeys } from './property-names.ts';
import { type FileRole, IndexedFile } from './sections.ts';

/**
 * Renames profiles in the text of one of AWS's files, all at once: in the headers of all their sections, and in the
 * properties of other profiles that name them (`referenceKeys`). Every other byte stays. A header keeps its quotes and blanks
 * where the new name can be written so.
 *
 * Throws an `AwspError` for a name that AWS's tools would not read back (see `editSections`), and where two different headers of
 * a profile would become the same one, as of `[default]` and `[profile default]`: AWS's tools would read another section.
 */
export function renameProfiles(text: string, role: FileRole, names: ReadonlyMap<string, string>): string {
  const file = new IndexedFile({ path: '', text }, role);
  const pieces: Piece[] = [];
  for (const [name, fresh] of names) {
    for (const { section, header } of renamedSections(file, role, name, fresh))
      pieces.push({ start: text.indexOf('[', section.start), end: section.headerEnd, text: header });
  }
  for (const section of file.document.sections) {
    for (const { key, value, start, end } of referencesIn(file.document, section)) {
      const fresh = names.get(value);
      if (fresh === undefined || fresh === value) continue;
      refuseUnreadable(key, fresh);
      pieces.push({ start, end, text: withValue(text.slice(start, end), fresh) });
    }
  }
  return replaced(text, pieces);
}

/**
 * Adds a copy of a profile after the text's last section: all of its sections, each with the lines in it, in their order, without the
 * properties in `left`. Every byte of the text stays. Throws as `renameProfiles` does.
 */
export function copyProfile(
  text: string,
  role: FileRole,
  name: string,
  copy: string,
  left: readonly string[] = [],
): string {
  const file = new IndexedFile({ path: '', text }, role);
  const sections = renamedSections(file, role, name, copy);
  if (sections.length === 0) return text;
  const lineEnd = lineEndStyle(text);
  const copies = sections.map(({ section, header }) => {
    const [first = '', ...body] = linesOf(text.slice(section.start, section.end));
    const tail = text.slice(section.headerEnd, section.start + first.length);
    const own = `${header}${tail}${body.slice(0, significantLines(body)).join('')}`;
    const whole = endOf(own) === '' ? own + lineEnd : own;
    return left.reduce((part, key) => removeProperty(part, role, copy, key), whole);
  });
  return appendSections(text, copies);
}

/** The profiles of a text that name one of these profiles, with the line, counted from 1. */
export function referencesTo(
  text: string,
  role: FileRole,
  names: ReadonlySet<string>,
): readonly { readonly profile: string; readonly key: string; readonly value: string; readonly line: number }[] {
  const file = new IndexedFile({ path: '', text }, role);
  return file.names('profile').flatMap((profile) =>
    file.sameNamed('profile', profile).flatMap((section) =>
      referencesIn(file.document, section)
        .filter(({ value }) => names.has(value))
        .map(({ key, value, below }) => ({ profile, key, value, line: file.document.lineOf(section) + below })),
    ),
  );
}

// --- internal ---

/** What replaces the text between two offsets. */
interface Piece {
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

function replaced(text: string, pieces: readonly Piece[]): string {
  const parts: string[] = [];
  let at = 0;
  for (const piece of pieces.toSorted((one, other) => one.start - other.start)) {
    parts.push(text.slice(at, piece.start), piece.text);
    at = piece.end;
  }
  return [...parts, text.slice(at)].join('');
}

/** The sections of a profile with their headers under another name. Throws an `AwspError` where different ones become the same. */
function renamedSections(file: IndexedFile, role: FileRole, name: string, fresh: string) {
  const sections = file.sameNamed('profile', name);
  const headers = sections.map((section) => renamedHeader(section, role, name, fresh));
  if (new Set(headers).size < new Set(sections.map(({ header }) => header)).size)
    throw wouldMerge(file.document, sections, name);
  return sections.map((section, index) => ({ section, header: headers[index] ?? '' }));
}

/** The header with another name in it, spelled as it was where that can be read. */
function renamedHeader({ header }: DocumentSection, role: FileRole, name: string, fresh: string): string {
  const plain = newHeader(role, { type: 'profile', name: fresh });
  if (fresh === name) return `[${header}]`;
  const [, before = '', word = '', after = ''] = /^(\s*\S+\s+)(.*?)(\s*)$/s.exec(header ?? '') ?? [];
  if (role === 'credentials' || word === '' || fresh === 'default') return plain;
  const spelled = word.startsWith('"') ? quotedWord(fresh) : word.startsWith("'") ? `'${fresh}'` : fresh;
  const alike = `[${before}${spelled}${after}]`;
  return isReadAs(alike, role, { type: 'profile', name: fresh }) ? alike : plain;
}

function referencesIn(document: Document, section: DocumentSection) {
  // Most sections name no other profile, and need not be read.
  if (!/(?:source|include|parent)_profile/i.test(document.text.slice(section.start, section.end))) return [];
  return document.entries(section).filter(({ key }) => referenceKeys.has(key));
}

function wouldMerge(document: Document, sections: readonly DocumentSection[], name: string): AwspError {
  const places = sections.map((section) => `[${printable(section.header ?? '')}] in line ${document.lineOf(section)}`);
  return new AwspError(
    exitCodes.usage,
    `"${printable(name)}" has several sections, which would get the same header: ${places.join(', ')}`,
    ["AWS's tools do not read them alike; remove or rename all but one in the file"],
  );
}
