import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, readlinkSync, rmSync, writeFileSync } from 'node:fs';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll } from 'vitest';
import type { ShellName } from '../../src/environment/shells.ts';
import { runInProcess } from './in-process.ts';
import { findProgram, shimFolder } from './shells.ts';

/** Shims beside a program that runs awsp in the process of the test. */
export interface StandIn {
  /** The path of the shim. */
  shimOf(shell: ShellName): string;
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
  let folder = '';
  let turn = Promise.resolve();
  const server = createServer((socket) => {
    socket.on('error', () => {});
    socket.once('data', (pid) => {
      turn = turn.then(() => answer(socket, Number(pid), folder)).catch((error) => void socket.destroy(error));
    });
  });
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'awsp-test-stand-in-'));
    cpSync(shimFolder, join(folder, 'shell'), { recursive: true });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    mkdirSync(join(folder, 'dist'));
    const { port } = server.address() as AddressInfo;
    writeFileSync(join(folder, 'dist/awsp.cjs'), program(port), { mode: 0o755 });
  });
  afterAll(async () => {
    await new Promise((resolve) => server.close(resolve));
    rmSync(folder, { recursive: true, force: true });
  });
  return { shimOf: (shell) => join(folder, 'shell', `awsp.${shell}`) };
}

// --- internal ---

/** `-p`: nothing in the environment that bash would read, such as BASH_ENV, plays a part. */
const program = (port: number) => `#!${findProgram('bash')} -p
exec 3<>/dev/tcp/127.0.0.1/${port} || exit 99
echo $$ >&3
IFS=' ' read -r code file <&3 || exit 99
IFS= read -r -d '' text <"$file.2"; printf %s "$text" >&2
IFS= read -r -d '' text <"$file.1"; printf %s "$text"
exit "$code"
`;

async function answer(socket: Socket, pid: number, folder: string): Promise<void> {
  const strings = (name: string) => readFileSync(`/proc/${pid}/${name}`, 'utf8').split('\0').slice(0, -1);
  // The first three are bash, its option and the script.
  const args = strings('cmdline').slice(3);
  const env = Object.fromEntries(strings('environ').map((entry) => entry.split(/=(.*)/s)));
  const { code, stdout, stderr } = await runInProcess(args, { env, cwd: readlinkSync(`/proc/${pid}/cwd`) });
  const file = join(folder, String(pid));
  writeFileSync(`${file}.1`, stdout);
  writeFileSync(`${file}.2`, stderr);
  socket.end(`${code} ${file}\n`);
}
