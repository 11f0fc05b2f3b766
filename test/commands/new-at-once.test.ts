import { readdirSync, readFileSync, rmSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { makeSandbox, type Sandbox } from '../support/program.ts';

let sandbox: Sandbox;
beforeEach(async () => {
  sandbox = await makeSandbox();
});
afterEach(() => sandbox.remove());

const create = (name: string) =>
  sandbox.start([
    ...[
      'new',
      '--start-url',
      'https://barnehage.awsapps.com/start',
      '--sso-region',
      'eu-west-1',
      '--session',
      'barnehage',
    ],
    ...['--account', '123456789012', '--role', 'AWSPowerUserAccess', '--region', 'eu-north-1', '--output', 'json'],
    ...['--name', name, '--yes'],
  ]);
const profile = (name: string) =>
  `[profile ${name}]\nsso_session = barnehage\nsso_account_id = 123456789012\nsso_role_name = AWSPowerUserAccess\n` +
  'region = eu-north-1\noutput = json\n';

describe('awsp new, by several programs at once', () => {
  it.each([2, 8])('%i: keeps all of their profiles, and every line that was there', async (count) => {
    const config = `${sandbox.home}/.aws/config`;
    const before = readFileSync(config, 'utf8');
    const names = Array.from({ length: count }, (_, n) => `new-${n}`);
    const ended = await Promise.all(names.map((name) => create(name)));
    expect(ended.map(({ code, stderr }) => ({ code, stderr }))).toEqual(
      names.map((name) => ({ code: 0, stderr: expect.stringContaining(`+ [profile ${name}]`) })),
    );
    const after = readFileSync(config, 'utf8');
    expect(after.startsWith(before)).toBe(true);
    const sections = after.slice(before.length).split(/^(?=\n\[)/m);
    expect(sections.sort()).toEqual(names.map((name) => `\n${profile(name)}`));
    expect(readdirSync(`${sandbox.home}/.aws`).filter((name) => name.includes('.awsp-'))).toEqual([]);
  });

  it('in no file yet: one has the session of both', async () => {
    const config = `${sandbox.home}/.aws/config`;
    rmSync(config);
    const ended = await Promise.all(['a', 'b'].map((name) => create(name)));
    expect(ended.map(({ code }) => code)).toEqual([0, 0]);
    const text = readFileSync(config, 'utf8');
    const session =
      '[sso-session barnehage]\nsso_start_url = https://barnehage.awsapps.com/start\nsso_region = eu-west-1\n' +
      'sso_registration_scopes = sso:account:access\n';
    const [a, b] = [profile('a'), profile('b')];
    expect([`${session}\n${a}\n${b}`, `${session}\n${b}\n${a}`]).toContain(text);
  });
});
