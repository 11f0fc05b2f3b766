import { createServer as createHttpServer, type Server } from 'node:http';
import { type AddressInfo, connect, createServer, type Server as NetServer, type Socket } from 'node:net';
import { HttpRequest } from '@smithy/core/protocols';
import { afterEach, describe, expect, it } from 'vitest';
import { emptyTransport } from '../../src/network/errors.ts';
import { requestHandler } from '../../src/network/request-handler.ts';
import { makeSandbox, type Sandbox } from '../support/program.ts';

const closing: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

async function listen(server: Server | NetServer): Promise<number> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return (server.address() as AddressInfo).port;
}

describe('a connection that is opened before its request', () => {
  const network = { env: {}, certificates: null, timeout: 5_000 };

  /** A server, with the connections that it has got. */
  async function start() {
    const sockets: Socket[] = [];
    const server = createHttpServer((_, response) => response.end('ok'));
    server.on('connection', (socket) => sockets.push(socket));
    const url = new URL(`http://127.0.0.1:${await listen(server)}`);
    closing.push(() => {
      server.closeAllConnections();
      server.close();
    });
    return { url, sockets, server };
  }

  async function request(handler: ReturnType<typeof requestHandler>, { protocol, hostname, port }: URL) {
    const { response } = await handler.handle(
      new HttpRequest({ method: 'GET', protocol, hostname, port: Number(port), path: '/', headers: {} }),
    );
    response.body.resume();
    await new Promise((resolve) => response.body.once('end', resolve));
    return response.statusCode;
  }

  it('is the one that the request uses; the next request uses it again', async () => {
    const { url, sockets } = await start();
    const handler = requestHandler(network, emptyTransport());
    await handler.connect(url);
    await expect.poll(() => sockets.length).toBe(1);
    expect([await request(handler, url), await request(handler, url)]).toEqual([200, 200]);
    expect(sockets).toHaveLength(1);
    handler.destroy();
  });

  it('is replaced when it was closed meanwhile', async () => {
    const { url, sockets } = await start();
    const handler = requestHandler(network, emptyTransport());
    await handler.connect(url);
    await expect.poll(() => sockets.length).toBe(1);
    const [socket] = sockets;
    const closed = new Promise((resolve) => socket?.once('close', resolve));
    socket?.destroy();
    await closed;
    // The other end learns of it in its own time.
    await new Promise((resolve) => setImmediate(resolve));
    await expect.poll(() => request(handler, url).catch(() => null)).toBe(200);
    expect(sockets.length).toBeGreaterThan(1);
    handler.destroy();
  });

  it('that is refused is an error of the request alone', async () => {
    const { url, server } = await start();
    await new Promise((resolve) => server.close(resolve));
    const transport = emptyTransport();
    const handler = requestHandler(network, transport);
    await handler.connect(url);
    await expect(request(handler, url)).rejects.toMatchObject({ code: 'ECONNREFUSED' });
    expect(transport.error).toMatchObject({ code: 'ECONNREFUSED' });
  });
});

describe('a cold switch to an SSO profile opens the connection to STS while the portal answers', () => {
  const profile = 'barnehageplass-test-AWSPowerUserAccess-123456789012';

  /** A relay to the emulator, which passes on nothing that comes back until `opened` is there. */
  async function relay(sandbox: Sandbox, heard: () => void, opened: Promise<void> | null): Promise<number> {
    const sockets = new Set<Socket>();
    const server = createServer((socket) => {
      heard();
      const behind = connect(Number(new URL(sandbox.emulator.url).port), '127.0.0.1');
      for (const end of [socket, behind]) {
        sockets.add(end);
        end.on('error', () => {});
        end.on('close', () => {
          socket.destroy();
          behind.destroy();
        });
      }
      socket.pipe(behind);
      (opened ?? Promise.resolve()).then(() => behind.pipe(socket));
    });
    closing.push(() => {
      for (const socket of sockets) socket.destroy();
      server.close();
    });
    return listen(server);
  }

  async function verify(sandbox: Sandbox, env: Record<string, string | undefined>) {
    sandbox.write('.config/awsp/config', '[verify]\ntimeout = 3s\n');
    return sandbox.switchVia(['--verify', profile], { env });
  }
  const verified = { code: 0, stdout: expect.stringContaining("AWSP_STATE='verified'") };

  async function makeSample(): Promise<Sandbox> {
    const sandbox = await makeSandbox();
    closing.push(() => sandbox.remove());
    return sandbox;
  }

  it('at an endpoint of http', async () => {
    const sandbox = await makeSample();
    let open = () => {};
    const opened = new Promise<void>((resolve) => {
      open = resolve;
    });
    const sts = await relay(sandbox, open, null);
    const sso = await relay(sandbox, () => {}, opened);
    const env = { AWS_ENDPOINT_URL_STS: `http://127.0.0.1:${sts}`, AWS_ENDPOINT_URL_SSO: `http://127.0.0.1:${sso}` };
    expect(await verify(sandbox, env)).toMatchObject(verified);
  });

  it('through a proxy, with TLS', async () => {
    const sandbox = await makeSample();
    let count = 0;
    let open = () => {};
    const opened = new Promise<void>((resolve) => {
      open = resolve;
    });
    // Two tunnels are there before the first byte comes back.
    const port = await relay(sandbox, () => ++count === 2 && open(), opened);
    const own = Object.fromEntries(Object.keys(sandbox.env).map((name) => [name, sandbox.envThroughProxy[name]]));
    const env = { ...own, ...sandbox.envThroughProxy, HTTPS_PROXY: `http://127.0.0.1:${port}` };
    expect(await verify(sandbox, env)).toMatchObject(verified);
    expect(count).toBe(2);
  });
});
