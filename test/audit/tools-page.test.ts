import { describe, expect, it } from 'vitest';
import { audit, type Verdict } from '../../src/audit/audit.ts';
import { readProfiles } from '../../src/aws-config/profiles.ts';
import { codeSpans, section } from '../support/docs.ts';

const config = `[profile dev]
sso_start_url = https://a.awsapps.com/start
sso_region = eu-west-1
sso_account_id = 123456789011
sso_role_name = Admin
region = eu-west-1
[profile other]
credential_process = x
`;

const values: Readonly<Record<string, string>> = {
  AWS_ACCESS_KEY_ID: 'AKIA',
  AWS_SECRET_ACCESS_KEY: 'secret',
  AWS_DEFAULT_PROFILE: 'other',
  AWS_WEB_IDENTITY_TOKEN_FILE: '/token',
  AWS_ROLE_ARN: 'arn:aws:iam::123456789042:role/Pod',
  AWS_REGION: 'eu-north-1',
  AWS_DEFAULT_REGION: 'eu-north-1',
};

const [titles = [], , ...rows] = section('docs/tools.md', 'Which identity each tool uses')
  .split('\n')
  .filter((line) => line.startsWith('|'))
  .map((line) =>
    line
      .split('|')
      .slice(1, -1)
      .map((cell) => cell.trim()),
  );

function inWords({ identity, region }: Verdict, isRegion: boolean): string {
  if (isRegion) return region?.from.startsWith('AWS_') ? 'that region' : "profile's region";
  if (identity.kind === 'profile') return identity.profile === 'dev' ? 'profile' : 'the other profile';
  const words: Readonly<Record<string, string>> = { keys: 'the keys', 'web-identity': 'the role', error: 'fails' };
  return words[identity.kind] ?? identity.kind;
}

describe('the table in docs/tools.md', () => {
  it('has rows', () => {
    expect(rows).toHaveLength(6);
  });

  it.each(rows)('%s', (variables = '', ...cells) => {
    const names = codeSpans(variables);
    const env = { AWS_PROFILE: 'dev', ...Object.fromEntries(names.map((name) => [name, values[name] ?? ''])) };
    const { verdicts } = audit(env, readProfiles({ path: '/c', text: config }, null, ['/c']), 0);
    const told = titles.slice(1).map((title) => {
      const verdict = verdicts.find(({ name }) => name === title);
      return (
        verdict &&
        inWords(
          verdict,
          names.every((name) => name.endsWith('REGION')),
        )
      );
    });
    expect(cells).toEqual(told);
  });
});
