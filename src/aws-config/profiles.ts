import { escapeControl } from '../lib/text.ts';
import { decideKind, kindAsSource, profileProblems, roleOf, sessionProblems } from './kinds.ts';
import { type Problem, type ProblemCause, problemAt } from './problems.ts';
import { IndexedFile, type SectionType } from './sections.ts';
import { type SignInKey, signInValue } from './sign-in-values.ts';
import type { Location, Profile, ProfileSet, Property, Section, SourceFile } from './types.ts';

/**
 * The profiles in the text of AWS's files; null for a missing file. `paths` are the paths of the two files, `problems`
 * those found while loading them. Never throws, and reads only what is asked for.
 *
 * Sections are merged according to the AWS SDKs and Tools Reference Guide, "Shared config and credentials files":
 * sections of the same name in a file are merged and the later value wins (configparser rejects such a file, which is
 * reported), `[profile default]` replaces `[default]` (botocore takes the later of the two), and for each key the
 * credentials file wins (botocore/session.py, `full_config`). But the access keys and their token are all from one file,
 * the credentials file if it has an access key (botocore/credentials.py, `SharedCredentialProvider`, `ConfigProvider`).
 */
export function readProfiles(
  config: SourceFile | null,
  credentials: SourceFile | null,
  paths: readonly string[],
  problems: readonly Problem[] = [],
): ProfileSet {
  const given = [...problems];
  const usable = (file: SourceFile | null): SourceFile | null => {
    if (file === null || isText(file.text)) return file;
    given.push(problemAt(file.path, null, { id: 'encoding', fault: 'not-text' }));
    return null;
  };
  return new LazyProfileSet(usable(config), usable(credentials), paths, given);
}

/**
 * The profiles that a profile gets its credentials from: itself, its `source_profile`, the `source_profile` of that
 * one, and so on.
 */
export interface Chain {
  readonly profiles: readonly Profile[];
  /** Why the chain does not end in credentials: a source is missing or has none, or there is a cycle. */
  readonly problem: Problem | null;
}

/**
 * Follows `source_profile` from a profile, as botocore/credentials.py, `AssumeRoleProvider`, does. A source with access
 * keys ends the chain, even if it assumes a role itself: it is then in the chain without that role, of its `sourceKind`. So
 * a profile with keys may be its own source; where other credentials of it come before those keys, it is in the chain twice.
 * Empty if there is no profile of that name.
 */
export function chain(profiles: Pick<ProfileSet, 'get'>, name: string): Chain {
  return follow(profiles, name, new Set());
}

/** Follows the chain from a profile up to one that is in `visited`. */
function follow(profiles: Pick<ProfileSet, 'get'>, name: string, visited: Set<string>): Chain {
  const links = new Map<string, Profile>();
  let link = profiles.get(name);
  while (link !== null && !visited.has(link.name)) {
    links.set(link.name, links.size === 0 ? link : asSource(link));
    if (isItsOwnSource(link) && links.size === 1) return { profiles: withItself(link), problem: null };
    const reference = sourceReference(link, links.size === 1);
    if (reference === undefined) break;
    const source = profiles.get(reference.value);
    const cause: ProblemCause | null =
      source === null
        ? { id: 'dangling', fault: 'source-profile', profile: link.name, name: reference.value }
        : deadEnd(link, source, links);
    if (cause !== null) {
      const { file, line } = reference.location;
      return { profiles: [...links.values()], problem: problemAt(file, line, cause) };
    }
    link = source;
  }
  return { profiles: [...links.values()], problem: null };
}

function isItsOwnSource(profile: Profile): boolean {
  return profile.kind === 'assume-role' && profile.sourceProfile === profile.name && hasKeys(profile);
}

/** The `source_profile` that the chain follows from a link; undefined if it ends there. */
function sourceReference(link: Profile, isFirst: boolean): Property | undefined {
  const reference = link.kind === 'assume-role' ? link.properties.get('source_profile') : undefined;
  if (reference === undefined) return undefined;
  return hasKeys(link) && (!isFirst || reference.value === link.name) ? undefined : reference;
}

/**
 * The last profile of the chain of any profile, as `chain` has it; null if there is no profile of that name. For all
 * profiles of a file: a link is followed once, however many chains it is in.
 */
export function chainEnds(profiles: Pick<ProfileSet, 'get'>): (name: string) => Profile | null {
  /** By the name of a link that is the source of another one. */
  const ends = new Map<string, Profile>();
  return (name) => {
    const first = profiles.get(name);
    if (first === null) return null;
    const links = new Map([[name, first]]);
    let end = isItsOwnSource(first) ? (withItself(first).at(-1) ?? first) : first;
    for (let next = sourceOf(profiles, first, true); next !== null && !links.has(next.name); ) {
      const known = ends.get(next.name);
      end = known ?? asSource(next);
      if (known !== undefined) break;
      links.set(next.name, next);
      next = sourceOf(profiles, next, false);
    }
    for (const link of links.values()) if (link !== first || !hasKeys(link)) ends.set(link.name, end);
    return end;
  };
}

/** The next link of a chain; null if there is none, or none with credentials (see `deadEnd`). */
function sourceOf(profiles: Pick<ProfileSet, 'get'>, link: Profile, isFirst: boolean): Profile | null {
  const reference = sourceReference(link, isFirst);
  const source = reference === undefined ? null : profiles.get(reference.value);
  return source?.sourceKind === 'none' ? null : source;
}

/** Why the chain cannot go on with this source; null if it can. */
function deadEnd(link: Profile, source: Profile, links: ReadonlyMap<string, Profile>): ProblemCause | null {
  if (links.has(source.name)) {
    const names = [...links.keys()];
    return { id: 'cycle', profile: link.name, names: [...names.slice(names.indexOf(source.name)), source.name] };
  }
  if (source.sourceKind !== 'none') return null;
  return { id: 'dangling', fault: 'no-credentials', profile: link.name, name: source.name };
}

/** botocore/credentials.py, `_has_static_credentials`: one of the two keys is enough. */
function hasKeys({ properties }: Profile): boolean {
  return properties.has('aws_access_key_id') || properties.has('aws_secret_access_key');
}

/** The chain of a profile that is its own source. */
function withItself(profile: Profile): readonly Profile[] {
  return profile.sourceKind === 'static' ? [profile] : [profile, asSource(profile)];
}

/** The profile as the source of a role (botocore/credentials.py, `_resolve_credentials_from_profile`). */
function asSource(profile: Profile): Profile {
  const { kind, sourceKind, properties } = profile;
  if (kind === sourceKind) return profile;
  const values = new Map([...properties].map(([key, { value }]) => [key, value]));
  return { ...profile, kind: sourceKind, ...roleOf(sourceKind, values), sourceProfile: null };
}

/** What belongs to one pair of access keys, and is never combined with what another file has. */
const keyProperties = [
  'aws_access_key_id',
  'aws_secret_access_key',
  'aws_session_token',
  'aws_security_token',
  'aws_account_id',
];

/** Keeps the keys of one file alone: of the last that has an access key. `pairs` are the `keyProperties` of each file. */
function keepOnePair(properties: Map<string, Property>, pairs: readonly ReadonlyMap<string, Property>[]): void {
  const used = [...pairs].reverse().find((pair) => pair.has('aws_access_key_id'));
  if (used === undefined) return;
  for (const key of keyProperties) {
    const property = used.get(key);
    if (property === undefined) properties.delete(key);
    else properties.set(key, property);
  }
}

function hasPair(properties: ReadonlyMap<string, Property>): boolean {
  return Boolean(properties.get('aws_access_key_id')?.value && properties.get('aws_secret_access_key')?.value);
}

/** With this many candidates or fewer, reading them is faster than searching for another word. */
const maxCandidates = 8;

/** A header with what is between its brackets. */
const blanksInBrackets = /^\[[ \t]*([^\]\n]*?)[ \t]*\]/gm;

class LazyProfileSet implements ProfileSet {
  readonly paths: readonly string[];
  readonly #given: readonly Problem[];
  readonly #sources: readonly [config: SourceFile | null, credentials: SourceFile | null];
  readonly #config: IndexedFile | null;
  readonly #credentials: IndexedFile | null;
  readonly #files: readonly IndexedFile[];
  readonly #profiles = new Map<string, Profile | null>();
  readonly #sections = new Map<string, Section | null>();
  readonly #problems = new Map<string, readonly Problem[]>();
  #names: readonly string[] | undefined;
  #usual: boolean | undefined;
  #trimmed: ProfileSet | undefined;

  constructor(
    config: SourceFile | null,
    credentials: SourceFile | null,
    paths: readonly string[],
    given: readonly Problem[],
  ) {
    this.paths = paths;
    this.#given = given;
    this.#sources = [config, credentials];
    this.#config = config && new IndexedFile(config, 'config');
    this.#credentials = credentials && new IndexedFile(credentials, 'credentials');
    this.#files = [this.#config, this.#credentials].filter((file) => file !== null);
  }

  get names(): readonly string[] {
    this.#names ??= union(this.#files.map((file) => file.names('profile')));
    return this.#names;
  }

  get sessionNames(): readonly string[] {
    return this.#config?.names('sso-session') ?? [];
  }

  get(name: string): Profile | null {
    let profile = this.#profiles.get(name);
    if (profile === undefined) {
      profile = this.#profile(name);
      this.#profiles.set(name, profile);
    }
    return profile;
  }

  all(): readonly Profile[] {
    return this.names.map((name) => this.get(name)).filter((profile) => profile !== null);
  }

  namesAround(words: readonly string[]): readonly string[] {
    let candidates: string[] | null = null;
    // Numbers first (account ids), then long words: they occur in the fewest profiles.
    const hasLetters = (word: string) => Number(word.toUpperCase() !== word);
    for (const word of [...words].sort((a, b) => hasLetters(a) - hasLetters(b) || b.length - a.length)) {
      if (candidates !== null && candidates.length <= maxCandidates) break;
      const around = this.#around(word, candidates?.length ?? Number.POSITIVE_INFINITY);
      if (around === null) return this.names;
      if (around !== 'many') candidates = around;
    }
    return candidates ?? this.names;
  }

  #around(word: string, max: number): string[] | 'many' | null {
    const around = new Set<string>();
    for (const file of this.#files) {
      const names = file.profilesAround(word, max);
      if (names === null || names === 'many') return names;
      for (const name of names) around.add(name);
    }
    return [...around];
  }

  ssoSession(name: string): Section | null {
    return this.#section('sso-session', name);
  }

  services(name: string): Section | null {
    return this.#section('services', name);
  }

  problems(): readonly Problem[] {
    const visited = new Set<string>();
    const ofChain = (name: string): Problem[] => {
      const { profiles, problem } = follow(this, name, visited);
      for (const link of profiles) visited.add(link.name);
      return problem ? [problem] : [];
    };
    const shared = (['sso-session', 'services'] as const).flatMap((type) =>
      (this.#config?.names(type) ?? []).flatMap((name) => this.#lineProblems(type, name)),
    );
    const used = new Set(this.all().flatMap(({ kind, ssoSession }) => (kind === 'sso' ? (ssoSession ?? []) : [])));
    const unused = this.sessionNames.flatMap((name) => (used.has(name) ? [] : (this.ssoSession(name) ?? [])));
    return this.#sorted([
      ...this.#given,
      ...this.#files.flatMap((file) => file.problems()),
      ...this.names.flatMap((name) => [...this.#ownProblems(name), ...ofChain(name)]),
      ...shared,
      ...unused.flatMap((session) => sessionProblems(session)),
    ]);
  }

  problemsOfFiles(): readonly Problem[] {
    return this.#isUsual() ? this.#given : this.problems();
  }

  /** Computed once: a document is never changed. */
  #isUsual(): boolean {
    this.#usual ??= this.#files.every((file) => file.isUsual());
    return this.#usual;
  }

  sectionsOf(type: 'profile' | 'sso-session', name: string): readonly (Section & { readonly header: string })[] {
    const file = this.#config;
    if (file === null) return [];
    // Most callers want the headers alone, and the lines are counted from the start of the file.
    return file.sameNamed(type, name).map((section) => ({
      name,
      header: section.header ?? '',
      get properties() {
        const line = file.document.lineOf(section);
        return new Map(
          file.document.entries(section).map(({ key, value, below }) => {
            return [key, { value, location: { file: file.path, line: line + below } }];
          }),
        );
      },
      get definedIn() {
        return [{ file: file.path, line: file.document.lineOf(section) }];
      },
    }));
  }

  withTrimmedHeaders(): ProfileSet {
    if (this.#isUsual()) return this;
    this.#trimmed ??= this.#readTrimmed();
    return this.#trimmed;
  }

  #readTrimmed(): ProfileSet {
    const texts = this.#sources.map((source) => source?.text.replace(blanksInBrackets, '[$1]'));
    if (texts.every((text, index) => text === this.#sources[index]?.text)) return this;
    const [config, credentials] = this.#sources.map((source, index) => {
      return source && { path: source.path, text: texts[index] ?? '' };
    });
    return new LazyProfileSet(config ?? null, credentials ?? null, this.paths, this.#given);
  }

  indentedProperty(): Location | null {
    if (this.#isUsual()) return null;
    for (const { path, document } of this.#files) {
      const line = document.indentedProperty();
      if (line !== null) return { file: path, line };
    }
    return null;
  }

  hidingProblems(): readonly Problem[] {
    return this.#sorted(this.#files.flatMap((file) => file.hidingProblems()));
  }

  problemsOf(name: string): readonly Problem[] {
    let problems = this.#problems.get(name);
    if (problems === undefined) {
      problems = this.#problemsOf(name);
      this.#problems.set(name, problems);
    }
    return problems;
  }

  #problemsOf(name: string): readonly Problem[] {
    const { profiles, problem } = chain(this, name);
    const ofLinks = profiles.flatMap(({ name: link, ssoSession }) => [
      ...this.#headerProblems('profile', link),
      ...this.#ownProblems(link),
      ...(ssoSession === null
        ? []
        : [...this.#headerProblems('sso-session', ssoSession), ...this.#lineProblems('sso-session', ssoSession)]),
    ]);
    if (problem === null && ofLinks.length === 0) return [];
    return this.#sorted(problem ? [problem, ...ofLinks] : ofLinks);
  }

  /** Only profiles are in both files. */
  #filesWith(type: SectionType): readonly IndexedFile[] {
    return type === 'profile' ? this.#files : this.#files.filter((file) => file !== this.#credentials);
  }

  #headerProblems(type: SectionType, name: string): Problem[] {
    return this.#filesWith(type).flatMap((file) => file.headerProblems(type, name));
  }

  #lineProblems(type: SectionType, name: string): Problem[] {
    return this.#filesWith(type).flatMap((file) => file.lineProblems(type, name));
  }

  #ownProblems(name: string): readonly Problem[] {
    const profile = this.get(name);
    return profile ? [...this.#lineProblems('profile', name), ...profileProblems(this, profile)] : [];
  }

  /** The sections of a type and name, merged. Kept for the next call. */
  #section(type: SectionType, name: string): Section | null {
    const key = `${type} ${name}`;
    let section = this.#sections.get(key);
    if (section === undefined) {
      section = this.#merge(type, name);
      this.#sections.set(key, section);
    }
    return section;
  }

  /** Later sections win; those of the credentials file come after those of the config file. */
  #merge(type: SectionType, name: string): Section | null {
    const properties = new Map<string, Property>();
    // Line numbers are computed at first use: counting the lines of a large file takes longer than finding a profile in
    // it.
    const places: (() => Location)[] = [];
    const pairs = new Map<IndexedFile, Map<string, Property>>();
    for (const file of this.#filesWith(type)) {
      for (const section of file.sections(type, name)) {
        const at = (below: number): Location => ({ file: file.path, line: file.document.lineOf(section) + below });
        places.push(() => at(0));
        for (const { key, value, below } of file.document.entries(section)) {
          const property: Property = {
            value,
            get location() {
              return at(below);
            },
          };
          properties.set(key, property);
          if (keyProperties.includes(key)) pairs.set(file, (pairs.get(file) ?? new Map()).set(key, property));
        }
      }
    }
    if (places.length === 0) return null;
    const isPairBefore = hasPair(properties);
    if (pairs.size > 1) keepOnePair(properties, [...pairs.values()]);
    return {
      name,
      properties,
      isPairSplit: isPairBefore && !hasPair(properties),
      get definedIn() {
        return places.map((place) => place());
      },
    };
  }

  /** Reads what defines the profile. Its properties with their places are read at first use. */
  #profile(name: string): Profile | null {
    const values = new Map<string, string>();
    let found = false;
    let hasKeysInCredentials = false;
    for (const file of this.#files) {
      for (const section of file.sections('profile', name)) {
        found = true;
        for (const { key, value } of file.document.entries(section)) {
          values.set(key, value);
          if (key === 'aws_access_key_id' && file === this.#credentials) hasKeysInCredentials = true;
        }
      }
    }
    if (!found) return null;
    const value = (key: string): string | null => values.get(key) || null;
    const kind = decideKind(values, hasKeysInCredentials);
    const sourceKind = kind === 'assume-role' ? kindAsSource(values, hasKeysInCredentials) : kind;
    const { accountId, roleName } = roleOf(kind, values);
    const ssoSession = value('sso_session');
    const session = ssoSession === null ? null : this.ssoSession(ssoSession);
    const ofSignIn = (key: SignInKey) =>
      signInValue(key, session === null ? value(key) : session.properties.get(key)?.value);
    const [ssoStartUrl, ssoRegion] = [ofSignIn('sso_start_url'), ofSignIn('sso_region')];
    const [region, sourceProfile] = [value('region'), value('source_profile')];
    return this.#view(name, {
      kind,
      sourceKind,
      accountId,
      roleName,
      region,
      ssoSession,
      ssoStartUrl,
      ssoRegion,
      sourceProfile,
    });
  }

  /**
   * A method of its own, so that the getters hold no reference to the variables of `#profile`: it saves memory with
   * 10,000 profiles.
   */
  #view(name: string, facts: Omit<Profile, keyof Section>): Profile {
    const section = (): Section => this.#section('profile', name) ?? { name, properties: new Map(), definedIn: [] };
    return {
      name,
      kind: facts.kind,
      sourceKind: facts.sourceKind,
      accountId: facts.accountId,
      roleName: facts.roleName,
      region: facts.region,
      ssoSession: facts.ssoSession,
      ssoStartUrl: facts.ssoStartUrl,
      ssoRegion: facts.ssoRegion,
      sourceProfile: facts.sourceProfile,
      get properties() {
        return section().properties;
      },
      get definedIn() {
        return section().definedIn;
      },
      get isPairSplit() {
        return section().isPairSplit ?? false;
      },
    };
  }

  /** In file and line order, without duplicates (profiles share sources and sessions), and safe to print. */
  #sorted(problems: readonly Problem[]): Problem[] {
    const unique = new Map(
      problems.map((problem) => [
        `${problem.file}\n${problem.line}\n${problem.message}`,
        { ...problem, message: escapeControl(problem.message) },
      ]),
    );
    const rank = ({ file }: Problem): number =>
      this.paths.includes(file) ? this.paths.indexOf(file) : this.paths.length;
    return [...unique.values()].sort((a, b) => rank(a) - rank(b) || (a.line ?? 0) - (b.line ?? 0));
  }
}

/** Whether a file is text, according to its first characters: UTF-16 and binary files have many NUL and U+FFFD. */
function isText(text: string): boolean {
  const sample = text.slice(0, 4096);
  const strange = sample.length - sample.replaceAll('\0', '').replaceAll('\ufffd', '').length;
  return strange < 8 || strange * 10 < sample.length;
}

/** The names in lists none of which has a name twice, in their order. */
function union(lists: readonly (readonly string[])[]): readonly string[] {
  const [one = [], ...others] = lists.filter(({ length }) => length > 0);
  return others.length === 0 ? one : [...new Set([one, ...others].flat())];
}
