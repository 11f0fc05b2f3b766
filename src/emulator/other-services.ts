import { type Answer, type Service, ServiceError, type ServiceRequest } from './service.ts';

/**
 * The services that are not emulated: a request that is signed for one of them (AWS Signature Version 4 names it in the
 * credential's scope) hears so, in the words of its protocol, that `aws s3 ls` may say why it fails.
 */
export const otherServices: Service = {
  name: 'other',

  operationOf(request) {
    const service = signedFor(request);
    // STS, by the version of its API, has its own words for a signature that is not for it
    const isSts = service === 'sts' || new URLSearchParams(request.body).get('Version') === '2011-06-15';
    return isSts ? null : service;
  },

  answer() {
    throw new ServiceError(501, 'NotImplemented', 'this is an emulator, with STS and IAM Identity Center alone');
  },

  refuse(error: ServiceError, request: ServiceRequest) {
    const service = signedFor(request);
    const code = `<Error><Code>${error.code}</Code><Message>${error.message}</Message></Error>`;
    if (service === 's3') return xml(error.status, code);
    if (service === 'ec2') return xml(error.status, `<Response><Errors>${code}</Errors></Response>`);
    if (/(?:^|&)Action=/.test(request.body) || service === 'route53' || service === 'cloudfront') {
      return xml(error.status, `<ErrorResponse>${code}</ErrorResponse>`);
    }
    return {
      status: error.status,
      contentType: 'application/json',
      headers: { 'x-amzn-ErrorType': error.code },
      body: JSON.stringify({ __type: error.code, message: error.message }),
    };
  },
};

// --- internal ---

/** `s3` of `Credential=AKIA…/20260101/eu-west-1/s3/aws4_request`. */
function signedFor({ headers }: ServiceRequest): string | null {
  return /Credential=[^/,]+\/\d+\/[\w-]*\/([\w-]+)\/aws4_request/.exec(headers.authorization ?? '')?.[1] ?? null;
}

function xml(status: number, body: string): Answer {
  return { status, contentType: 'text/xml', body: `<?xml version="1.0" encoding="UTF-8"?>\n${body}\n` };
}
