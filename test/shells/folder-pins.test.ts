// biome-ignore-all lint/suspicious/noTemplateCurlyInString: they are the shells'
import { chmodSync, existsSync, mkdirSync, rmSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, it } from 'vitest';
import { applyDelta, type Facts, switchDelta } from '../../src/environment/delta.ts';
import type { DirectoryPin } from '../../src/guard/directory-pin.ts';
import { recordOf, recordPath } from '../../src/guard/trust.ts';
import { devFacts as dev } from '../support/facts.ts';
import { program } from '../support/program.ts';
import { runProgram } from '../support/run.ts';
import {
  bareEnvironment,
  countProcesses,
  describeEachShell,
  describeWith,
  runShell,
  shimFolder,
  temporaryFolder,
} from '../support/shells.ts';
import { openShell } from '../support/terminal.ts';

const fits = '(dev 123456789011) ';
const warns = (wanted: string) => `(dev 123456789011, ${wanted} belongs here) `;
const other: DirectoryPin = { kind: 'account', value: '123456789013' };

/** Names of folders that a shell might take for something else. */
const hostileNames = [
  'with  space',
  '$(touch pwned)',
  '`touch pwned`',
  'it\'s "q" \\',
  '-n',
  '*?[a]',
  '%n%{~',
  'ærø',
  '; touch pwned',
];

describeEachShell('a pinned folder', (shell) => {
  const shim = `source '${join(shimFolder, `awsp.${shell}`)}'`;
  const show =
    shell === 'fish' ? 'function P; awsp_prompt; echo; end' : `P() { __awsp_prompt; printf '%s\\n' "$AWSP_PROMPT"; }`;

  interface Scene {
    readonly home: string;
    readonly env: Readonly<Record<string, string>>;
    /** Writes a `.awsp` file, of that pin or text, and trusts it unless told otherwise. */
    pin(folder: string, pin: DirectoryPin | string, trust?: boolean): string;
    /** The prompts that `P` prints in a script. */
    prompts(script: string, cwd?: string): Promise<string[]>;
  }

  function scene(facts: Partial<Facts> = {}, extra: Record<string, string> = {}): Scene {
    const home = temporaryFolder();
    const bare = { ...bareEnvironment(home), ...extra };
    const env = { ...applyDelta(bare, switchDelta(bare, { ...dev, ...facts }).delta), NO_COLOR: '1' };
    mkdirSync(join(home, 'out'));
    return {
      home,
      env,
      pin(folder, pin, trust = true) {
        const path = join(home, folder, '.awsp');
        mkdirSync(dirname(path), { recursive: true });
        const text = typeof pin === 'string' ? pin : `# here\n${pin.kind} = ${pin.value}\n`;
        writeFileSync(path, text);
        const record = recordPath({ env, home }, join(home, folder)) ?? '';
        if (trust) {
          mkdirSync(dirname(record), { recursive: true });
          writeFileSync(record, recordOf(typeof pin === 'string' ? other : pin, text));
        }
        return path;
      },
      async prompts(script, cwd = home) {
        const { stdout, stderr } = await runShell(shell, [shim, show, script].join('\n'), { env, cwd });
        expect(stderr).toBe('');
        expect(existsSync(join(home, 'pwned'))).toBe(false);
        return stdout.split('\n').filter((line) => line.startsWith('('));
      },
    };
  }

  it('warns in it and below it while the account is another one, and nowhere else', async () => {
    const { pin, prompts } = scene();
    pin('shop', other);
    mkdirSync(join(pin('kart', { kind: 'account', value: '123456789011' }), '..', 'deep', 'er'), { recursive: true });
    mkdirSync(join(pin('shop', other), '..', 'src', 'lib'), { recursive: true });
    const shown = await prompts('P; cd shop; P; cd src/lib; P; cd ../../..; P; cd kart/deep/er; P; cd /; P');
    expect(shown).toEqual([fits, warns('123456789013'), warns('123456789013'), fits, fits, fits]);
  });

  it('warns while the profile is another one, where a profile is pinned', async () => {
    const { pin, prompts } = scene();
    pin('a', { kind: 'profile', value: 'shop-prod Admin' });
    pin('b', { kind: 'profile', value: 'dev' });
    pin('c', { kind: 'profile', value: 'DEV' });
    expect(await prompts('cd a; P; cd ../b; P; cd ../c; P')).toEqual([warns('shop-prod Admin'), fits, warns('DEV')]);
  });

  it('warns when the account is not known, and not when no profile is active', async () => {
    const unknown = scene({ accountId: null });
    unknown.pin('shop', other);
    expect(await unknown.prompts('cd shop; P')).toEqual(['(dev, 123456789013 belongs here) ']);
    const unset = shell === 'fish' ? 'set -e AWS_PROFILE' : 'unset AWS_PROFILE';
    expect(await unknown.prompts(`${unset}; cd shop; P`)).toEqual([]);
  });

  it('is loud, and beside the rest', async () => {
    const { env, home, pin } = scene({ state: 'unverified', expiresAt: Math.floor(Date.now() / 1000) + 535 });
    pin('shop', other);
    const screen = openShell(
      shell,
      [shell === 'fish' ? "function fish_prompt; echo -n '> '; end" : "PS1='> '", shim, 'cd shop'].join('\n'),
      { ...env, NO_COLOR: '' },
      home,
    );
    const line = '(dev 123456789011 not verified 9m, 123456789013 belongs here) >';
    await expect.poll(() => screen.lines().at(-1)).toBe(line);
    expect(screen.look('(dev')).toEqual({ foreground: 1, background: 3, bold: true });
  });

  it.each([
    ['removed', 'rm .awsp'],
    ['changed', 'echo "profile = x" >.awsp'],
  ])('is no more there when it is %s, although it was newer than when it was allowed', async (_what, change) => {
    const { pin, prompts } = scene();
    const path = pin('shop', other);
    const later = Date.now() / 1_000 + 60;
    utimesSync(path, later, later);
    expect(await prompts(`cd shop; P; P; ${change}; P; P`)).toEqual([
      ...[warns('123456789013'), warns('123456789013')],
      ...[fits, fits],
    ]);
  });

  it('is what awsp allow makes of it, from the next prompt on, until awsp deny', async () => {
    const { pin, prompts } = scene();
    pin('shop', other, false);
    const shown = await prompts('cd shop; P; awsp allow 2>/dev/null; P; awsp deny 2>/dev/null; P');
    expect(shown).toEqual([fits, warns('123456789013'), fits]);
  });

  it('keeps what it trusts where XDG_STATE_HOME says', async () => {
    const state = temporaryFolder();
    const { pin, prompts } = scene({}, { XDG_STATE_HOME: state });
    pin('shop', other);
    expect(await prompts('cd shop; P')).toEqual([warns('123456789013')]);
    expect(existsSync(join(state, 'awsp', 'allowed'))).toBe(true);
  });

  it('is trusted as it was, and not when it changes', async () => {
    const { pin, prompts } = scene();
    const file = pin('shop', other);
    const append = 'sleep 1.1; echo >>.awsp';
    expect(await prompts(`cd shop; P; ${append}; P`)).toEqual([warns('123456789013'), fits]);
    pin('shop', other);
    expect(await prompts('cd shop; P; rm .awsp; P')).toEqual([warns('123456789013'), fits]);
    pin('shop', other);
    utimesSync(file, new Date(), new Date(Date.now() + 60_000));
    expect(await prompts('cd shop; P; P')).toEqual([warns('123456789013'), warns('123456789013')]);
  });

  it.each(['mv .awsp ../away; P; mv ../away .awsp', 'cp .awsp ../away; sleep 1.1; echo >>.awsp; P; mv ../away .awsp'])(
    'is trusted again when it is as it was: %s',
    async (script) => {
      const { pin, prompts } = scene();
      pin('shop', other);
      const expected = [warns('123456789013'), fits, warns('123456789013'), warns('123456789013')];
      expect(await prompts(`cd shop; P; ${script}; P; P`)).toEqual(expected);
    },
  );

  it('is trusted no more when another shell has denied it', async () => {
    const { home, env, pin, prompts } = scene();
    pin('shop', other);
    const record = recordPath({ env, home }, join(home, 'shop'));
    expect(await prompts(`cd shop; P; rm '${record}'; P`)).toEqual([warns('123456789013'), fits]);
  });

  it.each<[string, (scene: Scene) => void]>([
    ['nobody allowed it', ({ pin }) => void pin('shop', other, false)],
    ['it was another text that was allowed', ({ pin }) => writeFileSync(pin('shop', other), 'account = 123456789013')],
    [
      'there is more at its end',
      ({ pin }) => writeFileSync(pin('shop', other), `# here\naccount = 123456789013\n${'#'.repeat(9_999)}`),
    ],
    ['it is huge', ({ pin }) => writeFileSync(pin('shop', other), 'x'.repeat(30_000_000))],
    ['it is empty', ({ pin }) => writeFileSync(pin('shop', other), '')],
    [
      'what is kept of it is empty',
      ({ pin, home, env }) => {
        pin('shop', '');
        writeFileSync(recordPath({ env, home }, join(home, 'shop')) ?? '', '');
      },
    ],
    [
      'what is kept of it is a folder',
      ({ pin, home, env }) => {
        pin('shop', other, false);
        mkdirSync(recordPath({ env, home }, join(home, 'shop')) ?? '', { recursive: true });
      },
    ],
    [
      'it is a folder',
      ({ pin }) => {
        const path = pin('shop', other);
        rmSync(path);
        mkdirSync(path);
      },
    ],
    [
      'it is a link that leads nowhere',
      ({ pin }) => {
        const path = pin('shop', other);
        rmSync(path);
        symlinkSync('nowhere', path);
      },
    ],
    [
      'it is a device',
      ({ pin }) => {
        const path = pin('shop', other);
        rmSync(path);
        symlinkSync('/dev/zero', path);
      },
    ],
    ['it may not be read', ({ pin }) => chmodSync(pin('shop', other), 0)],
  ])('means nothing when %s', async (title, prepare) => {
    const made = scene();
    prepare(made);
    const isRoot = process.getuid?.() === 0;
    const expected = title === 'it may not be read' && isRoot ? warns('123456789013') : fits;
    expect(await made.prompts('cd shop; P; P')).toEqual([expected, expected]);
  });

  it('below it, a file that nobody trusts does not hide it', async () => {
    const { pin, prompts } = scene();
    pin('shop', other);
    pin('shop/cloned', { kind: 'account', value: '123456789011' }, false);
    expect(await prompts('cd shop/cloned; P')).toEqual([warns('123456789013')]);
  });

  it('the home folder is none', async () => {
    const { pin, prompts } = scene();
    pin('.', other);
    expect(await prompts('P; cd out; P')).toEqual([fits, fits]);
  });

  it.each(hostileNames)('may be called %j', async (name) => {
    const { home, pin, prompts } = scene();
    pin(`x/${name}`, other);
    const folder = join(home, 'x', name);
    mkdirSync(join(folder, 'below'));
    expect(await prompts('P; cd below; P', folder)).toEqual([warns('123456789013'), warns('123456789013')]);
  });

  it('may have a line break in its name, which fish leaves alone', async () => {
    const { home, pin, prompts } = scene();
    pin('a\nb/c', other);
    expect(await prompts('P', join(home, 'a\nb', 'c'))).toEqual([shell === 'fish' ? fits : warns('123456789013')]);
  });

  it.each(['$(touch pwned)', '`touch pwned`', '%n%~%{%F{red}', '\\e[31m \\u', '${HOME}', 'it\'s "q"', 'a  b', '-n'])(
    'may pin the profile %j, which is shown as it is',
    async (value) => {
      const { env, home, pin } = scene();
      pin('shop', { kind: 'profile', value });
      const plain = shell === 'fish' ? "function fish_prompt; echo -n '> '; end" : "PS1='> '";
      const options = shell === 'zsh' ? 'setopt prompt_subst prompt_bang' : '';
      const screen = openShell(shell, [plain, shim, options, 'cd shop'].join('\n'), env, home);
      await expect.poll(() => screen.lines().at(-1)).toBe(`${warns(value)}>`);
      expect(existsSync(join(home, 'pwned')) || existsSync(join(home, 'shop', 'pwned'))).toBe(false);
    },
  );

  it('is seen by the name that the shell reached it by', async () => {
    const { env, home, pin, prompts } = scene();
    pin('shop', other, false);
    symlinkSync('shop', join(home, 'link'));
    expect(await prompts('cd link; P')).toEqual([fits]);
    const cwd = join(home, 'shop');
    await runProgram(program, ['allow'], { env: { ...env, PWD: join(home, 'link') }, cwd });
    expect(await prompts('cd link; P; cd ../shop; P')).toEqual([warns('123456789013'), warns('123456789013')]);
  });

  // zsh calls a folder that is gone `.`; whatever PWD is, there is an end to what is above it.
  it.each(['.', '..', '', 'a', 'a/b', './a', '/', '//', '/a/'])(
    'is looked for to an end where PWD is "%s"',
    async (folder) => {
      const home = temporaryFolder();
      const look =
        shell === 'fish'
          ? `function look; set -l PWD '${folder}'; __awsp_look; end; look`
          : `PWD='${folder}'; __awsp_look`;
      const { stdout, code } = await runShell(shell, `${shim}\n${look}\necho ended`, { env: bareEnvironment(home) });
      expect({ stdout, code }).toEqual({ stdout: 'ended\n', code: 0 });
    },
  );

  it('gets along with a folder that is gone', async () => {
    const home = temporaryFolder();
    const env = { ...bareEnvironment(home), SHIM: join(shimFolder, `awsp.${shell}`) };
    const inner = `${shell === 'fish' ? 'source $SHIM; awsp_prompt' : '. "$SHIM"; __awsp_prompt'}; __awsp_look; echo ended`;
    const start = { bash: 'bash --norc -c', zsh: 'zsh --no-rcs -c', fish: 'fish --no-config -c' }[shell];
    const script = `mkdir "$HOME/gone"; cd "$HOME/gone"; rmdir "$HOME/gone"; ${start} '${inner}'`;
    expect((await runShell('bash', script, { env })).stdout).toMatch(/ended\n$/);
  });

  it('gets along with odd options', async () => {
    const { pin, prompts } = scene();
    pin('shop', other);
    const odd = {
      bash: 'set -eu; shopt -s nocasematch nullglob; IFS=a1',
      zsh: 'setopt err_exit no_unset ksh_arrays sh_word_split glob_subst; IFS=a1',
      fish: "set -g IFS ''",
    };
    expect(await prompts(`${odd[shell]}; cd shop; P; P`)).toEqual([warns('123456789013'), warns('123456789013')]);
  });
});

describeWith('strace', 'seen from the kernel', () => {
  describeEachShell('a pinned folder starts no process', (shell) => {
    it.each([true, false])('trusted: %s', async (isTrusted) => {
      const home = temporaryFolder();
      const env = applyDelta(bareEnvironment(home), switchDelta({ HOME: home }, dev).delta);
      const text = 'account = 123456789013\n';
      const record = recordPath({ env, home }, home) ?? '';
      const folder = join(home, 'shop');
      mkdirSync(folder);
      writeFileSync(join(folder, '.awsp'), text);
      if (isTrusted) {
        mkdirSync(join(dirname(record), 'shop'), { recursive: true });
        writeFileSync(join(dirname(record), 'shop', '.awsp'), recordOf(other, text));
      }
      const before = shell === 'fish' ? 'emit fish_prompt; awsp_prompt' : '__awsp_prompt; echo "$AWSP_PROMPT"';
      const source = `source '${join(shimFolder, `awsp.${shell}`)}'; cd '${folder}'`;
      const nothing = await countProcesses(shell, ['-i'], source, env);
      expect(await countProcesses(shell, ['-i'], `${source}; ${before}; ${before}`, env)).toBe(nothing);
      const { stdout } = await runShell(shell, `${source}; ${before}`, { env, args: ['-i'] });
      expect(stdout.includes('belongs here')).toBe(isTrusted);
    });
  });
});
