import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { lateGrammar } from '../../src/commands/grammar.ts';
import { makeSandbox, type Sandbox } from '../support/program.ts';

let sandbox: Sandbox;
beforeAll(async () => {
  sandbox = await makeSandbox();
});
afterAll(() => sandbox.remove());

const { commands } = await lateGrammar.loadAll();
const passThrough = commands.filter(({ changesShell }) => !changesShell).map(({ name }) => name);

/** What people type by mistake, the exit code, and what they are told. */
const mistakes: readonly (readonly [line: string, code: number, told: string])[] = [
  ['logn', 3, 'did you mean: awsp login'],
  ['logn dev', 3, 'did you mean: awsp login dev'],
  ['lgoin dev', 3, 'did you mean: awsp login dev'],
  ['lst', 3, 'did you mean: awsp list'],
  ['lits prod', 3, 'did you mean: awsp list prod'],
  ['hlep', 3, 'did you mean: awsp help'],
  ['shw dev', 3, 'did you mean: awsp show dev'],
  ['crrent', 3, 'did you mean: awsp current'],
  ['dcotor', 3, 'did you mean: awsp doctor'],
  ['imprt', 3, 'did you mean: awsp import'],
  ['sesions', 3, 'did you mean: awsp sessions'],
  ['regoin eu-west-1', 3, 'did you mean: awsp region eu-west-1'],
  ['nwe', 3, 'did you mean: awsp new'],
  ['alow', 3, 'did you mean: awsp allow'],
  ['demmo', 3, 'did you mean: awsp demo'],
  ['exce dev', 3, 'did you mean: awsp exec dev'],
  ['consol dev', 3, 'did you mean: awsp console dev'],
  ['run dev', 3, 'did you mean: awsp exec dev'],
  ['open dev', 3, 'did you mean: awsp console dev'],
  ['creds dev', 3, 'did you mean: awsp credentials dev'],
  ['export dev', 3, 'did you mean: awsp credentials dev'],
  ['history', 3, 'did you mean: awsp log'],
  ['ls', 3, 'did you mean: awsp list'],
  ['ls prod', 3, 'did you mean: awsp list prod'],
  ['profiles', 3, 'did you mean: awsp list'],
  ['use dev', 3, 'did you mean: awsp dev'],
  ['select dev', 3, 'did you mean: awsp dev'],
  ['assume dev', 3, 'did you mean: awsp dev'],
  ['go dev', 3, 'did you mean: awsp dev'],
  ['change test', 3, 'did you mean: awsp test'],
  ['whoami', 3, 'did you mean: awsp current'],
  ['who', 3, 'did you mean: awsp current'],
  ['id', 3, 'did you mean: awsp current'],
  ['status', 3, 'did you mean: awsp current'],
  ['active', 3, 'did you mean: awsp current'],
  ['now', 3, 'did you mean: awsp current'],
  ['get-caller-identity', 3, 'did you mean: awsp current'],
  ['verify', 3, 'did you mean: awsp current'],
  ['unset', 3, 'did you mean: awsp --unset'],
  ['clear', 3, 'did you mean: awsp --unset'],
  ['off', 3, 'did you mean: awsp --unset'],
  ['none', 3, 'did you mean: awsp --unset'],
  ['reset', 3, 'did you mean: awsp --unset'],
  ['exit', 3, 'did you mean: awsp --unset'],
  ['version', 3, 'did you mean: awsp --version'],
  ['ver', 3, 'did you mean: awsp --version'],
  ['back', 3, 'did you mean: awsp -'],
  ['prev', 3, 'did you mean: awsp -'],
  ['usage', 3, 'did you mean: awsp help'],
  ['man', 3, 'did you mean: awsp help'],
  ['?', 3, 'did you mean: awsp help'],
  ['describe dev', 3, 'did you mean: awsp show dev'],
  ['cat dev', 3, 'did you mean: awsp show dev'],
  ['signin dev', 3, 'did you mean: awsp login dev'],
  ['refresh', 3, 'did you mean: awsp login'],
  ['auth dev', 3, 'did you mean: awsp login dev'],
  ['signout', 3, 'did you mean: awsp logout'],
  ['sso', 3, 'did you mean: awsp login'],
  ['tokens', 3, 'did you mean: awsp sessions'],
  ['add', 3, 'did you mean: awsp new'],
  ['create', 3, 'did you mean: awsp new'],
  ['configure', 3, 'did you mean: awsp new'],
  ['sync', 3, 'did you mean: awsp import'],
  ['discover', 3, 'did you mean: awsp import'],
  ['mv dev x', 3, 'did you mean: awsp rename dev x'],
  ['renam dev x', 3, 'did you mean: awsp rename dev x'],
  ['cp dev x', 3, 'did you mean: awsp copy dev x'],
  ['clone dev x', 3, 'did you mean: awsp copy dev x'],
  ['edit dev region=eu-west-1', 3, 'did you mean: awsp set dev region=eu-west-1'],
  ['remove dev', 3, 'did you mean: awsp rm dev'],
  ['delete dev', 3, 'did you mean: awsp rm dev'],
  ['settings', 3, 'did you mean: awsp config'],
  ['alias', 3, 'did you mean: awsp config'],
  ['confg', 3, 'did you mean: awsp config'],
  ['pin', 3, 'did you mean: awsp allow --pin'],
  ['heer', 3, 'did you mean: awsp here'],
  ['trust', 3, 'did you mean: awsp allow'],
  ['untrust', 3, 'did you mean: awsp deny'],
  ['check', 3, 'did you mean: awsp doctor'],
  ['why', 3, 'did you mean: awsp doctor'],
  ['hook', 3, 'did you mean: awsp init'],
  ['completion zsh', 3, 'did you mean: awsp init zsh'],
  ['install', 3, 'did you mean: awsp init'],
  ['tutorial', 3, 'did you mean: awsp demo'],
  ['-l', 2, 'did you mean: awsp list'],
  ['--list', 2, 'did you mean: awsp list'],
  ['--list prod', 2, 'did you mean: awsp list prod'],
  ['-V', 2, 'did you mean: awsp --version'],
  ['-v', 2, 'did you mean: awsp --version'],
  ['--profile dev', 2, 'did you mean: awsp dev'],
  ['--profile=dev', 2, 'did you mean: awsp dev'],
  ['-p dev', 2, 'did you mean: awsp dev'],
  ['--use dev', 2, 'did you mean: awsp dev'],
  ['--whoami', 2, 'did you mean: awsp current'],
  ['--status', 2, 'did you mean: awsp current'],
  ['--current', 2, 'did you mean: awsp current'],
  ['--clear', 2, 'did you mean: awsp --unset'],
  ['--off', 2, 'did you mean: awsp --unset'],
  ['--back', 2, 'did you mean: awsp -'],
  ['--profiles', 2, 'did you mean: awsp list'],
  ['--configure', 2, 'did you mean: awsp new'],
  ['--refresh', 2, 'did you mean: awsp login'],
  ['--logout', 2, 'did you mean: awsp logout'],
  ['--doctor', 2, 'did you mean: awsp doctor'],
  ['list --profile dev', 2, 'did you mean: awsp list dev'],
  ['show --profile dev', 2, 'did you mean: awsp show dev'],
  ['current --profile dev', 2, 'unknown option "--profile"'],
  ['list --verify', 2, '"--verify" does not go with "awsp list"; it goes with awsp '],
  ['list --region eu-west-1', 2, '"--region" does not go with "awsp list"; it goes with awsp '],
  ['list --jsn', 2, 'did you mean "--json"?'],
  ['--rm dev', 2, 'did you mean: awsp rm dev'],
  ['--rename dev', 2, 'did you mean: awsp rename dev'],
  ['--set dev', 2, 'did you mean: awsp set dev'],
  ['--config', 2, 'did you mean: awsp config'],
  ['--here', 2, 'did you mean: awsp here'],
  ['rm', 2, '"awsp rm" needs a profile'],
  ['rename dev', 2, '"awsp rename" needs a profile and its new name: awsp rename OLD NEW'],
  ['set dev', 2, '"awsp set" needs a profile and KEY=VALUE'],
  ['set dev region', 2, '"region" is not KEY=VALUE, such as region=eu-west-1'],
  ['here dev', 2, '"awsp here" takes no "dev"'],
  ['config confirm', 2, 'did you mean "guard.confirm"?'],
  ['rm xyzzy', 3, '\n  awsp list shows the profiles'],
  ['rename prdo x', 3, 'did you mean "barnehageplass-prod-AWSReadOnlyAccess-123456789013"?'],
  ['dev --json', 2, '"--json" does not go with "awsp <query>"; it goes with awsp '],
  ['dev --list', 2, 'did you mean: awsp list'],
  ['dev --forr 1h', 2, 'did you mean "--for"?'],
  ['dev --for 1hour', 2, '"--for 1hour" is not a time such as 30m, 1h30m or 1d'],
  ['dev --regin eu-west-1', 2, 'did you mean "--region"?'],
  ['--unset dev', 2, '"--unset" stands alone'],
  ['- dev', 2, '"awsp -" takes no name'],
  ['current dev', 2, '"awsp current" takes no "dev"'],
  ['region eu-west-1 dev', 2, '"awsp region" takes no "dev"'],
  ['region irland', 2, 'did you mean "eu-west-1"?'],
  ['dev --region irland', 2, 'did you mean "eu-west-1"?'],
  ['init tcsh', 2, 'no shell integration for "tcsh": expected one of bash, zsh, fish, nu'],
  ['new dev', 2, '"awsp new" takes no "dev"'],
  ['help ls', 2, 'did you mean: awsp list --help'],
  ['help lgoin', 2, 'did you mean: awsp login --help'],
  ['prdo', 3, 'did you mean "barnehageplass-prod-AWSReadOnlyAccess-123456789013"?'],
  ['barnehageplass prdo', 3, 'did you mean "barnehageplass-prod-AWSReadOnlyAccess-123456789013"?'],
  ['xyzzy', 3, '\n  awsp list shows the profiles'],
  ['dev xyzzy', 3, 'none that fits the other words has "xyzzy"'],
  ['123456789099', 3, 'did you mean "arkiv-lab-Reader-123456789051"?'],
  ['show xyzzy', 3, '\n  awsp list shows the profiles'],
  ['login xyzzy', 3, '\n  awsp list shows the profiles'],
  ['logout xyzzy', 3, '\n  awsp list shows the profiles'],
  ['switch ls', 3, '\n  awsp list shows the profiles'],
  ['--ro', 2, '"--read-only" needs a query: awsp --ro <query>'],
  ['--verify --no-verify dev', 2, '"--verify" and "--no-verify" exclude each other'],
  ['list --kind sos', 2, '"--kind sos": expected one of sso, assume-role, static, process, web-identity, login, none'],
];

describe('a mistake', () => {
  it.each(mistakes)('%s', async (line, code, told) => {
    const words = line.split(' ');
    const run = passThrough.includes(words[0] ?? '') ? sandbox.awsp : sandbox.switchVia;
    const outcome = await run(words);
    expect(outcome).toMatchObject({ code, stdout: '', stderr: expect.stringContaining(told) });
    // None ends without a way out: a line to paste, a name, or what would be right.
    expect(outcome.stderr.split('\n').slice(0, -1).join('\n')).toMatch(/awsp [\w<-]|did you mean/);
  });

  it('that is a word of another tool leads to a command that there is', async () => {
    for (const [, , told] of mistakes) {
      const command = /did you mean: awsp ([a-z]+)/.exec(told)?.[1];
      if (command === undefined || ['dev', 'test'].includes(command)) continue;
      expect(commands.map(({ name }) => name)).toContain(command);
    }
  });
});

describe('the words of other tools', () => {
  it('are no commands: a profile of that name is switched to', async () => {
    sandbox.write(
      '.aws/credentials',
      ['ls', 'whoami', 'logn']
        .map((name) => `[${name}]\naws_access_key_id = AKIA\naws_secret_access_key = x\n`)
        .join(''),
    );
    for (const name of ['ls', 'whoami', 'logn', 'LS']) {
      const { code, stdout } = await sandbox.switchVia([name, '--no-verify']);
      expect({ name, code }).toEqual({ name, code: 0 });
      expect(stdout).toContain(`'${name.toLowerCase()}'`);
    }
  });
});
