// Resolves credentials and a region as a program with the AWS SDK for JavaScript does, in many environments: {base, cases}
// as JSON in, an array of answers out. A process of its own, because the SDK reads the environment of the process.
import { readFileSync } from 'node:fs';
import { STSClient } from '@aws-sdk/client-sts';
import { fromNodeProviderChain } from '@aws-sdk/credential-providers';

const { base, cases } = JSON.parse(readFileSync(0, 'utf8'));
const silent = { trace() {}, debug() {}, info() {}, warn() {}, error() {} };
const exhausted = 'Could not load credentials from any providers';

async function ask(env) {
  for (const name of Object.keys(process.env)) delete process.env[name];
  Object.assign(process.env, env);
  if (env.PWD) process.chdir(env.PWD);
  // A client without a region only lacks it; with one that is no region, such as a blank AWS_REGION, it can ask nothing.
  let refused;
  const region = await new STSClient({ logger: silent }).config.region().catch(({ message }) => {
    if (message !== 'Region is missing') refused = message;
    return null;
  });
  try {
    const credentials = await fromNodeProviderChain({ logger: silent, clientConfig: { maxAttempts: 1 } })();
    if (refused !== undefined) return { error: refused, region };
    return { key: credentials.accessKeyId, region };
  } catch (error) {
    return error.message === exhausted ? { key: null, region } : { error: error.message, region };
  }
}

const answers = [];
for (const env of cases) answers.push(await ask({ ...base, ...env }));
process.stdout.write(JSON.stringify(answers));
