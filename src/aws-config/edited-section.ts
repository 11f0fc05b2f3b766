import { endOf, linesOf, withoutEnd } from '../lib/lines.ts';
import { parseDocument } from './document.ts';
import {
  type Delimiter,
  delimiterOf,
  isBlank,
  isComment,
  propertyLines,
  type SectionLine,
  significantLines,
} from './lines.ts';

/** A section with its header, in which properties are changed. */
export class EditedSection {
  readonly #nextHeader: string;
  readonly #lineEnd: string;
  readonly #delimiter: Delimiter;
  #header: string;
  #lines: SectionLine[];

  /**
   * `nextHeader` is the line below the section, if any; `lineEnd` and `delimiter` are those of the file, used if the
   * section has none of its own.
   */
  constructor(text: string, nextHeader: string, lineEnd: string, delimiter: Delimiter) {
    const [header = '', ...body] = linesOf(text);
    this.#nextHeader = nextHeader;
    this.#lineEnd = lineEnd;
    this.#delimiter = delimiter;
    this.#header = header;
    this.#lines = propertyLines(body);
  }

  text(): string {
    return this.#header + this.#lines.map((line) => line.text).join('');
  }

  /** Whether a property is here; of a sub-property, whether it has a place here. */
  has(key: string): boolean {
    const parent = splitKey(key)?.parent;
    return this.#lines.some((line) => line.key === key || (parent !== undefined && line.key === parent));
  }

  set(key: string, value: string): void {
    const at = this.#startOf(key);
    const line = this.#lines[at];
    if (line !== undefined) {
      line.text = withValue(line.text, value);
      this.#removeBelow(key, at);
      return;
    }
    const below = splitKey(key);
    if (below === null) this.#add(key, value);
    else this.#setBelow(below, value);
  }

  remove(key: string): void {
    this.#lines = this.#lines.filter((line) => line.key !== key || isComment(line.text));
    const below = splitKey(key);
    if (below === null) return;
    const { parent, name } = below;
    const removed = new Set(this.#subProperties(parent).flatMap((one) => (one.name === name ? [one.index] : [])));
    this.#lines = this.#lines.filter((_, index) => !removed.has(index));
    const own = this.#lines.filter((line) => line.key === parent && !isComment(line.text) && !isBlank(line.text));
    if (removed.size > 0 && own.every(({ text, starts }) => starts && valueOn(text) === '')) this.remove(parent);
  }

  #startOf(key: string): number {
    return this.#lines.findLastIndex((line) => line.key === key && line.starts);
  }

  /** Removes the lines of a property below its first one. */
  #removeBelow(key: string, at: number): void {
    this.#lines = this.#lines.filter((other, index) => index <= at || other.key !== key || isComment(other.text));
  }

  /** The lines that have sub-properties of a property, with their names. */
  #subProperties(parent: string): readonly { readonly index: number; readonly name: string }[] {
    let isParent = false;
    return this.#lines.flatMap(({ text, key, starts }, index) => {
      if (key === parent && starts) isParent = valueOn(text) === '';
      const [, name = ''] = key !== parent || starts || isComment(text) ? [] : (/^([^=]*)=/.exec(text) ?? []);
      return isParent && name.trim() !== '' ? [{ index, name: name.trim().toLowerCase() }] : [];
    });
  }

  #setBelow({ parent, name }: SubKey, value: string): void {
    if (this.#startOf(parent) < 0) this.#add(parent, '');
    const start = this.#startOf(parent);
    const first = this.#lines[start] as SectionLine;
    const isParent = valueOn(first.text) === '';
    // A comment behind the `=` is a value for the AWS CLI and boto3, which then read no sub-properties.
    first.text = first.text.replace(/^([^=:]*[=:])[ \t]*\S[^\r\n]*/, '$1');
    if (!isParent) this.#removeBelow(parent, start);
    const subs = this.#subProperties(parent);
    const own = this.#lines[subs.findLast((one) => one.name === name)?.index ?? -1];
    if (own !== undefined) {
      own.text = withValue(own.text, value);
      return;
    }
    const last = subs.findLast(({ index }) => index > start)?.index;
    const neighbour = this.#lines[last ?? -1]?.text;
    const at = (last ?? start) + 1;
    const end = this.#endLineAbove(at);
    const indent = /^\s*/.exec(neighbour ?? `  ${first.text}`)?.[0] ?? '';
    const text = indent + name + delimiterOf(neighbour ?? first.text) + value + end;
    this.#lines.splice(at, 0, { text, key: parent, starts: false });
  }

  #add(key: string, value: string): void {
    const at = significantLines(this.#lines.map((line) => line.text));
    const neighbour = this.#lines.findLast((line) => line.starts)?.text;
    const end = this.#endLineAbove(at);
    const delimiter = neighbour === undefined ? this.#delimiter : delimiterOf(neighbour);
    const property = (key + delimiter + value).trimEnd() + end;
    const usual = (/^[ \t]*/.exec(neighbour ?? this.#header)?.[0] ?? '') + property;
    // Indented like the next header: not deeper than a property above, and not less than the header.
    const safe = this.#nextHeader.slice(0, this.#nextHeader.indexOf('[')) + property;
    this.#lines.splice(at, 0, { text: this.#isAlone(usual, at) ? usual : safe, key, starts: true });
  }

  /** The line end for a line inserted at `at`. Adds one to the line above, if that has none. */
  #endLineAbove(at: number): string {
    const above = this.#lines[at - 1];
    const end = endOf(above?.text ?? this.#header);
    const missing = end === '' ? this.#lineEnd : '';
    if (above) above.text += missing;
    else this.#header += missing;
    return end;
  }

  /**
   * Whether a line inserted at `at` is a property by itself, and neither the lines below nor the next header belong to
   * it.
   */
  #isAlone(text: string, at: number): boolean {
    const texts = this.#lines.map((line) => line.text);
    const lines = propertyLines([...texts.slice(0, at), text, ...texts.slice(at), this.#nextHeader]);
    return lines[at]?.starts === true && lines.slice(at + 1).every(({ key }) => key === null);
  }
}

/** The line of a property with another value, otherwise unchanged. */
export function withValue(line: string, value: string): string {
  const old = valueOn(line);
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

// --- internal ---

/** A sub-property: `s3.max_queue_size` is `max_queue_size` below `s3`. */
interface SubKey {
  readonly parent: string;
  readonly name: string;
}

function splitKey(key: string): SubKey | null {
  const dot = key.indexOf('.');
  return dot < 0 ? null : { parent: key.slice(0, dot), name: key.slice(dot + 1) };
}

/** The value on the line of a property, without a comment. */
function valueOn(line: string): string {
  const document = parseDocument(`[x]\n${line}`);
  const [section] = document.sections;
  return section ? (document.entries(section)[0]?.value ?? '') : '';
}
