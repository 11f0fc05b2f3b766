import { hasControl, splitLines } from '../lib/text.ts';
import { type Document, type DocumentSection, parseDocument, rejected } from './document.ts';
import { HeaderSearch } from './header-search.ts';
import type { Problem, SourceFile } from './types.ts';

/** `profile` is one in either file; `other` is all that AWS's tools read for themselves, or not at all. */
export type SectionType = (typeof sectionTypes)[number];
const sectionTypes = ['profile', 'sso-session', 'services', 'other'] as const;

/** Which of the two files it is: they name profiles differently. */
export type FileRole = 'config' | 'credentials';

/** So many names are looked for one by one before an index of all names is worth its time. */
const searchesBeforeIndex = 40;

/** One of AWS's files: which sections it has, and what their headers mean. */
export class IndexedFile {
  readonly path: string;
  readonly #source: SourceFile;
  readonly #role: FileRole;
  readonly document: Document;
  #index: ReadonlyMap<SectionType, ReadonlyMap<string, DocumentSection[]>> | undefined;
  #searches = 0;
  #plain: HeaderSearch | null | undefined;

  constructor(source: SourceFile, role: FileRole) {
    this.path = source.path;
    this.#source = source;
    this.#role = role;
    this.document = parseDocument(source.text);
  }

  /** The names of a type's sections, in the order of their first appearance. */
  names(type: SectionType): readonly string[] {
    return [...(this.#indexed().get(type)?.keys() ?? [])];
  }

  /**
   * The names of the profiles in whose sections a word (in lower case) occurs; `many` when they are more than `atMost`,
   * null where it takes reading them all to know.
   */
  profilesAround(word: string, atMost: number): readonly string[] | 'many' | null {
    const headers = this.#headerSearch()?.headersAround(word, atMost) ?? null;
    if (headers === null || headers === 'many') return headers;
    const meanings = headers.map((header) => readHeader(this.#role, header));
    return meanings.flatMap(({ type, name }) => (type === 'profile' ? name : []));
  }

  /** The sections that define a name, in file order. `[default]` is none of them where there is `[profile default]`. */
  sections(type: SectionType, name: string): readonly DocumentSection[] {
    const sections = this.sameNamed(type, name);
    if (this.#role === 'credentials' || name !== 'default' || sections.length < 2) return sections;
    const prefixed = sections.filter(({ header }) => header !== 'default');
    return prefixed.length > 0 ? prefixed : sections;
  }

  /** All sections of a name, in file order: `[default]` also where there is `[profile default]`. */
  sameNamed(type: SectionType, name: string): readonly DocumentSection[] {
    if (!this.#index && this.#searches++ < searchesBeforeIndex) return this.#search(type, name);
    return this.#indexed().get(type)?.get(name) ?? [];
  }

  /** What is wrong with the headers of a name's sections. */
  headerProblems(type: SectionType, name: string): Problem[] {
    const sections = this.sameNamed(type, name);
    const headers = new Set(sections.map(({ header }) => header));
    const earlier = new Set<string>();
    return sections.flatMap((section) => {
      const header = section.header ?? '';
      const messages = [
        nameFault(type, name),
        spellingFault(this.#role, type, header),
        tailFault(this.document.text.slice(section.headerEnd, section.end)),
        repetitionFault(this.#role, header, earlier, headers.size > 1),
      ].filter((message) => message !== null);
      earlier.add(header);
      if (messages.length === 0) return [];
      const line = this.document.lineOf(section);
      return messages.map((message) => this.#problem(line, `[${header}]: ${message}`));
    });
  }

  /** What is wrong with the lines of a name's sections. */
  lineProblems(type: SectionType, name: string): Problem[] {
    return this.sections(type, name).flatMap((section) => {
      return this.document.faults(section).map(({ line, message }) => this.#problem(line, message));
    });
  }

  /** What is wrong with the file, with all of its headers, and in the sections that are neither profile nor anything named. */
  problems(): Problem[] {
    const { text, sections } = this.document;
    const broken = sections.filter(({ header }) => header === null);
    return [
      ...this.#encodingProblems(),
      ...this.document.preambleFaults().map(({ line, message }) => this.#problem(line, message)),
      ...broken.map((section) => this.#problem(this.document.lineOf(section), brokenHeader(text, section))),
      ...sectionTypes.flatMap((type) => this.names(type).flatMap((name) => this.headerProblems(type, name))),
      ...this.names('other').flatMap((name) => [
        ...this.lineProblems('other', name),
        ...this.sections('other', name).flatMap((section) => this.#unprefixedProfile(section)),
      ]),
    ];
  }

  #encodingProblems(): Problem[] {
    const { text } = this.document;
    const problems: Problem[] = [];
    if (text.startsWith('\ufeff')) {
      problems.push(this.#problem(1, `the file begins with a byte order mark: ${rejected}`));
    }
    if (this.#source.clean === false) {
      problems.push(this.#problem(lineAt(text, text.indexOf('\ufffd')), `the file is not UTF-8: ${rejected}`));
    }
    const nul = text.indexOf('\0');
    if (nul >= 0) problems.push(this.#problem(lineAt(text, nul), 'the line has a NUL character'));
    return problems;
  }

  #unprefixedProfile(section: DocumentSection): Problem[] {
    const header = section.header ?? '';
    if (header.includes(' ') || header === 'DEFAULT') return [];
    if (!this.document.entries(section).some(({ key }) => profileKeys.has(key))) return [];
    const message = `[${header}] is not a profile in this file: write [profile ${header}]`;
    return [this.#problem(this.document.lineOf(section), message)];
  }

  #search(type: SectionType, name: string): readonly DocumentSection[] {
    const isMeant = (header: string) => {
      const meaning = readHeader(this.#role, header);
      return meaning.type === type && meaning.name === name;
    };
    const plain = type === 'other' ? null : this.#headerSearch();
    const parts = this.#role === 'credentials' ? [`[${name}]`] : partsOf(type, name);
    const found = parts.map((part) => plain?.sections(part, isMeant) ?? null);
    const sections = found.flatMap((some) => some ?? []);
    if (!found.includes(null)) return sections.sort((one, other) => one.start - other.start);
    return this.document.sections.filter(({ header }) => header !== null && isMeant(header));
  }

  #headerSearch(): HeaderSearch | null {
    if (this.#plain === undefined) this.#plain = HeaderSearch.of(this.document.text);
    return this.#plain;
  }

  #indexed(): ReadonlyMap<SectionType, ReadonlyMap<string, DocumentSection[]>> {
    if (this.#index) return this.#index;
    const index = new Map<SectionType, Map<string, DocumentSection[]>>();
    for (const type of sectionTypes) index.set(type, new Map());
    for (const section of this.document.sections) {
      if (section.header === null) continue;
      const { type, name } = readHeader(this.#role, section.header);
      const sections = index.get(type)?.get(name);
      if (sections) sections.push(section);
      else index.get(type)?.set(name, [section]);
    }
    this.#index = index;
    return index;
  }

  #problem(line: number, message: string): Problem {
    return { file: this.path, line, message };
  }
}

/** Properties that only a profile has. */
const profileKeys = new Set([
  'aws_access_key_id',
  'credential_process',
  'credential_source',
  'login_session',
  'output',
  'region',
  'role_arn',
  'source_profile',
  'sso_account_id',
  'sso_role_name',
  'sso_session',
  'sso_start_url',
]);

const prefixes = ['profile', 'sso-session', 'services'] as const;

/**
 * What a header means to the AWS CLI and boto3: botocore/configloader.py, `build_profile_map`, for the config file;
 * botocore/session.py, `full_config`, for the credentials file, where the whole header is the name.
 */
function readHeader(role: FileRole, header: string): { readonly type: SectionType; readonly name: string } {
  // configparser's own section of defaults for all sections, which no list of sections has.
  if (header === 'DEFAULT') return { type: 'other', name: header };
  if (role === 'credentials' || header === 'default') return { type: 'profile', name: header };
  const type = prefixes.find((prefix) => header.startsWith(prefix));
  const name = type && secondOfTwoWords(header);
  return type === undefined || name === undefined ? { type: 'other', name: header } : { type, name };
}

/** A header of two words that are spelled as they are meant. */
const isPlain = /^[^ \t\r\n"'\\]+ [^ \t\r\n"'\\]+$/;

function secondOfTwoWords(header: string): string | undefined {
  if (isPlain.test(header)) return header.slice(header.indexOf(' ') + 1);
  const words = shellWords(header);
  return words?.length === 2 ? words[1] : undefined;
}

/** What stands in the headers of a name's sections in the config file; see `HeaderSearch`. */
function partsOf(type: SectionType, name: string): readonly string[] {
  if (type !== 'profile') return [`[${type}`];
  return name === 'default' ? ['[default]', ' default'] : [` ${name}`];
}

/** Python's `shlex.split`: POSIX words, without comments; null where a quote is not closed or a backslash ends the text. */
function shellWords(text: string): string[] | null {
  const piece = /([ \t\r\n]+)|'([^']*)'|"((?:[^"\\]|\\.)*)"|\\(.)|([^ \t\r\n'"\\]+)/gsy;
  const words: string[] = [];
  let word: string | null = null;
  let read = 0;
  for (const [whole, blank, single, double, escaped, plain] of text.matchAll(piece)) {
    read += whole.length;
    if (blank !== undefined) {
      if (word !== null) words.push(word);
      word = null;
    } else {
      word = (word ?? '') + (single ?? double?.replace(/\\(["\\])/g, '$1') ?? escaped ?? plain);
    }
  }
  if (read < text.length) return null;
  return word === null ? words : [...words, word];
}

function nameFault(type: SectionType, name: string): string | null {
  if (type === 'other') return null;
  if (name === '') return 'the name is empty, so it cannot be switched to';
  return hasControl(name) ? 'the name has a control character, so it cannot be switched to' : null;
}

/** Names that the AWS CLI and the AWS SDKs read differently. */
function spellingFault(role: FileRole, type: SectionType, header: string): string | null {
  const words = header.trim().split(/\s+/);
  const prefix = prefixes.find((known) => known === words[0]);
  if (header === 'DEFAULT') return 'the AWS CLI and boto3 take its properties as defaults for all sections; rename it';
  if (role === 'credentials') {
    if (prefix !== undefined && words.length > 1)
      return `the credentials file has no "${prefix}" in its headers; remove it`;
    return header === header.trim()
      ? null
      : 'the blanks belong to the name for the AWS CLI and boto3, and not for the SDKs';
  }
  if (type !== 'other') {
    const written = header === 'default' ? type : prefix;
    return written === type ? null : `the AWS CLI and boto3 take it for [${type} ...], the AWS SDKs do not`;
  }
  if (prefix === undefined) return null;
  if (/^\s/.test(header)) return `the AWS CLI and boto3 ignore it for the blank before "${prefix}"; remove the blank`;
  if (words.length === 1) return `ignored, because it has no name; write [${prefix} name]`;
  return `ignored, because its name is not one word; write [${prefix} "name"]`;
}

/** What follows the `]` on the header's line. */
function tailFault(sectionText: string): string | null {
  const tail = /^[^\r\n]*/.exec(sectionText)?.[0] ?? '';
  if (/^[#;]/.test(tail)) {
    return 'the AWS SDK for JavaScript does not see a header that a comment follows directly; put a space before the comment';
  }
  return tail.trim() === '' || /^\s+[#;]/.test(tail)
    ? null
    : 'the AWS SDKs do not see a header that text follows; remove the text';
}

/** Sections of the same name: `earlier` are the headers of those above, `differing` whether all are written alike. */
function repetitionFault(
  role: FileRole,
  header: string,
  earlier: ReadonlySet<string>,
  differing: boolean,
): string | null {
  if (header === 'DEFAULT') return null;
  if (earlier.has(header)) return `the section is defined twice: ${rejected}`;
  if (role === 'config' && header === 'default' && differing) {
    return 'the AWS SDKs ignore it, because there is [profile default]; the AWS CLI and boto3 use the later of the two';
  }
  const replaces = earlier.size > (earlier.has('default') ? 1 : 0);
  return replaces
    ? 'the AWS CLI and boto3 replace the section of the same name above by it, the AWS SDKs merge the two'
    : null;
}

function brokenHeader(text: string, section: DocumentSection): string {
  const line = text.slice(section.start, section.headerEnd).trim();
  const fault = line.startsWith('[]') ? 'the section header is empty' : 'the section header has no "]"';
  return `${fault}, so the lines under it are ignored: ${rejected}`;
}

function lineAt(text: string, offset: number): number {
  return splitLines(text.slice(0, Math.max(offset, 0))).length;
}
