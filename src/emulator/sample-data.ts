import type { Portal } from './directory.ts';

const minute = 60_000;
const hour = 60 * minute;
export const day = 24 * hour;

/** The start URL of a portal without profiles, to try `awsp new` with. */
export const freshStartUrl = 'https://bibliotek.awsapps.com/start';

/** The first code of the sample user's MFA device; the next ones count up from it. */
export const sampleMfaCode = '123456';

export const user = 'kari.nordmann@example.com';
export const userArn = 'arn:aws:iam::123456789041:user/kari';
export const mfaSerial = 'arn:aws:iam::123456789041:mfa/kari';

// The example keys of AWS's documentation: they give no access, and secret scanners ignore them.
export const userKeys = { id: 'AKIAIOSFODNN7EXAMPLE', secret: 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY' };
export const processKeys = { id: 'AKIAI44QH8DHBEXAMPLE', secret: 'je7MtGbClwBF/2Zp9Utk/h3yCo8nvbEXAMPLEKEY' };

/** The client registration that the sample tokens were issued to. */
export const client = { clientId: 'sample-client', clientSecret: 'sample-client-secret' };

export interface SampleSignIn {
  /** The session's name, or the start URL of a legacy profile; its SHA-1 names the file in the token cache. */
  readonly key: string;
  readonly startUrl: string;
  readonly region: string;
  readonly token: string;
  /** Milliseconds from now until the access token expires. */
  readonly endsIn: number;
  readonly refreshToken?: string;
}

export const barnehageUrl = 'https://barnehage.awsapps.com/start';
export const skjemaUrl = 'https://skjema.awsapps.com/start';
export const kartUrl = 'https://kart.awsapps.com/start';

export const portals: readonly Portal[] = [
  { startUrl: barnehageUrl, name: 'barnehage', region: 'eu-west-1', user },
  { startUrl: skjemaUrl, name: 'skjema', region: 'eu-west-1', user },
  { startUrl: kartUrl, name: 'kart', region: 'eu-north-1', user },
  { startUrl: freshStartUrl, name: 'bibliotek', region: 'eu-north-1', user },
];

export const signIns: readonly SampleSignIn[] = [
  { key: barnehageUrl, startUrl: barnehageUrl, region: 'eu-west-1', token: 'sample-legacy-token', endsIn: 8 * hour },
  {
    key: 'barnehage',
    startUrl: barnehageUrl,
    region: 'eu-west-1',
    token: 'sample-barnehage-token',
    endsIn: 8 * hour,
    refreshToken: 'sample-barnehage-refresh-token',
  },
  { key: 'skjema', startUrl: skjemaUrl, region: 'eu-west-1', token: 'sample-skjema-token', endsIn: -2 * hour },
  {
    key: 'kart',
    startUrl: kartUrl,
    region: 'eu-north-1',
    token: 'sample-kart-token',
    endsIn: -30 * minute,
    refreshToken: 'sample-kart-refresh-token',
  },
];
