import { startEmulator } from '../emulator/emulator.ts';
import { allow } from '../emulator/person.ts';
import { freshStartUrl, sampleMfaCode, samples } from '../emulator/samples.ts';
import { type ShellName, shellNames, shells } from '../environment/shells.ts';
import { AwspError } from '../errors.ts';
import { exitCodes } from '../exit-codes.ts';
import type { Outcome } from '../outcome.ts';
import { browserCommand } from '../sso/browser.ts';
import type { Environment, World } from '../world.ts';

export interface DemoOptions {
  readonly shell: ShellName | null;
  readonly command: string | null;
  /** How many accounts of the portal `barnehage` have no profile. */
  readonly accounts: number;
}

/** Narrow enough for a terminal of 50 columns. */
const greeting = (signInPages: string) => `awsp demo: a throw-away shell with sample
profiles and an AWS emulator; nothing in it
reaches AWS or your own ~/.aws

  awsp dev     switch this shell to a profile
  awsp -       back to the one before
  awsp list    every profile, and its sign-in
  awsp skjema  one whose sign-in has expired
  awsp login   sign in; also logout, sessions
  awsp new     create a profile; for a portal try
               ${freshStartUrl}
  awsp import  profiles for every account and role

sign-in pages: ${signInPages}
MFA code: ${sampleMfaCode}; each works once, so the next
          one is ${Number(sampleMfaCode) + 1}, and so on
https: reaches the emulator, nothing else
"exit" ends the demo, and nothing of it stays

`;

/** What the demo shell keeps of the caller's environment: nothing by which AWS, a proxy or a shell's settings come in. */
const kept = /^(?:PATH|TERM|LANG|LC_.*|COLORTERM|NO_COLOR|FORCE_COLOR|USER|TMPDIR)$/;

/**
 * The browser of the demo hands a page over to the demo itself, which opens it outside: in a home that goes away a
 * browser would start anew, and behind the emulator's proxy it would reach no other site. Without a colon and a quote,
 * since a BROWSER is split at the one, and the AWS CLI takes the other away.
 */
// biome-ignore-start lint/suspicious/noTemplateCurlyInString: it is another program's
const openOutside = [
  '-e (async(page)=>{',
  // Of the address of awsp, which redirects once, the page behind it.
  'if(/^http...127[.]0[.]0[.]1/.test(page))',
  'page=(await(fetch(page,Object.fromEntries([[`redirect`,`manual`]])))).headers.get(`location`)??page;',
  'await(fetch(`${process.env.AWS_ENDPOINT_URL}/open?page=${encodeURIComponent(page)}`))',
  '})(process.argv[1]) %s',
].join('');
// biome-ignore-end lint/suspicious/noTemplateCurlyInString: see above

/** Milliseconds before the demo approves a page, so that a person who watches can read it. */
const glance = 1_500;

interface DemoShell {
  readonly args: readonly string[];
  readonly env: Environment;
  /** What is to be in HOME for it besides the start files, or in the place of one. */
  readonly files: readonly { readonly path: string; readonly text: string }[];
}

/** The start files of all shells, since one may be started in another: AWS_PROFILE is set there, and its prompt has to show it. */
const startFiles = (shimOf: (shell: ShellName) => string): DemoShell['files'] => [
  { path: '.bashrc', text: `. ${shimOf('bash')}\n` },
  { path: '.zshrc', text: `autoload -Uz compinit && compinit -i\n. ${shimOf('zsh')}\n` },
  { path: '.config/fish/config.fish', text: `set -g fish_greeting\nsource ${shimOf('fish')}\n` },
  { path: '.config/nushell/config.nu', text: `$env.config.show_banner = false\nsource ${shimOf('nu')}\n` },
  // where these folders are missing (fish 3, fish 4) fish fills them from the manual pages, in the background, for
  // longer than the demo may last
  { path: '.local/share/fish/generated_completions/none', text: '' },
  { path: '.cache/fish/generated_completions/none', text: '' },
];

/** How each shell is started; `shim` is the path of its shim, quoted. */
const demoShells: Readonly<Record<ShellName, (home: string, shim: string, command: string | null) => DemoShell>> = {
  // The command is an argument of its own, after what ends the options: it reaches the shell as it was typed.
  bash: (home, shim, command) =>
    command === null
      ? {
          args: ['--noprofile', '--rcfile', `${home}/.bashrc`, '-i'],
          env: {},
          files: [],
        }
      : {
          args: ['--noprofile', '--norc', '-c', '--', command],
          env: { BASH_ENV: `${home}/.bashenv` },
          // without the unset every bash script that the command starts would read it too
          files: [{ path: '.bashenv', text: `unset BASH_ENV\n. ${shim}\n` }],
        },
  zsh: (home, shim, command) =>
    command === null
      ? {
          args: ['-i'],
          env: { ZDOTDIR: home },
          files: [],
        }
      : {
          args: ['-c', '--', command],
          env: { ZDOTDIR: home },
          // a zsh that runs one command reads no .zshrc
          files: [
            { path: '.zshenv', text: `. ${shim}\n` },
            // in the place of the one that would load it again
            { path: '.zshrc', text: 'autoload -Uz compinit && compinit -i\n' },
          ],
        },
  fish: (_home, _shim, command) => ({
    args: command === null ? ['-i'] : [`--command=${command}`],
    env: {},
    files: [],
  }),
  // a nushell that runs one command reads only a config.nu that it is told
  nu: (home, _shim, command) => ({
    args: command === null ? [] : ['--config', `${home}/.config/nushell/config.nu`, '--commands', command],
    env: {},
    files: [],
  }),
};

/**
 * Runs a shell, or one command in it, among sample profiles and an AWS emulator, in a home folder that is removed
 * afterwards. The outcome's code is the shell's own. Throws `AwspError` when there is no such shell, or no
 * terminal for it.
 */
export async function demo({ shell: wanted, command, accounts }: DemoOptions, world: World): Promise<Outcome> {
  if (command === null && !world.terminal.interactive) {
    throw new AwspError(exitCodes.usage, 'the demo shell needs a terminal', [
      "to run one command in it: awsp demo -c 'awsp list'",
    ]);
  }
  const { shell, program } = findShell(wanted, command === null, world);
  const { files } = world;
  const { files: sampleFiles, directory } = samples({ now: world.now(), accounts, awsLogin: true });
  const browser = browserOutside(world, command === null ? glance : 0);
  const emulator = await startEmulator({ directory, now: () => world.now(), openPage: browser.open });
  try {
    const home = files.makeTemporaryFolder(`${world.env.TMPDIR || '/tmp'}/awsp-demo-`);
    try {
      const shimOf = (some: ShellName) => shells[some].quote(`${world.programFolder}/shell/awsp.${some}`);
      const { args, env, files: shellFiles } = demoShells[shell](home, shimOf(shell), command);
      const ownFiles = [...startFiles(shimOf), ...shellFiles];
      const certificate = { path: '.aws/emulator.pem', text: emulator.certificate };
      for (const file of [...sampleFiles, certificate, ...ownFiles]) {
        files.writePrivate(`${home}/${file.path}`, file.text);
      }
      if (command === null) world.terminal.write(greeting(browser.does));
      const demoEnv = {
        ...demoEnvironment(world, home),
        // by this address the pages are such as any browser reaches; who goes by AWS's own names comes to the emulator too
        AWS_ENDPOINT_URL: emulator.url,
        AWSP_EMULATOR: emulator.url,
        ...emulator.throughProxy(`${home}/${certificate.path}`),
        ...env,
      };
      const isInteractiveShell = command === null;
      return { code: await world.run({ program, args, env: demoEnv, cwd: world.cwd, isInteractiveShell }) };
    } finally {
      files.remove(home);
    }
  } finally {
    await emulator.close();
  }
}

/**
 * The shell that is wanted. Otherwise a person who types in it gets the shell that is theirs elsewhere, and a command the
 * first of ours, whoever runs it.
 */
function findShell(
  wanted: ShellName | null,
  isTypedIn: boolean,
  world: World,
): { readonly shell: ShellName; readonly program: string } {
  const installed = shellNames.flatMap((shell) => {
    const program = world.files.findProgram(shell, world.env.PATH);
    return program === null ? [] : [{ shell, program }];
  });
  const own = isTypedIn ? shellNames.find((shell) => world.env.SHELL?.endsWith(`/${shell}`)) : undefined;
  const named = installed.find(({ shell }) => shell === (wanted ?? own));
  const found = named ?? (wanted === null ? installed[0] : undefined);
  if (found !== undefined) return found;
  if (wanted === null) {
    throw new AwspError(exitCodes.failed, `no shell for the demo on PATH: install one of ${shellNames.join(', ')}`);
  }
  const others = installed.map(({ shell }) => `awsp demo --shell ${shell}`);
  throw new AwspError(exitCodes.failed, `no "${wanted}" on PATH`, [
    others.length > 0 ? `the shells that are there: ${others.join(', ')}` : `install "${wanted}", or correct PATH`,
  ]);
}

function demoEnvironment({ env, node }: World, home: string): Environment {
  return {
    ...Object.fromEntries(Object.entries(env).filter(([name]) => kept.test(name))),
    HOME: home,
    XDG_CONFIG_HOME: `${home}/.config`,
    // A team's settings guard real accounts.
    XDG_CONFIG_DIRS: `${home}/.config`,
    XDG_STATE_HOME: `${home}/.local/state`,
    XDG_DATA_HOME: `${home}/.local/share`,
    XDG_CACHE_HOME: `${home}/.cache`,
    // without one that exists fish makes a folder of its own in /tmp, and leaves it there
    XDG_RUNTIME_DIR: home,
    BROWSER: `${node} ${openOutside}`,
    AWS_EC2_METADATA_DISABLED: 'true',
  };
}

/** What opens the sign-in pages: the person's own browser. Without a browser, the demo approves each page itself. */
function browserOutside(
  world: World,
  milliseconds: number,
): { readonly does: string; readonly open: (page: string) => void } {
  if (browserCommand(world, '') === null) {
    return { does: 'no browser here; the demo says yes', open: (page) => void allow(page, milliseconds) };
  }
  return {
    does: 'open in your browser',
    open: (page) => {
      const browser = browserCommand(world, page);
      if (browser !== null) world.launch(browser.program, browser.args);
    },
  };
}
