import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { audit, type Identity } from '../../src/audit/audit.ts';
import type { FamilyId } from '../../src/audit/families.ts';
import { isReadAlike } from '../../src/audit/read-alike.ts';
import { twoReadings } from '../../src/audit/two-readings.ts';
import { fileWarnings } from '../../src/audit/warnings.ts';
import { loadProfiles } from '../../src/aws-config/load.ts';
import type { ProfileKind } from '../../src/aws-config/types.ts';
import { nodeFiles } from '../../src/node/files.ts';
import { profileNames, type RandomFiles, randomFiles } from '../support/random-files.ts';
import {
  goReferee,
  javaReferee,
  javascriptReferee,
  makeRefereeHome,
  pythonReferee,
  type Referee,
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
const unseen = /^(process that (fails|prints)|keys in upper case|inline comment)/;

/**
 * Faults of which the audit does not say what a tool does, because that depends on the command: the SDKs may see a property
 * where a value goes on in the next line, and do not know keys in upper case; the AWS CLI may refuse the value of a setting.
 */
const leftOpen = /^(continued value|value (that|with)|[a-z ]+ in upper case)/;

let home: RefereeHome;
beforeAll(async () => {
  home = await makeRefereeHome();
});
afterAll(() => home.remove());

/** The number of cases is multiplied by it. */
const times = Number(process.env.AWSP_REFEREE_CASES ?? 1);

/** The families, each with its number of cases, and the faults that the tool is too old for. */
const referees: readonly (readonly [FamilyId, () => RefereeOrReason, number, RegExp | null])[] = [
  ['javascript', javascriptReferee, 80, null],
  // Without botocore[crt] it cannot use the sign-in of `aws login`.
  ['boto3', () => pythonReferee('botocore'), 40, /^login_session/],
  // The versions that are packaged are older than `aws login` and [services].
  ['aws-cli-v2', () => pythonReferee('awscli.botocore'), 40, /^(login_session|missing services|services without)/],
  ['go', goReferee, 200, null],
  ['java', javaReferee, 100, null],
];

interface Case {
  readonly pair: RandomFiles;
  readonly env: Readonly<Record<string, string>>;
  readonly answer: RefereeAnswer;
}

async function ask(referee: Referee, count: number, tooNew: RegExp | null, fileFaultsToo: boolean): Promise<Case[]> {
  const files = fc
    .sample(randomFiles({ fileFaultsToo }), { numRuns: Math.ceil(count * times), seed: 20_240_613 })
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
  return cases.map((one, index) => ({ ...one, answer: answers[index] ?? {} }));
}

describe.each(referees)('%s', (family, find, count, tooNew) => {
  const referee = find();
  const isHere = !('missing' in referee);
  if (!isHere) console.warn(`skipped in test/conformance/referees.test.ts: ${family}: ${referee.missing}`);

  it.skipIf(!isHere)('does with incomplete and contradictory profiles what the audit says', async () => {
    if ('missing' in referee) return;
    const disagreements = (await ask(referee, count, tooNew, false)).flatMap(({ pair, env, answer }) => {
      const [says, is] = [labelOfIdentity(identityOf(family, env)), labelOf(answer)];
      const isLeftOpen = says === 'unverified' && pair.faults.some((fault) => leftOpen.test(fault));
      return says === is || isLeftOpen ? [] : [{ ...pair, profile: env.AWS_PROFILE, says, is, error: answer.error }];
    });
    expect(disagreements).toEqual([]);
  });

  it.skipIf(!isHere)('uses the profile wherever the audit says so, whatever is wrong in the files', async () => {
    if ('missing' in referee) return;
    let used = 0;
    const disagreements = (await ask(referee, count, tooNew, true)).flatMap(({ pair, env, answer }) => {
      const identity = identityOf(family, env);
      const [says, is] = [labelOfIdentity(identity), labelOf(answer)];
      if (identity.kind === 'profile') used += 1;
      const isRight = says === is || identity.kind === 'unverified' || (identity.kind === 'none' && is !== 'error');
      return isRight ? [] : [{ ...pair, profile: env.AWS_PROFILE, says, is, error: answer.error }];
    });
    expect(disagreements).toEqual([]);
    expect(used).toBeGreaterThan(count / 20);
  });

  const isOfAwsCli = family === 'boto3' || family === 'aws-cli-v2';
  it.skipIf(!isHere || !isOfAwsCli)('comes to what awsp verifies wherever a switch says nothing', async () => {
    if ('missing' in referee) return;
    let silent = 0;
    const differing = (await ask(referee, count * 2, tooNew, true)).flatMap(({ pair, env, answer }) => {
      const { profile, profiles, world } = readingOf(env);
      if (profile === null || profile.kind === 'none' || twoReadings(profiles, profile.name) !== null) return [];
      const warnings = isReadAlike(profile, profiles, world.env)
        ? []
        : fileWarnings(world, world.env, profile, profiles);
      if (warnings.length > 0) return [];
      silent += 1;
      const [says, is] = [`${keyKinds[profile.kind]} ${profile.name}`, ofKey(answer)];
      return says === is ? [] : [{ ...pair, profile: env.AWS_PROFILE, says, is, error: answer.error }];
    });
    expect(differing).toEqual([]);
    expect(silent).toBeGreaterThan(count / 10);
  });
});

/** How the access keys begin that the tools get by a kind of profile: see `randomFiles`. */
const keyKinds: Readonly<Record<ProfileKind, string>> = {
  sso: 'SSO',
  'assume-role': 'ROLE',
  static: 'KEYS',
  process: 'PROCESS',
  'web-identity': 'WEB',
  login: 'LOGIN',
  none: 'none',
};

function ofKey({ key, error }: RefereeAnswer): string {
  const [kind, profile] = (key ?? '').split(/[:~]/);
  return error === undefined ? `${kind} ${profile}` : 'error';
}

function readingOf(env: Readonly<Record<string, string>>) {
  const world = { ...fakeWorld({ env: { ...home.base, ...env }, home: home.home }), files: nodeFiles };
  const profiles = loadProfiles(world);
  return { world, profiles, profile: profiles.get(env.AWS_PROFILE ?? '') };
}

function identityOf(family: FamilyId, env: Readonly<Record<string, string>>): Identity {
  const { world, profiles } = readingOf(env);
  const found = audit(world.env, profiles, Date.now()).verdicts.find((one) => one.family === family);
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
