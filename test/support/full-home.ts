import { createHash } from 'node:crypto';
import {
  chmodSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  type Stats,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { join } from 'node:path';
import { consoleArn } from '../../src/emulator/sample-data.ts';
import { pageBehind } from './browser.ts';
import { click } from './emulator.ts';
import { makeSandbox, type Sandbox, teamFile } from './program.ts';

/** A sandbox whose home folder has every file that awsp reads or writes, and which can be as it was again. */
export interface FullSandbox extends Sandbox {
  /** What BROWSER is to be: a browser in which a person allows each sign-in at once. */
  readonly browser: string;
  /** Keeps the home folder, and what AWS knows, as they are now. */
  keep(): void;
  /** Makes both as they were when they were kept. */
  restore(): void;
}

/** The AWS CLI names the file of a sign-in after its session or start URL. */
function tokenFile(key: string): string {
  return `.aws/sso/cache/${createHash('sha1').update(key).digest('hex')}.json`;
}

/** The files of a full home, relative to it, by what they are. */
export const filesOfHome = {
  config: '.aws/config',
  credentials: '.aws/credentials',
  settings: '.config/awsp/config',
  teamSettings: teamFile,
  pin: 'work/.awsp',
  uses: '.local/state/awsp/uses',
  log: '.local/state/awsp/switches',
  /** The sign-in of `aws login`. */
  login: `.aws/login/cache/${createHash('sha256').update(consoleArn).digest('hex')}.json`,
  session: tokenFile('barnehage'),
  expired: tokenFile('skjema'),
  renewable: tokenFile('kart'),
  legacy: tokenFile('https://barnehage.awsapps.com/start'),
  /** The client registration for `skjema`, named as the AWS CLI names it. */
  registration: tokenFile(
    '{"region": "eu-west-1", "scopes": ["sso:account:access"], "session_name": "skjema", "startUrl": "https://skjema.awsapps.com/start", "tool": "botocore"}',
  ),
} as const;

export async function makeFullSandbox(): Promise<FullSandbox> {
  const sandbox = await makeSandbox({ awsLogin: true });
  allowDevices(sandbox);
  const person = await startPerson(sandbox);
  sandbox.write(filesOfHome.settings, '[log]\nswitches = on\n');
  sandbox.write(filesOfHome.teamSettings, '[verify]\ntimeout = 10s\n');
  sandbox.write(filesOfHome.pin, 'account = 123456789012\n');
  sandbox.write('bin/browser', `#!/bin/bash -p\nexec 3<>/dev/tcp/127.0.0.1/${person.port} && echo "$1" >&3\n`, 0o755);
  const browser = `${sandbox.home}/bin/browser`;
  const cwd = `${sandbox.home}/work`;
  const options = { cwd, wait: async () => {}, env: { BROWSER: browser } };
  const expired = readFileSync(`${sandbox.home}/${filesOfHome.expired}`);
  const runs = [
    ['allow'],
    ['login', 'verksted'],
    // For the client registration.
    ['login', 'skjema', '--device-code', '--no-browser'],
    ...['Builder-123456789041', 'Hub-123456789042', 'PowerUserAccess-123456789012', 'verksted'].map((name) => [
      ...['--shell', 'bash', 'switch', '--verify'],
      name,
    ]),
  ];
  for (const args of runs) {
    const { code, stderr } = await sandbox.awsp(args, options);
    if (code !== 0) throw new Error(`awsp ${args.join(' ')}: ${stderr}`);
  }
  sandbox.write(filesOfHome.expired, expired);

  const folder = new KeptFolder(sandbox.home);
  let issued = copyOfAws(sandbox);
  return {
    ...sandbox,
    browser,
    keep: () => {
      folder.keep();
      issued = copyOfAws(sandbox);
    },
    restore: () => {
      folder.restore();
      for (const put of issued) put();
    },
    remove: async () => {
      person.stop();
      await sandbox.remove();
    },
  };
}

// --- internal ---

/** What a file, folder or link is, and whether it still is what it was: a change of any kind changes its ctime. */
interface Entry {
  readonly stat: Stats;
  /** The bytes of a file, the target of a link. */
  readonly content: Buffer | string | null;
  state: string;
}

/** A folder that can be as it was, of which only what was changed is written again. */
class KeptFolder {
  readonly #home: string;
  #entries = new Map<string, Entry>();

  constructor(home: string) {
    this.#home = home;
  }

  keep(): void {
    this.#entries = new Map(
      this.#names().map((name) => {
        const path = join(this.#home, name);
        const stat = lstatSync(path);
        const content = stat.isFile() ? readFileSync(path) : stat.isSymbolicLink() ? readlinkSync(path) : null;
        return [name, { stat, content, state: stateOf(path) }];
      }),
    );
  }

  restore(): void {
    for (const name of this.#names()) {
      if (!this.#entries.has(name)) rmSync(join(this.#home, name), { recursive: true, force: true });
    }
    for (const [name, entry] of this.#entries) {
      const path = join(this.#home, name);
      if (stateOf(path) === entry.state) continue;
      putBack(path, entry);
      entry.state = stateOf(path);
    }
  }

  /** A folder comes before what is in it. What is behind a link is not in the folder. */
  #names(folder = ''): readonly string[] {
    return readdirSync(join(this.#home, folder), { withFileTypes: true }).flatMap((entry) => {
      const name = join(folder, entry.name);
      return entry.isDirectory() ? [name, ...this.#names(name)] : [name];
    });
  }
}

function putBack(path: string, { stat, content }: Entry): void {
  const isFolder = lstatSync(path, { throwIfNoEntry: false })?.isDirectory() === true;
  if (!(stat.isDirectory() && isFolder)) rmSync(path, { recursive: true, force: true });
  if (typeof content === 'string') {
    symlinkSync(content, path);
    return;
  }
  if (content !== null) writeFileSync(path, content);
  else if (!isFolder) mkdirSync(path);
  chmodSync(path, stat.mode);
  if (stat.isFile()) utimesSync(path, stat.mtime, stat.mtime);
}

function stateOf(path: string): string {
  const stat = lstatSync(path, { throwIfNoEntry: false });
  // The dates of a folder change with what is in it.
  if (stat === undefined) return 'missing';
  return stat.isDirectory()
    ? `folder ${stat.mode}`
    : [stat.ino, stat.mode, stat.size, stat.mtimeMs, stat.ctimeMs].join(' ');
}

/** Each device code is allowed as soon as it exists. */
function allowDevices(sandbox: Sandbox): void {
  const { deviceRequests } = sandbox.emulator.directory;
  const set = deviceRequests.set.bind(deviceRequests);
  deviceRequests.set = (code, request) => set(code, { ...request, state: 'allowed' });
}

/** A person at the pages of the emulator, who allows what a line sent to the port asks for. */
async function startPerson(sandbox: Sandbox): Promise<{ readonly port: number; stop(): void }> {
  const server = createServer((socket) => {
    socket.on('error', () => {});
    // Who asked may have been killed by then.
    socket.once('data', (line) => void allow(line.toString().trim()).catch(() => {}));
  });
  const allow = async (address: string) => {
    const { location } = await click(sandbox.emulator, await pageBehind(address), 'allow');
    if (location !== null) await fetch(location);
  };
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return { port: (server.address() as AddressInfo).port, stop: () => server.close() };
}

/** What AWS knows of tokens, keys and codes now: for each collection what puts it back. */
function copyOfAws({ emulator }: Sandbox): readonly (() => void)[] {
  return Object.values(emulator.directory).flatMap((collection): (() => void)[] => {
    if (collection instanceof Map) {
      const copy = structuredClone(new Map<string, unknown>(collection));
      const map = collection as Map<string, unknown>;
      return [
        () => {
          map.clear();
          for (const [key, value] of copy) map.set(key, structuredClone(value));
        },
      ];
    }
    if (!(collection instanceof Set)) return [];
    const copy = [...collection];
    return [
      () => {
        collection.clear();
        for (const value of copy) collection.add(value);
      },
    ];
  });
}
