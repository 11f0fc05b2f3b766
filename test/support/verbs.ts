import { exitCodes } from '../../src/exit-codes.ts';
import { productionFacts } from './facts.ts';
import type { FullSandbox } from './full-home.ts';

/** A command line that does one of the things that awsp can do, in a full home. */
export interface Verb {
  readonly args: readonly string[];
  /** Variables of its shell. */
  readonly env: (sandbox: FullSandbox) => Readonly<Record<string, string>>;
  /** Its exit code where nothing is wrong. */
  readonly code: number;
  /** Whether it changes a file that a person has written, too. */
  readonly writes: boolean;
}

const builder = 'sandkasse-lab-Builder-123456789041';
const hub = 'sandkasse-lab-Hub-123456789042';
const tester = 'barnehageplass-test-AWSPowerUserAccess-123456789012';
const legacy = 'barnehageplass-dev-AWSAdministratorAccess-123456789011';
const login = 'verksted-lab-Utvikler-123456789081';
const prod = 'barnehageplass-prod-AWSReadOnlyAccess-123456789013';

const nothing = () => ({});
/** The AWS CLI takes a second to tell its version. */
const withoutTools = () => ({ PATH: '/nowhere' });
const inHub = () => ({ AWS_PROFILE: hub, AWSP_PROFILE: hub, AWSP_PREVIOUS: builder });

const verb = (line: string, more: Partial<Verb> = {}): Verb => ({
  args: line.split(' '),
  env: nothing,
  code: exitCodes.done,
  writes: false,
  ...more,
});

const newProfile = `new --session barnehage --account 123456789013 --role AWSReadOnlyAccess --name made --yes`;

/** Each thing that awsp does; those that only print what is in the program are not among them. */
export const verbs: readonly Verb[] = [
  ...[builder, hub, tester, legacy, login, 'kart', `${prod} --yes`].flatMap((name) => [
    verb(`--shell bash switch ${name}`),
    verb(`--shell bash switch ${name} --verify`),
  ]),
  verb(`--shell bash switch ${hub} --no-verify`),
  verb(`--shell bash switch skjema --no-login`, { code: exitCodes.signInNeeded }),
  verb('--shell bash -', { env: inHub }),
  verb('--shell bash --unset', { env: inHub }),
  verb('--shell bash region eu-north-1', { env: inHub }),
  verb(`--shell bash --ro ${prod} --yes`),
  verb('current', { env: inHub }),
  verb('current --json', { env: (sandbox) => productionFacts(sandbox, prod) }),
  verb('list'),
  verb('list --json'),
  verb(`show ${hub}`),
  verb(`show ${tester} --json`),
  verb('sessions'),
  verb('sessions --json'),
  verb('log'),
  verb('log --json'),
  verb('allow'),
  verb('deny'),
  verb('login kart'),
  verb(`login ${login}`),
  verb('login skjema --device-code --no-browser'),
  verb('login skjema'),
  verb('logout barnehage'),
  verb(`logout ${login}`),
  verb('logout --all'),
  verb(`exec ${hub} -- true`),
  verb(`exec ${tester} --keys -- true`),
  verb('exec --each sandkasse-lab-?u* -- true'),
  verb(`credentials ${hub}`),
  verb(`credentials ${login} --format json`),
  verb(`console ${tester} --print`),
  verb('doctor', { code: exitCodes.failed, env: withoutTools }),
  verb('doctor --fix --yes', { code: exitCodes.failed, env: withoutTools, writes: true }),
  verb('import --session barnehage --dry-run'),
  verb('import --session barnehage --yes', { writes: true }),
  verb(newProfile, { writes: true }),
  verb('--complete bash awsp\\ bu u'),
];
