import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { askInOrder, type Wizard } from '../../src/actions/wizard.ts';
import { loadContext } from '../../src/context.ts';
import { Back, Cancelled } from '../../src/errors.ts';
import type { Terminal } from '../../src/world.ts';
import { fakeWorld } from '../support/world.ts';

/** What a person does at a question: types a text and Enter, or presses Esc. */
type Act = string | typeof esc;
const esc = Symbol('Esc');

/** The wizard with a person who acts like this; after the last act Ctrl-C is pressed. */
async function wizardWith<T>(acts: readonly Act[], questions: (wizard: Wizard) => Promise<T>) {
  const asked: string[] = [];
  const world = fakeWorld();
  const terminal: Terminal = {
    ...world.terminal,
    interactive: true,
    canDraw: true,
    write: (text) => void asked.push(text),
    ask: async (question, draft = '') => {
      const act = acts[asked.filter((line) => line.endsWith(':')).length];
      asked.push(`${question}${draft}`.trim().replace(/:?$/, ':'));
      if (act === esc) throw new Back();
      if (act === undefined) throw new Cancelled();
      // A draft that is left as it is.
      return act === '' ? draft : act;
    },
  };
  const context = await loadContext({ ...world, terminal });
  const result = await askInOrder(context, questions).catch((error: unknown) => {
    if (error instanceof Cancelled) return 'cancelled' as const;
    throw error;
  });
  return { result, asked };
}

const prompt = (label: string, given: string | null = null) => ({
  ...{ label, option: `--${label}`, wanted: 'a word', given, fallback: 'x' },
  read: (typed: string) => typed,
});
const hint = 'awsp: Esc goes back to the question before, Ctrl-C leaves\n';

describe('Esc', () => {
  const abc = async (wizard: Wizard) => [
    await wizard.ask(prompt('a')),
    await wizard.ask(prompt('b', 'given')),
    await wizard.step(async () => 'found'),
    await wizard.ask(prompt('c')),
    await wizard.ask(prompt('d')),
  ];

  it.each<[string, readonly Act[], unknown, readonly string[]]>([
    ['at the first question leaves', [esc], 'cancelled', ['a [x]:']],
    [
      'goes back to the last question that was asked, with its answer to be changed',
      ['1', '2', esc, '3', esc, '', '4'],
      ['1', 'given', 'found', '3', '4'],
      ['a [x]:', hint, 'c [x]:', 'd [x]:', 'c: 2:', 'd [x]:', 'c: 3:', 'd [x]:'],
    ],
  ])('%s', async (_what, acts, expected, shown) => {
    const { result, asked } = await wizardWith(acts, abc);
    expect({ result, asked }).toEqual({ result: expected, asked: shown });
  });
});

it('any answers and any Esc: the last answer to each question counts, and what lies before is not done again', async () => {
  const act = fc.oneof(fc.stringMatching(/^[a-z]{1,3}$/), fc.constant(esc), fc.constant(''));
  await fc.assert(
    fc.asyncProperty(fc.array(act, { maxLength: 20 }), async (acts) => {
      let found = 0;
      const { result } = await wizardWith(acts, async (wizard) => {
        const answers: string[] = [];
        for (const label of ['a', 'b', 'c', 'd']) {
          answers.push(await wizard.ask(prompt(label)));
          await wizard.step(async () => ++found);
        }
        return answers;
      });
      expect(result).toEqual(modelOf(acts, 4).result);
      expect(found).toBe(modelOf(acts, 4).answered);
    }),
  );
});

/** The same by an index, which Esc makes less by one. */
function modelOf(acts: readonly Act[], count: number) {
  const answers: string[] = [];
  let [at, answered] = [0, 0];
  for (const act of acts) {
    if (at < 0 || at === count) break;
    if (act === esc) {
      at--;
      continue;
    }
    answers[at] = act || (answers[at] ?? 'x');
    answered++;
    at++;
  }
  return { result: at === count ? answers : ('cancelled' as const), answered };
}
