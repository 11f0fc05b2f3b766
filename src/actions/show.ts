import { configPaths, displayPath } from '../aws-config/paths.ts';
import { masked } from '../aws-config/secrets.ts';
import type { Profile, Property } from '../aws-config/types.ts';
import type { Context } from '../context.ts';
import { AwspError } from '../errors.ts';
import { exitCodes } from '../exit-codes.ts';
import { toJsonText } from '../lib/text.ts';
import type { Outcome } from '../outcome.ts';
import { riskLevel } from '../selection/risk-level.ts';
import { signInReader } from '../sso/sign-in-state.ts';
import { renderTable, stdoutStyle, type TableStyle } from '../terminal/table.ts';
import { ambiguous, noMatch, selectIn, settingsMessages } from './query.ts';

export interface ShowOptions {
  readonly query: readonly string[];
  readonly json: boolean;
}

/** `awsp show [query]`: one profile's properties, each with the place where it is set; secrets are masked. */
export async function show(context: Context, { query, json }: ShowOptions): Promise<Outcome> {
  const { world } = context;
  const profile = await find(context, query);
  const messages = settingsMessages(context);
  if (json) return { code: exitCodes.done, stdout: toJsonText(toJson(context, profile)), messages };
  return { code: exitCodes.done, stdout: await propertyTable(context, profile, stdoutStyle(world.terminal)), messages };
}

/** A profile's properties and those of its session as a table for a person. */
export function propertyTable(
  { world, profiles, settings, accounts }: Context,
  profile: Profile,
  style: TableStyle,
): Promise<string> {
  const place = ({ location }: Property) => `${displayPath(location.file, world.home)}:${location.line}`;
  const { config } = configPaths(world.env, world.home);
  const type = ({ location }: Property) => (location.file === config ? 'config-file' : 'shared-credentials-file');
  const isProduction = riskLevel(profile, profiles, settings, accounts) === 'production';
  const accountName = accounts.nameOf(profile.accountId);
  const rows = [
    [
      'profile',
      profile.name,
      profile.kind,
      profile.definedIn.map((at) => `${displayPath(at.file, world.home)}:${at.line}`).join(', '),
    ],
    ...(accountName === null ? [] : [['account name', accountName, '', '']]),
    ...(isProduction ? [['level', 'production', '', '']] : []),
    ...[...profile.properties].map(([key, property]) => [
      key,
      masked(key, property.value),
      type(property),
      place(property),
    ]),
    ...sessionRows(),
  ];
  const ownRows = accountName === null ? 2 : 3;
  return renderTable(
    ['Name', 'Value', 'Type', 'Location'],
    rows.map((row, index) => {
      const isRed = isProduction && index < ownRows;
      return row.map((text, column) => ({ text, ...(isRed && column === 1 ? { style: 'red' } : {}) }));
    }),
    { ...style, spare: ['Type', 'Location'], cutFirst: valueRoom },
  );

  function sessionRows(): string[][] {
    const session = profile.ssoSession === null ? null : profiles.ssoSession(profile.ssoSession);
    return [...(session?.properties ?? [])].map(([key, property]) => [
      key,
      property.value,
      'sso-session',
      place(property),
    ]);
  }
}

// --- internal ---

/** So much of a value says what it is: a start URL is not cut before where it comes from goes. */
const valueRoom = 36;

async function find(context: Context, query: readonly string[]): Promise<Profile> {
  const { world, profiles } = context;
  if (query.length === 0) return findActive(context, world.env.AWS_PROFILE);
  const selection = await selectIn(context, query);
  if (selection.kind === 'ambiguous') throw ambiguous(query, selection.names);
  const profile = selection.kind === 'one' ? profiles.get(selection.name) : null;
  if (profile === null) throw noMatch(context, query);
  return profile;
}

/** By its exact name: what only resembles it is not what the shell uses. */
function findActive(context: Context, name: string | undefined): Profile {
  if (!name) throw new AwspError(exitCodes.noProfile, 'no profile is active', ['name one: awsp show <query>']);
  const profile = context.profiles.get(name);
  if (profile === null) throw noMatch(context, [name]);
  return profile;
}

/** The shape of `show --json`; stable, documented in docs/json.md. */
function toJson({ world, profiles, settings, accounts }: Context, profile: Profile): object {
  const properties = [...profile.properties].map(([key, { value, location }]) => [
    key,
    { value: masked(key, value), ...location },
  ]);
  const { name, kind, accountId, roleName, region, ssoSession, ssoStartUrl, sourceProfile, definedIn } = profile;
  return {
    name,
    kind,
    properties: Object.fromEntries(properties),
    accountId,
    accountName: accounts.nameOf(accountId),
    roleName,
    region,
    ssoSession,
    ssoStartUrl,
    sourceProfile,
    signIn: signInReader(world, profiles)(profile),
    level: riskLevel(profile, profiles, settings, accounts),
    active: name === world.env.AWS_PROFILE,
    definedIn,
  };
}
