import { startEmulator } from '../emulator/emulator.ts';
import { sampleMfaCode, samples } from '../emulator/samples.ts';
import { type ShellName, shellNames, shells } from '../environment/shells.ts';
import { AwspError } from '../errors.ts';
import { exitCodes } from '../exit-codes.ts';
import type { Outcome } from '../outcome.ts';
import type { Environment, World } from '../world.ts';

const greeting = `awsp demo: a throw-away shell with sample profiles and an AWS emulator; nothing in it reaches AWS or your own files
  awsp dev     switch this shell to the profile that matches
  awsp list    all the profiles, and the state of their sign-ins
  awsp -       back to the previous profile
  awsp skjema  its sign-in has expired: it offers to sign in, on a page of the emulator
where an MFA code is asked for, it is ${sampleMfaCode}; leave with "exit"
`;

/** What the demo shell keeps of the caller's environment: nothing by which AWS, a proxy or a shell's settings come in. */
const kept =
  /^(?:PATH|TERM|LANG|LC_.*|COLORTERM|NO_COLOR|FORCE_COLOR|USER|TMPDIR|BROWSER|DISPLAY|WAYLAND_DISPLAY|XAUTHORITY|SSH_CONNECTION|SSH_TTY|WSL_DISTRO_NAME)$/;

interface DemoShell {
  readonly args: readonly string[];
  readonly env: Environment;
  /** What is to be in HOME for it: the file that it reads first, in the place of the user's own. */
  readonly files: readonly { readonly path: string; readonly text: string }[];
}

/** How each shell is started; `shim` is the path of its shim, quoted. */
const demoShells: Readonly<Record<ShellName, (home: string, shim: string, command: string | null) => DemoShell>> = {
  // The command is an argument of its own, after what ends the options: it reaches the shell as it was typed.
  bash: (home, shim, command) =>
    command === null
      ? {
          args: ['--noprofile', '--rcfile', `${home}/.bashrc`, '-i'],
          env: {},
          files: [{ path: '.bashrc', text: `. ${shim}\n` }],
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
          files: [{ path: '.zshrc', text: `autoload -Uz compinit && compinit -i\n. ${shim}\n` }],
        }
      : {
          args: ['-c', '--', command],
          env: { ZDOTDIR: home },
          // a zsh that runs one command reads no .zshrc
          files: [{ path: '.zshenv', text: `. ${shim}\n` }],
        },
  fish: (_home, shim, command) => ({
    args: command === null ? ['-i'] : [`--command=${command}`],
    env: {},
    files: [
      { path: '.config/fish/config.fish', text: `set -g fish_greeting\nsource ${shim}\n` },
      // where these folders are missing (fish 3, fish 4) fish fills them from the manual pages, in the background, for
      // longer than the demo may last
      { path: '.local/share/fish/generated_completions/none', text: '' },
      { path: '.cache/fish/generated_completions/none', text: '' },
    ],
  }),
};

/**
 * Runs a shell, or one command in it, among sample profiles and an AWS emulator, in a home folder that is removed
 * afterwards. The outcome's code is the shell's own. Throws `AwspError` when there is no such shell, or nobody at the
 * terminal to use it.
 */
export async function demo(
  request: { readonly shell: ShellName | null; readonly command: string | null },
  world: World,
): Promise<Outcome> {
  const { command } = request;
  if (command === null && !world.terminal.interactive) {
    throw new AwspError(exitCodes.usage, 'the demo shell needs a terminal', [
      "to run one command in it: awsp demo -c 'awsp list'",
    ]);
  }
  const { shell, program } = findShell(request.shell, world);
  const { files } = world;
  const { files: sampleFiles, directory } = samples({ now: world.now(), accounts: 4 });
  const emulator = await startEmulator({ directory, now: () => world.now() });
  try {
    const home = files.makeTemporaryFolder(`${world.env.TMPDIR || '/tmp'}/awsp-demo-`);
    try {
      const shim = shells[shell].quote(`${world.programFolder}/shell/awsp.${shell}`);
      const { args, env, files: shellFiles } = demoShells[shell](home, shim, command);
      for (const file of [...sampleFiles, ...shellFiles]) files.writePrivate(`${home}/${file.path}`, file.text);
      if (command === null) world.terminal.write(greeting);
      const demoEnv = { ...demoEnvironment(world.env, home), ...emulator.environment, ...env };
      return { code: await world.run({ program, args, env: demoEnv, cwd: world.cwd }) };
    } finally {
      files.remove(home);
    }
  } finally {
    await emulator.close();
  }
}

function findShell(wanted: ShellName | null, world: World): { readonly shell: ShellName; readonly program: string } {
  const installed = shellNames.flatMap((shell) => {
    const program = world.files.findProgram(shell, world.env.PATH);
    return program === null ? [] : [{ shell, program }];
  });
  const found = wanted === null ? installed[0] : installed.find(({ shell }) => shell === wanted);
  if (found !== undefined) return found;
  if (wanted === null) {
    throw new AwspError(exitCodes.failed, `no shell for the demo on PATH: install one of ${shellNames.join(', ')}`);
  }
  const others = installed.map(({ shell }) => `awsp demo --shell ${shell}`);
  throw new AwspError(exitCodes.failed, `no "${wanted}" on PATH`, [
    others.length > 0 ? `the shells that are there: ${others.join(', ')}` : `install "${wanted}", or correct PATH`,
  ]);
}

function demoEnvironment(env: Environment, home: string): Environment {
  return {
    ...Object.fromEntries(Object.entries(env).filter(([name]) => kept.test(name))),
    HOME: home,
    XDG_CONFIG_HOME: `${home}/.config`,
    XDG_STATE_HOME: `${home}/.local/state`,
    XDG_DATA_HOME: `${home}/.local/share`,
    XDG_CACHE_HOME: `${home}/.cache`,
    // without one that exists fish makes a folder of its own in /tmp, and leaves it there
    XDG_RUNTIME_DIR: home,
    AWS_EC2_METADATA_DISABLED: 'true',
  };
}
