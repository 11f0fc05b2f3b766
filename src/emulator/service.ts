import type { Directory } from './directory.ts';

/** `sign-in`: the pages that a person sees in a browser; `other`: all that is not emulated. */
export type ServiceName = 'sts' | 'sso' | 'sso-oidc' | 'sign-in' | 'other';

export interface ServiceRequest {
  /** What AWS calls the request id; errors and answers carry it. */
  readonly id: string;
  readonly method: string;
  /** Scheme, host and port as the client wrote them: `http://127.0.0.1:8080`, `https://oidc.eu-west-1.amazonaws.com`. */
  readonly origin: string;
  /** The region whose endpoint was called; null where the endpoint is not that of a region. */
  readonly region: string | null;
  readonly path: string;
  /** The query as it came, without the question mark. */
  readonly query: string;
  /** By name in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

export interface Answer {
  readonly status: number;
  readonly contentType: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body: string;
}

export interface Context {
  readonly directory: Directory;
  /** Milliseconds since 1970, UTC, by the emulator's clock. */
  now(): number;
  /** A new identifier of `length` characters out of A-Z and 2-7, as in AWS's access key ids. */
  newId(length: number): string;
  /** Opens a page in the person's browser; null where nobody asks for that. */
  readonly openPage: ((address: string) => void) | null;
}

/** One AWS service on the wire. */
export interface Service {
  readonly name: ServiceName;
  /** The operation that a request is for, by its AWS name; null when it is not for this service. */
  operationOf(request: ServiceRequest): string | null;
  /** Answers an operation; throws `ServiceError` where AWS refuses. */
  answer(operation: string, request: ServiceRequest, context: Context): Answer;
  /** An error as this service writes it. */
  refuse(error: ServiceError, request: ServiceRequest): Answer;
}

/** An error of AWS: HTTP status, code and message. */
export class ServiceError extends Error {
  readonly status: number;
  readonly code: string;
  /** What the error carries besides, in the services that write JSON. */
  readonly members: Readonly<Record<string, string>>;

  constructor(status: number, code: string, message: string, members: Readonly<Record<string, string>> = {}) {
    super(message);
    this.status = status;
    this.code = code;
    this.members = members;
  }
}
