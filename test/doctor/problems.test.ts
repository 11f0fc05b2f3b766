import { describe, expect, it } from 'vitest';
import { problemsAndFaults } from '../../src/aws-config/fault.ts';
import { loadProfiles } from '../../src/aws-config/load.ts';
import { type Problem, problemFaults, problemIds, rejected, shortMessage } from '../../src/aws-config/problems.ts';
import { explainProblem } from '../../src/doctor/problems.ts';
import { repositoryFile } from '../support/docs.ts';
import { fakeWorld } from '../support/world.ts';

/** AWS's files; `env` and `home` where the problem is where they are. */
interface Input {
  readonly config?: string;
  readonly credentials?: string;
  readonly unreadable?: string;
  readonly clean?: boolean;
  readonly env?: Readonly<Record<string, string>>;
  readonly home?: null;
}

const role = 'role_arn = arn:aws:iam::123456789012:role/X\n';
const sso = 'sso_account_id = 123456789011\nsso_role_name = Admin\n';
const keys = 'aws_access_key_id = AKIAEXAMPLE\naws_secret_access_key = secret\n';

/** For each problem, by its id and its fault, the files in which it is. */
const inputs: Readonly<Record<string, Input>> = {
  'bad-line/not-a-property': { config: '[profile a]\nnonsense\n' },
  'bad-line/not-a-sub-property': { config: '[profile a]\ns3 =\n x\n' },
  'bad-line/ignored-sub-property': { config: '[profile a]\ns3 = # note\n x\n' },
  'bad-line/no-name': { config: '[profile a]\ns3 =\n = 1\n' },
  'repeated-key/property': { config: '[profile a]\nx = 1\nX = 2\n' },
  'repeated-key/sub-property': { config: '[profile a]\ns3 =\n x = 1\n x = 2\n' },
  'repeated-section/same-header': { config: '[profile a]\n[profile a]\n' },
  'repeated-section/other-spelling': { config: '[profile a]\n[profile "a"]\n' },
  'before-sections': { config: 'x = 1\n[profile a]\n' },
  'bad-header/empty': { config: '[]\n' },
  'bad-header/not-closed': { config: '[profile a\n' },
  'bad-header/read-as-property': { config: '[profile a]\n[profile b=c\n' },
  'bad-header/prefix-in-credentials': { credentials: '[profile a]\n' },
  'bad-header/blanks-in-name': { credentials: '[ a ]\n' },
  'bad-header/blank-before-prefix': { config: '[ profile a]\n' },
  'bad-header/other-prefix': { config: '[profiles a]\n' },
  'bad-header/no-name': { config: '[profile]\n' },
  'bad-header/several-words': { config: '[profile a b]\n' },
  'bad-header/comment-follows': { config: '[profile a]# note\n' },
  'bad-header/text-follows': { config: '[profile a] text\n' },
  'byte-order-mark': { config: '\ufeff[profile a]\n' },
  'encoding/not-utf-8': { config: '[profile a]\nx = \ufffd\n', clean: false },
  'encoding/nul': { config: '[profile a]\nx = \0\n' },
  'encoding/not-text': { config: '\0\ufffd'.repeat(10) },
  colon: { config: '[profile a]\nregion: x\n' },
  indentation: { config: '[profile a]\nregion = x\n  output = y\n' },
  'inline-comment': { config: '[profile a]\nregion = x # note\n' },
  'upper-case': { config: '[profile a]\nREGION = x\n' },
  'bad-name/empty': { config: '[profile ""]\n' },
  'bad-name/control-character': { config: '[profile a\u001b]\n' },
  'bad-name/too-long': { config: `[profile ${'a'.repeat(1_001)}]\n` },
  'bad-name/not-utf-8': { config: '[profile a\ufffd]\n', clean: false },
  'bad-name/not-portable': { config: '[profile foo!bar]\n' },
  'default-section': { config: '[DEFAULT]\n' },
  'two-defaults': { config: '[default]\n[profile default]\n' },
  plugin: { config: '[plugins]\nx = no_such_module\n' },
  'no-prefix': { config: '[a]\nregion = x\n' },
  'dangling/sso-session': { config: `[profile a]\nsso_session = gone\n${sso}` },
  'dangling/services': { config: '[profile a]\nservices = gone\n' },
  'dangling/source-profile': { config: `[profile a]\n${role}source_profile = gone\n` },
  'dangling/no-credentials': { config: `[profile a]\n${role}source_profile = b\n[profile b]\n` },
  cycle: { config: `[profile a]\n${role}source_profile = a\n` },
  'two-ways/two-kinds': { config: `[profile a]\n${sso}`, credentials: `[a]\n${keys}` },
  'two-ways/two-sources': { config: `[profile a]\n${role}source_profile = a\ncredential_source = Environment\n` },
  'sso-differs': { config: '[profile a]\nsso_session = s\nsso_region = p\n[sso-session s]\nsso_region = q\n' },
  'bad-header/misspelt-prefix': { config: '[profle a]\nregion = x\n' },
  'incomplete/session': { config: `[profile a]\nsso_session = s\n${sso}[sso-session s]\nsso_region = x\n` },
  'incomplete/access-key': { credentials: '[a]\naws_secret_access_key = secret\n' },
  'incomplete/process': { config: '[profile a]\ncredential_process =\n' },
  'incomplete/login': { config: '[profile a]\nlogin_session =\n' },
  'incomplete/credentials': { config: '[profile a]\ninclude_profile = b\n' },
  misspelt: { config: `[profile a]\nsso_sesion = s\n${sso}` },
  'not-usable/environment': { config: `[profile a]\n${role}credential_source = Environment\n` },
  'not-usable/unknown-source': { config: `[profile a]\n${role}credential_source = environment\n` },
  'not-usable/container': { config: `[profile a]\n${role}credential_source = EcsContainer\n` },
  'not-usable/instance': {
    config: `[profile a]\n${role}credential_source = Ec2InstanceMetadata\n`,
    env: { AWS_EC2_METADATA_DISABLED: 'true' },
  },
  'not-usable/expired': { credentials: `[a]\n${keys}x_security_token_expires = 2020-01-01T00:00:00+00:00\n` },
  'incomplete/sso': { config: '[profile a]\nsso_account_id = 123456789011\n' },
  'incomplete/secret-key': { credentials: '[a]\naws_access_key_id = AKIAEXAMPLE\n' },
  'incomplete/source': { config: `[profile a]\n${role}` },
  'incomplete/role': { config: '[profile a]\nweb_identity_token_file = /token\n' },
  'bad-value/account-id': { config: '[profile a]\nsso_account_id = 1\n' },
  'bad-value/role-arn': { config: '[profile a]\nrole_arn = x\n' },
  'bad-value/setting': { config: '[profile a]\noutput = xml\n' },
  'bad-value/sign-in': {
    config: '[sso-session a]\nsso_start_url = https://x.awsapps.com/start\nsso_region = eu west 1\n',
  },
  'bad-value/services': {
    config: '[profile a]\naws_access_key_id = A\naws_secret_access_key = s\nservices = x\n[services x]\nsts = y\n',
  },
  'bad-value/credential-process': { config: '[profile a]\ncredential_process = ~/get.sh\n' },
  'empty-variable': { env: { AWS_CONFIG_FILE: '' } },
  'unreadable/no-home': { home: null },
  'unreadable/not-readable': { unreadable: 'permission denied' },
};

const kinds = problemIds.flatMap((id) => {
  const faults: readonly string[] = problemFaults[id];
  return faults.length === 0 ? [id] : faults.map((fault) => `${id}/${fault}`);
});

function kindOf(problem: Problem): string {
  return 'fault' in problem ? `${problem.id}/${problem.fault}` : problem.id;
}

function problemsIn({ config, credentials, unreadable, clean = true, env = {}, home = '/home/kari' as never }: Input) {
  const world = fakeWorld({ env, home });
  const read = (path: string) => {
    if (unreadable !== undefined) return { kind: 'unreadable', reason: unreadable } as const;
    const text = path.endsWith('/config') ? config : credentials;
    return text === undefined ? ({ kind: 'missing' } as const) : ({ kind: 'text', text, clean } as const);
  };
  const profiles = loadProfiles({ ...world, files: { ...world.files, read } });
  return problemsAndFaults(profiles, { env, now: world.now() });
}

describe("a problem in AWS's files", () => {
  it.each(kinds)('is found by its id, and explained: %s', (kind) => {
    const input = inputs[kind];
    expect(input, 'a problem without an input in which it is').toBeDefined();
    const found = problemsIn(input ?? {}).filter((problem) => kindOf(problem) === kind);
    expect(found).not.toEqual([]);
    for (const problem of found) {
      const { file, line, message, severity, why, remedy } = explainProblem(problem);
      expect({ file, line, message }).toEqual({
        file: problem.file,
        line: problem.line,
        message: shortMessage(problem),
      });
      expect([why, remedy]).toEqual([expect.stringMatching(/\w/), expect.stringMatching(/\w/)]);
      expect(problem.message.startsWith(message)).toBe(true);
      if (problem.message.endsWith(rejected)) expect({ severity, why }).toEqual({ severity: 'error', why: rejected });
      else expect(why).not.toBe(rejected);
    }
  });

  it('has no input without a problem that is found in it', () => {
    expect(Object.keys(inputs).sort()).toEqual([...kinds].sort());
  });

  it('has an id that the schema of list names', () => {
    const { $defs } = JSON.parse(repositoryFile('docs/schema/list.json'));
    expect($defs.problem.properties.id.enum).toEqual(problemIds);
  });
});
