import { existsSync, rmSync, writeFileSync } from 'node:fs';
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

/** The same for what acts as the profile beside a switch. */
async function use(
  act: string,
  words: readonly string[],
  { env = {}, isRemembered, ...more }: Omit<Way, 'argv'> & Partial<InProcessOptions> = {},
  options: readonly string[] = [],
) {
  rmSync(`${sandbox.home}/.cache/awsp`, { recursive: true, force: true });
  const acting = { env: { PATH: process.env.PATH, ...env }, cwd: sandbox.home };
  if (isRemembered) await sandbox.awsp(acts[act]?.(words, ['--yes', ...options]) ?? [], acting);
  rmSync(`${sandbox.home}/ran`, { force: true });
  return sandbox.awsp(acts[act]?.(words, options) ?? [], { ...acting, ...more });
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

/** What acts as a profile beside a switch: the arguments, from options and the words that name the profile. */
const acts: Readonly<Record<string, (words: readonly string[], options?: readonly string[]) => readonly string[]>> = {
  exec: (words, options = []) => ['exec', ...options, ...words, '--', 'touch', 'ran'],
  'exec --keys': (words, options = []) => acts.exec?.(words, ['--keys', ...options]) ?? [],
  'exec --only': (words, options = []) => acts.exec?.(words, ['--only', ...options]) ?? [],
  'exec --for': (words, options = []) => acts.exec?.(words, ['--for', '1h', ...options]) ?? [],
  'exec --region': (words, options = []) => acts.exec?.(words, ['--region', 'eu-north-1', ...options]) ?? [],
  'exec --no-verify': (words, options = []) => acts.exec?.(words, ['--no-verify', ...options]) ?? [],
  'exec by the shim': (words, options = []) => [
    '--shell',
    'bash',
    '--subshell',
    ...(acts.exec?.(words, options) ?? []),
  ],
  credentials: (words, options = []) => ['credentials', ...words, ...options],
  'credentials --format env': (words, options = []) => ['credentials', '--format', 'env', ...words, ...options],
  'credentials --no-verify': (words, options = []) => ['credentials', '--no-verify', ...words, ...options],
  console: (words, options = []) => ['console', ...words, '--print', ...options],
  'console of a service': (words, options = []) => ['console', ...words, 's3', '--print', ...options],
  'console --region': (words, options = []) => ['console', ...words, '--region', 'eu-north-1', '--print', ...options],
};

/** How the profile is named to them. */
const waysOfActs: Readonly<
  Record<string, (name: string, index: number) => Omit<Way, 'argv'> & { readonly words: readonly string[] }>
> = {
  'its name': (name) => ({ words: [name] }),
  'other letters': (name) => ({ words: [name.toUpperCase()] }),
  'an alias': (_name, index) => ({ words: [`alias${index}`] }),
  'AWS unreachable': (name) => ({ words: [name], env: unreachable }),
  'a remembered verification': (name) => ({ words: [name], isRemembered: true }),
  'AWS_PROFILE set by hand': (name) => ({ words: [name], env: { AWS_PROFILE: name } }),
  'the profile of the shell, set by hand': (name) => ({ words: [], env: { AWS_PROFILE: name } }),
  'the way back': (name) => ({ words: ['-'], env: { AWSP_PREVIOUS: name } }),
};

const ofShell = 'the profile of the shell, set by hand';
/** `awsp exec` needs a name, and the others know no way back. Which setting asks makes no difference to how it is named. */
const usesWith = (confirm: string) =>
  Object.keys(acts).flatMap((act) => {
    const isExec = act.startsWith('exec');
    const some = Object.keys(waysOfActs).filter((way) => {
      if (confirm === 'yes') return way === 'its name';
      return way === ofShell ? !isExec : isExec || way !== 'the way back';
    });
    return some.map((way) => [act, way] as const);
  });
const uses = [...usesWith('yes'), ...usesWith('typed')];

const table = [
  [names.length, 'names of production accounts'],
  [2, 'settings'],
  [Object.keys(ways).length, 'switches without a terminal'],
  [Object.keys(waysOfPersons).length, 'switches of a person'],
  [uses.length, 'uses by exec, credentials and console'],
] as const;
const combinations =
  names.length * (2 * (Object.keys(ways).length + Object.keys(waysOfPersons).length * 2) + uses.length);

/** Those that have been tried. */
let tried = 0;

describe.each(byMode)('confirm = $confirm, $name, by $because', ({ confirm, name }) => {
  it.each(Object.entries(ways))('without a terminal: %s', async (_way, wayTo) => {
    sandbox.write('.config/awsp/config', settings(confirm));
    const way = wayTo(name, indexOf(name), sandbox);
    tried += 1;
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
      tried += 1;
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

  it(`exec, credentials and console, without a terminal and by a person who does not agree: ${usesWith(confirm).length} uses`, async () => {
    sandbox.write('.config/awsp/config', settings(confirm));
    const passed: unknown[] = [];
    const hasRun = () => existsSync(`${sandbox.home}/ran`);
    for (const [act, wayTo] of usesWith(confirm)) {
      const { words, ...way } = waysOfActs[wayTo]?.(name, indexOf(name)) ?? { words: [] };
      const { answer, asked } = person([], 'n');
      const isOfPerson = wayTo === 'its name';
      tried += 1;
      const { code, stdout, stderr } = await use(act, words, {
        ...way,
        ...(isOfPerson ? { answer } : {}),
      });
      const isRefused = code === 6 || (isOfPerson && code === 130 && asked.length > 0);
      if (!isRefused || stdout !== '' || hasRun()) passed.push({ act, wayTo, code, stdout, stderr, ran: hasRun() });
    }
    expect(passed).toEqual([]);
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

it(`${combinations} combinations: ${table.map(([count, what]) => `${count} ${what}`).join(', ')}`, () => {
  expect(tried).toBe(combinations);
});

it.each(Object.keys(acts))('%s acts with the yes that is wanted', async (act) => {
  sandbox.write('.config/awsp/config', settings('typed'));
  const { code, stdout } = await use(act, [admin], {}, ['--yes']);
  const isDone = stdout !== '' || existsSync(`${sandbox.home}/ran`);
  expect({ code, isDone }).toEqual({ code: 0, isDone: true });
});

it('a role of the account by its ARN, and each of several profiles, are asked for as well', async () => {
  sandbox.write('.config/awsp/config', settings('yes'));
  const arn = 'arn:aws:iam::123456789013:role/Hub';
  for (const argv of [
    ['exec', '--role-arn', arn, dev, '--', 'touch', 'ran'],
    ['exec', '--role', '*ReadOnly*', 'ops', '--', 'touch', 'ran'],
    ['exec', '--ro', 'ops', '--', 'touch', 'ran'],
    ['exec', '--each', '123456789013', '--', 'touch', 'ran'],
    ['exec', '--each', 'ops', '--keys', '--', 'touch', 'ran'],
  ]) {
    const { code, stdout, stderr } = await sandbox.awsp(argv, { env: { PATH: process.env.PATH }, cwd: sandbox.home });
    const isEach = argv.includes('--each');
    expect({ argv, code, stdout, stderr }).toMatchObject({
      code: isEach ? 1 : 6,
      stdout: '',
      stderr: expect.stringContaining('--yes'),
    });
    expect(existsSync(`${sandbox.home}/ran`)).toBe(false);
  }
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
