import type { Environment } from '../world.ts';
import { replacedEndpoints } from './endpoints.ts';
import { defaultPromptWidth, type PromptText } from './prompt-text.ts';
import { type FactName, regionVariables, serverVariables, type VariableName, variables } from './variables.ts';

/** A variable's new value; null unsets it, which is not the same as making it empty. */
interface EnvChange {
  readonly name: string;
  readonly value: string | null;
}

/** What is to change in a shell's environment, sorted by name. */
export type EnvDelta = readonly EnvChange[];

/** What awsp knows about the profile that the shell is about to use. */
export interface Facts {
  readonly profile: string;
  readonly accountId: string | null;
  /** The name of the account; null or missing where none is known. */
  readonly accountName?: string | null;
  readonly roleName: string | null;
  readonly state: 'verified' | 'unverified';
  readonly level: 'normal' | 'production';
  /** When the sign-in ends, in seconds since 1970; null where it does not apply or is not known. */
  readonly expiresAt: number | null;
  /** When the shell is to drop the profile by itself, in seconds since 1970; null is never. */
  readonly until: number | null;
  /** The region that the profile names. */
  readonly profileRegion: string | null;
  /** The region asked for with `--region`: set in the shell, in both variables. */
  readonly region: string | null;
  /** The folder with the dates of AWS's files, for the prompt; none where they cannot be kept. */
  readonly seen?: string | null;
  /** The text of the prompt; missing where none is made. */
  readonly prompt?: PromptText | null;
  /** The working directory, where the path of one of AWS's files is relative to it. */
  readonly folder?: string | null;
  /** AWS_PROFILE was set by hand and names no profile, so that nobody can go back to it. */
  readonly isCurrentLost?: boolean;
}

/** A message for the person about a change. It has names only, because values may be secrets; a region's is not. */
export type Note =
  /** They were set, and are removed because some tool would use them rather than a profile. */
  | { readonly kind: 'cleared'; readonly names: readonly string[] }
  /** They are set, and stay: they are the machine's own identity. */
  | { readonly kind: 'left'; readonly names: readonly string[] }
  /** They are set by another tool that has switched this shell. */
  | { readonly kind: 'other-tool'; readonly names: readonly string[] }
  /** They send requests to other servers than AWS's, `hosts`. */
  | { readonly kind: 'endpoints'; readonly names: readonly string[]; readonly hosts: readonly string[] }
  /** The person's own region, which differs from the profile's. */
  | {
      readonly kind: 'region';
      readonly name: string;
      readonly value: string;
      readonly profile: string;
      readonly profileRegion: string;
    };

interface Change {
  readonly delta: EnvDelta;
  readonly notes: readonly Note[];
}

/** The value of AWSP_FILES: it identifies the files in which this environment's profiles are looked up, and the endpoints. */
export function filesFact(env: Environment): string {
  const values = (names: readonly string[]) => names.map((name) => env[name] ?? '');
  const servers = values(serverVariables);
  // Usually none is set: then a prompt builds a shorter text.
  const rest = servers.some((value) => value !== '') ? servers : [];
  return [...values(['HOME', 'AWS_CONFIG_FILE', 'AWS_SHARED_CREDENTIALS_FILE']), ...rest].join(':');
}

/** The note on the variables that send requests to other servers than AWS's, if any. */
export function endpointNotes(env: Environment): readonly Note[] {
  const found = replacedEndpoints(env);
  const hosts = [...new Set(found.map(({ host }) => host))];
  return found.length === 0 ? [] : [{ kind: 'endpoints', names: found.map(({ name }) => name), hosts }];
}

/** Returns what a switch to a profile changes in an environment. */
export function switchDelta(env: Environment, facts: Facts): Change {
  const values: Readonly<Record<Exclude<FactName, 'AWSP_PREVIOUS' | 'AWSP_PREVIOUS_UNTIL'>, string | null>> = {
    AWS_PROFILE: facts.profile,
    AWSP_PROFILE: facts.profile,
    AWSP_FILES: filesFact(env),
    AWSP_FOLDER: facts.folder ?? null,
    AWSP_SEEN: facts.seen ?? null,
    AWSP_ENDPOINT: replacedEndpoints(env)[0]?.name ?? null,
    AWSP_ACCOUNT_ID: facts.accountId,
    AWSP_ACCOUNT_NAME: facts.accountName ?? null,
    AWSP_ROLE: facts.roleName,
    ...promptValues(facts),
    AWSP_STATE: facts.state,
    AWSP_LEVEL: facts.level,
    AWSP_EXPIRES: facts.expiresAt === null ? null : String(facts.expiresAt),
    AWSP_UNTIL: facts.until === null ? null : String(facts.until),
    AWSP_REGION: facts.region,
  };
  const delta = toDelta(env, {
    ...removals(env, 'onSwitch'),
    ...(facts.region === null ? {} : regions(facts.region)),
    ...values,
    ...previousOnSwitch(env, facts),
  });
  return { delta, notes: [...notesOn(env, delta), ...endpointNotes(env), ...regionNotes(env, delta, facts)] };
}

/** Returns what `--unset` changes in an environment: it removes the profile, and what a tool would use in its place. */
export function unsetDelta(env: Environment): Change {
  const delta = toDelta(env, {
    ...removals(env, 'onUnset'),
    ...(env.AWS_PROFILE ? previous(env, env.AWS_PROFILE) : {}),
  });
  return { delta, notes: notesOn(env, delta) };
}

/** Returns what `awsp region` changes: both variables become the region, as awsp's own. Null removes both, the person's own too. */
export function regionDelta(env: Environment, region: string | null): EnvDelta {
  return toDelta(env, { ...regions(region), AWSP_REGION: region });
}

/** Returns the environment with a delta applied. */
export function applyDelta(env: Environment, delta: EnvDelta): Environment {
  const changed = { ...env };
  for (const { name, value } of delta) {
    if (value === null) delete changed[name];
    else changed[name] = value;
  }
  return changed;
}

/** Returns the variables that are set and that some tool uses rather than AWS_PROFILE, in the table's order. */
export function overridingVariables(env: Environment): readonly string[] {
  return variables
    .filter(({ name, beatsProfile }) => {
      const value = env[name];
      if (beatsProfile === 'when-different') return value !== undefined && value !== (env.AWS_PROFILE ?? '');
      return beatsProfile === 'when-set' && isSet(value);
    })
    .map(({ name }) => name);
}

/** Whether a region variable still has the value that awsp gave it. */
export function isOurRegion(env: Environment, name: VariableName): boolean {
  return isSet(env.AWSP_REGION) && env[name] === env.AWSP_REGION;
}

// --- internal ---

type Wanted = Readonly<Partial<Record<VariableName, string | null>>>;

/** The variables that the table removes, whether or not they are set. */
function removals(env: Environment, column: 'onSwitch' | 'onUnset'): Wanted {
  return Object.fromEntries(
    variables
      .filter((row) => row[column] === 'unset' || (row[column] === 'ours' && isOurRegion(env, row.name)))
      .map(({ name }) => [name, null]),
  );
}

/** The text, and of which facts it is: another version of awsp may switch this shell, and leave it. */
function promptValues({ profile, accountId, roleName, profileRegion, prompt = null }: Facts) {
  return {
    AWSP_TEXT: prompt?.text ?? null,
    AWSP_TEXT_SHORT: prompt?.short ?? null,
    AWSP_TEXT_OF: prompt && `${accountId ?? ''}:${roleName ?? ''}:${profile}`,
    AWSP_WIDTH: prompt === null || prompt.width === defaultPromptWidth ? null : String(prompt.width),
    // What is no region may be as long as it likes.
    AWSP_PROFILE_REGION: prompt !== null && /^[\w-]{1,64}$/.test(profileRegion ?? '') ? profileRegion : null,
  };
}

function regions(region: string | null): Wanted {
  return Object.fromEntries(regionVariables.map((name) => [name, region]));
}

function previousOnSwitch(env: Environment, { profile: target, isCurrentLost = false }: Facts): Wanted {
  const current = isCurrentLost ? env.AWSP_PROFILE : env.AWS_PROFILE;
  if (current === target) return {};
  if (current) return previous(env, current);
  return env.AWSP_PREVIOUS === target ? { AWSP_PREVIOUS: null, AWSP_PREVIOUS_UNTIL: null } : {};
}

function previous(env: Environment, current: string): Wanted {
  const isLimited = env.AWSP_PROFILE === current && isSet(env.AWSP_UNTIL);
  return { AWSP_PREVIOUS: current, AWSP_PREVIOUS_UNTIL: isLimited ? (env.AWSP_UNTIL ?? null) : null };
}

/** Sorted by code unit, so that the same change always is the same text. A variable that is not set needs no unsetting. */
function toDelta(env: Environment, wanted: Wanted): EnvDelta {
  return Object.entries(wanted)
    .map(([name, value]): EnvChange => ({ name, value }))
    .filter(({ name, value }) => value !== null || env[name] !== undefined)
    .sort((a, b) => (a.name < b.name ? -1 : 1));
}

function notesOn(env: Environment, delta: EnvDelta): Note[] {
  const unset = new Set(delta.filter(({ value }) => value === null).map(({ name }) => name));
  const present = variables.filter(({ name }) => isSet(env[name]));
  const named = {
    cleared: present.filter(({ name, onSwitch, quiet }) => onSwitch === 'unset' && unset.has(name) && !quiet),
    left: present.filter(({ warning }) => warning === 'identity'),
    'other-tool': present.filter(({ warning }) => warning === 'other-tool'),
  };
  return (['cleared', 'left', 'other-tool'] as const)
    .filter((kind) => named[kind].length > 0)
    .map((kind) => ({ kind, names: named[kind].map(({ name }) => name) }));
}

function regionNotes(env: Environment, delta: EnvDelta, { profile, profileRegion }: Facts): Note[] {
  if (profileRegion === null) return [];
  const untouched = regionVariables.filter((name) => !delta.some((to) => to.name === name));
  return untouched.flatMap((name): Note[] => {
    const value = env[name];
    if (!isSet(value) || value === profileRegion) return [];
    return [{ kind: 'region', name, value, profile, profileRegion }];
  });
}

function isSet(value: string | undefined): value is string {
  return value !== undefined && value !== '';
}
