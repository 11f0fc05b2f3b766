import { escapeControl } from '../lib/text.ts';
import { decideKind, profileProblems, roleOf } from './kinds.ts';
import { IndexedFile, type SectionType } from './sections.ts';
import type { Location, Problem, Profile, ProfileSet, Property, Section, SourceFile } from './types.ts';

/**
 * The profiles in the text of AWS's files; null for a file that is not there. `paths` are the files that were looked
 * for, `problems` what went wrong with that. Never fails, and reads only what is asked for.
 *
 * Merging follows the AWS SDKs and Tools Reference Guide, "Shared config and credentials files": same-named sections
 * of a file merge and a later value wins (configparser rejects such a file, which is reported), `[profile default]`
 * replaces `[default]` (botocore takes the later of the two), and the credentials file wins key by key
 * (botocore/session.py, `full_config`).
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
    given.push({ file: file.path, line: null, message: 'is not text, or not UTF-8; save it as UTF-8' });
    return null;
  };
  return new LazyProfileSet(usable(config), usable(credentials), paths, given);
}

/** The profiles that a profile gets its credentials from: itself first, each with the `source_profile` of the one before. */
export interface Chain {
  readonly profiles: readonly Profile[];
  /** Why the chain does not end in credentials: a profile that is missing or has none, or a cycle. */
  readonly problem: Problem | null;
}

/**
 * Follows `source_profile` from a profile, as botocore/credentials.py, `AssumeRoleProvider`, does: a source with access
 * keys ends the chain, also when it assumes a role itself, and so a profile may be its own source.
 * Empty for a name that is no profile.
 */
export function chain(profiles: Pick<ProfileSet, 'get'>, name: string): Chain {
  return follow(profiles, name, new Set());
}

function follow(profiles: Pick<ProfileSet, 'get'>, name: string, settled: Set<string>): Chain {
  const links = new Map<string, Profile>();
  let link = profiles.get(name);
  while (link !== null && !settled.has(link.name)) {
    links.set(link.name, link);
    const reference = link.kind === 'assume-role' ? link.properties.get('source_profile') : undefined;
    if (reference === undefined || (links.size > 1 && hasKeys(link))) break;
    if (reference.value === link.name && hasKeys(link)) break;
    const source = profiles.get(reference.value);
    const end = source === null ? `source_profile "${reference.value}" does not exist` : deadEnd(source, links);
    if (end !== null) {
      return {
        profiles: [...links.values()],
        problem: problemAt(reference.location, `profile "${link.name}": ${end}`),
      };
    }
    link = source;
  }
  return { profiles: [...links.values()], problem: null };
}

function deadEnd(source: Profile, links: ReadonlyMap<string, Profile>): string | null {
  if (links.has(source.name)) {
    const names = [...links.keys()];
    const cycle = [...names.slice(names.indexOf(source.name)), source.name];
    return `source_profile goes round in a circle: ${cycle.map((name) => `"${name}"`).join(' -> ')}`;
  }
  return source.kind === 'none' ? `source_profile "${source.name}" has no credentials` : null;
}

function hasKeys({ properties }: Profile): boolean {
  return properties.has('aws_access_key_id') || properties.has('aws_secret_access_key');
}

function problemAt({ file, line }: Location, message: string): Problem {
  return { file, line, message };
}

/** So few profiles are read sooner than another word is searched for. */
const maxCandidates = 8;

class LazyProfileSet implements ProfileSet {
  readonly paths: readonly string[];
  readonly #given: readonly Problem[];
  readonly #config: IndexedFile | null;
  readonly #credentials: IndexedFile | null;
  readonly #files: readonly IndexedFile[];
  readonly #profiles = new Map<string, Profile | null>();
  readonly #sections = new Map<string, Section | null>();
  #names: readonly string[] | undefined;

  constructor(
    config: SourceFile | null,
    credentials: SourceFile | null,
    paths: readonly string[],
    given: readonly Problem[],
  ) {
    this.paths = paths;
    this.#given = given;
    this.#config = config && new IndexedFile(config, 'config');
    this.#credentials = credentials && new IndexedFile(credentials, 'credentials');
    this.#files = [this.#config, this.#credentials].filter((file) => file !== null);
  }

  get names(): readonly string[] {
    this.#names ??= [...new Set(this.#files.flatMap((file) => file.names('profile')))];
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
    let fewest: string[] | null = null;
    // Numbers first, account ids above all, then long words: they are in the fewest profiles.
    const hasLetters = (word: string) => Number(word.toUpperCase() !== word);
    for (const word of [...words].sort((a, b) => hasLetters(a) - hasLetters(b) || b.length - a.length)) {
      if (fewest !== null && fewest.length <= maxCandidates) break;
      const around = this.#around(word, fewest?.length ?? Number.POSITIVE_INFINITY);
      if (around === null) return this.names;
      if (around !== 'many') fewest = around;
    }
    return fewest ?? this.names;
  }

  #around(word: string, atMost: number): string[] | 'many' | null {
    const around = new Set<string>();
    for (const file of this.#files) {
      const names = file.profilesAround(word, atMost);
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
    const settled = new Set<string>();
    const ofChain = (name: string): Problem[] => {
      const { profiles, problem } = follow(this, name, settled);
      for (const link of profiles) settled.add(link.name);
      return problem ? [problem] : [];
    };
    const shared = (['sso-session', 'services'] as const).flatMap((type) =>
      (this.#config?.names(type) ?? []).flatMap((name) => this.#lineProblems(type, name)),
    );
    return this.#presentable([
      ...this.#given,
      ...this.#files.flatMap((file) => file.problems()),
      ...this.names.flatMap((name) => [...this.#ownProblems(name), ...ofChain(name)]),
      ...shared,
    ]);
  }

  problemsOf(name: string): readonly Problem[] {
    const { profiles, problem } = chain(this, name);
    const ofLinks = profiles.flatMap(({ name: link, ssoSession }) => [
      ...this.#headerProblems('profile', link),
      ...this.#ownProblems(link),
      ...(ssoSession === null
        ? []
        : [...this.#headerProblems('sso-session', ssoSession), ...this.#lineProblems('sso-session', ssoSession)]),
    ]);
    return this.#presentable(problem ? [problem, ...ofLinks] : ofLinks);
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

  /** A type's sections of a name, merged; remembered. */
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
    // Asked for only by those who show them: counting the lines of a large file takes longer than finding a profile in it.
    const places: (() => Location)[] = [];
    for (const file of this.#filesWith(type)) {
      for (const section of file.sections(type, name)) {
        const at = (below: number): Location => ({ file: file.path, line: file.document.lineOf(section) + below });
        places.push(() => at(0));
        for (const { key, value, below } of file.document.entries(section)) {
          properties.set(key, {
            value,
            get location() {
              return at(below);
            },
          });
        }
      }
    }
    if (places.length === 0) return null;
    return {
      name,
      properties,
      get definedIn() {
        return places.map((place) => place());
      },
    };
  }

  /** What makes out a profile is read at once; its properties, all of them, again when someone asks for them. */
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
    const { accountId, roleName } = roleOf(kind, values);
    const ssoSession = value('sso_session');
    const session = ssoSession === null ? null : this.ssoSession(ssoSession);
    const ssoStartUrl = session?.properties.get('sso_start_url')?.value || value('sso_start_url');
    const ssoRegion = session?.properties.get('sso_region')?.value || value('sso_region');
    const [region, sourceProfile] = [value('region'), value('source_profile')];
    return this.#view(name, { kind, accountId, roleName, region, ssoSession, ssoStartUrl, ssoRegion, sourceProfile });
  }

  /** Apart from `#profile`, so that its getters keep nothing alive: ten thousand profiles are an ordinary set. */
  #view(name: string, facts: Omit<Profile, keyof Section>): Profile {
    const section = (): Section => this.#section('profile', name) ?? { name, properties: new Map(), definedIn: [] };
    return {
      name,
      kind: facts.kind,
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
    };
  }

  /** In file and line order, each once (profiles share sources and sessions), and safe to print. */
  #presentable(problems: readonly Problem[]): Problem[] {
    const unique = new Map<string, Problem>();
    for (const problem of problems) {
      unique.set(`${problem.file}\n${problem.line}\n${problem.message}`, {
        ...problem,
        message: escapeControl(problem.message),
      });
    }
    const rank = ({ file }: Problem): number =>
      this.paths.includes(file) ? this.paths.indexOf(file) : this.paths.length;
    return [...unique.values()].sort((a, b) => rank(a) - rank(b) || (a.line ?? 0) - (b.line ?? 0));
  }
}

/** Whether a file's first characters are those of a text: UTF-16 and binary files are full of NUL and U+FFFD. */
function isText(text: string): boolean {
  const sample = text.slice(0, 4096);
  const strange = sample.length - sample.replaceAll('\0', '').replaceAll('\ufffd', '').length;
  return strange < 8 || strange * 10 < sample.length;
}
