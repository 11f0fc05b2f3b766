import { describe, expect, it } from 'vitest';
import { lateGrammar } from '../../src/commands/grammar.ts';
import { run } from '../../src/run.ts';
import { type FakeWorld, fakeWorld } from '../support/world.ts';

const grammar = await lateGrammar.loadAll();
const withJson = grammar.commands.filter(({ options }) => options.some(({ name }) => name === 'json'));

const config = `[profile dev]
aws_access_key_id = AKIAIOSFODNN7EXAMPLE
aws_secret_access_key = wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY
[profile shop]
sso_session = gone
sso_account_id = 123456789011
sso_role_name = Admin
[profile two]
role_arn = arn:aws:iam::123456789042:role/Hub
source_profile = nobody
`;
const path = '/home/kari/.aws/config';

type Given = Parameters<typeof fakeWorld>[0];
const states: readonly [state: string, given: Given][] = [
  ['no files', {}],
  ['no home', { home: null }],
  ['profiles', { disk: { [path]: config } }],
  ['an active profile', { disk: { [path]: config }, env: { AWS_PROFILE: 'dev' } }],
  ['an active profile that is unusable', { disk: { [path]: config }, env: { AWS_PROFILE: 'shop' } }],
  ['an active profile that is none', { disk: { [path]: config }, env: { AWS_PROFILE: 'typo' } }],
  ['keys beside it', { disk: { [path]: config }, env: { AWS_PROFILE: 'dev', AWS_ACCESS_KEY_ID: 'AKIAX' } }],
  ['a file that nobody may read', { disk: { [path]: null } }],
  ['a file with errors', { disk: { [path]: 'x = 1\n[profile a\n' } }],
  ['bad settings', { disk: { [path]: config, '/home/kari/.config/awsp/config': '[guard]\nconfirm = maybe\n' } }],
];

/** The words that each command is tried with. What would ask AWS stays away from it. */
const words: Readonly<Record<string, readonly string[][]>> = {
  list: [[], ['dev'], ['nothing-like-it'], ['--kind', 'sso'], ['--production']],
  show: [[], ['dev'], ['shop'], ['two'], ['nothing-like-it'], ['o']],
  current: [['--no-verify'], ['--no-verify', '--quiet']],
};

describe.each(withJson.map(({ name }) => name))('awsp %s ends alike with and without --json', (name) => {
  it.each(states)('%s', async (_state, given) => {
    for (const rest of words[name] ?? [[]]) {
      const code = async (...more: string[]) => (await outcome([name, ...rest, ...more], fakeWorld(given))) ?? 0;
      expect([rest, await code('--json')]).toEqual([rest, await code()]);
    }
  });
});

async function outcome(argv: readonly string[], world: FakeWorld): Promise<number> {
  const files = { ...world.files, leftovers: async () => [], findProgram: () => null };
  return (await run(argv, { ...world, files })).code;
}
