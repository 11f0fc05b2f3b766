import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { nodeFiles } from '../../src/node/files.ts';
import { listenForRedirect } from '../../src/sso/loopback.ts';
import { isOwnClient } from '../../src/sso/loopback-client.ts';
import { findProgram } from '../support/shells.ts';
import { fakeWorld } from '../support/world.ts';

const client = { clientPort: 0xabcd, serverPort: 0x1234 };
const server = '0100007F:1234';
const peer = '0100007F:ABCD';
const row = (local: string, remote: string, state: string, uid: number) =>
  `   0: ${local} ${remote} ${state} 00000000:00000000 00:00000000 00000000  ${uid}        0 2702731 1 0000 100 0 0 10 0\n`;
const head = '  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode\n';
const listens = row(server, '00000000:0000', '0A', 1000);
const accepted = row(server, peer, '01', 1000);
const mapped = (address: string) => `0000000000000000FFFF0000${address}`;

describe('a client of the loopback interface', () => {
  it.each<[string, string | undefined, string | undefined, Record<string, string>, boolean]>([
    ['of the same user', listens + accepted + row(peer, server, '01', 1000), undefined, {}, true],
    ['of another user', listens + accepted + row(peer, server, '01', 1001), undefined, {}, false],
    ['of nobody', listens + accepted + row(peer, server, '01', 65534), undefined, {}, false],
    ['of root, whose relays and tunnels come from here', listens + accepted + row(peer, server, '01', 0), '', {}, true],
    ['by IPv6, of the same user', listens, row(mapped(peer), mapped(server), '01', 1000), {}, true],
    ['by IPv6, of another user', listens, row(mapped(peer), mapped(server), '01', 1001), {}, false],
    ['that has closed its end', listens + accepted + row(peer, server, '05', 0), undefined, {}, false],
    ['that has closed its end, and waits', listens + row(peer, server, '06', 0), undefined, {}, false],
    ['that is gone', listens, undefined, {}, false],
    ['of another network namespace', listens + accepted, undefined, {}, true],
    ['of a system without these tables', undefined, undefined, {}, true],
    ['of a system with empty tables', '', '', {}, true],
    [
      'of the person behind sudo',
      row(server, '00000000:0000', '0A', 0) + row(peer, server, '01', 1000),
      undefined,
      { SUDO_UID: '1000' },
      true,
    ],
    [
      'of another user than that behind sudo',
      row(server, '00000000:0000', '0A', 0) + row(peer, server, '01', 1001),
      undefined,
      { SUDO_UID: '1000' },
      false,
    ],
    [
      'when SUDO_UID is in an environment that is not root’s',
      listens + row(peer, server, '01', 1001),
      undefined,
      { SUDO_UID: '1001' },
      false,
    ],
    [
      'with the same port elsewhere',
      listens + row('0200000A:ABCD', server, '01', 1001) + row(peer, server, '01', 1000),
      undefined,
      {},
      true,
    ],
  ])('%s', (_which, tcp, tcp6, env, isAllowed) => {
    const disk = {
      ...(tcp === undefined ? {} : { '/proc/net/tcp': head + tcp }),
      ...(tcp6 === undefined ? {} : { '/proc/net/tcp6': head + tcp6 }),
    };
    expect(isOwnClient(fakeWorld({ disk, env }), client)).toBe(isAllowed);
  });

  const canChangeUser = process.getuid?.() === 0 && findProgram('setpriv') !== null && findProgram('curl') !== null;
  it('that is another user’s program gets a page that says so, and changes nothing', async ({ skip }) => {
    skip(!canChangeUser);
    // As root, awsp allows only root here; the table of this machine has the user of the other program.
    const loopback = await listenForRedirect('the-state', (it) => isOwnClient({ files: nodeFiles, env: {} }, it));
    const entrance = loopback.redirectOnce('secret', 'https://x.awsapps.com/start');
    try {
      const other = async (url: string) => {
        const args = ['--reuid=65534', '--clear-groups', 'curl', '-s', '-w', '%{http_code}', url];
        return (await promisify(execFile)('setpriv', args)).stdout;
      };
      for (const url of [`${loopback.redirectUri}?error=access_denied&state=the-state`, entrance]) {
        expect(await other(url)).toMatch(/belongs to another user of this machine.*403$/s);
      }
      const own = await fetch(entrance, { redirect: 'manual' });
      expect(own.headers.get('location')).toBe('https://x.awsapps.com/start');
      const page = fetch(`${loopback.redirectUri}?code=right&state=the-state`);
      expect(await loopback.redirect).toEqual({ kind: 'code', code: 'right' });
      await loopback.finish(true, '');
      expect((await page).status).toBe(200);
    } finally {
      await loopback.finish(false, '');
    }
  });
});
