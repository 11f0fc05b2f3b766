import { type Family, families } from '../audit/families.ts';
import { displayPath } from '../aws-config/paths.ts';
import type { Context } from '../context.ts';
import { isOurRegion, regionDelta } from '../environment/delta.ts';
import { type ShellName, shellCode, shells } from '../environment/shells.ts';
import { type RegionVariable, regionVariables } from '../environment/variables.ts';
import { AwspError } from '../errors.ts';
import { exitCodes } from '../exit-codes.ts';
import { endedProfile } from '../guard/limit.ts';
import { quoteWord } from '../lib/shell-words.ts';
import { listed, printable } from '../lib/text.ts';
import { unknownRegion } from '../network/regions.ts';
import type { Message, Outcome } from '../outcome.ts';
import { settingsMessages } from './query.ts';

/**
 * `awsp region`: the region that commands in this shell use, on stdout, and where it comes from. With a shim it is code
 * that prints the region, because the shim evaluates the output of this command. Throws `AwspError` when there is no region.
 */
export function showRegion(context: Context, shell: ShellName | null): Outcome {
  refuseEnded(context);
  const sources = regionSources(context);
  const [first] = sources;
  if (first === undefined) {
    throw new AwspError(exitCodes.noProfile, 'no region: neither this shell nor its profile has one', [
      'set one: awsp region <region>',
    ]);
  }
  const line = printable(first.region);
  return {
    code: exitCodes.done,
    stdout: `${shell === null ? line : shells[shell].print(line)}\n`,
    messages: [
      ...settingsMessages(context),
      { kind: 'note', text: `from ${first.place}` },
      ...disagreements(first, sources),
    ],
  };
}

/** `awsp region <region>`: the region that is meant becomes this shell's, for all tools, until the next switch. */
export async function setRegion(context: Context, typed: string, force: boolean, shell: ShellName): Promise<Outcome> {
  refuseEnded(context);
  const { regionMeant } = await import('./region-meant.ts');
  const region = await regionMeant(context, typed, force);
  return {
    code: exitCodes.done,
    stdout: shellCode(shells[shell], regionDelta(context.world.env, region)),
    messages: [...settingsMessages(context), ...unknownRegion(region), { kind: 'done', text: `region ${region}` }],
  };
}

/** `awsp region --unset`: unsets the shell's region, also one that awsp has not set. */
export function unsetRegion(context: Context, shell: ShellName): Outcome {
  refuseEnded(context);
  const profiles = regionSources(context).filter(({ variable }) => variable === null);
  const text = profiles.map(({ region, place }) => `region ${region}, from ${place}`)[0] ?? 'no region';
  return {
    code: exitCodes.done,
    stdout: shellCode(shells[shell], regionDelta(context.world.env, null)),
    messages: [...settingsMessages(context), { kind: 'done', text }],
  };
}

// --- internal ---

/** When the time limit is over, the shell drops the profile with its region, so a region would be gone at the next prompt. */
function refuseEnded({ world }: Context): void {
  const name = endedProfile(world);
  if (name === null) return;
  throw new AwspError(exitCodes.refused, `the time of "${name}" is over, and its region with it`, [
    `to switch to it again: awsp ${quoteWord(name)}`,
  ]);
}

interface RegionSource {
  readonly region: string;
  /** For a message. */
  readonly place: string;
  /** Null for a profile. */
  readonly variable: RegionVariable | null;
}

/** Where this shell has a region from, in the order of the AWS CLI v2 and the Go SDK. */
function regionSources({ world: { env, home }, profiles }: Context): readonly RegionSource[] {
  const variables = regionVariables.flatMap((variable): RegionSource[] => {
    const region = env[variable];
    const place = isOurRegion(env, variable) ? `${variable}, set by awsp` : variable;
    return region ? [{ region, place, variable }] : [];
  });
  // Without a name AWS's tools take the profile of this name, if there is one.
  const name = env.AWS_PROFILE || env.AWS_DEFAULT_PROFILE || 'default';
  const property = profiles.get(name)?.properties.get('region');
  if (!property?.value) return variables;
  const { file, line } = property.location;
  const place = `profile "${name}", ${displayPath(file, home)}:${line}`;
  return [...variables, { region: property.value, place, variable: null }];
}

/** The warnings for the tools that do not read one of the two variables, and so use another region. */
function disagreements({ region }: RegionSource, sources: readonly RegionSource[]): readonly Message[] {
  return regionVariables.flatMap((unread): Message[] => {
    const theirs = sources.find(({ variable }) => variable !== unread);
    if (theirs?.region === region) return [];
    const tools = families.flatMap((family) => (ignores(family, unread) ? [`the ${family.name}`] : []));
    const found =
      theirs === undefined ? 'there is no region' : `the region is "${theirs.region}", from ${theirs.place}`;
    return [
      {
        kind: 'warning',
        text: `${unread} is not read by ${listed(tools)}: for them ${found}`,
        details: [`to use "${region}" in all tools: awsp region ${quoteWord(region)}`],
      },
    ];
  });
}

/** Whether a family of tools is known not to read a region variable. */
function ignores({ region }: Pick<Family, 'region'>, variable: RegionVariable): boolean {
  return region !== 'unverified' && !region.includes(variable);
}
