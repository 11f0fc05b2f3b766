import type { Profile, ProfileSet } from './types.ts';

/** Returns the profiles with one more, which is in no file, and is only found by its name. */
export function withAddedProfile(profiles: ProfileSet, added: Profile): ProfileSet {
  return {
    paths: profiles.paths,
    get names() {
      return profiles.names;
    },
    get sessionNames() {
      return profiles.sessionNames;
    },
    get: (name) => (name === added.name ? added : profiles.get(name)),
    all: () => profiles.all(),
    namesAround: (words) => profiles.namesAround(words),
    ssoSession: (name) => profiles.ssoSession(name),
    services: (name) => profiles.services(name),
    sectionsOf: (type, name) => profiles.sectionsOf(type, name),
    indentedProperty: () => profiles.indentedProperty(),
    problems: () => profiles.problems(),
    problemsOfFiles: () => profiles.problemsOfFiles(),
    problemsOf: (name) => profiles.problemsOf(name),
  };
}
