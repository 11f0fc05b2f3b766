import fc from 'fast-check';
import { single } from 'fuzzysort';
import { describe, expect, it } from 'vitest';
import { samples } from '../../src/emulator/samples.ts';
import { run } from '../../src/run.ts';
import { runs } from '../support/runs.ts';
import { fakeWorld } from '../support/world.ts';

/** A profile as the rules see it. */
interface Plain {
  readonly name: string;
  readonly account: string;
  readonly role: string;
  readonly session: string;
}

/**
 * The names that the rules leave for a query, in the words of the rules and with no thought of speed:
 * 1. the exact name; 2. an exact alias; 3. the name without regard to case; 4. all the query's words, in any order and
 * case, each found in the name, account id, role or SSO session; 5. by fuzzysort on the name, one that is clearly ahead:
 * a guess, which never reaches production unasked.
 */
function left(
  profiles: readonly Plain[],
  aliases: Readonly<Record<string, string>>,
  query: readonly string[],
): { readonly names: string[]; readonly guessed: boolean } {
  const typed = query.join(' ');
  const names = (some: readonly { readonly name: string }[]) => some.map(({ name }) => name);
  const rules: (() => string[])[] = [
    () => names(profiles.filter(({ name }) => name === typed)),
    () => (Object.hasOwn(aliases, typed) ? [aliases[typed] ?? ''] : []),
    () => names(profiles.filter(({ name }) => name.toLowerCase() === typed.toLowerCase())),
    () => {
      const words = typed
        .toLowerCase()
        .split(/\s+/)
        .filter((word) => word !== '');
      const found = (text: string, word: string) => text.toLowerCase().includes(word);
      const has = ({ name, account, role, session }: Plain, word: string) =>
        found(name, word) || found(account, word) || found(role, word) || found(session, word);
      return names(profiles.filter((profile) => words.every((word) => has(profile, word))));
    },
    () => {
      const scores = profiles.map(({ name }) => ({ name, score: single(typed, name)?.score ?? 0 }));
      const good = scores.filter(({ score }) => score >= 0.5);
      const ahead = good.filter((one) => good.every((other) => other === one || one.score - other.score >= 0.2));
      return names(ahead.length === 1 ? ahead : good);
    },
  ];
  for (const rule of rules) {
    const found = rule();
    if (found.length > 0) return { names: found, guessed: rule === rules.at(-1) };
  }
  return { names: [], guessed: false };
}

const configOf = (profiles: readonly Plain[]) =>
  profiles
    .map(
      ({ name, account, role, session }) =>
        `[profile "${name}"]\nsso_session = ${session}\nsso_account_id = ${account}\nsso_role_name = ${role}\n`,
    )
    .join('');

/** What `awsp <query>` comes to on a terminal: the profile it switches to, null when it switches to none, or asks. */
function switcher(profiles: readonly Plain[], aliases: Readonly<Record<string, string>> = {}) {
  const lines = Object.entries(aliases).map(([alias, name]) => `${alias} = ${name}\n`);
  const { terminal, ...world } = fakeWorld({
    disk: {
      '/home/kari/.aws/config': configOf(profiles),
      '/home/kari/.config/awsp/config': `[alias]\n${lines.join('')}`,
    },
  });
  return async (query: readonly string[]): Promise<string | null | 'asks'> => {
    let hasAsked = false;
    const asked = () => {
      hasAsked = true;
      throw new Error('the picker');
    };
    const person = { ...terminal, interactive: true, write: asked, ask: asked };
    const words = ['--shell', 'bash', 'switch', '--no-verify', ...query];
    const outcome = await run(words, { ...world, terminal: person }).catch(() => null);
    if (hasAsked) return 'asks';
    if (outcome === null) throw new Error(`awsp failed at ${JSON.stringify(query)}`);
    return /^export AWS_PROFILE='(.*)'(?: &&)?$/m.exec(outcome.stdout ?? '')?.[1] ?? null;
  };
}

async function expectTheRules(
  profiles: readonly Plain[],
  aliases: Readonly<Record<string, string>>,
  query: readonly string[],
  result: string | null | 'asks',
): Promise<void> {
  const { names, guessed } = left(profiles, aliases, query);
  const [only, ...others] = names;
  const known = profiles.some(({ name }) => name === only);
  // Blanks alone mean no profile, even if there is only one.
  const isProduction = guessed && names.some((name) => /\bprod\b/.test(name));
  const means = !isProduction && (query.join('').trim() !== '' || Object.hasOwn(aliases, query.join(' ')));
  const expected =
    names.length === 0 || (others.length === 0 && !known) ? null : others.length === 0 && means ? only : 'asks';
  expect({ query, result, left: names }).toEqual({ query, result: expected, left: names });
}

const sampleProfiles: readonly Plain[] = [
  ...(samples({ now: 0 }).files[0]?.text ?? '').matchAll(/^\[profile (.+)\]$/gm),
].map(([, name = '']) => ({
  name,
  account: /\d{12}$/.exec(name)?.[0] ?? '',
  role: name.split('-').at(-2) ?? '',
  session: name.split('-')[0] ?? '',
}));
const pairs = sampleProfiles.flatMap((one, index) =>
  sampleProfiles.slice(index + 1).map((other): [Plain, Plain] => [one, other]),
);

/** Pieces of a name, whole words, slips of the finger and other letters. */
function queriesFrom({ name }: Plain): string[] {
  const parts = name.split('-');
  const pieces = [1, 3, 6].flatMap((length) =>
    Array.from({ length: name.length - length + 1 }, (_, at) => name.slice(at, at + length)),
  );
  const slips = parts.flatMap((part) => [
    `${part.slice(1, 2)}${part.slice(0, 1)}${part.slice(2)}`,
    part.slice(1),
    `${part}x`,
  ]);
  const initials = [parts.map((part) => part[0]).join(''), parts.map((part) => part.slice(0, 2)).join('')];
  return [
    name,
    name.toUpperCase(),
    ...parts,
    ...pieces,
    ...slips,
    ...initials,
    parts.toReversed().join(' '),
    `${parts[0]} ${parts[1]}`,
  ];
}

describe('a switch without the picker', () => {
  it('there are samples', () => {
    expect(pairs).toHaveLength(55);
  });

  it('for every pair of the samples and every piece of their names', async () => {
    let switches = 0;
    let questions = 0;
    for (const [index, pair] of pairs.entries()) {
      const switchTo = switcher(pair);
      // Each name is in ten pairs: a quarter of the queries with each of them is every query with some of them.
      const queries = [...new Set(pair.flatMap(queriesFrom))].filter((_, at) => runs(1) > 1 || at % 4 === index % 4);
      for (const typed of queries) {
        if (typed.startsWith('-')) continue;
        const result = await switchTo([typed]);
        await expectTheRules(pair, {}, [typed], result);
        if (result === 'asks') questions++;
        else if (result !== null) switches++;
      }
    }
    expect(switches).toBeGreaterThan(500);
    expect(questions).toBeGreaterThan(500);
  });

  it('for any pair, aliases and query', async () => {
    // Few letters, so that names collide, contain each other and differ in case only.
    const text = fc.stringMatching(/^[abAB1.][abAB1.-]{0,3}$/);
    const profile = fc.record({
      name: text,
      account: fc.constantFrom('111111111111', '111111111112'),
      role: text,
      session: text,
    });
    const pair = fc.uniqueArray(profile, { selector: ({ name }) => name, minLength: 1, maxLength: 2 });
    const word = fc.oneof(text, fc.constantFrom('', ' ', '11', 'aab', 'ba1'));
    await fc.assert(
      fc.asyncProperty(
        pair,
        fc.dictionary(text, text, { maxKeys: 2 }),
        fc.array(word, { minLength: 1, maxLength: 3 }),
        async (profiles, aliases, query) => {
          await expectTheRules(profiles, aliases, query, await switcher(profiles, aliases)(query));
        },
      ),
      { numRuns: runs(600) },
    );
  });
});
