// Prints what awsp costs, as ratios to an empty Node program on the same machine: medians of interleaved runs.
// It decides nothing: timings are to be looked at, not to be tested.
import { spawn as spawnProcess, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { spawn } from '@lydell/node-pty';

const root = fileURLToPath(new URL('..', import.meta.url));
const program = `${root}dist/awsp.cjs`;
/** As the shims start it, with arguments. */
const started = (...args) => ({ program: process.execPath, args: [program, ...args] });
const rounds = 41;
/** The last release, whose figures on a quiet machine stand beside those of now. */
const lastRelease = '0.1.0';
const sample = 'barnehageplass-test-AWSPowerUserAccess-123456789012';
const sampleKeys = 'sandkasse-lab-Builder-123456789041';

if (process.env.AWSP_BENCH_INSIDE === undefined) {
  // The demo gives a home folder with sample profiles and an emulator in a process of its own. What the machine has every
  // Node read when it starts belongs to the comparison.
  const certificates = process.env.NODE_EXTRA_CA_CERTS;
  const variables = certificates
    ? `NODE_EXTRA_CA_CERTS=${quote(certificates)} AWSP_BENCH_INSIDE=1`
    : 'AWSP_BENCH_INSIDE=1';
  const command = `${variables} exec ${quote(process.execPath)} ${quote(fileURLToPath(import.meta.url))}`;
  if (certificates)
    console.log('NODE_EXTRA_CA_CERTS is set, and makes every start slower; without it: env -u NODE_EXTRA_CA_CERTS\n');
  process.exitCode = spawnSync(program, ['demo', '--shell', 'bash', '-c', command], { stdio: 'inherit' }).status ?? 1;
} else {
  const many = mkdtempSync(`${tmpdir()}/awsp-bench-`);
  try {
    printStarts(many);
    await printRoundTrips();
    await printPicker(many);
    printShells(many);
  } finally {
    rmSync(many, { recursive: true, force: true });
  }
}

function printStarts(many) {
  writeProfiles(many, 10_000);
  writeProfiles(`${many}/1000`, 1_000);
  const awsp = (...args) => ({ ...started('--shell', 'bash', ...args), env: process.env });
  const tab = (...line) => ({
    ...started('--complete', 'bash', ...line),
    env: { ...process.env, HOME: `${many}/1000` },
  });
  const among = (subject) => ({ ...subject, env: { ...process.env, HOME: many } });
  const rows = [
    ['node -e 0', null, null, { program: process.execPath, args: ['-e', '0'], env: process.env }],
    ['awsp <name> --no-verify, 10 profiles', 1.2, 1.17, awsp(sample, '--no-verify')],
    ['awsp <name>, remembered, 10 profiles', 1.2, 1.17, awsp(sample)],
    ['awsp <fragment>, remembered, 10 profiles', 1.2, 1.28, awsp('power', '9012')],
    [
      'awsp <name> --no-verify, 10,000 profiles',
      1.3,
      1.21,
      among(awsp('team-5000-dev-Admin-000000005000', '--no-verify')),
    ],
    ['awsp <fragment> --no-verify, 10,000 profiles', 1.4, 1.29, among(awsp('5000', 'dev-admin', '--no-verify'))],
    ['awsp <fuzzy> --no-verify, 10,000 profiles', 2, 3.25, among(awsp('team5000dev', '--no-verify'))],
    ['awsp <name> --verify, SSO, emulator', 2.3, 2.87, { ...awsp(sample, '--verify'), before: forgetRoles }],
    ['the same, its role in the cache', 2.3, null, awsp(sample, '--verify')],
    ['awsp <name> --verify, static keys, emulator', 2, 2.53, awsp(sampleKeys, '--verify')],
    ['awsp list, 10 profiles', 1.4, 1.39, { ...started('list'), env: process.env }],
    ['a Tab after `awsp team-55`, 1,000 profiles', 1.25, 1.24, tab('awsp team-55', 'team-55')],
    ['a Tab after `awsp `, 1,000 profiles', 1.3, 1.46, tab('awsp ', '')],
    ['awsp --help', 1.3, 2.68, { ...started('--help'), env: process.env }],
  ];
  const { times, processorTimes } = measure(rows.map(([, , , subject]) => subject));
  const [base] = times;
  const [processorBase] = processorTimes;
  console.log(
    `${'start'.padEnd(48)}${'ms'.padStart(8)}${'ratio'.padStart(8)}${'at most'.padStart(9)}${lastRelease.padStart(8)}${'processor ms'.padStart(15)}${'ratio'.padStart(8)}`,
  );
  rows.forEach(([name, limit, last], index) => {
    const ratio = times[index] / base;
    const processor = processorTimes[index];
    const columns = [
      [times[index].toFixed(1), 8],
      [ratio.toFixed(2), 8],
      [limit?.toFixed(2) ?? '', 9],
      [last?.toFixed(2) ?? '', 8],
      [processor === null ? 'unknown' : processor.toFixed(1), 15],
      [processor === null ? '' : (processor / processorBase).toFixed(2), 8],
    ];
    const verdict = limit === null || ratio <= limit ? '' : '  OVER';
    console.log(`${name.padEnd(48)}${columns.map(([text, width]) => text.padStart(width)).join('')}${verdict}`);
  });
}

/**
 * Milliseconds of each subject, from runs that take turns, so that a busy machine is busy for all of them: the medians of
 * the time that passed, and the means of the processor time, which other programs on the machine change less.
 */
function measure(subjects, count = rounds) {
  const times = subjects.map(() => []);
  const processorTimes = subjects.map(() => 0);
  for (let round = 0; round < count; round++) {
    subjects.forEach(({ program, args, env, before: prepare }, index) => {
      prepare?.();
      const before = processorTimeOfChildren();
      const start = process.hrtime.bigint();
      const { status, stderr } = spawnSync(program, args, { env });
      times[index].push(Number(process.hrtime.bigint() - start) / 1e6);
      processorTimes[index] += processorTimeOfChildren() - before;
      if (status !== 0) throw new Error(`${args.join(' ')} exited ${status}: ${stderr}`);
    });
  }
  return {
    times: times.map(median),
    leastTimes: times.map((values) => Math.min(...values)),
    processorTimes: processorTimes.map((time) => (Number.isNaN(time) ? null : time / count)),
  };
}

/** Removes the cached credentials of roles, so that the portal is asked. */
function forgetRoles() {
  rmSync(`${process.env.HOME}/.aws/cli`, { recursive: true, force: true });
}

/**
 * How many more round trips a cold switch to an SSO profile takes than one to access keys, with TLS, through a relay that adds
 * 20 ms each way: what both take longer than through a relay that adds nothing is round trips alone.
 */
async function printRoundTrips() {
  const eachWay = 20;
  const [none, far] = [await openRelay(0), await openRelay(eachWay)];
  const { AWS_ENDPOINT_URL: _, ...rest } = process.env;
  const through = ({ url }, name) => ({
    ...started('--shell', 'bash', name, '--verify'),
    env: { ...rest, HTTPS_PROXY: url },
    before: forgetRoles,
  });
  const subjects = [through(none, sampleKeys), through(none, sample), through(far, sampleKeys), through(far, sample)];
  // The least, because a wait for the network is the same each time, and only other programs add to it.
  const { leastTimes: times } = measure(subjects, 21);
  for (const { child } of [none, far]) child.kill();
  const [keys, sso] = [times[2] - times[0], times[3] - times[1]].map((longer) => longer / (2 * eachWay));
  const row = (name, value, limit, last, verdict) =>
    console.log(`${name.padEnd(56)}${value.padStart(8)}${limit.padStart(9)}${last.padStart(8)}${verdict}`);
  console.log(
    `\n${'through a relay that adds 20 ms each way'.padEnd(56)}${''.padStart(8)}${'at most'.padStart(9)}${lastRelease.padStart(8)}`,
  );
  row('access keys, in round trips', keys.toFixed(1), '', '', '');
  // A share of a round trip is what a busy machine adds.
  row('SSO, in round trips beyond access keys', (sso - keys).toFixed(1), '1', '4', sso - keys > 1.5 ? '  OVER' : '');
}

/** A relay before the proxy of the demo, in a process of its own: this one waits for what it measures. */
async function openRelay(milliseconds) {
  const { port } = new URL(process.env.HTTPS_PROXY);
  const script = fileURLToPath(new URL('relay.mjs', import.meta.url));
  const child = spawnProcess(process.execPath, [script, port, String(milliseconds)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const [line] = await once(child.stdout, 'data');
  return { child, url: `http://127.0.0.1:${String(line).trim()}` };
}

/** Milliseconds that the children of this process that have ended have had a processor; NaN where the system does not tell. */
function processorTimeOfChildren() {
  try {
    // proc(5): cutime and cstime, the 14th and 15th value after the name, in ticks of 10 ms.
    const values = readFileSync('/proc/self/stat', 'utf8').split(') ')[1].split(' ');
    return (Number(values[13]) + Number(values[14])) * 10;
  } catch {
    return Number.NaN;
  }
}

/** The picker on a terminal of 80 columns and 24 lines, from the start of the program and from a key to the last byte drawn. */
async function printPicker(many) {
  const home = `${many}/thousand`;
  writeProfiles(home, 1_000);
  const [starts, pictures, presses, sizes] = [[], [], [], []];
  for (let round = 0; round < rounds; round++) {
    starts.push(...measure([{ program: process.execPath, args: ['-e', '0'], env: process.env }], 1).times);
    const picker = openPicker(home);
    pictures.push(await picker.drawn());
    picker.leave();
  }
  for (let round = 0; round < 5; round++) {
    const picker = openPicker(many);
    await picker.drawn();
    // A person looks before typing; the picker reads on meanwhile.
    await sleep(500);
    for (const key of [...'dev 50', '\x15', ...'tmdvadm', '\x7f', '\x17', '\x1b[B', '\x1b[6~', '\x1b[F', ...'5000']) {
      picker.type(key);
      presses.push(await picker.drawn());
    }
    sizes.push(picker.memory());
    picker.leave();
  }
  console.log(`\n${'picker'.padEnd(48)}${'at most'.padStart(25)}${lastRelease.padStart(8)}`);
  const ratio = median(pictures) / median(starts);
  const row = (name, value, limit, last, isOver) =>
    console.log(
      `${name.padEnd(48)}${value.padStart(16)}${limit.padStart(9)}${last.padStart(8)}${isOver ? '  OVER' : ''}`,
    );
  row(
    'first picture, 1,000 profiles',
    `${median(pictures).toFixed(1)} ms  ${ratio.toFixed(2)}`,
    '1.80',
    '1.68',
    ratio > 1.8,
  );
  row('a key press, 10,000 profiles', `${median(presses).toFixed(1)} ms`, '8 ms', '3.1', median(presses) > 8);
  const slow = presses.toSorted((a, b) => a - b)[Math.floor(presses.length * 0.95)];
  row('nineteen of twenty key presses', `${slow.toFixed(1)} ms`, '16 ms', '9.5', slow > 16);
  row('memory, 10,000 profiles', sizes[0] === null ? 'unknown' : `${median(sizes).toFixed(0)} MB`, '', '', false);
}

function openPicker(home) {
  const env = { ...process.env, HOME: home, TERM: 'xterm-256color' };
  let start = process.hrtime.bigint();
  const { args } = started('--shell', 'bash');
  const child = spawn(process.execPath, args, { cols: 80, rows: 24, env });
  let output = '';
  let wake = () => {};
  child.onData((data) => {
    output += data;
    wake();
  });
  return {
    type(key) {
      output = '';
      start = process.hrtime.bigint();
      child.write(key);
    },
    /** Milliseconds until a picture is whole: its last bytes put the cursor into the first line. */
    async drawn() {
      // biome-ignore lint/suspicious/noControlCharactersInRegex: it is what a terminal gets
      while (!/\x1b\[1;\d+H$/.test(output)) {
        await new Promise((resolve) => {
          wake = resolve;
        });
      }
      return Number(process.hrtime.bigint() - start) / 1e6;
    },
    /** The most memory that it has had, in MB; null where the system does not tell. */
    memory() {
      try {
        return Number(/VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${child.pid}/status`, 'utf8'))?.[1]) / 1024;
      } catch {
        return null;
      }
    },
    leave: () => child.write('\x03'),
  };
}

function median(values) {
  return values.toSorted((a, b) => a - b)[values.length >> 1];
}

function printShells(folder) {
  const pinned = `${folder}/pinned`;
  mkdirSync(pinned);
  writeFileSync(`${pinned}/.awsp`, 'account = 123456789013\n');
  if (spawnSync(program, ['allow'], { cwd: pinned }).status !== 0) throw new Error('awsp allow failed');
  const limited = `export AWSP_UNTIL=${Math.floor(Date.now() / 1000) + 3_600}; cd ${quote(pinned)}`;
  const shells = [
    ['bash', ['--norc', '--noprofile', '-c'], (body, count) => `for ((i=0;i<${count};i++)); do ${body}; done`],
    ['zsh', ['-f', '-c'], (body, count) => `for ((i=0;i<${count};i++)); do ${body}; done`],
    ['fish', ['--no-config', '-i', '-c'], (body, count) => `for i in (seq ${count}); ${body}; end`],
  ];
  const { stdout } = spawnSync(program, ['--shell', 'bash', sample], { encoding: 'utf8' });
  const facts = [...stdout.matchAll(/^export (\w+)='(.*)'/gm)].map(([, name, value]) => [name, value]);
  const expires = String(Math.floor(Date.now() / 1000) + 600);
  const env = { ...process.env, ...Object.fromEntries(facts), AWSP_EXPIRES: expires };
  console.log(`\n${'shell'.padEnd(48)}${'µs'.padStart(8)}${'at most'.padStart(17)}${lastRelease.padStart(8)}`);
  const lastPrompts = { bash: ['81', '115'], zsh: ['72', '74'], fish: ['890', '1430'] };
  // On a terminal the shell draws the prompt in between, by which the shim knows that it is seen.
  const prompts = {
    bash: '__awsp_prompt; __awsp_drawn=',
    zsh: '__awsp_prompt; __awsp_missed=0',
    fish: 'emit fish_prompt; awsp_prompt',
  };
  for (const [shell, args, loop] of shells) {
    if (spawnSync(shell, ['--version']).status !== 0) {
      console.log(`${shell}: not installed`);
      continue;
    }
    const source = `${shell === 'fish' ? 'source' : '.'} ${quote(`${root}shell/awsp.${shell}`)}`;
    const prompt = prompts[shell];
    const most = shell === 'fish' ? 1_000 : 100;
    const [plain, pinnedToo] = lastPrompts[shell];
    const rows = [
      ['source the shim', 2_000, '800', (count) => loop(source, count), 200],
      ['the prompt', most, plain, (count) => `${source}; ${loop(prompt, count)}`, 2_000],
      ['the same, limited, pinned', most, pinnedToo, (count) => `${source}; ${limited}; ${loop(prompt, count)}`, 2_000],
    ];
    for (const [name, limit, last, code, count] of rows) {
      const [none, all] = measure([1, count + 1].map((n) => ({ program: shell, args: [...args, code(n)], env }))).times;
      const cost = ((all - none) * 1_000) / count;
      const verdict = `${String(limit).padStart(17)}${last.padStart(8)}${cost <= limit ? '' : '  OVER'}`;
      console.log(`${`${shell}: ${name}`.padEnd(48)}${cost.toFixed(0).padStart(8)}${verdict}`);
    }
  }
}

/** A home folder with as many SSO profiles, in the style that `aws configure sso` writes. */
function writeProfiles(home, count) {
  mkdirSync(`${home}/.aws`, { recursive: true });
  const environments = ['dev', 'test', 'stage', 'prod'];
  const profiles = Array.from({ length: count }, (_, index) => {
    const account = String(index).padStart(12, '0');
    const name = `team-${index}-${environments[index % 4]}-Admin-${account}`;
    return `[profile ${name}]\nsso_session = team\nsso_account_id = ${account}\nsso_role_name = Admin\nregion = eu-west-1\noutput = json\n`;
  });
  const session = '[sso-session team]\nsso_start_url = https://team.awsapps.com/start\nsso_region = eu-west-1\n';
  writeFileSync(`${home}/.aws/config`, `${session}\n${profiles.join('\n')}`);
}

function quote(text) {
  return `'${text.replaceAll("'", "'\\''")}'`;
}
