import { afterAll, beforeAll, expect, it } from 'vitest';
import { mixedScripts } from '../../src/selection/scripts.ts';
import { makeSandbox, type Sandbox } from '../support/program.ts';

let sandbox: Sandbox;
beforeAll(async () => {
  sandbox = await makeSandbox();
});
afterAll(() => sandbox.remove());

it.each<[env: Record<string, string>, more: string[], said: string]>([
  [{}, [], 'eu-west-1'],
  [{ AWS_REGION: 'ap-south-1' }, [], 'ap-south-1 as you set it'],
  [{ AWS_DEFAULT_REGION: 'ap-south-1' }, [], 'ap-south-1 as you set it'],
  [{ AWS_REGION: 'eu-west-1' }, [], 'eu-west-1'],
  [{ AWS_REGION: 'ap-south-1', AWSP_REGION: 'ap-south-1' }, [], 'eu-west-1'],
  [{ AWS_REGION: 'ap-south-1' }, ['--region', 'us-east-1'], 'us-east-1'],
])('with %j and %j the switch tells the region %s', async (env, more, said) => {
  const { stderr } = await sandbox.switchVia(['dev', '--no-verify', ...more], { env });
  expect(stderr).toContain(`AWSAdministratorAccess, ${said}, not verified`);
});

it.each([
  ['рrod', ['Latin', 'Cyrillic']],
  ['shop-prοd', ['Latin', 'Greek']],
  ['магазин-prod', null],
  ['shop-prod', null],
  ['блåbær', ['Latin', 'Cyrillic']],
])('the scripts that a word of %s mixes: %j', (name, scripts) => {
  expect(mixedScripts(name)).toEqual(scripts);
});
