import { editDistance } from '../lib/closest.ts';
import { lineNumberAt } from '../lib/lines.ts';
import { hasControl, maxNameLength, secondPlainWord } from '../lib/text.ts';
import { type Document, type DocumentSection, parseDocument } from './document.ts';
import { HeaderSearch } from './header-search.ts';
import { lineFrom } from './lines.ts';
import { type Problem, type ProblemCause, problemAt } from './problems.ts';
import type { KnownShape, SourceFile } from './types.ts';
import { isUsualText } from './usual-text.ts';

/** `profile` in either file; `other` is any section that is not a profile, session or services section. */
export type SectionType = (typeof sectionTypes)[number];
const sectionTypes = ['profile', 'sso-session', 'services', 'other'] as const;

/** Which of the two files it is: their headers differ, `[profile name]` and `[name]`. */
export type FileRole = 'config' | 'credentials';

/** After this many searches for single names, an index of all names is made. */
const searchesBeforeIndex = 40;

/** One of AWS's files with its sections, found by type and name. */
export class IndexedFile {
  readonly path: string;
  readonly #source: SourceFile;
  readonly #role: FileRole;
  readonly document: Document;
  #index: ReadonlyMap<SectionType, ReadonlyMap<string, DocumentSection[]>> | undefined;
  /** What was searched for so far, by type and name. */
  readonly #found = new Map<string, readonly DocumentSection[]>();
  /** Undefined before first use. */
  #usual: boolean | undefined;
  #search: HeaderSearch | null | undefined;

  constructor(source: SourceFile, role: FileRole) {
    this.path = source.path;
    this.#source = source;
    this.#role = role;
    this.document = parseDocument(source.text);
  }

  /** The names of a type's sections, in the order of their first appearance. */
  names(type: SectionType): readonly string[] {
    // The text of each header is enough: splitting the document takes four times as long.
    const search = type === 'profile' && !this.#index ? this.#headerSearch() : null;
    const usual = this.#role === 'config' ? search?.profileNames() : null;
    // In a usual file no header is there twice.
    if (usual) return this.#known() === null ? [...new Set(usual)] : usual;
    const headers = search?.headers() ?? null;
    if (headers !== null) return [...new Set(headers.flatMap((header) => this.#profileIn(header) ?? []))];
    return [...(this.#indexed().get(type)?.keys() ?? [])];
  }

  /** The name of the profile whose header it is; null for another header. `HeaderSearch` gives none with quotes or tabs. */
  #profileIn(header: string): string | null {
    const isPlain = header.startsWith('profile ') && header.length > 8 && !header.includes(' ', 8);
    if (isPlain && this.#role === 'config') return header.slice(8);
    const { type, name } = readHeader(this.#role, header);
    return type === 'profile' ? name : null;
  }

  /**
   * The names of the profiles in whose sections a word (in lower case) occurs; `many` if there are more than `max`, null
   * if all of them have to be read to find out.
   */
  profilesAround(word: string, max: number): readonly string[] | 'many' | null {
    const headers = this.#headerSearch()?.headersAround(word, max) ?? null;
    if (headers === null || headers === 'many') return headers;
    const meanings = headers.map((header) => readHeader(this.#role, header));
    return meanings.flatMap(({ type, name }) => (type === 'profile' ? name : []));
  }

  /** The sections that define a name, in file order. Without `[default]` if there is a `[profile default]`. */
  sections(type: SectionType, name: string): readonly DocumentSection[] {
    const sections = this.sameNamed(type, name);
    if (this.#role === 'credentials' || name !== 'default' || sections.length < 2) return sections;
    const prefixed = sections.filter(({ header }) => header !== 'default');
    return prefixed.length > 0 ? prefixed : sections;
  }

  /** All sections of a name, in file order, with `[default]` even if there is a `[profile default]`. */
  sameNamed(type: SectionType, name: string): readonly DocumentSection[] {
    const key = `${type} ${name}`;
    let found = this.#found.get(key);
    if (found === undefined) {
      if (this.#index || this.#found.size >= searchesBeforeIndex) return this.#indexed().get(type)?.get(name) ?? [];
      found = this.#find(type, name);
      this.#found.set(key, found);
    }
    return found;
  }

  /** What is wrong with the headers of a name's sections. */
  headerProblems(type: SectionType, name: string): Problem[] {
    const sections = this.sameNamed(type, name);
    if (sections.length === 1 && sections.every((section) => this.#hasPlainHeader(section))) return [];
    const headers = new Set(sections.map(({ header }) => header));
    const earlier = new Set<string>();
    return sections.flatMap((section) => {
      const header = section.header ?? '';
      const spelling = spellingFault(this.#role, type, header);
      const causes = [
        nameFault(type, name, header) ?? (spelling === null ? portabilityFault(type, name, header) : null),
        spelling,
        tailFault(header, this.document.text.slice(section.headerEnd, section.end)),
        repetitionFault(this.#role, header, earlier, headers.size > 1),
      ].filter((cause) => cause !== null);
      earlier.add(header);
      if (causes.length === 0) return [];
      const line = this.document.lineOf(section);
      return causes.map((cause) => problemAt(this.path, line, cause));
    });
  }

  /**
   * The problems because of which tools see a section under another name, or not at all: `bad-header` and `no-prefix`.
   * Without headers that are not closed. Quick, because sections with a usual header are left out.
   */
  hidingProblems(): Problem[] {
    if (this.#known() === 'plain') return [];
    if (this.#headerSearch()?.isIndented() === false && hasPlainHeaders(this.#role, this.document.text)) return [];
    const suspects = this.document.sections.filter((section) => !this.#hasPlainHeader(section));
    const headers = new Set(suspects.map(({ header }) => header).filter((header) => header !== null));
    const found = [...headers].flatMap((header) => {
      const { type, name } = readHeader(this.#role, header);
      const unprefixed = type === 'other' ? this.sections(type, name) : [];
      return [...this.headerProblems(type, name), ...unprefixed.flatMap((section) => this.#unprefixedProfile(section))];
    });
    return found.filter(({ id }) => id === 'bad-header' || id === 'no-prefix');
  }

  /** Whether nothing can be wrong with a header itself: every tool reads the same type and name in it. */
  #hasPlainHeader({ header, headerEnd }: DocumentSection): boolean {
    const next = this.document.text[headerEnd];
    if (header === null || (next !== '\n' && next !== undefined)) return false;
    return this.#role === 'credentials' ? plainName.test(header) : header === 'default' || plainHeader.test(header);
  }

  /** What is wrong with the lines of a name's sections. */
  lineProblems(type: SectionType, name: string): Problem[] {
    return this.sections(type, name).flatMap((section) => {
      if (this.#hasPlainLines(section)) return [];
      return this.document.faults(section).map(({ line, cause }) => problemAt(this.path, line, cause));
    });
  }

  /** In a file of the usual shape only a comment behind a value and sub-properties can be wrong in a section. */
  #hasPlainLines({ headerEnd, end }: DocumentSection): boolean {
    if (!this.isUsual()) return false;
    const lines = this.document.text.slice(headerEnd, end);
    return !['#', ';', '\n ', '\n\t'].some((mark) => lines.includes(mark));
  }

  /** Whether it has the usual shape, in which nothing concerns every profile; see `isUsualText`. */
  isUsual(): boolean {
    const { clean, shape } = this.#source;
    this.#usual ??= clean !== false && (shape === undefined ? isUsualText(this.document.text) : shape.isUsual());
    return this.#usual;
  }

  /** What is known of the file without looking through it. */
  #known(): KnownShape | null {
    const { clean, shape } = this.#source;
    return (clean === false ? null : shape?.known()) ?? (this.#usual ? 'usual' : null);
  }

  /** What is wrong with the file, its headers, and the lines of the sections of type `other`. */
  problems(): Problem[] {
    const { text, sections } = this.document;
    const broken = sections.filter(({ header }) => header === null);
    return [
      ...this.#encodingProblems(),
      ...this.document.preambleFaults().map(({ line, cause }) => problemAt(this.path, line, cause)),
      ...broken.map((section) => problemAt(this.path, this.document.lineOf(section), brokenHeader(text, section))),
      ...sectionTypes.flatMap((type) => this.names(type).flatMap((name) => this.headerProblems(type, name))),
      ...this.names('other').flatMap((name) => [
        ...this.lineProblems('other', name),
        ...this.sections('other', name).flatMap((section) => this.#unprefixedProfile(section)),
      ]),
      ...this.#plugins(),
    ];
  }

  /** The modules that the AWS CLI loads (awscli/plugin.py); whether they are there, only its Python knows. */
  #plugins(): Problem[] {
    if (this.#role !== 'config') return [];
    const entries = this.sections('other', 'plugins').flatMap((section) => {
      const start = this.document.lineOf(section);
      return this.document.entries(section).map(({ below, ...entry }) => ({ ...entry, line: start + below }));
    });
    const isForBoth = entries.some(({ key }) => key === 'cli_legacy_plugin_path');
    return entries.flatMap(({ key, value, line }) => {
      return key === 'cli_legacy_plugin_path'
        ? []
        : [problemAt(this.path, line, { id: 'plugin', module: value, isForBoth })];
    });
  }

  #encodingProblems(): Problem[] {
    const { text } = this.document;
    const problems: Problem[] = [];
    if (text.startsWith('\ufeff')) {
      problems.push(problemAt(this.path, 1, { id: 'byte-order-mark' }));
    }
    if (this.#source.clean === false) {
      const line = lineNumberAt(text, text.indexOf('\ufffd'));
      problems.push(problemAt(this.path, line, { id: 'encoding', fault: 'not-utf-8' }));
    }
    const nul = text.indexOf('\0');
    if (nul >= 0) problems.push(problemAt(this.path, lineNumberAt(text, nul), { id: 'encoding', fault: 'nul' }));
    return problems;
  }

  #unprefixedProfile(section: DocumentSection): Problem[] {
    const header = section.header ?? '';
    if (header === 'DEFAULT' || spellingFault(this.#role, 'other', header) !== null) return [];
    if (!this.document.entries(section).some(({ key }) => profileKeys.has(key))) return [];
    const name = /[\s"'\\]/.test(header) ? JSON.stringify(header) : header;
    return [problemAt(this.path, this.document.lineOf(section), { id: 'no-prefix', header, name })];
  }

  #find(type: SectionType, name: string): readonly DocumentSection[] {
    const matches = (header: string) => {
      const meaning = readHeader(this.#role, header);
      return meaning.type === type && meaning.name === name;
    };
    const search = type === 'other' ? null : this.#headerSearch();
    const part = this.#role === 'credentials' ? `[${name}]` : partOf(type, name);
    const found = search?.sections(part, matches) ?? null;
    return found ?? this.document.sections.filter(({ header }) => header !== null && matches(header));
  }

  #headerSearch(): HeaderSearch | null {
    if (this.#search === undefined) this.#search = HeaderSearch.of(this.document.text, () => this.#known());
    return this.#search;
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
}

/** Properties that only a profile has. */
const profileKeys = new Set([
  'aws_access_key_id',
  'aws_secret_access_key',
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
  'web_identity_token_file',
]);

const prefixes = ['profile', 'sso-session', 'services'] as const;

/** Headers that all tools read alike, with names that all of them take; `__proto__` and `DEFAULT` are not among the names. */
const plainName = /^(?!__proto__$|DEFAULT$)[\w\-@+.%:/]{1,128}$/;
const plainHeader = /^(?:profile|sso-session|services) (?!__proto__$)[\w\-@+.%:/]{1,128}$/;

/** In each file the start of a header's line that is not of that form alone. */
const unusual = {
  credentials: /(?<![^\n])\[(?!(?!__proto__\]|DEFAULT\])[\w\-@+.%:/]{1,128}\](?![^\n]))/,
  config: /(?<![^\n])\[(?!(?:default|(?:profile|sso-session|services) (?!__proto__\])[\w\-@+.%:/]{1,128})\](?![^\n]))/,
};

/** Whether every line that begins with `[` is a header that all tools read alike, with a name that all of them take. */
export function hasPlainHeaders(role: FileRole, text: string): boolean {
  return !unusual[role].test(text);
}

/**
 * What a header means to the AWS CLI and boto3: botocore/configloader.py, `build_profile_map`, for the config file;
 * botocore/session.py, `full_config`, for the credentials file, where the whole header is the name.
 */
function readHeader(role: FileRole, header: string): { readonly type: SectionType; readonly name: string } {
  // configparser's own section: its properties are defaults for all sections, and it is in no list of sections.
  if (header === 'DEFAULT') return { type: 'other', name: header };
  if (role === 'credentials' || header === 'default') return { type: 'profile', name: header };
  const type = prefixes.find((prefix) => header.startsWith(prefix));
  const name = type && secondOfTwoWords(header);
  return type === undefined || name === undefined ? { type: 'other', name: header } : { type, name };
}

/** Two words without quotes or backslashes. */
const unquotedWords = /^[^ \t\r\n"'\\]+ [^ \t\r\n"'\\]+$/;

function secondOfTwoWords(header: string): string | undefined {
  const plain = secondPlainWord(header);
  if (plain !== null) return plain;
  if (unquotedWords.test(header)) return header.slice(header.indexOf(' ') + 1);
  const words = shellWords(header);
  return words?.length === 2 ? words[1] : undefined;
}

/** A text that every header of this name has in the config file; see `HeaderSearch`. Only `[default]` has no blank. */
function partOf(type: SectionType, name: string): string {
  if (type !== 'profile') return `[${type}`;
  return name === 'default' ? name : ` ${name}`;
}

/**
 * Python's `shlex.split`: POSIX words, without comments; null if a quote is not closed or the text ends in a backslash.
 */
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

function nameFault(type: SectionType, name: string, header: string): ProblemCause | null {
  if (type === 'other') return null;
  if (name === '') return { id: 'bad-name', fault: 'empty', header };
  if (hasControl(name)) return { id: 'bad-name', fault: 'control-character', header };
  if (name.length > maxNameLength) return { id: 'bad-name', fault: 'too-long', header };
  return name.includes('\uFFFD') ? { id: 'bad-name', fault: 'not-utf-8', header } : null;
}

/** The characters that all tools take in a name. */
const portableName = /^[\w\-@+.%:/]+$/;

/**
 * The SDKs for JavaScript, Java, Kotlin, Rust and C do not see a section with other characters in its name:
 * `prefixKeyRegex` in parseIni.ts, VALID_IDENTIFIER in ProfileFileReader.java. JavaScript does not see `__proto__` either.
 */
function portabilityFault(type: SectionType, name: string, header: string): ProblemCause | null {
  if (type === 'other' || (portableName.test(name) && name !== '__proto__')) return null;
  return { id: 'bad-name', fault: 'not-portable', header };
}

/** Names that the AWS CLI and the AWS SDKs read differently. */
function spellingFault(role: FileRole, type: SectionType, header: string): ProblemCause | null {
  const words = header.trim().split(/\s+/);
  const prefix = prefixes.find((known) => known === words[0]);
  if (header === 'DEFAULT') return { id: 'default-section' };
  if (role === 'credentials') {
    if (prefix !== undefined && words.length > 1) return badHeader('prefix-in-credentials', header, prefix);
    return header === header.trim() ? null : badHeader('blanks-in-name', header);
  }
  if (type !== 'other') {
    const written = header === 'default' ? type : prefix;
    return written === type ? null : badHeader('other-prefix', header, type);
  }
  if (prefix === undefined) {
    const meant = meantHeader(header);
    return meant === null ? null : badHeader('misspelt-prefix', header, meant);
  }
  if (/^\s/.test(header)) return badHeader('blank-before-prefix', header, prefix);
  return badHeader(words.length === 1 ? 'no-name' : 'several-words', header, prefix);
}

/** The header that a misspelt one means: `[profle x]`, `[Profile x]`, `[sso_session x]`, `[profile-x]`. */
function meantHeader(header: string): string | null {
  const [first = '', ...others] = header.trim().split(/\s+/);
  const name = others.join(' ');
  if (name !== '') {
    const letters = first.toLowerCase().replace(/[-_]/g, '');
    const prefix = prefixes.find((known) => editDistance(letters, known.replace('-', '')) <= 2);
    return prefix === undefined ? null : `${prefix} ${others.length > 1 ? JSON.stringify(name) : name}`;
  }
  const joined = /^(profile|sso-session)[-_:./]+(.+)$/.exec(first);
  return joined === null ? null : `${joined[1]} ${joined[2]}`;
}

function badHeader(fault: ProblemCause<'bad-header'>['fault'], header: string, prefix = ''): ProblemCause {
  return { id: 'bad-header', fault, header, prefix };
}

/** What follows the `]` on the header's line. */
function tailFault(header: string, sectionText: string): ProblemCause | null {
  const tail = lineFrom(sectionText, 0);
  if (/^[#;]/.test(tail)) return badHeader('comment-follows', header);
  return tail.trim() === '' || /^\s+[#;]/.test(tail) ? null : badHeader('text-follows', header);
}

/**
 * Sections of the same name: `earlier` are the headers above, `differing` is whether they are not all written alike.
 */
function repetitionFault(
  role: FileRole,
  header: string,
  earlier: ReadonlySet<string>,
  differing: boolean,
): ProblemCause | null {
  if (header === 'DEFAULT') return null;
  if (earlier.has(header)) return { id: 'repeated-section', fault: 'same-header', header };
  if (role === 'config' && header === 'default' && differing) return { id: 'two-defaults' };
  const replaces = earlier.size > (earlier.has('default') ? 1 : 0);
  return replaces ? { id: 'repeated-section', fault: 'other-spelling', header } : null;
}

function brokenHeader(text: string, section: DocumentSection): ProblemCause {
  const line = text.slice(section.start, section.headerEnd).trim();
  return badHeader(line.startsWith('[]') ? 'empty' : 'not-closed', '');
}
