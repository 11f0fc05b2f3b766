import { json, type Service, ServiceError, type ServiceRequest, type ServiceResponse } from './service.ts';

/**
 * The services that are not emulated. A request that is signed for one of them (Signature Version 4 names the service in
 * the credential scope) gets an error in that service's format, so that `aws s3 ls` can print why it fails.
 */
export const otherServices: Service = {
  name: 'other',

  operationOf(request) {
    const service = signedFor(request);
    // A request to STS, recognised by its API version, gets the error of STS when it is signed for another service.
    const isSts = service === 'sts' || new URLSearchParams(request.body).get('Version') === '2011-06-15';
    return isSts ? null : service;
  },

  handle() {
    throw new ServiceError(501, 'NotImplemented', 'this emulator has only STS and IAM Identity Center');
  },

  renderError(error: ServiceError, request: ServiceRequest) {
    const service = signedFor(request);
    const code = `<Error><Code>${error.code}</Code><Message>${error.message}</Message></Error>`;
    if (service === 's3') return xml(error.status, code);
    if (service === 'ec2') return xml(error.status, `<Response><Errors>${code}</Errors></Response>`);
    if (/(?:^|&)Action=/.test(request.body) || service === 'route53' || service === 'cloudfront') {
      return xml(error.status, `<ErrorResponse>${code}</ErrorResponse>`);
    }
    return {
      ...json(error.status, { __type: error.code, message: error.message }),
      headers: { 'x-amzn-ErrorType': error.code },
    };
  },
};

// --- internal ---

/** The service in the credential scope: `s3` in `Credential=AKIA…/20260101/eu-west-1/s3/aws4_request`. */
function signedFor({ headers }: ServiceRequest): string | null {
  return /Credential=[^/,]+\/\d+\/[\w-]*\/([\w-]+)\/aws4_request/.exec(headers.authorization ?? '')?.[1] ?? null;
}

function xml(status: number, body: string): ServiceResponse {
  return { status, contentType: 'text/xml', body: `<?xml version="1.0" encoding="UTF-8"?>\n${body}\n` };
}
