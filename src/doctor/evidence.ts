import { audit } from '../audit/audit.ts';
import { configPaths } from '../aws-config/paths.ts';
import type { FileRole } from '../aws-config/sections.ts';
import type { Context } from '../commands/context.ts';
import { callingShim, type ShellName, shellNames } from '../environment/shells.ts';
import type { World } from '../world.ts';
import { startFilePaths, topLevelLines } from './start-files.ts';
import type { AwsFile, Evidence, ShimLine, StartFile } from './types.ts';

/** Gathers what the checks look at: files, the environment, versions. Asks no network, and changes nothing. */
export function gatherEvidence(context: Context, awsCliVersion: string | null): Evidence {
  const { world, settings, profiles } = context;
  const { env, home } = world;
  const startFiles = readStartFiles(world);
  return {
    env,
    home,
    profiles,
    settings,
    audit: audit(env, profiles, world.now()),
    awsFiles: readAwsFiles(world),
    modes: readModes(world),
    startFiles,
    shimLines: startFiles.flatMap((file) => shimLinesIn(world, file)),
    shim: callingShim(env),
    version: world.version,
    nodeVersion: world.nodeVersion,
    awsCliVersion,
  };
}

/**
 * The version of the AWS CLI on PATH: null where there is none, or where nothing depends on it, since starting it takes
 * longer than all else.
 */
export async function awsCliVersion({ world, profiles }: Context): Promise<string | null> {
  if (!profiles.all().some(({ kind, ssoSession }) => ssoSession !== null || kind === 'login')) return null;
  const program = world.files.findProgram('aws', world.env.PATH);
  const printed = program === null ? null : await world.output(program, ['--version'], patience);
  return /^aws-cli\/(\d+\.\d+\.\d+)/.exec(printed ?? '')?.[1] ?? null;
}

// --- internal ---

/** Longer than the AWS CLI takes on a slow machine. */
const patience = 5_000;

function readText({ files }: World, path: string): string | null {
  const read = files.read(path);
  return read.kind === 'text' ? read.text : null;
}

function readAwsFiles(world: World): AwsFile[] {
  const paths = configPaths(world.env, world.home);
  return (['config', 'credentials'] as const).flatMap((role: FileRole) => {
    const path = paths[role];
    // What a pipe held (`AWS_CONFIG_FILE=<(…)`) has been read by then.
    const text = path === null || path.startsWith('/dev/') ? null : readText(world, path);
    return path === null || text === null ? [] : [{ path, role, text }];
  });
}

function readModes({ env, home, files }: World): Evidence['modes'] {
  const { config, credentials } = configPaths(env, home);
  const inFolder = (folder: string) => files.list(folder).map((name) => `${folder}/${name}`);
  const caches = ['sso', 'cli', 'login'].map((tool) => `${home}/.aws/${tool}/cache`);
  const cached = home === null ? [] : caches.flatMap(inFolder);
  const secret = [credentials, ...cached.filter((path) => path.endsWith('.json'))];
  return [config, ...secret].flatMap((path) => {
    const mode = path === null ? null : files.mode(path);
    // A pipe or a device in place of the file (`AWS_CONFIG_FILE=/dev/null`) is no file of this person's.
    if (path === null || mode === null || path.startsWith('/dev/')) return [];
    return [{ path, mode, kind: path === config ? ('config' as const) : ('secret' as const) }];
  });
}

function readStartFiles(world: World): StartFile[] {
  const { env, home, cwd, files } = world;
  if (home === null) return [];
  const snippets = files.list(`${env.XDG_CONFIG_HOME || `${home}/.config`}/fish/conf.d`);
  return startFilePaths(home, env.ZDOTDIR, env.XDG_CONFIG_HOME, cwd, snippets).flatMap((file) => {
    const text = readText(world, file.path);
    return text === null ? [] : [{ ...file, text }];
  });
}

/** A path to a shim, in quotes or not, after the word that sources it. */
const sourced = /(?:^|[\s;&|])(?:\.|source)\s+(?:'([^']*)'|"([^"]*)"|([^\s'";&|]+))/;

function shimLinesIn(world: World, { path: file, syntax, text }: StartFile): ShimLine[] {
  if (syntax !== 'sh' && syntax !== 'fish') return [];
  return topLevelLines(text, syntax).flatMap(({ line, text: written }): ShimLine[] => {
    const match = /^\s*#/.test(written) ? null : sourced.exec(written);
    const path = match?.[1] ?? match?.[2] ?? match?.[3] ?? '';
    const shell = shellNames.find((name: ShellName) => path.endsWith(`/shell/awsp.${name}`));
    if (shell === undefined) return [];
    const home = world.home ?? '';
    const shim = path.replace(/^~(?=\/)|^\$HOME(?=\/)|^\$\{HOME\}(?=\/)/, () => home);
    const isLiteral = !shim.includes('$') && shim.startsWith('/');
    const isThere = !isLiteral || world.files.read(shim).kind !== 'missing';
    return [{ file, line, text: written.trim(), shell, shim: isLiteral ? shim : null, isThere }];
  });
}
