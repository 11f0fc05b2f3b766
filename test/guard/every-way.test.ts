import { rmSync, writeFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { productionFacts } from '../support/facts.ts';
import type { InProcessOptions } from '../support/in-process.ts';
import { makeSandbox, type Sandbox } from '../support/program.ts';

const dev = 'barnehageplass-dev-AWSAdministratorAccess-123456789011';
const prod = 'barnehageplass-prod-AWSReadOnlyAccess-123456789013';
const admin = 'barnehageplass-prod-AWSAdministratorAccess-123456789013';
const builder = 'sandkasse-lab-Builder-123456789041';

const sso = (account: string, role = 'AWSAdministratorAccess') =>
  `sso_session = barnehage\nsso_account_id = ${account}\nsso_role_name = ${role}\nregion = eu-west-1\n`;

/** Other names for accounts that are production, beside those of the samples. */
const otherNames = `
[profile ops]
${sso('123456789013')}
[profile lookout]
${sso('123456789013', 'AWSReadOnlyAccess')}
[profile ｓｈｏｐ-ｐｒｏｄ]
${sso('123456789013')}
[profile of-zero-width]
${sso('123456789098')}
[profile pr\u200Bod]
${sso('123456789098')}
[profile data-billing]
${sso('123456789013')}
`;

/** Each name of a production account, and what makes it one. */
const names: readonly (readonly [name: string, because: string])[] = [
  [prod, 'its own name'],
  [admin, 'its own name'],
  ['ops', 'another profile of the account'],
  ['lookout', 'another profile of the account'],
  ['ｓｈｏｐ-ｐｒｏｄ', 'its name in full-width letters'],
  ['of-zero-width', 'another profile, with a zero-width space in its name'],
  ['data-billing', 'a pattern'],
  [builder, 'its account, which only AWS and the settings know'],
];

const aliases = names.map(([name], index) => `alias${index} = ${name}\n`).join('');
const settings = (confirm: string) =>
  `[guard]\nconfirm = ${confirm}\n[production]\nmatch = *billing*, 123456789041\n[alias]\n${aliases}`;

interface Way {
  readonly argv: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  readonly cwd?: string;
  /** The answers to the questions that come before those of the guard. */
  readonly before?: readonly string[];
  /** A verification is remembered. */
  readonly isRemembered?: boolean;
}

const unreachable = { AWS_ENDPOINT_URL_STS: 'http://127.0.0.1:9' };

/** The ways that need no terminal; `null` where there is none to such a profile. */
const ways: Readonly<Record<string, (name: string, index: number, sandbox: Sandbox) => Way>> = {
  'its name': (name) => ({ argv: [name] }),
  switch: (name) => ({ argv: ['switch', name] }),
  'other letters': (name) => ({ argv: [name.toUpperCase()] }),
  'an alias': (_name, index) => ({ argv: [`alias${index}`] }),
  here: (_name, index, sandbox) => ({ argv: ['here'], cwd: `${sandbox.home}/work/${index}` }),
  'the way back': (name) => ({ argv: ['-'], env: { AWS_PROFILE: dev, AWSP_PROFILE: dev, AWSP_PREVIOUS: name } }),
  '--region': (name) => ({ argv: [name, '--region', 'eu-north-1'] }),
  '--for': (name) => ({ argv: [name, '--for', '1h'] }),
  '--no-verify': (name) => ({ argv: [name, '--no-verify'] }),
  '--verify': (name) => ({ argv: [name, '--verify'] }),
  '--login': (name) => ({ argv: [name, '--login'] }),
  'AWS unreachable': (name) => ({ argv: [name], env: unreachable }),
  'AWS unreachable, verification forced': (name) => ({ argv: [name, '--verify'], env: unreachable }),
  'a remembered verification': (name) => ({ argv: [name], isRemembered: true }),
  'AWS_PROFILE set by hand': (name) => ({ argv: [name], env: { AWS_PROFILE: name } }),
  'AWS_PROFILE set by hand over the facts of another profile': (name, _index, sandbox) => ({
    argv: [name],
    env: { ...productionFacts(sandbox, `${name}x`), AWS_PROFILE: name },
  }),
};

/** The ways on a terminal only. */
const waysOfPersons: Readonly<Record<string, (name: string, index: number, sandbox: Sandbox) => Way>> = {
  ...ways,
  'the list': (name) => ({ argv: [], before: [name] }),
  'the list, when the words fit several': (name) => ({ argv: ['a'], before: [name] }),
  'what the folder pins': (_name, index, sandbox) => ({ argv: [], cwd: `${sandbox.home}/work/${index}` }),
};

/** Without a role of its own for the account this one is taken, which is production, too. */
const readOnlyOf = names.filter(([, because]) => !because.includes('only AWS') && !because.includes('zero-width'));

let sandbox: Sandbox;
beforeAll(async () => {
  sandbox = await makeSandbox();
  writeFileSync(`${sandbox.home}/.aws/config`, otherNames, { flag: 'a' });
  for (const [index, [name]] of names.entries()) {
    sandbox.write(`work/${index}/.awsp`, `profile = ${name}\n`);
    await sandbox.awsp(['allow'], { cwd: `${sandbox.home}/work/${index}` });
  }
});
afterAll(() => sandbox.remove());

async function go({ argv, env = {}, cwd = sandbox.home, isRemembered }: Way, more: Partial<InProcessOptions> = {}) {
  rmSync(`${sandbox.home}/.cache/awsp`, { recursive: true, force: true });
  if (isRemembered) await sandbox.switchVia([...argv, '--yes']);
  return sandbox.switchVia(argv, { env, cwd, ...more });
}

/** A person who answers the questions before the guard's so, then those of the guard; and all that was asked. */
function person(before: readonly string[], toGuard: string) {
  const rest = [...before];
  const asked: { question: string; typedAhead: 'use' | 'discard' }[] = [];
  const answer: InProcessOptions['answer'] = (question, typedAhead) => {
    asked.push({ question, typedAhead });
    if (question.includes('belongs here')) return 'y';
    if (question.includes('production')) return toGuard;
    // Who is asked again is gone.
    return rest.shift() ?? null;
  };
  return { answer, asked };
}

const byMode = (['yes', 'typed'] as const).flatMap((confirm) =>
  names.map(([name, because]) => ({ confirm, name, because })),
);
const indexOf = (name: string) => names.findIndex(([known]) => known === name);

describe.each(byMode)('confirm = $confirm, $name, by $because', ({ confirm, name }) => {
  it.each(Object.entries(ways))('without a terminal: %s', async (_way, wayTo) => {
    sandbox.write('.config/awsp/config', settings(confirm));
    const way = wayTo(name, indexOf(name), sandbox);
    expect(await go(way)).toMatchObject({ code: 6, stdout: '', stderr: expect.stringContaining('--yes') });
  });

  it.each(Object.entries(waysOfPersons))('a person who does not agree: %s', async (_way, wayTo) => {
    sandbox.write('.config/awsp/config', settings(confirm));
    const way = wayTo(name, indexOf(name), sandbox);
    for (const [toGuard, code] of [
      ['', 130],
      ['n', confirm === 'yes' ? 130 : 6],
    ] as const) {
      const { answer, asked } = person(way.before ?? [], toGuard);
      const { code: found, stdout } = await go(way, { answer });
      const guarding = asked.filter(({ question }) => question.includes('production'));
      expect({ found, stdout, guarding: guarding.map(({ typedAhead }) => typedAhead) }).toMatchObject({
        found: code,
        stdout: '',
      });
      expect(guarding.length).toBeGreaterThan(0);
      expect(guarding.filter(({ typedAhead }) => typedAhead !== 'discard')).toEqual([]);
    }
  });

  it('is reached with the yes that the settings want, and is said to be production', async () => {
    sandbox.write('.config/awsp/config', settings(confirm));
    const { code, stdout, stderr } = await go({ argv: [name, '--yes'] });
    // The portal has no account 123456789098: there it ends after the guard.
    if (name !== 'of-zero-width')
      expect({ code, isRed: stdout.includes("AWSP_LEVEL='production'") }).toEqual({ code: 0, isRed: true });
    else expect({ code, stderr }).toMatchObject({ code: 1, stderr: expect.not.stringContaining('is production') });
  });
});

describe.each(['yes', 'typed'])('confirm = %s', (confirm) => {
  it.each(readOnlyOf)('--ro of %s (%s) is asked for', async (name) => {
    sandbox.write('.config/awsp/config', settings(confirm));
    expect(await go({ argv: ['--ro', name] })).toMatchObject({ code: 6, stdout: '' });
    expect((await go({ argv: ['--ro', name, '--yes'] })).code).toBe(0);
  });

  it('a zero-width name itself cannot be used at all', async () => {
    sandbox.write('.config/awsp/config', settings(confirm));
    expect(await go({ argv: ['pr\u200Bod', '--yes'] })).toMatchObject({ code: 1, stdout: '' });
  });

  it.each([['bprdrdonly'], ['barnprodadm']])('a guess is not enough: %s', async (typed) => {
    sandbox.write('.config/awsp/config', settings(confirm));
    expect(await go({ argv: [typed, '--yes'] })).toMatchObject({ code: 3, stdout: '' });
  });

  it.each([
    ['new', true],
    ['switch', false],
  ])('a person who makes a profile of it: %s', async (_what, isNew) => {
    sandbox.write('.config/awsp/config', settings(confirm));
    const made = `made-${confirm}`;
    const argv = [
      'new',
      '--account',
      '123456789013',
      '--role',
      'AWSReadOnlyAccess',
      '--name',
      made,
      '--session',
      'barnehage',
    ];
    const rest = isNew ? argv : [made];
    const asked: string[] = [];
    const answer: InProcessOptions['answer'] = (question, typedAhead) => {
      if (question.includes('production')) asked.push(typedAhead);
      if (question.includes('production')) return question.includes('it is production') ? 'y' : 'n';
      return question.includes('[Y/n]') ? 'y' : '';
    };
    const { code, stdout } = await go({ argv: rest }, { answer });
    expect({ isDone: code === 0, stdout }).toEqual({ isDone: false, stdout: '' });
    expect(asked).toEqual(isNew ? ['discard', 'discard'] : ['discard']);
  });
});

it('what is not known and may be production is asked for where AWS cannot say', async () => {
  for (const [patterns, code] of [
    ['', 6],
    ['[production]\nmatch = 9999*\n', 6],
    [`[production]\nexcept = ${builder}\n`, 0],
  ] as const) {
    sandbox.write('.config/awsp/config', `[guard]\nconfirm = yes\n${patterns}`);
    for (const way of [{ argv: [builder, '--no-verify'] }, { argv: [builder], env: unreachable }]) {
      expect((await go(way)).code).toBe(code);
    }
    // AWS says that it is another account.
    expect((await go({ argv: [builder] })).code).toBe(0);
  }
  const { stderr } = await go({ argv: [builder, '--no-verify', '--yes'] });
  expect(stderr).toContain('account unknown');
});

it('without a guard nothing is asked, and without production nothing may be it', async () => {
  sandbox.write('.config/awsp/config', '');
  for (const argv of [[prod], ['ops'], [builder, '--no-verify']]) expect((await go({ argv })).code).toBe(0);
  sandbox.write('.config/awsp/config', '[guard]\nconfirm = yes\n');
  for (const argv of [[dev], [dev, '--no-verify']]) expect((await go({ argv })).code).toBe(0);
});
