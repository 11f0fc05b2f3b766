import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it, onTestFinished } from 'vitest';
import { applyDelta, type Facts, switchDelta, unsetDelta } from '../../src/environment/delta.ts';
import { type CodeShellName, shells } from '../../src/environment/shells.ts';
import { variables } from '../../src/environment/variables.ts';
import type { Environment } from '../../src/world.ts';
import { devFacts } from '../support/facts.ts';
import { makeSandbox } from '../support/program.ts';
import {
  bareEnvironment,
  countProcesses,
  describeEachShell,
  describeWith,
  installFake,
  runShell,
  shimFolder,
  temporaryFolder,
} from '../support/shells.ts';
import { openShell, type Screen } from '../support/terminal.ts';

const prod: Facts = { ...devFacts, profile: 'prod', accountId: '123456789013', level: 'production' };

const fixedPrompts: Readonly<Record<CodeShellName, string>> = {
  bash: "PS1='> '",
  zsh: "PROMPT='> '",
  fish: "function fish_prompt; echo -n '> '; end",
};

const inSeconds = (seconds: number) => Math.floor(Date.now() / 1000) + seconds;
const over = (name: string) => `awsp: the time of "${name}" is over: no profile now; awsp - goes back`;
describeEachShell('a time limit', (shell) => {
  const shim = `source '${join(shimFolder, `awsp.${shell}`)}'`;
  const before = shell === 'fish' ? 'emit fish_prompt' : '__awsp_prompt';
  const print = shell === 'fish' ? 'awsp_prompt' : 'printf %s "$AWSP_PROMPT"';

  /** An environment after a switch. */
  function switched(facts: Partial<Facts>, extra: Environment = {}): Environment {
    const env = { ...bareEnvironment(temporaryFolder()), ...extra };
    return applyDelta(env, switchDelta(env, { ...prod, ...facts }).delta);
  }

  function open(env: Environment, rc: readonly string[] = []): Screen {
    return openShell(shell, [fixedPrompts[shell], shim, ...rc].join('\n'), env, env.HOME ?? '/');
  }

  async function ends(screen: Screen, ...lines: string[]): Promise<void> {
    await expect.poll(() => screen.lines().slice(-lines.length)).toEqual(lines);
  }

  /** Does what has to happen within a limit, with a longer one where the machine was too slow; then lets that end. */
  async function inTime<T>(within: (seconds: number) => Promise<T | null>, seconds = 2): Promise<T> {
    const done = await within(seconds);
    if (done === null) return inTime(within, seconds * 3);
    await sleep(seconds * 1_000 + 200);
    return done;
  }

  /** The environment after a prompt, and what was said before it. */
  async function afterPrompt(env: Environment, source = shim): Promise<{ env: Environment; said: string }> {
    const file = join(env.HOME ?? '', 'after');
    const script = `${source}\n${before}\nenv -0 >'${file}'`;
    const { stderr } = await runShell(shell, script, { env, args: ['-i'] });
    const entries = readFileSync(file, 'utf8')
      .split('\0')
      .filter((entry) => /^(AWS|AWSP)_/.test(entry));
    const said = stderr.split('\n').filter((line) => line.startsWith('awsp:'));
    return { env: Object.fromEntries(entries.map((entry) => entry.split(/=(.*)/s))), said: said.join('\n') };
  }

  it('drops the profile at the next prompt, and `awsp -` goes back', async () => {
    const place = await makeSandbox();
    onTestFinished(() => place.remove());
    const name = 'barnehageplass-prod-AWSReadOnlyAccess-123456789013';
    const env = { ...bareEnvironment(place.home), ...place.env };
    const screen = open(env, [
      shell === 'fish'
        ? 'function show; printenv AWS_PROFILE AWSP_UNTIL; end'
        : 'show() { printenv AWS_PROFILE AWSP_UNTIL; }',
    ]);
    await screen.prompt(/^>$/);
    await inTime(async (seconds) => {
      const command = `awsp prod readonly --for ${seconds}s`;
      screen.type(`${command}\r`);
      const shown = await screen.until(
        (lines) => lines.includes(`> ${command}`) && lines.at(-1)?.endsWith('>') === true,
      );
      expect(screen.said()).toContain(`for ${seconds}s`);
      return shown.at(-1) === '(barnehageplass-prod ReadOnly 1m) >' ? name : null;
    });
    screen.type('\r');
    await screen.prompt(/^>$/);
    expect(screen.said()).toContain(over(name));
    screen.type('show\r');
    await ends(screen, '> show', '>');
    screen.type('awsp -\r');
    await ends(screen, '(barnehageplass-prod ReadOnly) >');
    // Nothing set a limit this time.
    screen.type(`awsp builder --for 1h\r`);
    await ends(screen, '(sandkasse-lab-Builder 123456789041 kari) >');
  });

  it('is not extended by going away and back, and a switch by name starts it again', async () => {
    const place = await makeSandbox();
    onTestFinished(() => place.remove());
    place.write('.config/awsp/config', '[production]\nfor = 20m\n');
    const env = { ...bareEnvironment(place.home), ...place.env, AWSP_NO_PROMPT: '1' };
    const script = [
      'awsp prod readonly',
      'awsp builder',
      'LATER; awsp -',
      'LATER; awsp prod readonly',
      'awsp -u',
      'LATER; awsp -',
    ];
    const shorter = ['awsp builder', 'awsp - --for 1m'];
    const at = [...script, ...shorter].map(
      (line) => `${line.replace('LATER', 'sleep 1.1')}; printenv AWSP_UNTIL || echo`,
    );
    const { stdout } = await runShell(shell, [shim, ...at].join('\n'), { env });
    const [first = 0, away, back, again = 0, unset, backAgain, gone, byHand] = stdout.split('\n').map(Number);
    expect([away, unset, gone]).toEqual([0, 0, 0]);
    expect(first).toBeGreaterThan(inSeconds(19 * 60));
    expect(back).toBe(first);
    expect(again).toBeGreaterThan(first);
    expect(backAgain).toBe(again);
    expect(byHand).toBeLessThan(inSeconds(70));
  });

  it('drops what --unset drops, for every row of the table', async () => {
    const all = Object.fromEntries(variables.map(({ name }) => [name, 'x']));
    for (const own of [{}, { AWS_REGION: 'other' }, { AWSP_REGION: '' }]) {
      const env = { ...bareEnvironment(temporaryFolder()), ...all, ...own, AWSP_UNTIL: String(inSeconds(-1)) };
      const { AWSP_PREVIOUS_UNTIL: _past, ...expected } = applyDelta(env, unsetDelta(env).delta);
      const aws = Object.fromEntries(Object.entries(expected).filter(([name]) => /^AWSP?_/.test(name)));
      expect((await afterPrompt(env)).env).toEqual(aws);
    }
  });

  it.each<[title: string, changed: Environment, isOver: boolean]>([
    ['a second ago', { AWSP_UNTIL: String(inSeconds(-1)) }, true],
    ['long ago: the machine slept', { AWSP_UNTIL: '1' }, true],
    ['not yet', { AWSP_UNTIL: String(inSeconds(86_400)) }, false],
    ['with the prompt switched off', { AWSP_UNTIL: '1', AWSP_NO_PROMPT: '1' }, true],
    ['for a profile that was chosen by hand since', { AWSP_UNTIL: '1', AWS_PROFILE: 'other' }, false],
    ['for a profile in other letters', { AWSP_UNTIL: '1', AWS_PROFILE: 'PROD' }, false],
    ['with no profile', { AWSP_UNTIL: '1', AWS_PROFILE: '', AWSP_PROFILE: '' }, false],
    ['no number', { AWSP_UNTIL: 'a[$(touch pwned)]' }, false],
    ['a negative number', { AWSP_UNTIL: '-1' }, false],
    ['an octal number', { AWSP_UNTIL: '0777' }, false],
    ['a fraction', { AWSP_UNTIL: '1.5' }, false],
    ['nothing', { AWSP_UNTIL: '' }, false],
  ])('over %s', async (_title, changed, isOver) => {
    const env = { ...switched({}), ...changed };
    const after = await afterPrompt(env);
    expect(after.said).toBe(isOver ? over('prod') : '');
    expect(after.env.AWS_PROFILE).toBe(isOver ? undefined : env.AWS_PROFILE);
    expect(existsSync(join(env.HOME ?? '', 'pwned'))).toBe(false);
  });

  it.each(['!', '(', '-n', '-a', '=', '-1'])('drops a profile named %s', async (profile) => {
    const { said, env } = await afterPrompt(switched({ profile, until: 1 }));
    expect(env.AWS_PROFILE).toBeUndefined();
    // In bash that name is what an old prompt has left, and has been spoken of.
    expect(said).toBe(shell === 'bash' && profile === '-1' ? '' : over(profile));
  });

  it('says a name as text', async () => {
    const { said } = await afterPrompt(switched({ profile: 'a\u001B[31m%s$(touch pwned)\\n`id`', until: 1 }));
    expect(said).toBe(over('a?[31m%s$(touch pwned)\\n`id`'));
  });

  it('shows the time that is left when it is short, of the limit and the sign-in whichever ends first', async () => {
    const shown = async (facts: Partial<Facts>) => {
      const env = { ...switched(facts), NO_COLOR: '1' };
      return (await runShell(shell, `${shim}\n${before}\n${print}`, { env })).stdout;
    };
    expect(await shown({ until: inSeconds(510) })).toBe('(PROD prod 123456789013 9m) ');
    expect(await shown({ until: inSeconds(3600) })).toBe('(PROD prod 123456789013) ');
    expect(await shown({ until: inSeconds(510), expiresAt: inSeconds(250) })).toBe('(PROD prod 123456789013 5m) ');
    expect(await shown({ until: inSeconds(250), expiresAt: inSeconds(510) })).toBe('(PROD prod 123456789013 5m) ');
    expect(await shown({ until: inSeconds(510), expiresAt: inSeconds(-1) })).toBe('(PROD prod 123456789013 expired) ');
  });

  if (shell === 'fish') {
    it('knows the time also where the person has a function of the same name', async () => {
      const path = 'function path; string join \\n $PATH; end';
      const env = { ...switched({ until: inSeconds(510) }), NO_COLOR: '1' };
      const { stdout, stderr } = await runShell(shell, `${shim}\n${path}\n${before}\n${print}`, { env });
      expect({ stdout, stderr }).toEqual({ stdout: '(PROD prod 123456789013 9m) ', stderr: '' });
    });
  }

  describe('when a command is typed at a prompt that is old by then', () => {
    // Bash cannot unset a variable there: the profile becomes one that does not exist.
    const instead = shell === 'bash' ? ['-1'] : [];

    async function openOld(rc: readonly string[] = [], extra: Environment = {}): Promise<Screen> {
      return inTime(async (seconds) => {
        const screen = open(switched({ until: inSeconds(seconds) }, { AWS_PROFILE: 'before', ...extra }), rc);
        return (await screen.prompt(/>$/)) === '(prod 123456789013 1m) >' ? screen : null;
      });
    }

    it('the command runs without the profile', async () => {
      const screen = await openOld();
      screen.type('printenv AWS_PROFILE\r');
      await ends(screen, '(prod 123456789013 1m) > printenv AWS_PROFILE', over('prod'), ...instead, '>');
      screen.type('printenv AWS_PROFILE AWSP_PROFILE AWSP_PREVIOUS\r');
      await ends(screen, '> printenv AWS_PROFILE AWSP_PROFILE AWSP_PREVIOUS', 'prod', '>');
    });

    it('`awsp current` knows that there is none', async () => {
      const screen = await openOld();
      screen.type('awsp current\r');
      await expect.poll(() => screen.lines()).toContain('awsp: no profile is active in this shell');
    });

    it('so do the parts of a command line, and the status before it is kept', async () => {
      const screen = await openOld();
      const status = shell === 'fish' ? '$status' : '$?';
      screen.type(`echo ${status} | cat; printenv AWS_PROFILE | cat\r`);
      await expect.poll(() => screen.lines().slice(1)).toEqual([over('prod'), '0', ...instead, '>']);
    });

    it.each(['awsp -', 'awsp --no-verify -', 'a -', 'back', 'true; back'])(
      '`%s` goes to the profile before it, as its reader meant',
      async (line) => {
        const place = await makeSandbox();
        onTestFinished(() => place.remove());
        const back = shell === 'fish' ? 'function back; awsp -; end' : 'back() { awsp -; }';
        const screen = await openOld([shell === 'fish' ? 'alias a awsp' : 'alias a=awsp', back], {
          ...place.env,
          HOME: place.home,
          AWS_PROFILE: 'sandkasse-lab-Builder-123456789041',
        });
        screen.type(`${line}\r`);
        await expect.poll(() => screen.lines().at(-1)).toMatch(/^\(sandkasse(-lab-Builder|\.\.).*\) >$/);
        expect(screen.lines().join('\n')).toContain(over('prod'));
      },
    );

    it('nothing in a line with `awsp -` gets it when there is no way back', async () => {
      const screen = await openOld();
      screen.type(`awsp -; printenv AWS_PROFILE${shell === 'fish' ? '; or' : ' ||'} echo none\r`);
      await ends(screen, shell === 'bash' ? '-1' : 'none', '>');
      expect(screen.lines()).toContain(over('prod'));
    });

    if (shell === 'bash') {
      it('it is over by the clock, also where another one counts in SECONDS', async () => {
        const screen = await openOld(["SECONDS=1000; PROMPT_COMMAND+='; SECONDS=0'"]);
        screen.type('printenv AWS_PROFILE\r');
        await expect.poll(() => screen.lines().slice(1)).toEqual([over('prod'), '-1', '>']);
      });

      it('a PS0 of the person stays, and strict options are no reason to fail', async () => {
        const screen = await openOld(["PS0='own '", 'set -u; IFS=1']);
        screen.type('printenv AWS_PROFILE\r');
        await expect.poll(() => screen.lines().slice(1)).toEqual([over('prod'), 'own -1', '>']);
        screen.type('true\r');
        await ends(screen, '> true', 'own >');
      });

      it('without promptvars it is at the next prompt', async () => {
        const screen = await openOld(['shopt -u promptvars']);
        screen.type('printenv AWS_PROFILE\r');
        await ends(screen, '(prod 123456789013 1m) > printenv AWS_PROFILE', 'prod', over('prod'), '>');
      });
    }
  });

  it('is inherited by a child shell', async () => {
    const env = switched({ until: inSeconds(100) });
    const child = "bash --norc --noprofile -c 'echo $AWSP_UNTIL'";
    const set = shells[shell].set('AWSP_UNTIL', env.AWSP_UNTIL ?? '');
    const { AWSP_UNTIL, ...others } = env;
    expect((await runShell(shell, `${set}\n${child}`, { env: others })).stdout).toBe(`${AWSP_UNTIL}\n`);
  });

  if (shell !== 'zsh') {
    it('holds in an old shell, which has no clock of its own', async () => {
      const folder = temporaryFolder();
      const copy = installFake(folder, shell, ':');
      const text = readFileSync(copy, 'utf8');
      const old = text
        .replaceAll('EPOCHSECONDS', '__awsp_none')
        .replaceAll('%(%s)T', '%!')
        .replaceAll('set -l path path', 'set -l path none');
      expect(old).not.toBe(text);
      writeFileSync(copy, old);
      const source = `source '${copy}'`;
      expect((await afterPrompt(switched({ until: inSeconds(-1) }), source)).said).toBe(over('prod'));
      expect((await afterPrompt(switched({ until: inSeconds(100) }), source)).said).toBe('');
    });
  }
});

describeWith('strace', 'seen from the kernel', () => {
  describeEachShell('a time limit starts no process', (shell) => {
    it.each([100, -1])('that ends in %i s', async (seconds) => {
      const before = shell === 'fish' ? 'emit fish_prompt; awsp_prompt' : '__awsp_prompt';
      const source = `source '${join(shimFolder, `awsp.${shell}`)}'`;
      const home = temporaryFolder();
      const env = applyDelta(
        bareEnvironment(home),
        switchDelta({ HOME: home }, { ...prod, until: inSeconds(seconds), seen: home }).delta,
      );
      const nothing = await countProcesses(shell, ['-i'], source, env);
      expect(await countProcesses(shell, ['-i'], `${source}; ${before}`, env)).toBe(nothing);
    });
  });
});
