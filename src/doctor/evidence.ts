import { audit } from '../audit/audit.ts';
import { isWithoutCredentials, problemsAndFaults } from '../aws-config/fault.ts';
import { configPaths } from '../aws-config/paths.ts';
import type { FileRole } from '../aws-config/sections.ts';
import type { Context } from '../context.ts';
import { callingShim, type ShellName, shellNames } from '../environment/shells.ts';
import { lineTexts } from '../lib/lines.ts';
import type { World } from '../world.ts';
import { commandsIn } from './commands.ts';
import { type StartFilePath, sourcedPath, startFilePaths } from './start-files.ts';
import type { AwsFile, Evidence, ShimLine, StartFile } from './types.ts';

/** Gathers the data for the checks: files, the environment, versions. Uses no network, and changes nothing. */
export function gatherEvidence(context: Context, awsCliVersion: string | null): Evidence {
  const { world, settings, profiles } = context;
  const { env, home } = world;
  const startFiles = readStartFiles(world);
  return {
    env,
    home,
    profiles,
    // A profile without credentials may hold settings, as [default] often does: not told where something else is wrong.
    problems: problemsAndFaults(profiles, { env, now: world.now() }, ({ name }, fault) => {
      return isWithoutCredentials(fault) && (name === 'default' || profiles.problemsOf(name).length > 0);
    }),
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
 * The version of the AWS CLI on PATH. Null if there is none, or if no profile depends on it: starting the AWS CLI takes
 * longer than everything else.
 */
export async function awsCliVersion({ world, profiles }: Context): Promise<string | null> {
  if (!profiles.all().some(({ kind, ssoSession }) => ssoSession !== null || kind === 'login')) return null;
  const program = world.files.findProgram('aws', world.env.PATH);
  const printed = program === null ? null : await world.output(program, ['--version'], timeoutMs);
  return /^aws-cli\/(\d+\.\d+\.\d+)/.exec(printed ?? '')?.[1] ?? null;
}

// --- internal ---

/** For `aws --version`, which takes seconds on a slow machine. */
const timeoutMs = 5_000;

function readText({ files }: World, path: string): string | null {
  const read = files.read(path);
  return read.kind === 'text' ? read.text : null;
}

function readAwsFiles(world: World): AwsFile[] {
  const paths = configPaths(world.env, world.home);
  return (['config', 'credentials'] as const).flatMap((role: FileRole) => {
    const path = paths[role];
    // A pipe (`AWS_CONFIG_FILE=<(…)`) can be read only once, and has been read before.
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
    // A pipe or a device in place of the file (`AWS_CONFIG_FILE=/dev/null`) has no mode to correct.
    if (path === null || mode === null || path.startsWith('/dev/')) return [];
    return [{ path, mode, kind: path === config ? ('config' as const) : ('secret' as const) }];
  });
}

function readStartFiles({ env, home, cwd, files }: World): StartFile[] {
  if (home === null) return [];
  const paths = startFilePaths({ home, zdotdir: env.ZDOTDIR, configHome: env.XDG_CONFIG_HOME, cwd }, files);
  const seen = new Set<string>();
  /**
   * The files that a start file sources, then the file itself. Sourced files that are start files themselves are left
   * out.
   */
  const read = (file: StartFilePath, root: string): StartFile[] => {
    // Reading a pipe would wait for its writer.
    if (seen.has(file.path) || !files.isFile(file.path)) return [];
    seen.add(file.path);
    const contents = files.read(file.path);
    if (contents.kind !== 'text') return [];
    const { text } = contents;
    const { syntax } = file;
    const commands = syntax === 'sh' || syntax === 'fish' ? commandsIn(text, syntax) : [];
    const sourced = commands.flatMap((command) => {
      const path = sourcedPath(command, home);
      const isOwn = path === null || shimShell(path) !== undefined || paths.some((other) => other.path === path);
      return isOwn || !path.startsWith('/') ? [] : read({ ...file, path }, root);
    });
    return [...sourced, { ...file, text, commands, root }];
  };
  return paths.flatMap((file) => read(file, file.path));
}

function shimShell(path: string): ShellName | undefined {
  return shellNames.find((name) => path.endsWith(`/shell/awsp.${name}`));
}

function shimLinesIn(world: World, { path: file, root, text, commands }: StartFile): ShimLine[] {
  const lines = lineTexts(text);
  return commands.flatMap((command): ShimLine[] => {
    const shim = sourcedPath(command, world.home ?? '') ?? '';
    const shell = shimShell(shim);
    if (shell === undefined) return [];
    const line = command[0]?.line ?? 0;
    const isLiteral = !shim.includes('$') && shim.startsWith('/');
    const isThere = !isLiteral || world.files.read(shim).kind !== 'missing';
    const written = lines[line - 1]?.trim() ?? '';
    return [{ file, root, line, text: written, shell, shim: isLiteral ? shim : null, isThere }];
  });
}
