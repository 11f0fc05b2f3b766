import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Emulator, startEmulator } from '../../src/emulator/emulator.ts';
import { awsCli, runAws } from '../support/aws-cli.ts';
import { makeSampleHome } from '../support/emulator.ts';

let emulator: Emulator;
beforeAll(async () => {
  emulator = await startEmulator();
});
afterAll(() => emulator.close());

const message = 'this emulator has only STS and IAM Identity Center';
const error = `<Error><Code>NotImplemented</Code><Message>${message}</Message></Error>`;

describe('a request that is signed for a service that is not emulated', () => {
  it.each([
    ['s3', 'GET', '', `${error}\n`],
    ['ec2', 'POST', 'Action=DescribeInstances', `<Response><Errors>${error}</Errors></Response>\n`],
    ['iam', 'POST', 'Action=ListUsers', `<ErrorResponse>${error}</ErrorResponse>\n`],
    ['route53', 'GET', '', `<ErrorResponse>${error}</ErrorResponse>\n`],
    ['lambda', 'GET', '', JSON.stringify({ __type: 'NotImplemented', message })],
  ])('%s hears so in its own words', async (service, method, body, answer) => {
    const authorization = `AWS4-HMAC-SHA256 Credential=AKIA/20260101/eu-west-1/${service}/aws4_request, Signature=00`;
    const response = await fetch(emulator.url, { method, headers: { authorization }, ...(body && { body }) });
    expect(response.status).toBe(501);
    expect((await response.text()).replace(/^<\?xml.*\n/, '')).toBe(answer);
  });
});

if (awsCli.reason !== null) console.warn(`skipped: other services by the AWS CLI: ${awsCli.reason}`);

describe.skipIf(awsCli.reason !== null)('the AWS CLI', () => {
  it.each([
    ['by the endpoint', true],
    ['by the name that AWS has', false],
  ])('never reaches AWS, and says why, %s', async (_way, byEndpoint) => {
    const sample = await makeSampleHome();
    try {
      const env = { ...sample.envThroughProxy, ...(byEndpoint && { AWS_ENDPOINT_URL: sample.emulator.url }) };
      const args = ['s3', 'ls', '--profile', 'sandkasse-lab-Builder-123456789041'];
      const { code, stderr } = await runAws(args, { env });
      expect(code).not.toBe(0);
      expect(stderr).toContain(`(NotImplemented) when calling the ListBuckets operation: ${message}`);
    } finally {
      await sample.remove();
    }
  });
});
