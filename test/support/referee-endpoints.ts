import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

/**
 * STS, the SSO portal and a container's agent for tools whose credentials are compared. The access keys that they return
 * say where they are from: `SSO:ROLE`, `ROLE:NAME~KEY` with the key that signed the request, `WEB:NAME`, `CONTAINER:`.
 */
export interface RefereeEndpoints {
  readonly url: string;
  /** The variables that lead a tool to it. */
  readonly environment: Readonly<Record<string, string>>;
  close(): Promise<void>;
}

export async function startRefereeEndpoints(): Promise<RefereeEndpoints> {
  const server = createServer(async (request, response) => {
    const body = await text(request);
    const url = new URL(request.url ?? '/', 'http://localhost');
    const parameters = new URLSearchParams(body);
    const role = (parameters.get('RoleArn') ?? '').split('/').at(-1) ?? '';
    const signer = /Credential=([^/]+)/.exec(request.headers.authorization ?? '')?.[1] ?? '';
    const [ssoRole, account] = ['role_name', 'account_id'].map((name) => url.searchParams.get(name));
    if (url.pathname === '/container') {
      response.end(JSON.stringify(agentKeys('CONTAINER:')));
    } else if (url.pathname === '/federation/credentials' && ssoRole && account) {
      response.setHeader('content-type', 'application/json');
      response.end(JSON.stringify(portalKeys(`SSO:${ssoRole}`)));
    } else if (parameters.get('Action') === 'AssumeRole' && role !== '' && signer !== '') {
      response.end(stsKeys('AssumeRole', `ROLE:${role}~${signer}`));
    } else if (parameters.get('Action') === 'AssumeRoleWithWebIdentity' && role !== '') {
      response.end(stsKeys('AssumeRoleWithWebIdentity', `WEB:${role}`));
    } else {
      response.statusCode = 400;
      response.end();
    }
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    url,
    environment: { AWS_ENDPOINT_URL_STS: url, AWS_ENDPOINT_URL_SSO: url },
    close: () => closed(server),
  };
}

// --- internal ---

const end = '2999-01-01T00:00:00Z';

function agentKeys(id: string) {
  return { AccessKeyId: id, SecretAccessKey: 'secret', Token: 'token', Expiration: end };
}

function portalKeys(id: string) {
  const keys = { accessKeyId: id, secretAccessKey: 'secret', sessionToken: 'token', expiration: Date.parse(end) };
  return { roleCredentials: keys };
}

function stsKeys(action: string, id: string): string {
  const keys = `<AccessKeyId>${id}</AccessKeyId><SecretAccessKey>secret</SecretAccessKey><SessionToken>token</SessionToken>`;
  const user =
    '<AssumedRoleUser><AssumedRoleId>AROA:x</AssumedRoleId><Arn>arn:aws:sts::123456789012:assumed-role/x/x</Arn></AssumedRoleUser>';
  const result = `<Credentials>${keys}<Expiration>${end}</Expiration></Credentials>${user}`;
  return `<${action}Response xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><${action}Result>${result}</${action}Result></${action}Response>`;
}

async function text(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString();
}

async function closed(server: Server): Promise<void> {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
}
