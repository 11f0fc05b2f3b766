import { createHash } from 'node:crypto';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

/**
 * STS, the SSO portal and a container's agent for tools whose credentials are compared. The access keys that they return
 * say where they are from: `SSO:ROLE`, `ROLE:NAME~KEY` with the key that signed the request, `WEB:NAME`, `CONTAINER:`.
 * GetCallerIdentity tells who such a key is: see `identityOf`.
 */
export interface RefereeEndpoints {
  readonly url: string;
  /** Who asked GetCallerIdentity last, and what it was told; null if nobody did, or nobody that it knew. */
  lastCaller(): Caller | null;
  /** Forgets the last one. */
  forget(): void;
  /** The variables that lead a tool to it. */
  readonly environment: Readonly<Record<string, string>>;
  close(): Promise<void>;
}

export interface Caller {
  /** The access key that signed the request. */
  readonly key: string;
  readonly arn: string;
}

/** Below it, the same services are those of another place: every key is somebody else there. */
export const elsewhere = '/elsewhere';

/**
 * Who a key is: an account of its own for access keys, so that no two are taken for each other, and the account of the
 * files for roles and sign-ins, whose profiles promise it.
 */
function identityOf(key: string, place = ''): { readonly accountId: string; readonly arn: string } {
  const digest = createHash('sha1').update(`${place}${key}`).digest('hex');
  const [kind = '', name = ''] = key.split(/[:~]/);
  if (place === '' && kind === 'LOGIN') return { accountId: account, arn: `arn:aws:iam::${account}:user/${name}` };
  if (place === '' && /^(ROLE|WEB|SSO)$/.test(kind)) {
    return { accountId: account, arn: `arn:aws:sts::${account}:assumed-role/${name}/${digest}` };
  }
  const accountId = String(Number.parseInt(digest.slice(0, 10), 16))
    .padStart(12, '0')
    .slice(0, 12);
  return { accountId, arn: `arn:aws:iam::${accountId}:user/${digest}` };
}

export async function startRefereeEndpoints(): Promise<RefereeEndpoints> {
  let last: Caller | null = null;
  const server = createServer(async (request, response) => {
    const url = new URL(request.url ?? '/', 'http://localhost');
    const signer = /Credential=([^/]+)/.exec(request.headers.authorization ?? '')?.[1] ?? '';
    const parameters = new URLSearchParams(await text(request));
    if (url.pathname === '/container') {
      response.end(JSON.stringify(agentKeys('CONTAINER:')));
    } else if (url.pathname === '/federation/credentials') {
      answer(portalAnswer(url), 'application/json');
    } else if (parameters.get('Action') === 'GetCallerIdentity' && isKnown(signer, request)) {
      const { accountId, arn } = identityOf(signer, url.pathname.startsWith(elsewhere) ? elsewhere : '');
      last = { key: signer, arn };
      const fields = `<Arn>${arn}</Arn><UserId>AIDASAMPLE</UserId><Account>${accountId}</Account>`;
      answer(stsAnswer('GetCallerIdentity', fields), 'text/xml');
    } else {
      answer(roleAnswer(parameters, signer), 'text/xml');
    }

    function answer(body: string | null, type: string) {
      response.statusCode = body === null ? 403 : 200;
      response.setHeader('content-type', type);
      response.end(body ?? refusal);
    }
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    url,
    lastCaller: () => last,
    forget: () => {
      last = null;
    },
    environment: { AWS_ENDPOINT_URL_STS: url, AWS_ENDPOINT_URL_SSO: url },
    close: () => closed(server),
  };
}

// --- internal ---

const account = '123456789012';
const end = '2999-01-01T00:00:00Z';

/** Whether STS knows a key: it is one of these files or of what is issued here, and has a token only if it is issued. */
function isKnown(signer: string, { headers }: IncomingMessage): boolean {
  const token = headers['x-amz-security-token'];
  if (/^(SSO|ROLE|WEB|LOGIN|CONTAINER):/.test(signer)) return token === 'token';
  return /^[A-Z]+:/.test(signer) && (token === undefined || token === `of ${signer}`);
}

function agentKeys(id: string) {
  return { AccessKeyId: id, SecretAccessKey: 'secret', Token: 'token', Expiration: end };
}

function portalKeys(id: string) {
  const keys = { accessKeyId: id, secretAccessKey: 'secret', sessionToken: 'token', expiration: Date.parse(end) };
  return { roleCredentials: keys };
}

const refusal =
  '<ErrorResponse><Error><Type>Sender</Type><Code>InvalidClientTokenId</Code><Message>no</Message></Error></ErrorResponse>';

function portalAnswer({ searchParams }: URL): string | null {
  const role = searchParams.get('role_name');
  return role && searchParams.get('account_id') ? JSON.stringify(portalKeys(`SSO:${role}`)) : null;
}

function roleAnswer(parameters: URLSearchParams, signer: string): string | null {
  const [action, role] = [parameters.get('Action'), (parameters.get('RoleArn') ?? '').split('/').at(-1)];
  if (!role) return null;
  if (action === 'AssumeRole' && signer !== '') return stsKeys(action, `ROLE:${role}~${signer}`);
  return action === 'AssumeRoleWithWebIdentity' ? stsKeys(action, `WEB:${role}`) : null;
}

function stsKeys(action: string, id: string): string {
  const keys = `<AccessKeyId>${id}</AccessKeyId><SecretAccessKey>secret</SecretAccessKey><SessionToken>token</SessionToken>`;
  const user =
    '<AssumedRoleUser><AssumedRoleId>AROA:x</AssumedRoleId><Arn>arn:aws:sts::123456789012:assumed-role/x/x</Arn></AssumedRoleUser>';
  const result = `<Credentials>${keys}<Expiration>${end}</Expiration></Credentials>${user}`;
  return stsAnswer(action, result);
}

function stsAnswer(action: string, result: string): string {
  const xmlns = 'xmlns="https://sts.amazonaws.com/doc/2011-06-15/"';
  const metadata = '<ResponseMetadata><RequestId>1</RequestId></ResponseMetadata>';
  return `<${action}Response ${xmlns}><${action}Result>${result}</${action}Result>${metadata}</${action}Response>`;
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
