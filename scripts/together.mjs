// Runs scripts of package.json at the same time: `npm test` runs the tests, which mostly wait for terminals and processes,
// beside the checks. Only the last one given prints as it runs; the output of another is printed when it fails. The first
// that fails ends the others.
import { spawn } from 'node:child_process';

const names = process.argv.slice(2);
const runs = names.map((name, index) => start(name, index === names.length - 1 ? 'inherit' : 'pipe'));

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.once(signal, () => runs.forEach(end));

process.exitCode = Math.max(...(await Promise.all(runs.map(finish))));

async function finish(run) {
  const code = await run.code;
  if (code === 0 || run.isEnded) return code;
  for (const other of runs) if (other !== run) end(other);
  process.stderr.write(Buffer.concat(run.output));
  return code;
}

/** Ends a script with all that it has started: npm passes a signal on to its shell alone. */
function end(run) {
  if (run.child.exitCode !== null) return;
  run.isEnded = true;
  try {
    process.kill(-run.child.pid, 'SIGTERM');
  } catch {
    // It has ended by itself.
  }
}

/** The code is 1 when a signal ends the script. */
function start(name, stdio) {
  const child = spawn('npm', ['run', name], { detached: true, stdio: ['ignore', stdio, stdio] });
  const output = [];
  for (const stream of [child.stdout, child.stderr]) stream?.on('data', (data) => output.push(data));
  const code = new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (status) => resolve(status ?? 1));
  });
  return { child, code, output, isEnded: false };
}
