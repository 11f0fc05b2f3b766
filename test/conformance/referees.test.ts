import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { audit, type Identity } from '../../src/audit/audit.ts';
import type { FamilyId } from '../../src/audit/families.ts';
import { loadProfiles } from '../../src/aws-config/load.ts';
import { nodeFiles } from '../../src/node/files.ts';
import { profileNames, randomFiles } from '../support/random-files.ts';
import {
  goReferee,
  javaReferee,
  javascriptReferee,
  makeRefereeHome,
  pythonReferee,
  type RefereeAnswer,
  type RefereeHome,
  type RefereeOrReason,
} from '../support/referees.ts';
import { fakeWorld } from '../support/world.ts';

/** The audit against the tools themselves, on random AWS files whose profiles are good and bad. */

/**
 * Faults that the audit does not see: what a program prints, keys in upper case, which some tools do not know, and
 * comments behind values, which are a part of them in others.
 */
const unseen = /^(process that fails|keys in upper case|inline comment)/;

let home: RefereeHome;
beforeAll(async () => {
  home = await makeRefereeHome();
});
afterAll(() => home.remove());

const referees: readonly (readonly [FamilyId, () => RefereeOrReason, number, RegExp | null])[] = [
  ['javascript', javascriptReferee, 300, null],
  // Without botocore[crt] it cannot use the sign-in of `aws login`.
  ['boto3', () => pythonReferee('botocore'), 100, /^login_session/],
  // The versions that are packaged are older than `aws login` and [services].
  ['aws-cli-v2', () => pythonReferee('awscli.botocore'), 100, /^(login_session|missing services)/],
  ['go', goReferee, 500, null],
  ['java', javaReferee, 500, null],
];

describe.each(referees)('%s', (family, find, count, tooNew) => {
  const referee = find();
  const isHere = !('missing' in referee);
  if (!isHere) console.warn(`skipped in test/conformance/referees.test.ts: ${family}: ${referee.missing}`);

  it.skipIf(!isHere)('does with random files what the audit says', async () => {
    if ('missing' in referee) return;
    const files = fc
      .sample(randomFiles({ fileFaultsToo: false }), { numRuns: count, seed: 20_240_613 })
      .filter(({ faults }) => !faults.some((fault) => unseen.test(fault) || tooNew?.test(fault)));
    const cases = files.map((pair, index) => ({
      pair,
      env: {
        ...home.write(pair),
        AWS_PROFILE: profileNames[index % profileNames.length] ?? '',
        ...(index % 3 === 0 ? home.placed({ AWS_CONTAINER_CREDENTIALS_FULL_URI: 'AGENT' }) : {}),
      },
    }));
    const answers = await home.ask(
      referee,
      cases.map(({ env }) => env),
    );
    const disagreements = cases.flatMap(({ pair, env }, index) => {
      const says = labelOfIdentity(identityOf(family, env));
      const is = labelOf(answers[index] ?? {});
      return says === is ? [] : [{ ...pair, profile: env.AWS_PROFILE, says, is, error: answers[index]?.error }];
    });
    expect(disagreements).toEqual([]);
  });
});

function identityOf(family: FamilyId, env: Readonly<Record<string, string>>): Identity {
  const world = { ...fakeWorld({ env: { ...home.base, ...env }, home: home.home }), files: nodeFiles };
  const found = audit(world.env, loadProfiles(world), Date.now()).verdicts.find((one) => one.family === family);
  return found?.identity ?? { kind: 'none' };
}

function labelOfIdentity(identity: Identity): string {
  if (identity.kind === 'profile') return `profile ${identity.profile}`;
  return identity.kind === 'web-identity' ? `profile ${identity.roleArn.split('/').at(-1)}` : identity.kind;
}

function labelOf({ key, error }: RefereeAnswer): string {
  if (error !== undefined) return 'error';
  if (!key) return 'none';
  const [kind, profile] = key.split(/[:~]/);
  return kind === 'CONTAINER' ? 'container' : `profile ${profile}`;
}
