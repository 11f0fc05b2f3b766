import type { Directory } from './directory.ts';

/**
 * `sign-in` is the pages that a person sees in a browser; `signin` is AWS's service of `aws login`; `console` is the
 * federation endpoint and the pages of the console; `company` is a host that is not AWS's; `other` is every service
 * that is not emulated.
 */
export type ServiceName = 'sts' | 'sso' | 'sso-oidc' | 'sign-in' | 'signin' | 'console' | 'company' | 'other';

export interface ServiceRequest {
  /** The AWS request id, which every response carries. */
  readonly id: string;
  readonly method: string;
  /** Scheme, host and port as the client wrote them: `http://127.0.0.1:8080`, `https://oidc.eu-west-1.amazonaws.com`. */
  readonly origin: string;
  /** The address of the server that received the request, `http://127.0.0.1:<port>`, whatever the client wrote. */
  readonly serverUrl: string;
  /** The region of the endpoint that was called; null when the endpoint is not that of one region. */
  readonly region: string | null;
  readonly path: string;
  /** The raw query string, without the question mark. */
  readonly query: string;
  /** By name in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

export interface ServiceResponse {
  readonly status: number;
  readonly contentType: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body: string;
}

export interface Context {
  readonly directory: Directory;
  /** The emulator's clock: milliseconds since 1970, UTC. */
  now(): number;
  /** A new identifier of `length` characters out of A-Z and 2-7, as in AWS's access key ids. */
  newId(length: number): string;
  /** Opens a page in the person's browser; null when the emulator was started without that. */
  readonly openPage: ((address: string) => void) | null;
}

/** One AWS service: how its requests are recognised, handled and refused. */
export interface Service {
  readonly name: ServiceName;
  /** The AWS name of the operation that a request is for; null when the request is not for this service. */
  operationOf(request: ServiceRequest): string | null;
  /** Runs an operation; throws a `ServiceError` when AWS would refuse it. */
  handle(operation: string, request: ServiceRequest, context: Context): ServiceResponse;
  /** Renders an error in the service's own format. */
  renderError(error: ServiceError, request: ServiceRequest): ServiceResponse;
}

/** An operation of a service whose requests are told apart by method and path. */
export interface Route<Run> {
  readonly operation: string;
  readonly method: string;
  readonly path: string;
  readonly run: Run;
}

/** The operation that a request is for; null when it is none of these. */
export function routedOperation(
  routes: readonly Route<unknown>[],
  { method, path }: Pick<ServiceRequest, 'method' | 'path'>,
): string | null {
  return routes.find((route) => route.method === method && route.path === path)?.operation ?? null;
}

/** An error of AWS: HTTP status, code and message. */
export class ServiceError extends Error {
  readonly status: number;
  readonly code: string;
  /** Further members of the error, for services that return JSON. */
  readonly members: Readonly<Record<string, string>>;

  constructor(status: number, code: string, message: string, members: Readonly<Record<string, string>> = {}) {
    super(message);
    this.status = status;
    this.code = code;
    this.members = members;
  }
}

/** The error of the JSON services for a request that breaks their model. */
export function invalidRequest(message = 'Invalid request'): ServiceError {
  return new ServiceError(400, 'InvalidRequestException', message);
}

export function json(status: number, value: unknown): ServiceResponse {
  return { status, contentType: 'application/json', body: JSON.stringify(value) };
}

/** A page, which loads nothing else. */
export function html(status: number, body: string): ServiceResponse {
  return {
    status,
    contentType: 'text/html; charset=utf-8',
    headers: {
      'Cache-Control': 'no-store',
      'Content-Security-Policy':
        "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; frame-ancestors 'none'",
      'Referrer-Policy': 'no-referrer',
    },
    body,
  };
}
