import { spawnSync } from 'node:child_process';
import { createHash, generateKeyPairSync } from 'node:crypto';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import {
  endpointPlaceholder,
  folderPlaceholder,
  loginArn,
  profileNames,
  sessionName,
  startUrl,
} from './random-files.ts';
import { elsewhere, type RefereeEndpoints, startRefereeEndpoints } from './referee-endpoints.ts';
import { runProgram } from './run.ts';
import { findProgram } from './shells.ts';

/** Whom a tool comes up with in an environment: the id of its access key, null for none. */
export interface RefereeAnswer {
  readonly key?: string | null;
  readonly error?: string;
  readonly region?: string | null;
}

/** A tool that is no dependency of awsp, to compare with. */
export interface Referee {
  readonly command: readonly string[];
  /** Variables that it needs besides. */
  readonly env?: Readonly<Record<string, string>>;
}

/** A referee, or why there is none on this machine. */
export type RefereeOrReason = Referee | { readonly missing: string };

type Env = Readonly<Record<string, string>>;

/** Building takes longer than the tests, so it is done only when asked for, and kept in the cache folder. */
const mayBuild = Boolean(process.env.AWSP_REFEREES);
const howToBuild = 'to build it: AWSP_REFEREES=1 npx vitest run test/conformance/referees.test.ts';

const inSupport = (path: string) => fileURLToPath(new URL(path, import.meta.url));

/** The AWS SDK for JavaScript, which is a dependency. */
export function javascriptReferee(): Referee {
  return { command: [process.execPath, inSupport('resolve-environments.mjs')] };
}

/** A Python on PATH that has one of the two botocores: that of boto3 and the AWS CLI v1, or the AWS CLI v2's own. */
export function pythonReferee(botocore: 'botocore' | 'awscli.botocore'): RefereeOrReason {
  const python = pythonThat(`import ${botocore}.session`);
  if (python === undefined) return { missing: `no python3 on PATH has ${botocore}` };
  return { command: [python, inSupport('resolve-environments.py'), botocore] };
}

/** The AWS CLI and boto3 as programs use them: `aws sts get-caller-identity`, by many commands in one process. */
export function callingReferee(tool: 'awscli v1' | 'awscli v2' | 'boto3'): RefereeOrReason {
  const [module = '', version = ''] = tool.split(' ');
  const wanted = version === '' ? '' : `; import awscli; assert "v" + awscli.__version__[0] == "${version}"`;
  const python = pythonThat(`import ${module}${wanted}`);
  if (python === undefined) return { missing: `no python3 on PATH has ${tool}` };
  return { command: [python, inSupport('call-sts.py'), module] };
}

/** The AWS SDK for Go v2: built into the cache folder, with the modules of the Go module proxy. */
export function goReferee(): RefereeOrReason {
  const go = findProgram('go');
  if (go === null) return { missing: 'there is no go on PATH' };
  const source = inSupport('go-referee');
  const built = join(cacheFolder('go', source), 'referee');
  if (!existsSync(built)) {
    if (!mayBuild) return { missing: `it is not built yet (two minutes); ${howToBuild}` };
    const { status, stderr } = spawnSync(go, ['build', '-o', built, '.'], { cwd: source, encoding: 'utf8' });
    if (status !== 0) return { missing: `the Go program cannot be built: ${stderr}` };
  }
  return { command: [built] };
}

/** The AWS SDK for Java v2: its jars are copied into the cache folder by Maven. */
export function javaReferee(): RefereeOrReason {
  const [java, mvn] = [findProgram('java'), findProgram('mvn')];
  if (java === null || mvn === null) return { missing: 'there is no java or no mvn on PATH' };
  const source = inSupport('java-referee');
  const jars = cacheFolder('java', source);
  if (readdirSync(jars).length === 0) {
    if (!mayBuild) return { missing: `its jars are not there yet (one minute); ${howToBuild}` };
    const args = ['-q', '-B', 'dependency:copy-dependencies', `-DoutputDirectory=${jars}`, '-DincludeScope=runtime'];
    const { status, stdout } = spawnSync(mvn, args, { cwd: source, encoding: 'utf8' });
    if (status !== 0) {
      rmSync(jars, { recursive: true });
      return { missing: `Maven cannot get the SDK: ${stdout}` };
    }
  }
  const options = ['-XX:TieredStopAtLevel=1', '-XX:+UseSerialGC', '-cp'];
  const classes = javaClasses(jars, join(source, 'Referee.java'));
  if (classes === null) return { command: [java, ...options, `${jars}/*`, join(source, 'Referee.java')] };
  return { command: [java, ...options, [classes, `${jars}/*`].join(delimiter), 'Referee'] };
}

/** A home folder and endpoints for referees. */
export interface RefereeHome {
  readonly home: string;
  readonly endpoints: RefereeEndpoints;
  /** Writes the files of a case; the variables that name them. */
  write(files: { readonly config: string; readonly credentials: string }): Record<string, string>;
  /** Makes a home folder with the files of a case in the usual places, and the caches of this one; its path. */
  homeWith(files: { readonly config: string; readonly credentials: string }): string;
  /** Puts the folder, the container's agent and the endpoints in the place of `FOLDER`, `AGENT` and `ENDPOINTS` in the values. */
  placed(env: Env): Record<string, string>;
  /** The environment that each case adds to. */
  readonly base: Record<string, string>;
  ask(referee: Referee, cases: readonly Env[]): Promise<RefereeAnswer[]>;
  remove(): Promise<void>;
}

export async function makeRefereeHome(): Promise<RefereeHome> {
  const home = mkdtempSync(join(tmpdir(), 'awsp-referees-'));
  const endpoints = await startRefereeEndpoints();
  mkdirSync(join(home, '.aws/sso/cache'), { recursive: true });
  for (const id of [sessionName, 'no-region', 'no-url', startUrl]) {
    const token = { startUrl, region: 'eu-west-1', accessToken: 'token', expiresAt: '2999-01-01T00:00:00Z' };
    const name = createHash('sha1').update(id).digest('hex');
    writeFileSync(join(home, `.aws/sso/cache/${name}.json`), JSON.stringify(token));
  }
  writeFileSync(join(home, 'token'), 'token');
  mkdirSync(join(home, '.aws/login/cache'), { recursive: true });
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const dpopKey = privateKey.export({ type: 'sec1', format: 'pem' });
  for (const name of profileNames) {
    const keys = { Version: 1, AccessKeyId: `PROCESS:${name}`, SecretAccessKey: 'secret' };
    writeFileSync(join(home, `${name}.json`), JSON.stringify(keys));
    const digest = createHash('sha256').update(loginArn(name)).digest('hex');
    const accessToken = {
      accessKeyId: `LOGIN:${name}`,
      secretAccessKey: 'secret',
      sessionToken: 'token',
      accountId: '123456789012',
      expiresAt: '2999-01-01T00:00:00Z',
    };
    const token = { accessToken, tokenType: 'aws_sigv4', clientId: 'c', refreshToken: 'r', idToken: 'i', dpopKey };
    writeFileSync(join(home, `.aws/login/cache/${digest}.json`), JSON.stringify(token));
  }
  const base = {
    HOME: home,
    PATH: process.env.PATH ?? '',
    LANG: 'C.UTF-8',
    AWS_EC2_METADATA_DISABLED: 'true',
    ...endpoints.environment,
  };
  let count = 0;
  const placedIn = (text: string) =>
    text.replaceAll(folderPlaceholder, home).replaceAll(endpointPlaceholder, `${endpoints.url}${elsewhere}`);
  return {
    home,
    endpoints,
    base,
    write: ({ config, credentials }) => {
      count += 1;
      const place = (kind: string, text: string) => {
        const path = join(home, `${kind}-${count}`);
        writeFileSync(path, placedIn(text));
        return path;
      };
      return {
        AWS_CONFIG_FILE: place('config', config),
        AWS_SHARED_CREDENTIALS_FILE: place('credentials', credentials),
      };
    },
    homeWith: ({ config, credentials }) => {
      count += 1;
      const own = join(home, `home-${count}`);
      mkdirSync(join(own, '.aws'), { recursive: true });
      writeFileSync(join(own, '.aws/config'), placedIn(config));
      writeFileSync(join(own, '.aws/credentials'), placedIn(credentials));
      for (const name of ['.aws/sso', '.aws/login', 'token', ...profileNames.map((profile) => `${profile}.json`)]) {
        symlinkSync(join(home, name), join(own, name));
      }
      return own;
    },
    placed: (env) => {
      const put = (value: string) =>
        value
          .replace('FOLDER', home)
          .replace('AGENT', `${endpoints.url}/container`)
          .replace('ENDPOINTS', endpoints.url);
      return Object.fromEntries(Object.entries(env).map(([name, value]) => [name, put(value)]));
    },
    ask: async ({ command: [program = '', ...args], env = {} }, cases) => {
      const everywhere = { ...base, ...env };
      const input = JSON.stringify({ base: everywhere, cases });
      const { code, stdout, stderr } = await runProgram(program, args, { env: everywhere, input });
      if (code !== 0) throw new Error(stderr);
      return JSON.parse(stdout);
    },
    remove: async () => {
      await endpoints.close();
      rmSync(home, { recursive: true, force: true });
    },
  };
}

// --- internal ---

/** The first Python on PATH that can run a line. */
function pythonThat(line: string): string | undefined {
  const can = (python: string) => spawnSync(python, ['-c', line], { env: { PATH: process.env.PATH } }).status === 0;
  return (process.env.PATH ?? '')
    .split(delimiter)
    .map((folder) => join(folder, 'python3'))
    .find(can);
}

/** The compiled program beside its jars, which Java would compile at each start; null where it cannot be compiled. */
function javaClasses(jars: string, source: string): string | null {
  const classes = join(jars, 'classes');
  const javac = findProgram('javac');
  if (existsSync(classes) || javac === null) return existsSync(classes) ? classes : null;
  const made = mkdtempSync(`${classes}-`);
  const { status } = spawnSync(javac, ['-proc:none', '-cp', `${jars}/*`, '-d', made, source]);
  try {
    if (status === 0) renameSync(made, classes);
  } catch {
    // Another process was first.
  }
  rmSync(made, { recursive: true, force: true });
  return existsSync(classes) ? classes : null;
}

/** Where what is made from a folder of sources is kept between runs: another folder for other sources. */
function cacheFolder(language: string, source: string): string {
  const digest = createHash('sha1');
  for (const name of readdirSync(source).sort()) digest.update(readFileSync(join(source, name)));
  const cache = process.env.XDG_CACHE_HOME || join(homedir(), '.cache');
  const folder = join(cache, 'awsp-referees', `${language}-${digest.digest('hex').slice(0, 12)}`);
  mkdirSync(folder, { recursive: true });
  return folder;
}
