import { audit } from '../audit/audit.ts';
import { isWithoutCredentials, problemsAndFaults } from '../aws-config/fault.ts';
import { configPaths } from '../aws-config/paths.ts';
import type { FileRole } from '../aws-config/sections.ts';
import type { Context } from '../context.ts';
import { callingShim, type ShellName, shellNames } from '../environment/shells.ts';
import { ancestorDirectories } from '../guard/directory-pin.ts';
import { pinFileIn, trustedPin } from '../guard/trust.ts';
import { lineTexts } from '../lib/lines.ts';
import { xdgDirectory } from '../lib/xdg-directory.ts';
import { readOwnFile } from '../settings/settings.ts';
import { awsLoginOf, loginCacheFolder } from '../sso/aws-login.ts';
import { readAwsLogin } from '../sso/aws-login-cache.ts';
import type { World } from '../world.ts';
import { commandsIn } from './commands.ts';
import { isScript, type StartFilePath, sourcedPath, startFilePaths } from './start-files.ts';
import type {
  AwsFile,
  Evidence,
  ForeignPath,
  LoginRegion,
  MissingFile,
  ShimLine,
  StartFile,
  TextFile,
} from './types.ts';
import { programOf } from './words.ts';

/** Gathers the data for the checks: files, the environment, versions. Uses no network, and changes nothing. */
export async function gatherEvidence(context: Context, awsCliVersion: string | null): Promise<Evidence> {
  const { world, settings, profiles, accounts } = context;
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
    accounts,
    audit: audit(env, profiles, world.now()),
    awsFiles: readAwsFiles(world),
    modes: readModes(world),
    missingFiles: findMissingFiles(context),
    missingPrograms: findMissingPrograms(context),
    foreignPaths: findForeignPaths(world),
    temporaryFiles: findTemporaryFiles(world),
    loginRegions: findLoginRegions(context),
    kubeconfigs: readKubeconfigs(world),
    ownSettings: await readOwnFile(world),
    directoryPin: findDirectoryPin(world),
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

/** A pipe or another device; below `/dev/shm` are plain files, in memory. */
function isDevice(path: string): boolean {
  return path.startsWith('/dev/') && !path.startsWith('/dev/shm/');
}

function readAwsFiles(world: World): AwsFile[] {
  const paths = configPaths(world.env, world.home);
  return (['config', 'credentials'] as const).flatMap((role: FileRole) => {
    const path = paths[role];
    // A pipe (`AWS_CONFIG_FILE=<(…)`) can be read only once, and has been read before.
    const text = path === null || isDevice(path) ? null : readText(world, path);
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
    if (path === null || mode === null || isDevice(path)) return [];
    return [{ path, mode, kind: path === config ? ('config' as const) : ('secret' as const) }];
  });
}

/** The properties that name a file. The AWS CLI does not expand all of them, so a file that exists either way is there. */
const fileProperties = ['ca_bundle', 'web_identity_token_file'] as const;

function findMissingFiles({ world, profiles }: Context): MissingFile[] {
  const { env, home, cwd, files } = world;
  const known = new Map<string, boolean>();
  const isThere = (written: string): boolean => {
    const path = written.replace(/^~(?=\/|$)|^\$HOME(?=\/)|^\$\{HOME\}(?=\/)/, home ?? '~');
    const found = known.get(path) ?? (isDevice(path) || files.mode(absolute(path, cwd)) !== null);
    known.set(path, found);
    return found;
  };
  const { config, credentials } = configPaths(env, home);
  const named = { AWS_CONFIG_FILE: config, AWS_SHARED_CREDENTIALS_FILE: credentials };
  const variables = ['AWS_CONFIG_FILE', 'AWS_SHARED_CREDENTIALS_FILE', 'AWS_CA_BUNDLE', 'REQUESTS_CA_BUNDLE'] as const;
  const ofVariables = variables.flatMap((name): MissingFile[] => {
    const written = env[name];
    const path = name in named ? named[name as keyof typeof named] : written;
    return written && path && !isThere(path) ? [{ name, written, at: null }] : [];
  });
  const ofProfiles = profiles.all().flatMap(({ properties }) =>
    fileProperties.flatMap((name): MissingFile[] => {
      const property = properties.get(name);
      const isMissing = property !== undefined && property.value !== '' && !isThere(property.value);
      return isMissing ? [{ name, written: property.value, at: property.location }] : [];
    }),
  );
  return [...ofVariables, ...ofProfiles];
}

function findMissingPrograms({ world, profiles }: Context): ReadonlySet<string> {
  const { env, cwd, files } = world;
  const commands = profiles.all().map(({ properties }) => properties.get('credential_process')?.value ?? '');
  const programs = new Set(commands.flatMap((command) => programOf(command) ?? []));
  const isThere = (program: string) =>
    // Neither the AWS CLI nor boto3 runs a shell, so `~`, `$HOME` and the shell's own commands are no programs.
    program.includes('/')
      ? files.findProgram(absolute(program, cwd).slice(1), '/') !== null
      : env.PATH === undefined || files.findProgram(program, env.PATH) !== null;
  return new Set([...programs].filter((program) => !isThere(program)));
}

function absolute(path: string, cwd: string): string {
  return path.startsWith('/') ? path : `${cwd}/${path}`;
}

/** The folders of AWS's tools, and what is in them; of a folder that belongs to another user, only the folder. */
function findForeignPaths({ env, home, files }: World): ForeignPath[] {
  const { config, credentials } = configPaths(env, home);
  const foreign = (path: string): ForeignPath[] => {
    const owner = files.otherOwner(path);
    return owner === null ? [] : [{ path, owner }];
  };
  const within = (path: string, depth: number): ForeignPath[] => {
    const found = foreign(path);
    if (found.length > 0 || depth === 0) return found;
    return files.list(path).flatMap((name) => within(`${path}/${name}`, depth - 1));
  };
  const aws = home === null ? [] : foreign(`${home}/.aws`);
  const caches = aws.length > 0 || home === null ? [] : ['sso', 'cli', 'login'].map((tool) => `${home}/.aws/${tool}`);
  const logins = env.AWS_LOGIN_CACHE_DIRECTORY ? loginCacheFolder(env, home) : null;
  const inAws = (path: string) => aws.some((folder) => path.startsWith(`${folder.path}/`));
  const own = [config, credentials].filter((path) => path !== null && !isDevice(path) && !inAws(path));
  return [
    ...aws,
    ...own.flatMap((path) => foreign(path ?? '')),
    ...caches.flatMap((path) => within(path, 2)),
    ...(logins === null ? [] : within(logins, 1)),
  ];
}

/** As `writePrivate` and `update` in src/node name them, and botocore's JSONFileCache. */
const temporaryName = /\.tmp$|\.json\.[a-z0-9]{10,20}$|\.awsp-[\w-]+\.\d+\.\w+$/;

function findTemporaryFiles(world: World): string[] {
  const { env, home, files } = world;
  const tools = home === null ? [] : ['', '/sso/cache', '/cli/cache'].map((at) => `${home}/.aws${at}`);
  const others = [loginCacheFolder(env, home), xdgDirectory(world, 'cache'), xdgDirectory(world, 'state')];
  const own = others.filter((path) => path !== null);
  return [...tools, ...own].flatMap((folder) =>
    files.list(folder).flatMap((name) => (temporaryName.test(name) ? [`${folder}/${name}`] : [])),
  );
}

function findLoginRegions({ world, profiles }: Context): LoginRegion[] {
  return profiles.all().flatMap((profile) => {
    const login = awsLoginOf(world, profiles, profile);
    const region = login === null ? null : (readAwsLogin(world, login)?.signInRegion ?? null);
    return region === null ? [] : [{ profile, region }];
  });
}

function readKubeconfigs(world: World): TextFile[] {
  const { env, home } = world;
  const paths = env.KUBECONFIG ? env.KUBECONFIG.split(':') : home === null ? [] : [`${home}/.kube/config`];
  return [...new Set(paths)].flatMap((path) => {
    const text = path !== '' && world.files.isFile(path) ? readText(world, path) : null;
    return text === null ? [] : [{ path, text }];
  });
}

function findDirectoryPin(world: World): Evidence['directoryPin'] {
  for (const directory of ancestorDirectories(world.cwd)) {
    const file = pinFileIn(world, directory);
    const pin = file && trustedPin(world, file);
    if (file !== null && pin !== null) return { path: file.path, pin };
  }
  return null;
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
    const commands = isScript(syntax) ? commandsIn(text, syntax) : [];
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
