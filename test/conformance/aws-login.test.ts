import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { handOver } from '../support/browser.ts';
import { click } from '../support/emulator.ts';
import { makeSandbox, type Sandbox } from '../support/program.ts';
import { runProgram } from '../support/run.ts';

/** botocore by itself, as a program; `CHECK` tells whether it can use `aws login`. */
const botocore = `
import sys, datetime
try:
    import botocore, botocore.session, botocore.credentials as credentials
    if not hasattr(credentials, 'LoginProvider'): sys.exit('botocore ' + botocore.__version__ + ' knows no login_session')
    if credentials.EC is None: sys.exit('botocore has no awscrt: pip install "botocore[crt]"')
except ImportError: sys.exit('botocore is not installed')
if sys.argv[1] != 'CHECK':
    session = botocore.session.Session(profile=sys.argv[1])
    print(session.create_client('sts').get_caller_identity()['Arn'])
`;

function run(profile: string, env: Readonly<Record<string, string | undefined>>) {
  return runProgram('python3', ['-c', botocore, profile], { env });
}

// The packages for Python of this machine may be where only PYTHONPATH leads.
const { HOME, PATH, PYTHONPATH } = process.env;
const { code, stderr } = await run('CHECK', { HOME, PATH, PYTHONPATH });
const reason = code === 0 ? null : (stderr.trim().split('\n').at(-1) ?? 'python3 is not installed');
if (reason !== null) console.info(`skipped: the cache of aws login in botocore: ${reason}`);

const name = 'verksted-lab-Utvikler-123456789081';
const arn = 'arn:aws:iam::123456789081:user/kari';

describe.skipIf(reason !== null)('the cache of aws login', () => {
  let sandbox: Sandbox;
  beforeAll(async () => {
    sandbox = await makeSandbox({ awsLogin: true });
  });
  afterAll(() => sandbox.remove());

  // by sha256sum
  const file = () =>
    join(sandbox.home, '.aws/login/cache', '67d0993297d73258251089784aeba16ebb9d79950f83873e0d6bd4f71025ea64.json');
  const read = () => JSON.parse(readFileSync(file(), 'utf8'));
  const asBotocore = async () => (await run(name, { ...sandbox.env, PYTHONPATH })).stdout;

  it('that awsp has written is used and renewed by botocore, and that is used and renewed by awsp', async () => {
    const browser = handOver(sandbox);
    const running = sandbox.awsp(['login', 'verksted'], { env: { BROWSER: browser.command } });
    await fetch((await click(sandbox.emulator, await browser.opened(), 'allow')).location ?? '');
    expect((await running).code).toBe(0);
    expect(await asBotocore()).toBe(`${arn}\n`);
    const expire = () => {
      const token = read();
      const accessToken = { ...token.accessToken, expiresAt: '2020-01-01T00:00:00Z' };
      writeFileSync(file(), JSON.stringify({ ...token, accessToken }));
      return token.refreshToken;
    };
    const first = expire();
    expect(await asBotocore()).toBe(`${arn}\n`);
    const second = read();
    expect(second.refreshToken).not.toBe(first);
    expect(second.signInRegion).toBe('eu-west-1');
    expect(await sandbox.switchVia(['verksted'])).toMatchObject({
      code: 0,
      stdout: expect.stringContaining('verified'),
    });
    expire();
    expect((await sandbox.switchVia(['verksted'])).code).toBe(0);
    expect(read().refreshToken).not.toBe(second.refreshToken);
    expect(await asBotocore()).toBe(`${arn}\n`);
  });
});
