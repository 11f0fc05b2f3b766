// Makes the pictures of the README and the docs: the built program in real shells on a terminal, what a person would type,
// and the screen as it then is. They hold no times, ports or folders, so that a run that nothing has changed changes nothing.
import { deepStrictEqual } from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { spawn } from '@lydell/node-pty';
import xterm from '@xterm/headless';

const root = fileURLToPath(new URL('..', import.meta.url));

/** Wide enough for the longest line of docs/awsp.svg. */
const wide = { cols: 130, rows: 60 };
/** What most terminals are, and half of a divided one. */
const sizes = [
  { cols: 80, rows: 24 },
  { cols: 50, rows: 16 },
];

/** How each shell is made to look the same for everybody, and how it sets a variable. */
const shells = {
  bash: {
    mark: '$',
    plain: "PS1='$ '",
    set: (name, value) => `export ${name}=${value}`,
    unset: (name) => `unset ${name}`,
    inSeconds: (seconds) => `$(($(date +%s) + ${seconds}))`,
  },
  zsh: {
    mark: '%',
    plain: "PROMPT='%% '",
    set: (name, value) => `export ${name}=${value}`,
    unset: (name) => `unset ${name}`,
    inSeconds: (seconds) => `$(($(date +%s) + ${seconds}))`,
  },
  fish: {
    mark: '>',
    plain: "function fish_prompt; echo -n '> '; end",
    set: (name, value) => `set -gx ${name} ${value}`,
    unset: (name) => `set -e ${name}`,
    inSeconds: (seconds) => `(math (date +%s) + ${seconds})`,
  },
};

/** The states of the prompt, each with what is typed to get there. */
const states = [
  ['verified', () => ['awsp kart']],
  ['production', () => ['awsp prod readonly']],
  ['production, no colour', ({ set }) => [set('NO_COLOR', '1')]],
  ['another region', ({ unset }) => [unset('NO_COLOR'), 'awsp kart --region eu-west-1']],
  ['not verified', () => ['awsp kart --no-verify']],
  ['nearly expired', ({ set, inSeconds }) => ['awsp kart', set('AWSP_EXPIRES', inSeconds(530))]],
  ['expired', ({ set, inSeconds }) => [set('AWSP_EXPIRES', inSeconds(-1))]],
  ['another endpoint', ({ set }) => ['awsp kart', set('AWSP_ENDPOINT', 'AWS_ENDPOINT_URL')]],
  ['the files have changed', () => ['awsp kart', 'touch -d "1 hour" ~/.aws/config']],
  [
    'another folder',
    () => ['mkdir -p ~/kart; cd ~/kart; echo "account = 123456789031" >.awsp; awsp allow; cd; awsp dev; cd ~/kart'],
  ],
  ['another folder, production', () => ['awsp prod readonly']],
  ['changed by hand', ({ set }) => ['cd', set('AWS_PROFILE', 'other')]],
  ['overridden', ({ set }) => ['awsp kart', set('AWS_ACCESS_KEY_ID', 'AKIAIOSFODNN7EXAMPLE')]],
];

/** The eight colours that the owner of a terminal may choose; awsp uses no others. */
const palette = ['#3b4252', '#d9414a', '#7fc77a', '#ffd75f', '#6ea8fe', '#c792ea', '#5ccfe6', '#ffffff'];
const ink = '#d8dee9';
const fonts = "ui-monospace, SFMono-Regular, Menlo, Consolas, 'DejaVu Sans Mono', 'Liberation Mono', monospace";
/** In pixels; a character is as wide whatever the font is. */
const cell = { width: 7.8, height: 21 };
const margin = { x: 20, top: 52, bottom: 16 };

save('awsp', await atWork());
save('prompt', await prompts());
for (const [name, title, lines, cursor] of await inAllShells()) save(name, picture(title, 'awsp', lines, cursor));

async function atWork() {
  return inDemo('bash', wide, async (session) => {
    const first = session.row();
    for (const command of ['awsp dev', 'awsp list read', 'awsp prod readonly', 'awsp -']) await session.run(command);
    const lines = session.lines(first, session.row() + 1);
    return picture('awsp at work in bash', 'bash', lines, { x: session.column(), y: lines.length - 1 });
  });
}

/** The prompt is the same on each size of terminal; the picture has it once. */
async function prompts() {
  const lines = await sameInAll(sizes, (size) => promptsOn(size));
  return picture('the prompt of awsp in bash, zsh and fish', 'the prompt', lines);
}

async function promptsOn(size) {
  const lines = [];
  const width = Math.max(...states.map(([label]) => label.length)) + 3;
  for (const name of Object.keys(shells)) {
    if (lines.length > 0) lines.push([]);
    lines.push([{ x: 0, text: name, bold: true }]);
    await inDemo(name, size, async (session) => {
      for (const [label, commands] of states) {
        for (const command of commands(shells[name])) await session.run(command);
        const prompt = session.line(session.row()).map((run) => ({ ...run, x: run.x + width }));
        lines.push([{ x: 0, text: label, dim: true }, ...prompt]);
      }
    });
  }
  return lines;
}

/** The list, the help, the wizard and the picker: on each size of terminal, and on each the same in all shells. */
async function inAllShells() {
  const stacked = { list: [], help: [], wizard: [], picker: [] };
  let cursor;
  for (const size of sizes) {
    const shown = await sameInAll(Object.keys(shells), (name) =>
      inDemo(name, size, async (session) => ({
        list: await printed(session, 'awsp list'),
        help: await printed(session, 'awsp help login'),
        wizard: await wizard(session),
        ...(await picker(session, size)),
      })),
    );
    cursor ??= { x: shown.column, y: 1 };
    for (const [name, lines] of Object.entries(stacked)) {
      if (lines.length > 0) lines.push([]);
      lines.push([{ x: 0, text: `${size.cols} columns`, dim: true }], ...shown[name]);
    }
  }
  return [
    ['list', 'awsp list on 80 and on 50 columns', stacked.list],
    ['help', 'the help of a command on 80 and on 50 columns', stacked.help],
    ['wizard', 'awsp new on 80 and on 50 columns', stacked.wizard],
    ['picker', 'the picker of awsp among 1,000 profiles, on 80 and on 50 columns', stacked.picker, cursor],
  ];
}

/** What `take` makes of each; throws unless it is the same for all. */
async function sameInAll(all, take) {
  const made = [];
  for (const one of all) made.push(await take(one));
  for (const one of made) deepStrictEqual(one, made[0]);
  return made[0];
}

/** What a command prints: each shell has the command itself behind another mark. */
async function printed(session, command) {
  const first = session.row() + 1;
  await session.run(command);
  return session.lines(first, session.row());
}

/** The questions for a new profile, one of which is gone back to. */
async function wizard(session) {
  const first = session.row() + 1;
  await session.answer('awsp new\r', /\[barnehage\]: $/);
  await session.show('\r', /accounts$/);
  await session.show('kulturskole-dev', /^> kulturskole-dev/);
  await session.show('\r', /roles$/);
  await session.show('readonly', /^> readonly/);
  await session.answer('\r', /default region .*: +$/);
  await session.answer('stockholm\r', /output format .*: $/);
  await session.answer('\x1b', /default region: eu-north-1$/);
  await session.answer('\r', /output format .*: $/);
  await session.answer('\r', /profile name .*: $/);
  await session.answer('\r', /\[Y\/n\] $/);
  const lines = session.lines(first, session.row() + 1);
  await session.run('\x03');
  return lines;
}

/** The picker among a thousand profiles: those of the demo, and more like them. */
async function picker(session, { rows }) {
  const many = `${mkdtempSync(`${tmpdir()}/awsp-screens-`)}/config`;
  try {
    writeFileSync(many, manyProfiles(988));
    await session.run(`cat ${many} >>~/.aws/config`);
  } finally {
    rmSync(dirname(many), { recursive: true });
  }
  await session.run('awsp kart-stage-AWSReadOnlyAccess-123456789031 --no-verify');
  await session.show('awsp\r', /^> +1000\/1000 profiles$/);
  await session.show('kart', /^> kart +\d+\/1000 profiles$/);
  await session.show('\x1b[B\x1b[B', /^> +kart/, 4);
  const lines = session.lines(0, rows);
  const column = session.column();
  await session.run('\x03');
  return { picker: lines, column };
}

function manyProfiles(count) {
  const products = ['kart', 'arkiv', 'byggesak', 'skole', 'vann', 'park', 'bibliotek', 'havn', 'idrett', 'renhold'];
  const roles = ['AWSReadOnlyAccess', 'AWSPowerUserAccess', 'AWSAdministratorAccess'];
  const accounts = products.flatMap((product) =>
    ['', '-api', '-data', '-web', '-drift', '-melding', '-login', '-innsyn', '-logg'].flatMap((part) =>
      ['dev', 'test', 'stage', 'prod'].map((environment) => `${product}${part}-${environment}`),
    ),
  );
  const profiles = accounts.flatMap((account, index) => {
    const id = 200_000_000_000 + index * 7_919;
    return roles.map(
      (role) =>
        `[profile ${account}-${role}-${id}]\nsso_session = barnehage\nsso_account_id = ${id}\nsso_role_name = ${role}\nregion = eu-west-1\n\n`,
    );
  });
  return `\n${profiles.slice(0, count).join('')}`;
}

function save(name, svg) {
  writeFileSync(`${root}docs/${name}.svg`, svg);
  console.log(`docs/${name}.svg`);
}

// --- a shell of the demo, on a terminal -------------------------------------------------------------------

/** Opens the demo, gives its shell a plain prompt, and leaves it in a person's way, so that nothing stays behind. */
async function inDemo(name, size, use) {
  const { mark, plain } = shells[name];
  const terminal = new xterm.Terminal({ ...size, allowProposedApi: true });
  const { PATH, TMPDIR } = process.env;
  const env = { PATH, ...(TMPDIR ? { TMPDIR } : {}), TERM: 'xterm-256color', LANG: 'C.UTF-8' };
  const child = spawn(`${root}dist/awsp.cjs`, ['demo', '--shell', name], { ...size, cwd: tmpdir(), env });
  const left = new Promise((resolve) => child.onExit(resolve));
  child.onData((data) => terminal.write(data));
  terminal.onData((answer) => child.write(answer));

  const active = () => terminal.buffer.active;
  const textOf = (y) => active().getLine(y)?.translateToString(true) ?? '';
  const beforeCursor = () => active().getLine(session.row()).translateToString(false, 0, session.column());
  const session = {
    row: () => active().baseY + active().cursorY,
    column: () => active().cursorX,
    line: (y) => runsOf(active().getLine(y)),
    lines: (from, to) => Array.from({ length: to - from }, (_, index) => session.line(from + index)),
    /** Types a command, and waits for the prompt after it. */
    async run(command) {
      const row = session.row();
      child.write(`${command}\r`);
      await prompt(new RegExp(`^(\\(.+\\) )?[${mark}] $`), row + 1);
    },
    /** Types keys, and waits until the question before the cursor is this one; it may take two lines. */
    async answer(keys, pattern) {
      child.write(keys);
      await still(() => (pattern.test(`${textOf(session.row() - 1)} ${beforeCursor()}`) ? `${session.row()}` : null));
    },
    /** Types keys, and waits for a line of the screen that they make, the first unless another is given, and for the screen to stand still. */
    async show(keys, pattern, row = 0) {
      child.write(keys);
      await still(() =>
        pattern.test(textOf(row)) ? Array.from({ length: size.rows }, (_, y) => textOf(y)).join() : null,
      );
    },
  };

  /** Waits until the cursor stands still behind a prompt, in this row or below it. */
  async function prompt(pattern, row) {
    await still(() => {
      const text = beforeCursor();
      return session.row() >= row && pattern.test(text) ? `${session.row()} ${text}` : null;
    });
  }

  /** Waits until what is looked at is there, and the same for a while. */
  async function still(look) {
    const end = Date.now() + 20_000;
    for (let last = null; Date.now() < end; await sleep(80)) {
      const now = look();
      if (now !== null && now === last) return;
      last = now;
    }
    const screen = Array.from({ length: active().length }, (_, y) => textOf(y));
    throw new Error(`not what was waited for in ${name}:\n${screen.join('\n').trimEnd()}`);
  }

  try {
    await prompt(/[#$%>] $/, 0);
    await session.run(plain);
    const made = await use(session);
    child.write('exit\r');
    await Promise.race([left, sleep(5_000, null, { ref: false })]);
    return made;
  } finally {
    child.kill();
    terminal.dispose();
  }
}

/** A line of the screen as runs of one look, each at its column; cut at gaps, so that a run has no double spaces. */
function runsOf(line) {
  const runs = [];
  for (let x = 0; x < line.length; x += 1) {
    const character = line.getCell(x);
    const look = {
      color: colour(character, 'Fg'),
      background: colour(character, 'Bg'),
      bold: !!character.isBold(),
      dim: !!character.isDim(),
      underlined: !!character.isUnderline(),
    };
    const run = runs.at(-1);
    if (run && Object.keys(look).every((key) => run[key] === look[key])) run.text += character.getChars() || ' ';
    else runs.push({ x, text: character.getChars() || ' ', ...look });
  }
  return runs.flatMap((run) => {
    if (run.background || run.underlined) return [run];
    return [...run.text.matchAll(/\S+(?: \S+)*/g)].map(({ 0: text, index }) => ({ ...run, x: run.x + index, text }));
  });
}

function colour(character, layer) {
  if (character[`is${layer}Default`]()) return undefined;
  const number = character[`get${layer}Color`]();
  if (palette[number] === undefined) throw new Error(`colour ${number} is not in the palette of the picture`);
  return palette[number];
}

// --- the picture --------------------------------------------------------------------------------------------

/** A terminal's window as SVG of text, with nothing of elsewhere in it. Widths are given, whatever font there is. */
function picture(title, caption, lines, cursor) {
  const longest = Math.max(...lines.flat().map(({ x, text }) => x + text.length), cursor ? cursor.x + 1 : 0);
  const width = Math.ceil(longest * cell.width) + 2 * margin.x;
  const height = margin.top + lines.length * cell.height + margin.bottom;
  return `${[
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" role="img">`,
    `<title>${title}</title>`,
    '<style>',
    `text { font: 13px ${fonts}; fill: ${ink} }`,
    '.bold { font-weight: bold }',
    '.dim { fill-opacity: .6 }',
    '.underlined { text-decoration: underline }',
    '</style>',
    `<rect x=".5" y=".5" width="${width - 1}" height="${height - 1}" rx="10" fill="#15181e" stroke="#333a45"/>`,
    ...['#ff5f57', '#febc2e', '#28c840'].map(
      (fill, index) => `<circle cx="${22 + 20 * index}" cy="20" r="6" fill="${fill}"/>`,
    ),
    `<text class="dim" x="${width / 2}" y="24.5" text-anchor="middle">${caption}</text>`,
    `<path d="M1 39.5H${width - 1}" stroke="#262b34"/>`,
    ...lines.flatMap((line, y) => line.map((run) => element(run, y))),
    ...(cursor ? [box(cursor.x, cursor.y, 1, ink)] : []),
    '</svg>',
  ].join('\n')}\n`;
}

function element({ x, text, color, background, bold, dim, underlined }, y) {
  const looks = [bold && 'bold', dim && 'dim', underlined && 'underlined'].filter(Boolean).join(' ');
  const attributes = [
    looks && `class="${looks}"`,
    color && `style="fill: ${color}"`,
    `x="${number(margin.x + x * cell.width)}" y="${number(margin.top + y * cell.height + 15)}"`,
    `textLength="${number(text.length * cell.width)}" lengthAdjust="spacingAndGlyphs"`,
  ];
  const shown = text.replaceAll('&', '&amp;').replaceAll('<', '&lt;');
  const drawn = `<text ${attributes.filter(Boolean).join(' ')}>${shown}</text>`;
  return background ? `${box(x, y, text.length, background)}${drawn}` : drawn;
}

function box(x, y, length, fill) {
  const at = `x="${number(margin.x + x * cell.width)}" y="${margin.top + y * cell.height}"`;
  return `<rect ${at} width="${number(length * cell.width)}" height="${cell.height}" fill="${fill}"/>`;
}

function number(value) {
  return String(Math.round(value * 10) / 10);
}
