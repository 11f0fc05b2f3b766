import { existsSync, mkdirSync, mkdtempSync, readFileSync, readlinkSync, rmSync, writeFileSync } from 'node:fs';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { afterAll, beforeAll } from 'vitest';
import type { CodeShellName } from '../../src/environment/shells.ts';
import { runAws } from './aws-cli.ts';
import { runInProcess } from './in-process.ts';
import type { Finished } from './run.ts';
import { copyShims, findProgram, shimFolder } from './shells.ts';

/** Shims beside a program that runs awsp in the process of the test. */
export interface StandIn {
  /** The path of the shim. */
  shimOf(shell: CodeShellName): string;
}

/**
 * For the tests of a file that are about what a shell does: the shim, and beside it a small program in place of awsp. It hands
 * its arguments, environment and working directory to `run()` in this process, prints what that prints and ends as that ends.
 * A start of Node takes ten times as long. Not for what needs a terminal or signals; `same-as-program.test.ts` holds that the
 * real program does the same. Where there is no /proc, or AWSP_REAL_PROGRAM is set, the shims are those of the build, with the
 * real program.
 */
export function standInForFile(): StandIn {
  if (process.env.AWSP_REAL_PROGRAM || !existsSync('/proc/self/environ'))
    return { shimOf: (shell) => join(shimFolder, `awsp.${shell}`) };
  const folderOf = serveForFile('dist/awsp.cjs', runInProcess, copyShims);
  return { shimOf: (shell) => join(folderOf(), 'shell', `awsp.${shell}`) };
}

/**
 * For the tests of a file that run the AWS CLI in a shell: a folder for the front of PATH with an `aws` that runs the first
 * one of this machine as `runAws` does, which starts no Python for each call. Null where there is no /proc.
 */
export function awsForFile(): () => string | null {
  if (!existsSync('/proc/self/environ')) return () => null;
  const folderOf = serveForFile('aws', (args, options) => {
    // Otherwise `runAws` would find this one where it has to start a Python.
    const folders = (options.env.PATH ?? '').split(delimiter).filter((folder) => folder !== folderOf());
    return runAws(args, { ...options, env: { ...options.env, PATH: folders.join(delimiter) } });
  });
  return folderOf;
}

// --- internal ---

type Run = (
  args: readonly string[],
  options: { readonly env: Readonly<Record<string, string>>; readonly cwd: string },
) => Promise<Finished>;

/**
 * While the tests of a file run, a folder with a small program at `path`, which hands its arguments, environment and working
 * directory to `run` in this process, one at a time, prints what that prints and ends as that ends. `prepare` adds to the folder.
 */
function serveForFile(path: string, run: Run, prepare: (folder: string) => void = () => {}): () => string {
  let folder = '';
  let turn = Promise.resolve();
  const server = createServer((socket) => {
    socket.on('error', () => {});
    socket.once('data', (pid) => {
      turn = turn.then(() => answer(socket, Number(pid), folder, run)).catch((error) => void socket.destroy(error));
    });
  });
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'awsp-test-stand-in-'));
    prepare(folder);
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    const { port } = server.address() as AddressInfo;
    writeFileSync(join(folder, path), program(port), { mode: 0o755 });
  });
  afterAll(async () => {
    await new Promise((resolve) => server.close(resolve));
    rmSync(folder, { recursive: true, force: true });
  });
  return () => folder;
}

/** `-p`: nothing in the environment that bash would read, such as BASH_ENV, plays a part. */
const program = (port: number) => `#!${findProgram('bash')} -p
exec 3<>/dev/tcp/127.0.0.1/${port} || exit 99
echo $$ >&3
IFS=' ' read -r code file <&3 || exit 99
IFS= read -r -d '' text <"$file.2"; printf %s "$text" >&2
IFS= read -r -d '' text <"$file.1"; printf %s "$text"
exit "$code"
`;

async function answer(socket: Socket, pid: number, folder: string, run: Run): Promise<void> {
  const strings = (name: string) => readFileSync(`/proc/${pid}/${name}`, 'utf8').split('\0').slice(0, -1);
  // The first three are bash, its option and the script.
  const args = strings('cmdline').slice(3);
  const env = Object.fromEntries(strings('environ').map((entry) => entry.split(/=(.*)/s)));
  const { code, stdout, stderr } = await run(args, { env, cwd: readlinkSync(`/proc/${pid}/cwd`) });
  const file = join(folder, String(pid));
  writeFileSync(`${file}.1`, stdout);
  writeFileSync(`${file}.2`, stderr);
  socket.end(`${code} ${file}\n`);
}
