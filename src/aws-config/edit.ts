import { AwspError } from '../errors.ts';
import { exitCodes } from '../exit-codes.ts';
import { endOf, linesOf } from '../lib/lines.ts';
import { hasControl, printable } from '../lib/text.ts';
import { type Document, type DocumentSection, parseDocument } from './document.ts';
import { EditedSection } from './edited-section.ts';
import {
  type Delimiter,
  delimiterOf,
  isBlank,
  isComment,
  lineEndStyle,
  lineFrom,
  propertyLines,
  significantLines,
  withFinalEndOf,
} from './lines.ts';
import { type FileRole, IndexedFile, type SectionType } from './sections.ts';

/** A section by what its header means, however it is spelled. The credentials file has profiles only. */
export interface SectionTarget {
  readonly type: Exclude<SectionType, 'other'>;
  readonly name: string;
}

/** Sets properties of a section; a null value removes the property, null for `properties` removes the whole section. */
export interface SectionEdit {
  readonly target: SectionTarget;
  readonly properties: ReadonlyMap<string, string | null> | null;
}

/**
 * Changes sections in the text of one of AWS's files, and only the lines that it has to: a property that already has the
 * value is left as it is written. Several edits of the same section are combined; the later one wins. Takes one pass,
 * however many edits there are.
 *
 * - An existing property keeps its indentation, its spelling, the blanks around its `=` and the comment after it. Lines
 *   that continue its value, and its sub-properties, are removed; comments between them stay. If the property is there
 *   several times, the one that takes effect is changed; a removal removes all of them.
 * - A new property comes after the last one and is written in the same style, its name in lower case.
 * - A sub-property (`s3.max_queue_size`) is set below its parent, which is made where it is missing, and loses its own value or a
 *   comment behind its `=`; with its last sub-property a parent is removed.
 * - A missing section is appended after a blank line, in the style of the file's last property, unless there is nothing
 *   to set in it.
 * - Removing a section removes all sections of that name: their lines down to the last that is neither blank nor a
 *   comment, and comments directly after that one, unless they stand directly above the next header. One blank line
 *   above is removed as well (below, for the first section of the file), so that an appended section is removed without
 *   a trace. A header loses its indentation if it would become part of the section above; the rest is unchanged.
 * - A file without a final line end has none afterwards.
 *
 * No text makes it throw. It throws an `AwspError` (usage) for a name or a value that awsp, the AWS CLI and boto3 would
 * not read back unchanged: control characters, blanks at its ends, ` #` or ` ;` in a value, `]` in a name.
 */
export function editSections(text: string, role: FileRole, edits: readonly SectionEdit[]): string {
  const file = new IndexedFile({ path: '', text }, role);
  const style = styleOf(file.document);
  const edited = new Map<number, string | null>();
  const added: string[] = [];
  for (const { target, properties } of bySection(edits)) {
    const { type, name } = target;
    if (properties === null) {
      for (const { start } of file.sameNamed(type, name)) edited.set(start, null);
      continue;
    }
    for (const [key, value] of properties) refuseUnreadable(key, value ?? '');
    const found = file.sections(type, name);
    if (found.length === 0) added.push(...newSection(role, target, properties, style));
    else for (const [start, one] of withProperties(file.document, found, properties, style)) edited.set(start, one);
  }
  return withFinalEndOf(text, withSections(assembled(file.document, edited), added, style));
}

/** See `editSections`: sets properties of one section, or removes those that are null. */
export function writeSection(
  text: string,
  role: FileRole,
  target: SectionTarget,
  properties: ReadonlyMap<string, string | null>,
): string {
  return editSections(text, role, [{ target, properties }]);
}

/** See `editSections`: removes one section. Never throws. */
export function removeSection(text: string, role: FileRole, target: SectionTarget): string {
  return editSections(text, role, [{ target, properties: null }]);
}

/** The text of one section, beginning with its header, without a property. */
export function removeProperty(section: string, role: FileRole, name: string, key: string): string {
  return writeSection(section, role, { type: 'profile', name }, new Map([[key, null]]));
}

/**
 * The text and new sections after it, a blank line before each. Each section ends with a line end.
 */
export function appendSections(text: string, sections: readonly string[]): string {
  return withFinalEndOf(text, withSections(text, sections, { lineEnd: lineEndStyle(text) }));
}

/** The header as the AWS CLI, boto3 and the AWS SDKs read it, with quotes only if Python's `shlex` needs them. Throws as `editSections`. */
export function newHeader(role: FileRole, { type, name }: SectionTarget): string {
  const isPrefixed = role === 'config' && !(type === 'profile' && name === 'default');
  const word = /[\s"'\\]/.test(name) ? quotedWord(name) : name;
  const header = isPrefixed ? `[${type} ${word}]` : `[${name}]`;
  if (isReadAs(header, role, { type, name })) return header;
  const file = role === 'config' ? 'config' : 'credentials';
  const reason = 'AWS\'s tools would not read it back; use no control characters, no "]", no blanks at its ends';
  throw new AwspError(
    exitCodes.usage,
    `the name "${printable(name)}" cannot be written to the ${file} file: ${reason}`,
  );
}

/** A name as Python's `shlex` reads it between double quotes. */
export function quotedWord(name: string): string {
  return `"${name.replace(/["\\]/g, '\\$&')}"`;
}

/** Whether the AWS CLI, boto3 and awsp read a header as that of this section. */
export function isReadAs(header: string, role: FileRole, { type, name }: SectionTarget): boolean {
  if (name === '' || name.trim() !== name || hasUnwritable(name) || hasControl(name) || name.includes(']'))
    return false;
  return new IndexedFile({ path: '', text: header }, role).sections(type, name).length === 1;
}

/** Throws an `AwspError` (usage) for a property that AWS's tools would not read back as it is. */
export function refuseUnreadable(key: string, value: string): void {
  const refuse = (reason: string) => {
    throw new AwspError(exitCodes.usage, `"${printable(key)}" cannot be set: ${reason}`);
  };
  if (!/^[a-z][a-z0-9_-]*(\.[a-z][a-z0-9_-]*)?$/.test(key)) refuse('that is not the name of a property');
  if (hasUnwritable(value)) refuse('its value has a line break or another control character');
  if (value.trim() !== value) refuse('its value begins or ends with a blank');
  const document = parseDocument(`[x]\n${key} = ${value}\n`);
  const [section] = document.sections;
  const read = section && document.entries(section)[0]?.value;
  if (read !== value)
    refuse('its value has a "#" or ";" after a blank or at its start, where AWS\'s tools see a comment');
}

// --- internal ---

/** The style of new lines, if the section has no property to take it from. */
interface Style {
  readonly lineEnd: string;
  readonly delimiter: Delimiter;
}

function styleOf({ text, sections }: Document): Style {
  return { lineEnd: lineEndStyle(text), delimiter: delimiterOf(lastProperty(text, sections)) };
}

function lastProperty(text: string, sections: readonly DocumentSection[]): string | undefined {
  for (let at = sections.length - 1; at >= 0; at--) {
    const [, ...body] = linesOf(text.slice(sections[at]?.start, sections[at]?.end));
    const line = propertyLines(body).findLast(({ starts }) => starts);
    if (line) return line.text;
  }
  return undefined;
}

/** The edits combined to one for each section, with keys in lower case. */
function bySection(edits: readonly SectionEdit[]): Iterable<SectionEdit> {
  const merged = new Map<string, SectionEdit>();
  for (const { target, properties } of edits) {
    const id = `${target.type} ${target.name}`;
    const lowered = properties && [...properties].map(([key, value]) => [key.toLowerCase(), value] as const);
    const earlier = merged.get(id)?.properties ?? [];
    merged.set(id, { target, properties: lowered && new Map([...earlier, ...lowered]) });
  }
  return merged.values();
}

/**
 * The new texts of the sections of one name, by their offsets. Each property is set in the section where it takes
 * effect.
 */
function withProperties(
  document: Document,
  found: readonly DocumentSection[],
  properties: ReadonlyMap<string, string | null>,
  style: Style,
): Iterable<readonly [number, string]> {
  const { text } = document;
  const current = new Map(found.flatMap((section) => document.entries(section).map((of) => [of.key, of.value])));
  const sections = found.map(({ start, end }) => {
    return new EditedSection(text.slice(start, end), lineFrom(text, end), style.lineEnd, style.delimiter);
  });
  for (const [key, value] of properties) {
    if (value === null) for (const section of sections) section.remove(key);
    // With its parent changed a sub-property may not be there any more.
    else if (current.get(key) !== value || (key.includes('.') && properties.has(key.replace(/\..*/, '')))) {
      const section = sections.findLast((one) => one.has(key)) ?? sections.at(-1);
      section?.set(key, value);
    }
  }
  return sections.map((section, index) => [found[index]?.start ?? 0, section.text()]);
}

/** The text with some of its sections replaced, by their offsets, or removed, where the new text is null. */
function assembled({ text, sections }: Document, edited: ReadonlyMap<number, string | null>): string {
  const parts = [text.slice(0, sections[0]?.start)];
  /** The index in `parts` of the section above, and whether a section has been removed since. */
  let above = 0;
  let isCut = false;
  for (const section of sections) {
    const own = text.slice(section.start, section.end);
    const edit = edited.get(section.start);
    const fresh = edit === undefined ? own : edit;
    if (fresh === null) {
      const last = withoutBlankLine(parts.pop() ?? '');
      const isFirst = parts.length === 0 && /^\ufeff?$/.test(last);
      const rest = remainder(own, isFirst, section.end === text.length);
      parts.push(...[last, rest].filter((part) => part !== ''));
    } else {
      const header = text.slice(section.start, section.headerEnd);
      const keepsIndent = !isCut || header.startsWith('[') || endsInSection(parts.slice(above).join(''), header);
      parts.push(keepsIndent ? fresh : fresh.slice(header.indexOf('[')));
      above = parts.length - 1;
    }
    isCut = fresh === null;
  }
  return parts.join('');
}

/** The lines that stay when a section is removed. */
function remainder(section: string, isFirst: boolean, isLast: boolean): string {
  const lines = linesOf(section);
  let count = significantLines(lines);
  const comments = lines.slice(count).findIndex((line) => !isComment(line));
  if (comments >= 0) count += comments;
  else if (isLast) count = lines.length;
  if (isFirst && isBlank(lines[count] ?? 'x')) count++;
  return lines.slice(count).join('');
}

/** A text without its last line if that is blank. */
function withoutBlankLine(text: string): string {
  let start = text.length - endOf(text).length;
  while (start > 0 && ' \t'.includes(text.charAt(start - 1))) start--;
  return start === 0 || '\r\n'.includes(text.charAt(start - 1)) ? text.slice(0, start) : text;
}

/** Whether a header below a text still is one. */
function endsInSection(text: string, header: string): boolean {
  return parseDocument(text + header).sections.at(-1)?.start === text.length;
}

/** A text and new sections after it, a blank line before each. */
function withSections(text: string, sections: readonly string[], { lineEnd }: Pick<Style, 'lineEnd'>): string {
  if (sections.length === 0) return text;
  const between = /^\ufeff?$/.test(text) ? '' : (endOf(text) === '' ? lineEnd : '') + lineEnd;
  return text + between + sections.join(lineEnd);
}

/** The text of a new section; none if there is nothing to set. */
function newSection(
  role: FileRole,
  target: SectionTarget,
  properties: ReadonlyMap<string, string | null>,
  { lineEnd, delimiter }: Style,
): string[] {
  const values = [...properties].filter(([, value]) => value !== null);
  if (values.length === 0) return [];
  const section = new EditedSection(newHeader(role, target) + lineEnd, '', lineEnd, delimiter);
  for (const [key, value] of values) section.set(key, value ?? '');
  return [section.text()];
}

/**
 * What AWS's tools would not read back: control characters, line separators, and halves of characters, which UTF-8 does not
 * have. A matter of the file format; a value may have the format controls that `hasControl` refuses in a name.
 */
function hasUnwritable(text: string): boolean {
  return /[\p{Cc}\p{Zl}\p{Zp}\p{Cs}]/u.test(text);
}
