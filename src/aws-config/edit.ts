import { AwspError } from '../errors.ts';
import { exitCodes } from '../exit-codes.ts';
import { printable } from '../terminal/messages.ts';
import { type Document, type DocumentSection, parseDocument } from './document.ts';
import {
  endOf,
  isBlank,
  isComment,
  lineEndStyle,
  linesOf,
  propertyLines,
  type SectionLine,
  significantLines,
  withFinalEndOf,
  withoutEnd,
} from './lines.ts';
import { type FileRole, IndexedFile, type SectionType } from './sections.ts';

/** A section by what its header means, however it is spelled. The credentials file has profiles only. */
export interface SectionTarget {
  readonly type: Exclude<SectionType, 'other'>;
  readonly name: string;
}

/**
 * Sets properties of a section, or removes those that are null, in the text of one of AWS's files; changes no line that
 * it need not. A value that awsp reads already stays as it is written.
 *
 * - A property that is there keeps its indentation, its spelling, the blanks around its `=` and the comment after it;
 *   lines that continue its value, or are its sub-properties, go, and comments between them stay. Of several, the one
 *   that counts is changed; removed are all.
 * - A new property follows the last one, written as that one is, its name in lower case.
 * - A missing section is appended after one more line end, in the style of the file's last property, unless there is
 *   nothing to set in it. A file that does not end in a line end still does not afterwards.
 *
 * Text never makes it fail. A name or a value does (`AwspError`, usage) which awsp, the AWS CLI and boto3 would not read
 * back as it is: control characters, blanks at its ends, ` #` or ` ;` in a value, `]` in a name.
 */
export function writeSection(
  text: string,
  role: FileRole,
  target: SectionTarget,
  properties: ReadonlyMap<string, string | null>,
): string {
  const wanted = new Map([...properties].map(([key, value]) => [key.toLowerCase(), value]));
  for (const [key, value] of wanted) refuseUnreadable(key, value ?? '');
  const file = new IndexedFile({ path: '', text }, role);
  const found = file.sections(target.type, target.name);
  if (found.length === 0) {
    const values = new Map([...wanted].flatMap(([key, value]) => (value === null ? [] : [[key, value] as const])));
    return values.size === 0 ? text : appendSections(text, role, [{ target, properties: values }]);
  }

  const current = new Map(found.flatMap((section) => file.document.entries(section).map((of) => [of.key, of.value])));
  const sections = found.map((section) => new EditedSection(file.document, section));
  for (const [key, value] of wanted) {
    if (value === null) {
      for (const section of sections) section.remove(key);
    } else if (current.get(key) !== value) {
      const section = sections.findLast((one) => one.has(key)) ?? sections.at(-1);
      section?.set(key, value);
    }
  }
  let result = text;
  for (const section of sections.reverse()) result = section.putInto(result);
  return withFinalEndOf(text, result);
}

/**
 * Removes a section, all of that name, from the text of one of AWS's files: the header, its lines down to the last that
 * is neither blank nor a comment, and comments that follow that one directly, unless the next header follows these. One
 * blank line above goes with it (below, where it is the file's first), so that an appended section goes without a trace.
 * The rest stays as it is, but for the indentation of a header that would else become part of the section above.
 * Never fails.
 */
export function removeSection(text: string, role: FileRole, target: SectionTarget): string {
  return removeSections(text, role, [target]);
}

/** Removes many sections, as `removeSection` would one after the other, in one pass. */
export function removeSections(text: string, role: FileRole, targets: readonly SectionTarget[]): string {
  let rest = text;
  for (;;) {
    const file = new IndexedFile({ path: '', text: rest }, role);
    const found = targets.flatMap(({ type, name }) => file.sections(type, name));
    if (found.length === 0) return withFinalEndOf(text, rest);
    // From the back, where nothing moves what is still to go, but for the end of a section right above.
    let below = { start: -1, movedTo: -1 };
    for (const section of [...new Set(found)].sort((one, other) => other.start - one.start)) {
      const end = section.end === below.start ? below.movedTo : section.end;
      const { result, next } = without(rest, { ...section, end });
      below = { start: section.start, movedTo: next };
      rest = result;
    }
  }
}

/**
 * Appends sections that are not there yet, each as `writeSection` would, in one pass. Throws `AwspError` for a name or a value
 * as it does.
 */
export function appendSections(
  text: string,
  role: FileRole,
  sections: readonly { readonly target: SectionTarget; readonly properties: ReadonlyMap<string, string> }[],
): string {
  if (sections.length === 0) return text;
  const delimiter = delimiterStyle(lastProperty(parseDocument(text)));
  const end = lineEndStyle(text);
  const written = sections.map(({ target, properties }) => {
    for (const [key, value] of properties) refuseUnreadable(key, value);
    return [newHeader(role, target), ...[...properties].map(([key, value]) => key + delimiter + value)].join(end);
  });
  const block = written.join(end + end);
  if (text === '' || text === '\ufeff') return text + block + end;
  return endOf(text) === '' ? text + end + end + block : text + end + block + end;
}

// --- internal: a section that is there ---

class EditedSection {
  readonly #document: Document;
  readonly #section: DocumentSection;
  #header: string;
  readonly #lines: SectionLine[];

  constructor(document: Document, section: DocumentSection) {
    this.#document = document;
    this.#section = section;
    const [header = '', ...body] = linesOf(document.text.slice(section.start, section.end));
    this.#header = header;
    this.#lines = propertyLines(body);
  }

  has(key: string): boolean {
    return this.#lines.some((line) => line.key === key);
  }

  set(key: string, value: string): void {
    const at = this.#lines.findLastIndex((line) => line.key === key && line.starts);
    const line = this.#lines[at];
    if (line === undefined) {
      this.#add(key, value);
      return;
    }
    line.text = withValue(line.text, value);
    this.#removeContinuation(at);
  }

  remove(key: string): void {
    for (let at = this.#lines.length - 1; at >= 0; at--) {
      const line = this.#lines[at];
      if (line?.key !== key || !line.starts) continue;
      this.#removeContinuation(at);
      this.#lines.splice(at, 1);
    }
  }

  /** The text with this section as it is now; what is behind it may have been changed before. */
  putInto(text: string): string {
    const { start, end } = this.#section;
    return text.slice(0, start) + this.#header + this.#lines.map((line) => line.text).join('') + text.slice(end);
  }

  #removeContinuation(at: number): void {
    const { key } = this.#lines[at] ?? {};
    for (let next = at + 1; this.#lines[next]?.key === key && !this.#lines[next]?.starts; ) {
      if (isComment(this.#lines[next]?.text ?? '')) next++;
      else this.#lines.splice(next, 1);
    }
  }

  #add(key: string, value: string): void {
    const at = significantLines(this.#lines.map((line) => line.text));
    const neighbour = this.#lines.findLast((line) => line.starts)?.text;
    const end = this.#endLineAbove(at);
    const property = key + delimiterStyle(neighbour ?? lastProperty(this.#document)) + value + end;
    const [next = ''] = linesOf(this.#document.text.slice(this.#section.end));
    const usual = (/^[ \t]*/.exec(neighbour ?? this.#header)?.[0] ?? '') + property;
    // No deeper than any property above, and no less deep than the next header.
    const safe = next.slice(0, next.indexOf('[')) + property;
    this.#lines.splice(at, 0, { text: this.#isAlone(usual, at, next) ? usual : safe, key, starts: true });
  }

  /** Answers how a line ends that is put in at `at`; the line above it ends after this. */
  #endLineAbove(at: number): string {
    const above = this.#lines[at - 1];
    const end = endOf(above?.text ?? this.#header);
    const missing = end === '' ? lineEndStyle(this.#document.text) : '';
    if (above) above.text += missing;
    else this.#header += missing;
    return end;
  }

  /** Whether a new line is a property of its own, and neither the lines below it nor the next header are part of it. */
  #isAlone(text: string, at: number, nextHeader: string): boolean {
    const texts = this.#lines.map((line) => line.text);
    const lines = propertyLines([...texts.slice(0, at), text, ...texts.slice(at), nextHeader]);
    return lines[at]?.starts === true && lines.slice(at + 1).every(({ key }) => key === null);
  }
}

/** A property's line with another value, all else as it was. */
function withValue(line: string, value: string): string {
  const document = parseDocument(`[x]\n${line}`);
  const [section] = document.sections;
  const old = section ? (document.entries(section)[0]?.value ?? '') : '';
  const delimiter = line.search(/[=:]/) + 1;
  if (old !== '') {
    const at = line.indexOf(old, delimiter);
    return line.slice(0, at) + value + line.slice(at + old.length);
  }
  const rest = withoutEnd(line.slice(delimiter));
  const comment = rest.search(/[#;]/);
  const blanks = comment < 0 ? rest : rest.slice(0, comment);
  const before = blanks || (/[ \t]/.test(line[delimiter - 2] ?? '') ? ' ' : '');
  return line.slice(0, delimiter) + before + value + (comment < 0 ? '' : ` ${rest.slice(comment)}`) + endOf(line);
}

/** The `=` with blanks around it or not, as in another property's line. */
function delimiterStyle(line: string | undefined): string {
  const [, before, after, value] = /([ \t]*)[=:]([ \t]*)([^\r\n]?)/.exec(line ?? ' = x') ?? [];
  return `${before ? ' ' : ''}=${(value ? after : before) ? ' ' : ''}`;
}

function lastProperty(document: Document): string | undefined {
  for (const { start, end } of document.sections.toReversed()) {
    const [, ...body] = linesOf(document.text.slice(start, end));
    const line = propertyLines(body).findLast(({ starts }) => starts);
    if (line) return line.text;
  }
  return undefined;
}

// --- internal: whole sections ---

/** The header as the AWS CLI, boto3 and the AWS SDKs want it, in quotes only where Python's `shlex` needs them. */
function newHeader(role: FileRole, target: SectionTarget): string {
  const { type, name } = target;
  const isPrefixed = role === 'config' && !(type === 'profile' && name === 'default');
  const word = /[\s"'\\]/.test(name) ? `"${name.replace(/["\\]/g, '\\$&')}"` : name;
  const header = isPrefixed ? `[${type} ${word}]` : `[${name}]`;
  const isRead = new IndexedFile({ path: '', text: header }, role).sections(type, name).length === 1;
  if (isRead && name !== '' && name.trim() === name && !hasUnwritable(name) && !name.includes(']')) return header;
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

/** Control characters, line separators, and halves of characters, which UTF-8 does not have. */
function hasUnwritable(text: string): boolean {
  return /[\p{Cc}\p{Zl}\p{Zp}\p{Cs}]/u.test(text);
}

/** A text without a section, and where what was below that begins now. */
function without(text: string, section: DocumentSection): { readonly result: string; readonly next: number } {
  const lines = linesOf(text.slice(section.start, section.end));
  let count = significantLines(lines);
  const comments = lines.slice(count).findIndex((line) => !isComment(line));
  if (comments >= 0) count += comments;
  else if (section.end === text.length) count = lines.length;
  const before = text.slice(0, section.start);
  if (/^\ufeff?$/.test(before) && isBlank(lines[count] ?? 'x')) count++;
  const kept = lines.slice(count).join('');
  const above = withoutBlankLine(before);
  const below = text.slice(section.end);
  const result = above + kept + below;
  const next = above.length + kept.length;
  const indentation = below.slice(0, below.indexOf('['));
  if (below === '' || indentation === '' || startsSection(result, next)) return { result, next };
  return { result: above + kept + below.slice(indentation.length), next };
}

function startsSection(text: string, start: number): boolean {
  return parseDocument(text).sections.some((section) => section.start === start);
}

/** A text without its last line if that is blank. */
function withoutBlankLine(text: string): string {
  const lines = withoutEnd(text);
  const start = Math.max(lines.lastIndexOf('\n'), lines.lastIndexOf('\r')) + 1;
  return isBlank(text.slice(start)) ? text.slice(0, start) : text;
}
