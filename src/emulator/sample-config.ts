import { barnehageUrl, consoleArn, kartUrl, mfaSerial, processKeys, skjemaUrl, userKeys } from './sample-data.ts';

/**
 * `~/.aws/config`. It has no [default], because a profile that is active without a choice is what awsp prevents. The text
 * "dev" is in the name, account id, role or session of one profile only.
 */
export const configText = `# Sample profiles: <product>-<environment>-<role>-<account id>

[profile barnehageplass-dev-AWSAdministratorAccess-123456789011]
sso_start_url = ${barnehageUrl}
sso_region = eu-west-1
sso_account_id = 123456789011
sso_role_name = AWSAdministratorAccess
region = eu-west-1
output = json

[sso-session barnehage]
sso_start_url = ${barnehageUrl}
sso_region = eu-west-1
sso_registration_scopes = sso:account:access

[profile barnehageplass-test-AWSPowerUserAccess-123456789012]
sso_session = barnehage
sso_account_id = 123456789012
sso_role_name = AWSPowerUserAccess
region = eu-west-1
output = json

[profile barnehageplass-prod-AWSReadOnlyAccess-123456789013]
sso_session = barnehage
sso_account_id = 123456789013
sso_role_name = AWSReadOnlyAccess
region = eu-north-1
output = json

[profile barnehageplass-prod-AWSAdministratorAccess-123456789013]
sso_session = barnehage
sso_account_id = 123456789013
sso_role_name = AWSAdministratorAccess
region = eu-north-1
output = json

# the sign-in of this session has expired
[sso-session skjema]
sso_start_url = ${skjemaUrl}
sso_region = eu-west-1
sso_registration_scopes = sso:account:access

[profile skjema-stage-AWSPowerUserAccess-123456789021]
sso_session = skjema
sso_account_id = 123456789021
sso_role_name = AWSPowerUserAccess
region = eu-west-1

# the sign-in of this session has expired, and can be refreshed
[sso-session kart]
sso_start_url = ${kartUrl}
sso_region = eu-north-1
sso_registration_scopes = sso:account:access

[profile kart-stage-AWSReadOnlyAccess-123456789031]
sso_session = kart
sso_account_id = 123456789031
sso_role_name = AWSReadOnlyAccess
region = eu-north-1

# access keys in ~/.aws/credentials, and roles that are assumed with them
[profile sandkasse-lab-Builder-123456789041]
region = eu-west-1

[profile sandkasse-lab-Hub-123456789042]
role_arn = arn:aws:iam::123456789042:role/Hub
source_profile = sandkasse-lab-Builder-123456789041
role_session_name = kari
region = eu-west-1

[profile sandkasse-lab-Deployer-123456789043]
role_arn = arn:aws:iam::123456789043:role/Deployer
source_profile = sandkasse-lab-Hub-123456789042
role_session_name = kari
region = eu-west-1

[profile sandkasse-lab-Admin-123456789044]
role_arn = arn:aws:iam::123456789044:role/Admin
source_profile = sandkasse-lab-Builder-123456789041
role_session_name = kari
mfa_serial = ${mfaSerial}
region = eu-west-1

# access keys from a program
[profile arkiv-lab-Reader-123456789051]
credential_process = sh -c 'sh "$HOME/.aws/arkiv-credentials.sh"'
region = eu-west-1
`;

/** The profile of `SampleOptions.awsLogin`. */
export const awsLoginConfigText = `
# keys of the console, by aws login: not signed in
[profile verksted-lab-Utvikler-123456789081]
login_session = ${consoleArn}
region = eu-west-1
`;

/** The profile of `SampleOptions.wrongAccount`. */
export const wrongAccountConfigText = `
[profile feil-lab-AWSReadOnlyAccess-123456789061]
sso_session = barnehage
sso_account_id = 123456789061
sso_role_name = AWSReadOnlyAccess
region = eu-west-1
`;

/** `~/.aws/credentials`. */
export const credentialsText = `[sandkasse-lab-Builder-123456789041]
aws_access_key_id = ${userKeys.id}
aws_secret_access_key = ${userKeys.secret}
`;

/** The script of the credential process. */
export const processScript = `printf '%s\\n' '{"Version": 1, "AccessKeyId": "${processKeys.id}", "SecretAccessKey": "${processKeys.secret}"}'
`;
