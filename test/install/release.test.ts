import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { fencedBlocks, repositoryFile } from '../support/docs.ts';
import { packageName, programFolder, programVersion } from '../support/program-folder.ts';
import { runProgram } from '../support/run.ts';
import {
  bareEnvironment,
  describeAllShells,
  describeWith,
  findProgram,
  runShell,
  shimFolder,
} from '../support/shells.ts';

const dev = 'barnehageplass-dev-AWSAdministratorAccess-123456789011';
const shims = readdirSync(shimFolder).filter((name) => name.startsWith('awsp.'));

/** The commands of docs/install.md in a language, each once. */
function commandsOf(language: string): string[] {
  return fencedBlocks('docs/install.md', language).flatMap((block) => block.trimEnd().split('\n'));
}

// release.mjs itself stops where there is no dpkg-deb.
describeWith('dpkg-deb', 'a release', () => {
  let root: string;
  let home: string;
  let env: Readonly<Record<string, string>>;
  /** Runs a command of docs/install.md as it stands there, in a folder that has the release in it. */
  const follow = (command: string) => runShell('bash', command, { env, cwd: root });
  const contents = async (archive: string) =>
    (await follow(`tar -tzf release/${archive}`)).stdout.trimEnd().split('\n').sort();

  beforeAll(async () => {
    root = mkdtempSync(join(tmpdir(), 'awsp-release-'));
    home = join(root, 'home');
    for (const folder of ['home', 'programs', 'system', 'prefix/bin'])
      mkdirSync(join(root, folder), { recursive: true });
    const base = bareEnvironment(home);
    env = {
      ...base,
      PATH: `${root}/programs:${root}/prefix/bin:${base.PATH}`,
      npm_config_prefix: join(root, 'prefix'),
      // So that a dependency would be an error.
      npm_config_offline: 'true',
    };
    // Without root: unpacked below a folder, by the program that apt uses.
    const apt = '[ "$1" = remove ] && exec rm -r "$ROOT/usr/share/$2" "$ROOT/usr/bin/$2"\nexec dpkg -x "$2" "$ROOT"';
    writeFileSync(join(root, 'programs', 'sudo'), '#!/bin/sh\nexec "$@"\n', { mode: 0o755 });
    writeFileSync(join(root, 'programs', 'apt'), `#!/bin/sh\nROOT='${root}/system'\n${apt}\n`, { mode: 0o755 });
    for (const args of [['scripts/man.mjs'], ['scripts/release.mjs', join(root, 'release')]]) {
      const made = await runProgram(process.execPath, args, { env, cwd: programFolder });
      expect(made).toMatchObject({ code: 0, stderr: '' });
    }
  });
  afterAll(() => rmSync(root, { recursive: true, force: true }));

  it('is made by the commands in docs/install.md, which has no others than those below', () => {
    const { scripts } = JSON.parse(repositoryFile('package.json')) as { scripts: Record<string, string> };
    expect(scripts.release).toMatch(/ build && node scripts\/release\.mjs$/);
    // `npm pack` by itself is of what is built then, too.
    expect(scripts.release).toContain(`${scripts.prepack} &&`);
    expect(commandsOf('sh')).toEqual(['npm ci', 'npm run release', ...ofCheckout, ...ofNpm, ...ofApt, unpack]);
    expect(commandsOf('zsh')).toEqual(zshLines);
    expect(commandsOf('fish')).toEqual([fisherLine]);
  });

  it('has checksums of all that is in it', async () => {
    const names = readdirSync(join(root, 'release')).filter((name) => name !== 'SHA256SUMS');
    const { code, stdout } = await runShell('bash', 'sha256sum -c SHA256SUMS', { env, cwd: join(root, 'release') });
    expect({ code, stdout: stdout.trimEnd().split('\n').sort() }).toEqual({
      code: 0,
      stdout: names.sort().map((name) => `${name}: OK`),
    });
    expect(names).toHaveLength(3);
  });

  const ofCheckout = ['npm ci', 'npm run build', '. shell/awsp.bash'] as const;
  it('is not needed for a checkout', async () => {
    const { code, stdout } = await runShell('bash', `${ofCheckout[2]} && awsp init bash`, { env, cwd: programFolder });
    expect({ code, stdout }).toEqual({ code: 0, stdout: `. '${programFolder}/shell/awsp.bash'\n` });
  });

  const ofNpm = ['npm install -g ./release/awsp-cli-*.tgz', 'npm uninstall -g @awsp/cli'] as const;
  describe('the npm package', () => {
    const installed = () => join(root, 'prefix/lib/node_modules', packageName);
    beforeAll(async () => {
      expect(await follow(ofNpm[0])).toMatchObject({ code: 0 });
    });

    it('needs nothing at run time, and has what is needed, in 4 MB', async () => {
      const file = readdirSync(join(root, 'release')).find((name) => name.endsWith('.tgz')) ?? '';
      expect(statSync(join(root, 'release', file)).size).toBeLessThan(4e6);
      const manifest = JSON.parse(readFileSync(join(installed(), 'package.json'), 'utf8')) as object;
      expect(Object.keys(manifest).filter((key) => /dependencies/i.test(key))).toEqual(['devDependencies']);
      expect(manifest).not.toHaveProperty('private');
      const parts = [
        'LICENSE',
        'README.md',
        'awsp.plugin.zsh',
        'conf.d',
        'dist',
        'docs',
        'man',
        'package.json',
        'shell',
      ];
      expect(readdirSync(installed()).sort()).toEqual(parts);
      expect(readdirSync(join(installed(), 'shell')).sort()).toEqual(shims.sort());
      const dist = readdirSync(join(programFolder, 'dist')).filter((name) => name !== 'node-path');
      expect(readdirSync(join(installed(), 'dist')).sort()).toEqual(dist.sort());
      expect(readFileSync(join(root, 'prefix/share/man/man1/awsp.1'), 'utf8')).toContain('.Nm awsp\n');
      // What a folder is named on the machine that made it is nobody's concern.
      const { stdout } = await follow(`grep -rlF '${programFolder}' '${installed()}'`);
      expect(stdout).toBe('');
    });

    describeAllShells('is a demo and a shim', (shell) => {
      it('from an empty prefix', async () => {
        const show = shell === 'nu' ? 'print $"<($env.AWS_PROFILE)>"' : 'echo "<$AWS_PROFILE>"';
        const command = ['demo', '--shell', shell, '-c', `awsp dev; ${show}; awsp init ${shell}`];
        const path = `${env.PATH}:${dirname(findProgram(shell) ?? '')}`;
        const { code, stdout } = await runProgram(join(root, 'prefix/bin/awsp'), command, {
          env: { ...env, PATH: path },
        });
        const load = shell === 'fish' || shell === 'nu' ? 'source' : '.';
        expect({ code, stdout }).toEqual({
          code: 0,
          stdout: `<${dev}>\n${load} '${installed()}/shell/awsp.${shell}'\n`,
        });
      });
    });

    it('finds the Node of its npm where PATH has none', async () => {
      symlinkSync(process.execPath, join(root, 'prefix/bin/node'));
      const script = `PATH=/nonexistent; . '${installed()}/shell/awsp.bash'; awsp --version`;
      expect(await follow(script)).toEqual({ code: 0, stdout: `awsp ${programVersion}\n`, stderr: '' });
      rmSync(join(root, 'prefix/bin/node'));
    });
  });

  const unpack = 'tar -xzf release/awsp-*.tar.gz -C ~/.oh-my-zsh/custom/plugins';
  const zshLines = [
    'plugins=(git awsp)',
    'antidote bundle ~/.oh-my-zsh/custom/plugins/awsp',
    'zinit light ~/.oh-my-zsh/custom/plugins/awsp',
  ];
  const fisherLine = 'fisher install ~/src/awsp';
  describe('the plugin', () => {
    let unpacked: string;
    let inNpm: string;
    beforeAll(async () => {
      unpacked = join(home, '.oh-my-zsh/custom/plugins/awsp');
      inNpm = join(root, 'prefix/lib/node_modules', packageName);
      mkdirSync(join(unpacked, '..'), { recursive: true });
      expect(await follow(unpack)).toMatchObject({ code: 0, stderr: '' });
      mkdirSync(join(home, 'src/awsp'), { recursive: true });
      cpSync(join(programFolder, 'conf.d'), join(home, 'src/awsp/conf.d'), { recursive: true });
    });

    it('is what the npm package is', async () => {
      const inArchive = await contents('awsp-[0-9]*.tar.gz');
      expect(inArchive.filter((name) => !name.endsWith('/'))).toEqual(
        (await contents('awsp-cli-*.tgz')).map((name) => name.replace(/^package/, 'awsp')),
      );
    });

    /** Where zsh finds the program, when the plugin managers load plugins as theirs do: by `source`, in a function. */
    const inZsh = (lines: string, path?: string) => {
      const managers = 'antidote() { source $2/*.plugin.zsh }; zinit() { source $2/*.plugin.zsh }';
      const ohMyZsh =
        'load() { source ~/.oh-my-zsh/custom/plugins/$1/$1.plugin.zsh }; [[ -z $plugins ]] || load $plugins[2]';
      const script = [managers, lines, ohMyZsh, 'builtin cd $__awsp_dist/.. && pwd -P'].join('\n');
      return runShell('zsh', script, { env: { ...env, ...(path === undefined ? {} : { PATH: path }) } });
    };
    describeWith('zsh', 'in zsh', () => {
      it.each(zshLines)('by %s', async (line) => {
        expect(await inZsh(line)).toEqual({ code: 0, stdout: `${unpacked}\n`, stderr: '' });
      });

      it('as a file alone, with the awsp in PATH', async () => {
        cpSync(join(unpacked, 'awsp.plugin.zsh'), join(home, 'alone.zsh'));
        expect(await inZsh('source ~/alone.zsh')).toEqual({ code: 0, stdout: `${inNpm}\n`, stderr: '' });
        expect(await inZsh('source ~/alone.zsh', '/nonexistent')).toMatchObject({
          stderr: 'awsp: the plugin finds no program: build awsp, or install it where PATH has it\n',
        });
      });
    });

    describeWith('fish', 'in fish', () => {
      it(`by ${fisherLine}`, async () => {
        const fisher =
          'function fisher; mkdir -p ~/.config/fish/conf.d; cp $argv[2]/conf.d/*.fish ~/.config/fish/conf.d/; end';
        const { stderr } = await runShell('fish', `${fisher}; ${fisherLine}`, { env });
        expect(stderr).toBe('');
        const fish = (path: string) =>
          runProgram(
            findProgram('fish') ?? 'fish',
            ['-ic', 'functions -q awsp; and builtin realpath $__awsp_dist/..'],
            {
              env: { ...env, PATH: path },
            },
          );
        expect(await fish(env.PATH as string)).toMatchObject({ code: 0, stdout: `${inNpm}\n` });
        expect((await fish('/nonexistent')).stderr).toContain(
          'awsp: the plugin finds no program: build awsp, or install it where PATH has it\n',
        );
      });
    });
  });

  const ofApt = ['sudo apt install ./release/awsp_*_all.deb', 'sudo apt remove awsp'] as const;
  describe('the .deb', () => {
    it('needs a Node that is new enough, and has the program where the system looks for it', async () => {
      const fields = await follow('dpkg-deb -f release/awsp_*_all.deb Package Version Architecture Depends');
      expect(fields.stdout).toBe(
        `Package: awsp\nVersion: ${programVersion}\nArchitecture: all\nDepends: nodejs (>= 20.19.0)\n`,
      );
      expect(await follow(ofApt[0])).toMatchObject({ code: 0 });
      const share = join(root, 'system/usr/share');
      expect(readdirSync(join(share, 'awsp/shell')).sort()).toEqual(shims.sort());
      expect(readFileSync(join(share, 'awsp/dist/node-path'), 'utf8')).toBe('/usr/bin/node\n');
      for (const path of [
        'man/man1/awsp.1.gz',
        'doc/awsp/copyright',
        'doc/awsp/changelog.gz',
        'doc/awsp/docs/commands.md',
      ])
        expect([path, existsSync(join(share, path))]).toEqual([path, true]);
      const script = `'${root}/system/usr/bin/awsp' --version; '${root}/system/usr/bin/awsp' init bash`;
      expect((await follow(script)).stdout).toBe(`awsp ${programVersion}\n. '${share}/awsp/shell/awsp.bash'\n`);
      expect(await follow(ofApt[1])).toMatchObject({ code: 0 });
      expect(existsSync(join(root, 'system/usr/bin/awsp'))).toBe(false);
    });
  });

  it('of npm is uninstalled again', async () => {
    expect(await follow(ofNpm[1])).toMatchObject({ code: 0 });
    expect(readdirSync(join(root, 'prefix/bin'))).toEqual([]);
  });
});
