import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { confirmProduction, type ProductionConsent } from '../../src/actions/confirm-production.ts';
import type { AwspError } from '../../src/errors.ts';
import { productionFacts } from '../support/facts.ts';
import { makeSandbox, type Sandbox } from '../support/program.ts';
import { bareEnvironment, describeEachShell, shimFolder } from '../support/shells.ts';
import { openShell } from '../support/terminal.ts';
import { fakeWorld } from '../support/world.ts';

const dev = 'barnehageplass-dev-AWSAdministratorAccess-123456789011';
const prod = 'barnehageplass-prod-AWSReadOnlyAccess-123456789013';
const admin = 'barnehageplass-prod-AWSAdministratorAccess-123456789013';
const builder = 'sandkasse-lab-Builder-123456789041';

describe('who is let through', () => {
  const profile = { name: prod, accountId: '123456789013', roleName: 'AWSReadOnlyAccess' };
  const asked = (word: string, more = '') =>
    `awsp: "${prod}" is production (account 123456789013, role AWSReadOnlyAccess)${more}: ${word}`;
  const yesNo = 'switch to it? [y/N] ';
  const typed = 'to switch to it, type "barnehageplass-prod": ';
  const guess = ', which "bprod" only resembles';

  /** What is asked with a person there who answers so, and then only presses Enter, or nobody, and what comes of it. */
  async function outcome(assent: Partial<ProductionConsent>, answer: string | null, subject = profile) {
    const questions: string[] = [];
    const terminal = {
      ...fakeWorld().terminal,
      interactive: answer !== null,
      ask: async (question: string) => {
        questions.push(question);
        return questions.length === 1 ? (answer ?? '') : '';
      },
      write: () => {},
    };
    const failure = await confirmProduction(terminal, subject, {
      confirm: 'off',
      yes: false,
      guessedFrom: null,
      ...assent,
    })
      .then(() => null)
      .catch((error: AwspError) => error);
    return { questions, code: failure?.code ?? 0, message: failure?.message, details: failure?.details };
  }

  it.each<[assent: Partial<ProductionConsent>, answer: string | null, code: number, question: string | null]>([
    [{}, null, 0, null],
    [{}, 'n', 0, null],
    [{ yes: true }, null, 0, null],
    [{ confirm: 'yes' }, 'y', 0, asked(yesNo)],
    [{ confirm: 'yes' }, ' YES ', 0, asked(yesNo)],
    [{ confirm: 'yes' }, '', 130, asked(yesNo)],
    [{ confirm: 'yes' }, 'n', 130, asked(yesNo)],
    [{ confirm: 'yes' }, null, 6, null],
    [{ confirm: 'yes', yes: true }, null, 0, null],
    [{ confirm: 'typed' }, 'barnehageplass-prod', 0, asked(typed)],
    [{ confirm: 'typed' }, ' barnehageplass-prod ', 0, asked(typed)],
    [{ confirm: 'typed' }, '', 130, asked(typed)],
    [{ confirm: 'typed' }, 'y', 6, asked(typed)],
    [{ confirm: 'typed' }, 'barnehageplass-dev', 6, asked(typed)],
    [{ confirm: 'typed' }, null, 6, null],
    [{ confirm: 'typed', yes: true }, null, 0, null],
    // A guess is asked for whatever the settings and --yes say.
    [{ guessedFrom: 'bprod' }, null, 3, null],
    [{ guessedFrom: 'bprod', yes: true }, null, 3, null],
    [{ guessedFrom: 'bprod', yes: true, confirm: 'typed' }, null, 3, null],
    [{ guessedFrom: 'bprod' }, 'y', 0, asked(yesNo, guess)],
    [{ guessedFrom: 'bprod', yes: true }, '', 130, asked(yesNo, guess)],
    [{ guessedFrom: 'bprod', yes: true }, 'y', 0, asked(yesNo, guess)],
    [{ guessedFrom: 'bprod', confirm: 'typed' }, 'y', 6, asked(typed, guess)],
    [{ guessedFrom: 'bprod', confirm: 'typed' }, 'barnehageplass-prod', 0, asked(typed, guess)],
  ])('%j, answered %j: %i', async (assent, answer, code, question) => {
    const result = await outcome(assent, answer);
    expect({ code: result.code, questions: result.questions }).toEqual({
      code,
      questions: question === null ? [] : [question],
    });
  });

  it.each(['yes please', prod])('%j is neither yes nor no, and is asked again', async (answer) => {
    const { code, questions } = await outcome({ confirm: 'yes' }, answer);
    expect({ code, questions }).toEqual({ code: 130, questions: [asked(yesNo), asked(yesNo)] });
  });

  it.each([
    ['the role and the account end the name', { name: 'a-b-R-1', accountId: '1', roleName: 'R' }, 'a-b'],
    ['the role is not in the name', { name: 'a-b-1', accountId: '1', roleName: 'R' }, 'a-b-1'],
    ['nothing but them is in the name', { name: '-R-1', accountId: '1', roleName: 'R' }, '-R-1'],
    ['neither is known', { name: 'a-null-null-x', accountId: null, roleName: null }, 'a-null-null-x'],
  ])('the word to type, where %s', async (_where, subject, word) => {
    const { questions } = await outcome({ confirm: 'typed' }, word, subject as typeof profile);
    expect(questions[0]).toContain(`type "${word}": `);
  });

  it('says the way out where nobody can be asked', async () => {
    expect(await outcome({ confirm: 'yes' }, null)).toMatchObject({
      message: `"${prod}" is production, and there is no terminal to ask on`,
      details: ['to switch to it without being asked: --yes'],
    });
    expect(await outcome({ guessedFrom: 'bprod' }, null)).toMatchObject({
      message: '"bprod" only resembles a production profile: name it',
      details: [prod],
    });
  });

  it('a name cannot redraw the question', async () => {
    const { questions } = await outcome({ confirm: 'yes' }, 'y', { ...profile, name: 'a\u001B[2Kb\n' });
    expect(questions[0]).toContain('"a\uFFFD[2Kb\uFFFD" is production');
  });
});

describe('without a terminal', () => {
  let sandbox: Sandbox;
  beforeEach(async () => {
    sandbox = await makeSandbox();
    sandbox.write('.config/awsp/config', `[guard]\nconfirm = yes\n[alias]\np = ${prod}\n`);
  });
  afterEach(() => sandbox.remove());

  it.each([
    ['the exact name', [prod]],
    ['an alias', ['p']],
    ['other letters', [prod.toUpperCase()]],
    ['words', ['prod', 'readonly']],
    ['a region', ['p', '--region', 'eu-west-1']],
    ['no verification', ['p', '--no-verify']],
    ['a forced one', ['p', '--verify']],
    ['a sign-in', ['p', '--login']],
  ])('%s does not reach production', async (_what, query) => {
    const { code, stdout, stderr } = await sandbox.switchVia(query);
    expect({ code, stdout }).toEqual({ code: 6, stdout: '' });
    expect(stderr).toContain('--yes');
    expect(sandbox.emulator.requests).toEqual([]);
  });

  it('nor does the way back', async () => {
    const env = { AWS_PROFILE: dev, AWSP_PROFILE: dev, AWSP_PREVIOUS: prod };
    expect(await sandbox.switchVia(['-'], { env })).toMatchObject({ code: 6, stdout: '' });
    expect(await sandbox.switchVia(['-', '--yes'], { env })).toMatchObject({
      code: 0,
      stdout: expect.stringContaining(`AWS_PROFILE='${prod}'`),
    });
  });

  it('--yes does, and what is not production is not asked for', async () => {
    for (const argv of [['p', '--yes'], ['dev']]) expect((await sandbox.switchVia(argv)).code).toBe(0);
  });

  it('the profile that is in use is not asked for, unless something else decides', async () => {
    const env = productionFacts(sandbox, prod);
    expect((await sandbox.switchVia(['p'], { env })).code).toBe(0);
    expect((await sandbox.switchVia(['p'], { env: { ...env, AWS_ACCESS_KEY_ID: 'AKIA' } })).code).toBe(6);
    expect((await sandbox.switchVia([admin], { env })).code).toBe(6);
  });

  it.each<[what: string, facts: Record<string, string | undefined>]>([
    ['AWS_PROFILE alone, set by hand', { AWSP_PROFILE: undefined, AWSP_LEVEL: undefined, AWSP_STATE: undefined }],
    ['facts of another profile', { AWSP_PROFILE: dev }],
    ['another level', { AWSP_LEVEL: 'normal' }],
    ['no state', { AWSP_STATE: undefined }],
    ['another account', { AWSP_ACCOUNT_ID: '123456789011' }],
    ['no account', { AWSP_ACCOUNT_ID: undefined }],
    ['other files', { AWSP_FILES: '/home/other::' }],
    ['a time limit that has passed', { AWSP_UNTIL: '1' }],
  ])('%s is not in use', async (_what, facts) => {
    const env = { ...productionFacts(sandbox, prod), ...facts };
    expect(await sandbox.switchVia(['p'], { env })).toMatchObject({ code: 6, stdout: '' });
  });

  it('what only AWS knows to be production is found before the shell changes', async () => {
    sandbox.write('.config/awsp/config', '[guard]\nconfirm = yes\n[production]\nmatch = 123456789041\n');
    expect(await sandbox.switchVia([builder])).toMatchObject({ code: 6, stdout: '' });
    expect(await sandbox.switchVia([builder, '--yes'])).toMatchObject({
      code: 0,
      stdout: expect.stringContaining("AWSP_LEVEL='production'"),
    });
  });

  it.each([[[]], [['--yes']], [['--no-verify']]])(
    'a guess never does, whatever the settings say, with %j',
    async (more) => {
      sandbox.write('.config/awsp/config', '[guard]\nconfirm = off\n');
      sandbox.write('.aws/config', `[profile ${admin}]\nregion = eu-west-1\n`);
      sandbox.write('.aws/credentials', '');
      const result = await sandbox.switchVia(['bprod', ...more]);
      expect(result).toMatchObject({ code: 3, stdout: '' });
      expect(result.stderr).toContain(`"bprod" only resembles a production profile: name it\n  ${admin}\n`);
    },
  );

  it('a guess at what AWS knows to be production neither', async () => {
    sandbox.write('.config/awsp/config', '[production]\nmatch = 123456789041\n');
    const result = await sandbox.switchVia(['sandbuild']);
    expect(result).toMatchObject({ code: 3, stdout: '' });
    expect(result.stderr).toContain('only resembles');
  });
});

describeEachShell('what is typed ahead', (shell) => {
  it.each([
    ['typed', 'barnehageplass-prod', /type "barnehageplass-prod":$/],
    ['yes', 'y', /switch to it\? \[y\/N\]$/],
  ])('is no answer, with confirm = %s', async (confirm, answer, question) => {
    const sandbox = await makeSandbox();
    try {
      sandbox.write('.config/awsp/config', `[guard]\nconfirm = ${confirm}\n`);
      const shim = `source '${shimFolder}/awsp.${shell}'`;
      const plain = shell === 'fish' ? "function fish_prompt; echo -n '> '; end" : "PS1='> '";
      const env = { ...bareEnvironment(sandbox.home), ...sandbox.env };
      const screen = openShell(shell, `${plain}\n${shim}`, env, sandbox.home);
      await screen.prompt(/^>$/);
      // A paste: a line for the shell, a whole answer, and the beginning of another one.
      screen.type(`awsp prod readonly\r${answer}\r${answer}`);
      await screen.prompt(question);
      screen.type('\r');
      await screen.prompt(/^>/);
      expect(screen.lines().join('\n')).not.toContain('(barnehageplass-prod ReadOnly)');
      screen.type(`\u0015awsp prod readonly\r`);
      await screen.prompt(question);
      screen.type(`${answer}\r`);
      expect(await screen.prompt(/>$/)).toBe('(barnehageplass-prod ReadOnly) >');
    } finally {
      await sandbox.remove();
    }
  });
});

describeEachShell('on a terminal', (shell) => {
  it('production is asked for by name, and the answer decides', async () => {
    const sandbox = await makeSandbox();
    try {
      sandbox.write('.config/awsp/config', '[guard]\nconfirm = typed\n');
      const shim = `source '${shimFolder}/awsp.${shell}'`;
      const plain = shell === 'fish' ? "function fish_prompt; echo -n '> '; end" : "PS1='> '";
      const screen = openShell(
        shell,
        `${plain}\n${shim}`,
        { ...bareEnvironment(sandbox.home), ...sandbox.env },
        sandbox.home,
      );
      await screen.prompt(/^>$/);
      screen.type('awsp prod readonly\r');
      await screen.prompt(/type "barnehageplass-prod":$/);
      screen.type('prod\r');
      await expect.poll(() => screen.lines().at(-2)).toContain('"prod" is not "barnehageplass-prod"');
      await screen.prompt(/^>$/);
      screen.type('awsp prod readonly\r');
      await screen.prompt(/type "barnehageplass-prod":$/);
      screen.type('\u0003');
      await screen.prompt(/^>$/);
      screen.type('awsp prod readonly\r');
      await screen.prompt(/type "barnehageplass-prod":$/);
      screen.type('barnehageplass-prod\r');
      expect(await screen.prompt(/>$/)).toBe('(barnehageplass-prod ReadOnly) >');
    } finally {
      await sandbox.remove();
    }
  });
});
