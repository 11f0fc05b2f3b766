import { chmodSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { complete } from '../../src/actions/complete.ts';
import { lateGrammar } from '../../src/commands/grammar.ts';
import { shells } from '../../src/environment/shells.ts';
import {
  bareEnvironment,
  describeEachShell,
  dialects,
  installFake,
  runShell,
  temporaryFolder,
} from '../support/shells.ts';
import { fakeWorld } from '../support/world.ts';

const grammar = await lateGrammar.loadAll();

const refused = 'awsp: the program did not run to its end, so nothing was changed\n';

describeEachShell('what a shim evaluates', (shell) => {
  const { set } = shells[shell];
  const good = `echo "$mark"; cat <<'END'\n${set('AWS_PROFILE', 'new')}\nEND\necho "$mark"`;

  it.each<[string, string, string, string]>([
    ['all of it between two marks', good, '0 new', ''],
    ['not what a wrapper prints before', `echo 'set | touch pwned; touch pwned'\n${good}`, '0 new', ''],
    ['not what a wrapper prints after', `${good}\necho 'touch pwned'`, '0 new', ''],
    ['nothing between two marks', 'echo "$mark"; echo "$mark"', '0 old', ''],
    ['not without marks', set('AWS_PROFILE', 'new').replace(/^/, "cat <<'END'\n").concat('\nEND'), '1 old', refused],
    ['not without the second mark', `${good.slice(0, good.lastIndexOf('echo'))}exit 0`, '1 old', refused],
    ['not with the marks of another call', good.replaceAll('$mark', 'awsp-1-1'), '1 old', refused],
    ['not when nothing was printed', 'exit 0', '1 old', refused],
    ['not when the program failed', `${good}\nexit 5`, '5 old', ''],
  ])('%s', async (_title, body, after, stderr) => {
    const folder = temporaryFolder();
    const shim = installFake(folder, shell, '');
    writeFileSync(join(folder, 'dist', 'awsp.cjs'), `#!/bin/sh\nmark=$4\n${body}\n`);
    const source = shell === 'fish' ? 'source' : '.';
    const { status } = dialects[shell];
    const script = `${source} '${shim}'; cd '${folder}'; awsp dev; echo ${status} $AWS_PROFILE; ls pwned 2>/dev/null; true`;
    const env = { ...bareEnvironment(folder), AWS_PROFILE: 'old' };
    expect(await runShell(shell, script, { env })).toEqual({ stdout: `${after}\n`, stderr, code: 0 });
  });

  it('is nothing where the program cannot start', async () => {
    const folder = temporaryFolder();
    const shim = installFake(folder, shell, '');
    chmodSync(join(folder, 'dist', 'awsp.cjs'), 0o755);
    writeFileSync(join(folder, 'dist', 'awsp.cjs'), `#!/no/such/interpreter\n`);
    const source = shell === 'fish' ? 'source' : '.';
    const script = `${source} '${shim}'; awsp dev; test ${dialects[shell].status} -ne 0 && echo failed $AWS_PROFILE`;
    const env = { ...bareEnvironment(folder), AWS_PROFILE: 'old' };
    expect((await runShell(shell, script, { env })).stdout).toBe('failed old\n');
  });
});

describe('bash at the Tab key', () => {
  const world = fakeWorld({
    disk: { '/home/kari/.aws/config': '[profile é`id`]\n[profile e-plain]\n' },
  });
  it.each([
    ['', ['é\\`id\\`', 'e-plain']],
    ['C.UTF-8', ['é\\`id\\`', 'e-plain']],
    ['nb_NO.utf8', ['é\\`id\\`', 'e-plain']],
    ['C', ['é\\`id\\`', 'e-plain']],
    ['zh_CN.GBK', ['e-plain']],
    ['zh_TW.big5', ['e-plain']],
    ['ja_JP.SJIS', ['e-plain']],
    ['zh_CN', ['e-plain']],
  ])('in the locale %j gets the names that its backslashes can protect', async (locale, expected) => {
    const { stdout = '' } = await complete(world, grammar, 'bash', ['awsp switch ', '', locale]);
    expect(stdout.split('\n').filter((line) => line !== '')).toEqual(expected);
  });

  it.each([
    ['zsh', { LC_ALL: 'zh_CN.GBK' }, ['e-plain']],
    ['zsh', { LANG: 'zh_TW.BIG5', LC_CTYPE: 'C.UTF-8' }, ['e-plain', 'é`id`']],
    ['zsh', {}, ['e-plain', 'é`id`']],
    ['fish', { LC_ALL: 'zh_TW.BIG5' }, ['e-plain']],
    ['fish', { LC_ALL: 'zh_CN.GBK' }, ['e-plain', 'é`id`']],
  ] as const)('%s in %j gets the names that arrive as they are', async (shell, env, expected) => {
    const { stdout = '' } = await complete({ ...world, env }, grammar, shell, ['awsp', 'switch', '']);
    const names = ['e-plain', 'é`id`'].filter((name) => stdout.includes(name));
    expect(names).toEqual(expected);
  });
});
