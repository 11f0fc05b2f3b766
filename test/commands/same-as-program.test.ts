import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { makeSandbox, type Sandbox } from '../support/program.ts';
import type { Finished } from '../support/run.ts';

/**
 * Most tests of commands run awsp in their own process. Here each command runs both ways, each in a sandbox of its own
 * that is made alike, and must come to the same: what it prints, its exit code, and the profiles in the file.
 */

const dev = 'barnehageplass-dev-AWSAdministratorAccess-123456789011';
const inDev = { AWS_PROFILE: dev, AWSP_PROFILE: dev };
const newProfile =
  'new --start-url https://barnehage.awsapps.com/start --sso-region eu-west-1 --session barnehage --account 123456789012 --role AWSPowerUserAccess --region eu-north-1 --output json --name n --yes';

/** In this order, in the same two sandboxes. The demo is not here: it opens a shell, so that it always is a process. */
const rows: [line: string, code: number, env?: Record<string, string>][] = [
  ['--shell bash switch dev', 0],
  ['--shell bash dev', 0],
  ['--shell zsh builder --verify', 0],
  ['--shell fish - --no-verify', 0, { ...inDev, AWSP_PREVIOUS: 'sandkasse-lab-Builder-123456789041' }],
  ['--shell bash --ro dev', 3],
  ['--shell bash --unset', 0, inDev],
  ['help login', 0],
  ['--shell bash help', 0],
  ['--shell bash feil', 3],
  ['--shell bash skjema --no-login', 4],
  ['--shell bash region eu-north-1', 0, inDev],
  ['--shell bash', 2],
  ['dev', 2],
  ['list', 0],
  ['list --json', 0],
  ['list --nmaes', 2, { FORCE_COLOR: '1' }],
  ['show dev', 0],
  ['show dev --json', 0],
  ['current', 0, inDev],
  ['current --json', 0, inDev],
  ['current --quiet', 3],
  ['region', 0, inDev],
  ['sessions --json', 0],
  ['exec dev -- printenv AWSP_ACCOUNT_ID', 0],
  ['exec dev --keys -- sh -c exit', 0],
  ['credentials builder --format json', 0],
  ['console dev --print', 0],
  ['log', 0],
  ['login kart', 0],
  ['logout kart', 0],
  ['login kart --device-code --no-browser --yes', 2],
  [newProfile, 0],
  ['import --session barnehage --role *ReadOnly* --dry-run', 0],
  ['import --session barnehage --role *ReadOnly* --yes', 0],
  ['copy builder mine --yes', 0],
  ['rename mine other --yes', 0],
  ['set other region=eu-north-1 --yes', 0],
  ['rm other --yes', 0],
  ['config', 0],
  ['allow', 0],
  ['--shell bash here', 0],
  ['deny', 0],
  ['doctor', 1],
  ['doctor --json', 1],
  ['init bash', 0],
  ['--complete bash awsp de', 0],
  ['--help', 0],
  ['--version', 0],
  ['list --nonsense', 2],
  ['', 2],
];

let inProcess: Sandbox;
let asProgram: Sandbox;

beforeAll(async () => {
  const now = Date.now();
  inProcess = await makeSandbox({ accounts: 2, now });
  asProgram = await makeSandbox({ accounts: 2, now });
  for (const sandbox of [inProcess, asProgram]) sandbox.write('folder/.awsp', 'account = 123456789011\n');
});
afterAll(async () => {
  await inProcess.remove();
  await asProgram.remove();
});

/** A text without what differs between the two sandboxes. */
function withoutPlaces(text: string, { home, emulator }: Sandbox): string {
  return text
    .replaceAll(home, 'HOME')
    .replaceAll(emulator.url, 'EMULATOR')
    .replaceAll(/\/seen\/\w+/g, '/seen');
}

function resultOf({ code, stdout, stderr }: Finished, sandbox: Sandbox): Finished & { readonly config: string } {
  const config = readFileSync(`${sandbox.home}/.aws/config`, 'utf8');
  return { code, stdout: withoutPlaces(stdout, sandbox), stderr: withoutPlaces(stderr, sandbox), config };
}

it.each<[line: string, code: number, env?: Record<string, string>]>(rows)(
  'awsp %s: exit code %i',
  async (line, code, env = {}) => {
    const args = line.split(' ').filter((word) => word !== '');
    const own = resultOf(await inProcess.awsp(args, { env, cwd: `${inProcess.home}/folder` }), inProcess);
    const program = resultOf(await asProgram.start(args, { env, cwd: `${asProgram.home}/folder` }), asProgram);
    expect(own).toEqual(program);
    expect({ line, code: program.code, said: program.stderr }).toEqual({ line, code, said: program.stderr });
  },
);

it('every command of the help is among them, but the demo', async () => {
  const { stdout } = await asProgram.start(['--help']);
  const verbs = [...stdout.matchAll(/^ {2}awsp ([a-z]+)\b/gm)].map(([, verb]) => verb);
  expect(verbs.length).toBeGreaterThan(10);
  const words = new Set(rows.flatMap(([line]) => line.split(' ')));
  expect(verbs.filter((verb) => verb !== 'demo' && !words.has(verb ?? ''))).toEqual([]);
});
