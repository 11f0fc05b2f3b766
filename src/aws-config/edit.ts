import { AwspError } from '../errors.ts';
import { exitCodes } from '../exit-codes.ts';
import { hasControl, printable } from '../lib/text.ts';
import { type Document, type DocumentSection, parseDocument } from './document.ts';
import { EditedSection } from './edited-section.ts';
import {
  type Delimiter,
  delimiterOf,
  endOf,
  isBlank,
  isComment,
  lineEndStyle,
  lineFrom,
  linesOf,
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

/** What becomes of a section: its properties are set, or removed where they are null; null removes it as a whole. */
export interface SectionEdit {
  readonly target: SectionTarget;
  readonly properties: ReadonlyMap<string, string | null> | null;
}

/**
 * Changes sections in the text of one of AWS's files, and no line that it need not; what awsp reads already stays as it is
 * written. Several edits of a section add up, the later one counts. One pass, however many there are.
 *
 * - A property that is there keeps its indentation, its spelling, the blanks around its `=` and the comment after it;
 *   lines that continue its value, or are its sub-properties, go, and comments between them stay. Of several, the one
 *   that counts is changed; removed are all.
 * - A new property follows the last one, written as that one is, its name in lower case.
 * - A missing section is appended after one more line end, in the style of the file's last property, unless there is
 *   nothing to set in it.
 * - A section is removed, all of its name, with its lines down to the last that is neither blank nor a comment, and with
 *   comments that follow that one directly, unless the next header follows these. One blank line above goes with it
 *   (below, where it is the file's first), so that an appended section goes without a trace. The rest stays as it is,
 *   but for the indentation of a header that would else become part of the section above.
 * - A file that does not end in a line end still does not afterwards.
 *
 * Text never makes it fail. A name or a value does (`AwspError`, usage) which awsp, the AWS CLI and boto3 would not read
 * back as it is: control characters, blanks at its ends, ` #` or ` ;` in a value, `]` in a name.
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

/** See `editSections`: removes one section. Never fails. */
export function removeSection(text: string, role: FileRole, target: SectionTarget): string {
  return editSections(text, role, [{ target, properties: null }]);
}

// --- internal ---

/** How the file is written where nothing nearer tells. */
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

/** One edit for each section, its keys in lower case. */
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

/** The texts of a name's sections, by where they start, with the properties set in those that count. */
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
    else if (current.get(key) !== value) {
      const section = sections.findLast((one) => one.has(key)) ?? sections.at(-1);
      section?.set(key, value);
    }
  }
  return sections.map((section, index) => [found[index]?.start ?? 0, section.text()]);
}

/** The text with other texts for some of its sections, by where they start; without those for which it is null. */
function assembled({ text, sections }: Document, edited: ReadonlyMap<number, string | null>): string {
  const parts = [text.slice(0, sections[0]?.start)];
  /** Where the section above begins among the parts, and whether another has gone since. */
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
      const isHeld = !isCut || header.startsWith('[') || endsInSection(parts.slice(above).join(''), header);
      parts.push(isHeld ? fresh : fresh.slice(header.indexOf('[')));
      above = parts.length - 1;
    }
    isCut = fresh === null;
  }
  return parts.join('');
}

/** What stays of a section that is removed. */
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
function withSections(text: string, sections: readonly string[], { lineEnd }: Style): string {
  if (sections.length === 0) return text;
  const between = /^\ufeff?$/.test(text) ? '' : (endOf(text) === '' ? lineEnd : '') + lineEnd;
  return text + between + sections.join(lineEnd);
}

/** None where there is nothing to set. */
function newSection(
  role: FileRole,
  target: SectionTarget,
  properties: ReadonlyMap<string, string | null>,
  { lineEnd, delimiter }: Style,
): string[] {
  const values = [...properties].filter(([, value]) => value !== null);
  if (values.length === 0) return [];
  const lines = [newHeader(role, target), ...values.map(([key, value]) => key + delimiter + value)];
  return [lines.map((line) => line + lineEnd).join('')];
}

/** The header as the AWS CLI, boto3 and the AWS SDKs want it, in quotes only where Python's `shlex` needs them. */
function newHeader(role: FileRole, target: SectionTarget): string {
  const { type, name } = target;
  const isPrefixed = role === 'config' && !(type === 'profile' && name === 'default');
  const word = /[\s"'\\]/.test(name) ? `"${name.replace(/["\\]/g, '\\$&')}"` : name;
  const header = isPrefixed ? `[${type} ${word}]` : `[${name}]`;
  const isRead = new IndexedFile({ path: '', text: header }, role).sections(type, name).length === 1;
  if (isRead && name !== '' && name.trim() === name && !hasUnwritable(name) && !hasControl(name) && !name.includes(']'))
    return header;
  const file = role === 'config' ? 'config' : 'credentials';
  const reason = 'AWS\'s tools would not read it back; use no control characters, no "]", no blanks at its ends';
  throw new AwspError(
    exitCodes.usage,
    `the name "${printable(name)}" cannot be written to the ${file} file: ${reason}`,
  );
}

function refuseUnreadable(key: string, value: string): void {
  const refuse = (reason: string) => {
    throw new AwspError(exitCodes.usage, `"${printable(key)}" cannot be set: ${reason}`);
  };
  if (!/^[a-z][a-z0-9_-]*$/.test(key)) refuse('that is not the name of a property');
  if (hasUnwritable(value)) refuse('its value has a line break or another control character');
  if (value.trim() !== value) refuse('its value begins or ends with a blank');
  const document = parseDocument(`[x]\n${key} = ${value}\n`);
  const [section] = document.sections;
  const read = section && document.entries(section)[0]?.value;
  if (read !== value)
    refuse('its value has a "#" or ";" after a blank or at its start, where AWS\'s tools see a comment');
}

/**
 * What AWS's tools would not read back: control characters, line separators, and halves of characters, which UTF-8 does not
 * have. A matter of the file format; a value may have the format controls that `hasControl` refuses in a name.
 */
function hasUnwritable(text: string): boolean {
  return /[\p{Cc}\p{Zl}\p{Zp}\p{Cs}]/u.test(text);
}
