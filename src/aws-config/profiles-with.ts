import type { ProfileSet } from './types.ts';

/** Returns the profiles with some of the members of the set replaced; all others are still read only when they are asked for. */
export function profilesWith(
  profiles: ProfileSet,
  changes: Partial<Omit<ProfileSet, 'names' | 'sessionNames'>>,
): ProfileSet {
  return {
    paths: profiles.paths,
    get names() {
      return profiles.names;
    },
    get sessionNames() {
      return profiles.sessionNames;
    },
    get: (name) => profiles.get(name),
    all: () => profiles.all(),
    namesAround: (words) => profiles.namesAround(words),
    ssoSession: (name) => profiles.ssoSession(name),
    services: (name) => profiles.services(name),
    sectionsOf: (type, name) => profiles.sectionsOf(type, name),
    withTrimmedHeaders: () => profiles.withTrimmedHeaders(),
    indentedProperty: () => profiles.indentedProperty(),
    problems: () => profiles.problems(),
    problemsOfFiles: () => profiles.problemsOfFiles(),
    hidingProblems: () => profiles.hidingProblems(),
    problemsOf: (name) => profiles.problemsOf(name),
    ...changes,
  };
}
