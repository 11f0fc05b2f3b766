import { connect as connectTcp } from 'node:net';
import { connect as connectTls } from 'node:tls';
import { RegisterClientCommand, SSOOIDCClient, StartDeviceAuthorizationCommand } from '@aws-sdk/client-sso-oidc';
import { NodeHttpHandler } from '@smithy/node-http-handler';
import { HttpsProxyAgent } from 'hpagent';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Emulator, startEmulator } from '../../src/emulator/emulator.ts';
import { samples } from '../../src/emulator/samples.ts';
import { click } from '../support/emulator.ts';

const startUrl = 'https://kart.awsapps.com/start';
let emulator: Emulator;
beforeEach(async () => {
  emulator = await startEmulator({ directory: samples({ now: Date.now() }).directory });
});
afterEach(() => emulator.close());

/** A client as it is in real use: configured with only the region. */
function clientIn(region: string, certificate = emulator.certificate): SSOOIDCClient {
  const httpsAgent = new HttpsProxyAgent({ proxy: emulator.url, ca: certificate });
  return new SSOOIDCClient({ region, maxAttempts: 1, requestHandler: new NodeHttpHandler({ httpsAgent }) });
}

async function startDevice(region: string) {
  const oidc = clientIn(region);
  const { clientId, clientSecret } = await oidc.send(
    new RegisterClientCommand({ clientName: 'awsp-test', clientType: 'public' }),
  );
  return oidc.send(new StartDeviceAuthorizationCommand({ clientId, clientSecret, startUrl }));
}

/** Requests a tunnel to a host; returns the socket when the proxy accepts, otherwise the proxy's response. */
function ask(host: string): Promise<string | ReturnType<typeof connectTcp>> {
  const socket = connectTcp(Number(new URL(emulator.url).port), '127.0.0.1');
  socket.write(`CONNECT ${host}:443 HTTP/1.1\r\nHost: ${host}:443\r\n\r\n`);
  return new Promise((resolve, reject) => {
    socket.once('error', reject);
    socket.once('data', (data) => {
      const line = String(data).split('\r\n')[0] ?? '';
      resolve(line.includes(' 200 ') ? socket : line);
    });
  });
}

/** Opens one of AWS's addresses through the proxy. */
async function open(host: string, path: string): Promise<string> {
  const socket = await ask(host);
  if (typeof socket === 'string') throw new Error(socket);
  const encrypted = connectTls({ socket, servername: host, ca: emulator.certificate });
  encrypted.write(`GET ${path} HTTP/1.1\r\nHost: ${host}\r\nConnection: close\r\n\r\n`);
  let text = '';
  for await (const data of encrypted.setEncoding('utf8')) text += data;
  return text;
}

describe('the proxy', () => {
  it('returns the variables that lead through it', () => {
    expect(emulator.throughProxy('/ca.pem')).toEqual({ HTTPS_PROXY: emulator.url, AWS_CA_BUNDLE: '/ca.pem' });
  });

  it.each<[string, number, string]>([
    ['eu-north-1', 200, 'Request approved'],
    ['eu-west-1', 400, 'invalid_grant'],
  ])('tells a client in %s from others by the host that it calls', async (region, status, text) => {
    const { verificationUriComplete = '', userCode } = await startDevice(region);
    expect(verificationUriComplete).toBe(`https://oidc.${region}.amazonaws.com/device?user_code=${userCode}`);
    const clicked = await click(emulator, verificationUriComplete, 'allow');
    expect(clicked).toMatchObject({ status, text: expect.stringContaining(text) });
  });

  it.each(['/start', '/start/'])('shows a portal at its own address, with its region: %s', async (path) => {
    expect(await open('kart.awsapps.com', path)).toContain('<meta name="region" content="eu-north-1"/>');
  });

  it('knows no other portal', async () => {
    expect(await open('hagen.awsapps.com', '/start')).toMatch(/^HTTP\/1.1 404 /);
  });

  it.each(['example.com', 'amazonaws.com.example.com', '169.254.169.254'])(
    'lets nobody through to %s',
    async (host) => {
      expect(await ask(host)).toBe('HTTP/1.1 403 Forbidden');
    },
  );

  it('is accepted only by clients that trust its certificate', async () => {
    const other = await startEmulator();
    const client = clientIn('eu-north-1', other.certificate);
    const call = client.send(new RegisterClientCommand({ clientName: 'awsp-test', clientType: 'public' }));
    await expect(call).rejects.toMatchObject({ code: expect.stringMatching(/CERT|VERIFY/) });
    await other.close();
  });

  it('closes at once, with idle tunnels and pending requests', async () => {
    const socket = await ask('oidc.eu-west-1.amazonaws.com');
    if (typeof socket === 'string') throw new Error(socket);
    const closed = new Promise((resolve) => socket.once('close', resolve));
    socket.on('error', () => {});
    emulator.faults.push({ effect: { kind: 'silence' } });
    const waiting = expect(startDevice('eu-west-1')).rejects.toThrow();
    await expect.poll(() => emulator.requests.length).toBe(1);
    await emulator.close();
    await Promise.all([closed, waiting]);
  });
});
