import { closest } from '../lib/closest.ts';
import type { Message } from '../outcome.ts';

/**
 * AWS's regions with their places; a test compares them with the list in the AWS SDK. A region that is missing here may
 * be a newer one.
 */
export const regions: Readonly<Record<string, string>> = {
  'af-south-1': 'Africa (Cape Town)',
  'ap-east-1': 'Asia Pacific (Hong Kong)',
  'ap-east-2': 'Asia Pacific (Taipei)',
  'ap-northeast-1': 'Asia Pacific (Tokyo)',
  'ap-northeast-2': 'Asia Pacific (Seoul)',
  'ap-northeast-3': 'Asia Pacific (Osaka)',
  'ap-south-1': 'Asia Pacific (Mumbai)',
  'ap-south-2': 'Asia Pacific (Hyderabad)',
  'ap-southeast-1': 'Asia Pacific (Singapore)',
  'ap-southeast-2': 'Asia Pacific (Sydney)',
  'ap-southeast-3': 'Asia Pacific (Jakarta)',
  'ap-southeast-4': 'Asia Pacific (Melbourne)',
  'ap-southeast-5': 'Asia Pacific (Malaysia)',
  'ap-southeast-6': 'Asia Pacific (New Zealand)',
  'ap-southeast-7': 'Asia Pacific (Thailand)',
  'ca-central-1': 'Canada (Central)',
  'ca-west-1': 'Canada West (Calgary)',
  'eu-central-1': 'Europe (Frankfurt)',
  'eu-central-2': 'Europe (Zurich)',
  'eu-north-1': 'Europe (Stockholm)',
  'eu-south-1': 'Europe (Milan)',
  'eu-south-2': 'Europe (Spain)',
  'eu-west-1': 'Europe (Ireland)',
  'eu-west-2': 'Europe (London)',
  'eu-west-3': 'Europe (Paris)',
  'il-central-1': 'Israel (Tel Aviv)',
  'me-central-1': 'Middle East (UAE)',
  'me-south-1': 'Middle East (Bahrain)',
  'me-west-1': 'Middle East (Saudi Arabia)',
  'mx-central-1': 'Mexico (Central)',
  'sa-east-1': 'South America (Sao Paulo)',
  'sa-west-1': 'South America (Chile)',
  'us-east-1': 'US East (N. Virginia)',
  'us-east-2': 'US East (Ohio)',
  'us-west-1': 'US West (N. California)',
  'us-west-2': 'US West (Oregon)',
  'cn-north-1': 'China (Beijing)',
  'cn-northwest-1': 'China (Ningxia)',
  'eusc-de-east-1': 'AWS European Sovereign Cloud (Germany)',
  'us-iso-east-1': 'US ISO East',
  'us-iso-west-1': 'US ISO WEST',
  'us-isob-east-1': 'US ISOB East (Ohio)',
  'us-isob-west-1': 'US ISOB West',
  'eu-isoe-west-1': 'EU ISOE West',
  'us-isof-east-1': 'US ISOF EAST',
  'us-isof-south-1': 'US ISOF SOUTH',
  'us-gov-east-1': 'AWS GovCloud (US-East)',
  'us-gov-west-1': 'AWS GovCloud (US-West)',
};

/** A warning about a region that is not in the list, or nothing. It is not an error: the region may be new. */
export function unknownRegion(region: string): readonly Message[] {
  return Object.hasOwn(regions, region)
    ? []
    : [{ kind: 'warning', text: `awsp knows no region "${region}"${similarRegion(region)}` }];
}

/** The end of a message about a region that is none: the one that may be meant. */
export function similarRegion(text: string): string {
  const nearest = nearestRegion(text);
  return nearest === undefined ? '' : `; did you mean "${nearest}"?`;
}

/** The region with the most similar name or place, if any is similar. */
export function nearestRegion(text: string): string | undefined {
  const names = Object.keys(regions);
  const [name] = closest(text, names, 1);
  const [place] = closest(plain(text), Object.values(regions), 1);
  return name ?? names.find((region) => regions[region] === place);
}

/**
 * The regions that a text means: the one of that name; else the one with that short code (`euw1`); else all with each of
 * its words in the name or the place, ignoring case and accents.
 */
export function regionsMeant(text: string): readonly string[] {
  const typed = plain(text);
  if (Object.hasOwn(regions, typed)) return [typed];
  const names = Object.keys(regions);
  const byCode = names.filter((name) => shortCode(name) === typed);
  if (byCode.length > 0) return byCode;
  const words = typed.split(/\s+/).filter((word) => word !== '');
  if (words.length === 0) return [];
  return names.filter((name) => words.every((word) => plain(`${name} ${regions[name]}`).includes(word)));
}

/**
 * The short code of a region, made from its name: what the name begins with, the first letter of each direction, and the
 * number: `euw1`, `apne1` (ap-northeast-1), `usgovw1`. AWS's own codes, as on its bills, do not follow the names.
 */
export function shortCode(region: string): string {
  const parts = region.split('-');
  const place = parts.slice(1, -1).map((part) => (directions.has(part) ? initials(part) : part));
  return [parts[0], ...place, parts.at(-1)].join('');
}

// --- internal ---

const directions = new Set('north south east west central northeast northwest southeast southwest'.split(' '));

/** `n` for north, `ne` for northeast. */
function initials(direction: string): string {
  return direction.replace(/(north|south|east|west|central)/g, (word) => word.charAt(0));
}

/** In lower case, without accents. */
function plain(text: string): string {
  return text.normalize('NFKD').replace(/\p{M}/gu, '').trim().toLowerCase();
}
