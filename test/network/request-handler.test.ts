import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { makeSandbox, type Sandbox } from '../support/program.ts';

/** A proxy that lets nobody through, and notes where they wanted to go. */
interface Proxy {
  readonly url: string;
  readonly asked: string[];
  readonly server: Server;
}

async function startProxy(): Promise<Proxy> {
  const asked: string[] = [];
  const server = createServer();
  server.on('connect', (request, socket) => {
    asked.push(request.url ?? '');
    socket.end('HTTP/1.1 403 Forbidden\r\n\r\n');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, asked, server };
}

let sandbox: Sandbox;
let proxy: Proxy;
beforeEach(async () => {
  sandbox = await makeSandbox();
  proxy = await startProxy();
  // AWS itself is asked for, which only the proxy could reach.
  sandbox.write('.config/awsp/config', '[verify]\ntimeout = 2s\n');
});
afterEach(async () => {
  proxy.server.close();
  await sandbox.remove();
});

const builder = 'sandkasse-lab-Builder-123456789041';
const awsItself = { AWS_ENDPOINT_URL_STS: undefined };

describe('a proxy', () => {
  it.each(['HTTPS_PROXY', 'https_proxy'])('in %s is used', async (name) => {
    const { code, stderr } = await sandbox.switchVia([builder], { env: { ...awsItself, [name]: proxy.url } });
    expect(proxy.asked[0]).toBe('sts.eu-west-1.amazonaws.com:443');
    expect({ code, stderr }).toMatchObject({ code: 0, stderr: expect.stringContaining('not verified') });
  });

  it('is left out for the hosts of NO_PROXY', async () => {
    const env = { ...awsItself, HTTPS_PROXY: proxy.url, NO_PROXY: '.amazonaws.com' };
    expect((await sandbox.switchVia([builder], { env })).stderr).toContain('not verified');
    expect(proxy.asked).toEqual([]);
  });

  it.each([
    ['aws-cn', 'cn-north-1', 'sts.cn-north-1.amazonaws.com.cn:443'],
    ['aws-us-gov', 'us-gov-west-1', 'sts.us-gov-west-1.amazonaws.com:443'],
    ['aws-eusc', 'eusc-de-east-1', 'sts.eusc-de-east-1.amazonaws.eu:443'],
  ])('shows that %s has its own endpoints', async (_partition, region, host) => {
    sandbox.write('.aws/config', `[profile ${builder}]\nregion = ${region}\n`);
    await sandbox.switchVia([builder], { env: { ...awsItself, HTTPS_PROXY: proxy.url } });
    expect(proxy.asked[0]).toBe(host);
  });
});

describe('certificates', () => {
  it('that cannot be read prevent the switch, and the message names the file', async () => {
    const { code, stdout, stderr } = await sandbox.switchVia([builder], {
      env: { AWS_CA_BUNDLE: '/no/such/file.pem' },
    });
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(stderr).toContain('the certificates in "/no/such/file.pem" cannot be read: no such file');
  });
});
