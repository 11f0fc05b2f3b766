import { setTimeout as wait } from 'node:timers/promises';
import { awsConsole } from './aws-console.ts';
import { companyHosts, isOfCompany } from './company-hosts.ts';
import { consoleSignIn } from './console-sign-in.ts';
import { type Fault, takeEffects } from './faults.ts';
import { otherServices } from './other-services.ts';
import {
  type Context,
  type Service,
  ServiceError,
  type ServiceName,
  type ServiceRequest,
  type ServiceResponse,
} from './service.ts';
import { signInPages } from './sign-in-pages.ts';
import { ssoOidc } from './sso-oidc.ts';
import { ssoPortal } from './sso-portal.ts';
import { sts } from './sts.ts';

/** One request that a service recognised, without its contents. */
export interface RequestRecord {
  readonly service: ServiceName;
  readonly operation: string;
  readonly at: number;
}

/** The state of a running emulator. */
export interface EmulatorState {
  readonly context: Context;
  readonly faults: Fault[];
  readonly requests: RequestRecord[];
}

/** What to do with a request; `silence` leaves the connection open without a response. */
export type Reaction = ServiceResponse | 'silence' | 'reset';

/** Handles a request by the service that it is for, with the faults that apply to it. */
export async function respond(
  request: ServiceRequest,
  { context, faults, requests }: EmulatorState,
): Promise<Reaction> {
  const found = findOperation(request, context);
  if (found === null) return { status: 404, contentType: 'text/plain', body: 'no such operation here\n' };
  const { service, operation } = found;
  requests.push({ service: service.name, operation, at: context.now() });
  for (const effect of takeEffects(faults, service.name, operation, context.now())) {
    switch (effect.kind) {
      case 'delay':
        // Unreferenced, so that a delay does not keep the process alive after the emulator is closed.
        await wait(effect.milliseconds, undefined, { ref: false });
        break;
      case 'silence':
      case 'reset':
        return effect.kind;
      case 'garbage':
        return { status: 200, contentType: 'text/html', body: '<html>Welcome, guest<p>' };
      case 'throttle': {
        const response = service.renderError(throttlingErrors[service.name], request);
        const retryAfter = effect.retryAfter === undefined ? {} : { 'Retry-After': String(effect.retryAfter) };
        return { ...response, headers: { ...response.headers, ...retryAfter } };
      }
      case 'error': {
        const { status, code, message = 'injected by a fault', members } = effect;
        return service.renderError(new ServiceError(status, code, message, members), request);
      }
    }
  }
  return handle(service, operation, request, context);
}

// --- internal ---

/** In the order in which they are asked whether a request is theirs. */
const services: readonly Service[] = [otherServices, ssoPortal, ssoOidc, consoleSignIn, awsConsole, signInPages, sts];

const throttlingErrors: Readonly<Record<ServiceName, ServiceError>> = {
  sts: new ServiceError(400, 'Throttling', 'Rate exceeded'),
  sso: new ServiceError(429, 'TooManyRequestsException', 'HTTP 429 Unknown Code'),
  'sso-oidc': new ServiceError(400, 'SlowDownException', 'Too many requests'),
  'sign-in': new ServiceError(429, 'TooManyRequestsException', 'Too many requests'),
  signin: new ServiceError(429, 'TooManyRequestsError', 'Too many requests', { error: 'server_error' }),
  console: new ServiceError(429, 'TooManyRequests', 'Too many requests'),
  company: new ServiceError(429, 'TooManyRequests', 'Too many requests'),
  other: new ServiceError(400, 'ThrottlingException', 'Rate exceeded'),
};

function findOperation(
  request: ServiceRequest,
  context: Context,
): { readonly service: Service; readonly operation: string } | null {
  if (isOfCompany(request, context)) return { service: companyHosts, operation: request.method };
  for (const service of services) {
    const operation = service.operationOf(request);
    if (operation !== null) return { service, operation };
  }
  return null;
}

function handle(service: Service, operation: string, request: ServiceRequest, context: Context): ServiceResponse {
  try {
    return service.handle(operation, request, context);
  } catch (error) {
    if (error instanceof ServiceError) return service.renderError(error, request);
    throw error;
  }
}
