// Resolves profiles as a program with the AWS SDK does, and prints what each came to as one JSON object.
// It is a process of its own because the SDK reads HOME and AWS_* from the process.
import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import { fromIni } from '@aws-sdk/credential-providers';

const results = {};
for (const profile of process.argv.slice(2)) {
  try {
    const credentials = fromIni({
      profile,
      mfaCodeProvider: async () => '123456',
      clientConfig: { region: 'eu-west-1' },
    });
    const client = new STSClient({ region: 'eu-west-1', credentials, maxAttempts: 1 });
    const { Account, Arn } = await client.send(new GetCallerIdentityCommand({}));
    results[profile] = { Account, Arn };
  } catch (error) {
    results[profile] = { error: error.message };
  }
}
process.stdout.write(JSON.stringify(results));
