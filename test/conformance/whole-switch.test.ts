import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { audit } from '../../src/audit/audit.ts';
import type { FamilyId } from '../../src/audit/families.ts';
import { loadProfiles } from '../../src/aws-config/load.ts';
import { nodeFiles } from '../../src/node/files.ts';
import { runInProcess } from '../support/in-process.ts';
import { plainEnvironment, randomEnvironments } from '../support/random-environments.ts';
import { profileNames, type RandomFiles, randomFiles } from '../support/random-files.ts';
import type { Caller } from '../support/referee-endpoints.ts';
import {
  callingReferee,
  goReferee,
  javaReferee,
  javascriptReferee,
  makeRefereeHome,
  type RefereeAnswer,
  type RefereeHome,
  type RefereeOrReason,
} from '../support/referees.ts';
import type { Finished } from '../support/run.ts';
import { fakeWorld } from '../support/world.ts';

/**
 * Whole switches on random files, good and bad, in random environments: what awsp verifies without a warning is what the
 * AWS CLI and boto3 then come to, and a tool that uses the profile according to the table of tools does use it.
 */

/** The number of cases is multiplied by it. */
const times = Number(process.env.AWSP_REFEREE_CASES ?? 1);
const count = Math.ceil(60 * times);
const seed = Number(process.env.AWSP_REFEREE_SEED ?? 20_240_613);

interface Case {
  readonly files: RandomFiles;
  readonly profile: string;
  /** The environment before the switch, and after it. */
  readonly before: Readonly<Record<string, string>>;
  readonly env: Readonly<Record<string, string>>;
  readonly finished: Finished;
  /** Whom AWS told awsp; null where the switch is not verified. */
  readonly verified: Caller | null;
  /** The families that use the profile after the switch, according to the table of tools. */
  readonly users: ReadonlySet<FamilyId>;
  /** Whether the profile has a region. */
  readonly hasRegion: boolean;
}

let home: RefereeHome;
const cases: Case[] = [];
beforeAll(async () => {
  home = await makeRefereeHome();
  const anyFiles = fc.boolean().chain((fileFaultsToo) => randomFiles({ fileFaultsToo }));
  const any = fc.tuple(anyFiles, randomEnvironments);
  // Chance alone makes few cases in which nothing is wrong.
  const good = fc.tuple(randomFiles({ fileFaultsToo: false, goodProfiles: true }), fc.constant(plainEnvironment));
  const samples = fc.sample(fc.oneof({ weight: 3, arbitrary: any }, { weight: 1, arbitrary: good }), {
    numRuns: count,
    seed,
  });
  const directory = process.cwd();
  for (const [index, [files, given]] of samples.entries()) {
    const profile = profileNames[index % profileNames.length] ?? '';
    const own = home.homeWith(files);
    const before = {
      ...home.placed(given),
      HOME: own,
      PWD: own,
      PATH: home.base.PATH ?? '',
      LANG: 'C.UTF-8',
      AWSP_EMULATOR: home.endpoints.url,
    };
    process.chdir(own);
    home.endpoints.forget();
    const args = ['--shell', 'bash', 'switch', profile, '--yes'];
    const finished = await runInProcess(args, { env: before, cwd: own });
    const isVerified = finished.code === 0 && finished.stdout.includes("AWSP_STATE='verified'");
    const env = after(before, finished.stdout);
    const verified = isVerified ? home.endpoints.lastCaller() : null;
    cases.push({ files, profile, before, env, finished, verified, ...judged(env, profile) });
  }
  process.chdir(directory);
});
afterAll(() => home.remove());

/** The environment after the shell has evaluated the code of a switch. */
function after(env: Readonly<Record<string, string>>, code: string): Record<string, string> {
  const changed = new Map(Object.entries(env));
  for (const line of code.split('\n')) {
    const [, name = '', value] = /^(?:export|unset) (\w+)(?:='(.*)')?(?: &&)?$/.exec(line) ?? [];
    if (value === undefined) changed.delete(name);
    else changed.set(name, value);
  }
  return Object.fromEntries(changed);
}

/** The tools, each with the faults and variables that it is too old for. */
const tools: readonly (readonly [FamilyId, string, () => RefereeOrReason, RegExp | null])[] = [
  // Without botocore[crt] it cannot use the sign-in of `aws login`.
  ['boto3', 'aws sts get-caller-identity, version 1', () => callingReferee('awscli v1'), /^login_session/],
  ['boto3', 'boto3', () => callingReferee('boto3'), /^login_session/],
  // The versions that are packaged are older than `aws login`, [services] and endpoint_url.
  [
    'aws-cli-v2',
    'aws sts get-caller-identity, version 2',
    () => callingReferee('awscli v2'),
    /^(login_session|missing services|services without|endpoint)/,
  ],
  ['javascript', 'the SDK for JavaScript', javascriptReferee, null],
  ['go', 'the SDK for Go', goReferee, null],
  ['java', 'the SDK for Java', javaReferee, null],
];

/** What the AWS CLI 2.9 says of a role whose source signs in by a session, which later versions do. */
const tooOld = /'NoneType' object has no attribute 'get_frozen_token'/;

it('many of the switches are verified, and many without a word', () => {
  const verified = cases.filter(({ verified: caller }) => caller !== null);
  const counts = { cases: cases.length, verified: verified.length, silent: verified.filter(isSilent).length };
  if (times !== 1) console.warn(counts);
  expect(counts.silent).toBeGreaterThan(count / 10);
  expect(counts.verified).toBeGreaterThan(counts.silent);
});

describe.each(tools)('%s: %s', (family, tool, find, tooNew) => {
  const referee = find();
  if ('missing' in referee)
    console.warn(`skipped in test/conformance/whole-switch.test.ts: ${tool}: ${referee.missing}`);
  const isOfAwsCli = family === 'boto3' || family === 'aws-cli-v2';

  it('is who awsp has verified, where it should be', async ({ skip }) => {
    if ('missing' in referee) return skip();
    const known = cases.filter(({ files: { faults }, env }) => {
      // These read a path only once, or do not change the folder for each case.
      const isRelative = !isOfAwsCli && Object.values(env).some((value) => /^\.aws/.test(value));
      return !isRelative && !faults.some((fault) => tooNew?.test(fault));
    });
    const compared = known.flatMap((one) => {
      // What a process prints the table does not know: the switch says it.
      const isSaid = one.finished.stderr.includes('the credential_process of');
      const isPromised = (isOfAwsCli && isSilent(one)) || (one.users.has(family) && !isSaid);
      return one.verified !== null && isPromised ? [{ ...one, verified: one.verified }] : [];
    });
    const answers: (RefereeAnswer & { readonly arn?: string })[] = await home.ask(referee, compared.map(askedIn));
    const disagreements = compared.flatMap((one, index) => {
      const answer = answers[index] ?? {};
      const [says, is] = isOfAwsCli ? [one.verified.arn, answer.arn] : [one.verified.key, answer.key];
      if (says === is || tooOld.test(answer.error ?? '')) return [];
      const { files, profile, before, finished } = one;
      return [{ ...files, profile, before, stderr: finished.stderr, says: one.verified, is: answer }];
    });
    if (times !== 1) console.warn({ tool, compared: compared.length, disagreements: disagreements.length });
    expect(disagreements).toEqual([]);
    expect(compared.length).toBeGreaterThan(count / 20);
  });
});

/**
 * What a tool is asked in: with a region, because the one that asks for the endpoints of the environment also asks for a
 * region, and with the path of the config file, because the SDK for Go looks for the home folder only once.
 */
function askedIn({ env, hasRegion }: Case): Readonly<Record<string, string>> {
  return {
    ...(hasRegion ? {} : { AWS_REGION: 'eu-west-1', AWS_DEFAULT_REGION: 'eu-west-1' }),
    AWS_CONFIG_FILE: `${env.HOME}/.aws/config`,
    AWS_SHARED_CREDENTIALS_FILE: `${env.HOME}/.aws/credentials`,
    ...env,
  };
}

function isSilent({ finished }: Case): boolean {
  return !/^awsp: warning: (?!another tool switched this shell)/m.test(finished.stderr);
}

function judged(env: Case['env'], profile: string): Pick<Case, 'users' | 'hasRegion'> {
  const profiles = loadProfiles({ ...fakeWorld({ env, home: env.HOME ?? '' }), files: nodeFiles });
  const users = audit(env, profiles, Date.now()).verdicts.flatMap(({ family, identity }) => {
    const isUser = identity.kind === 'profile' && identity.profile === profile && identity.others === undefined;
    return isUser ? [family] : [];
  });
  return { users: new Set(users), hasRegion: Boolean(profiles.get(profile)?.region) };
}
