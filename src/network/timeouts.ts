/**
 * Every time-out of a request, in milliseconds, except that of a verification, which is a setting (`[verify] timeout`). A
 * request ends at its time-out however little of the response has arrived.
 */
export const timeouts = {
  /** For opening the connection of any request. */
  connection: 5_000,
  /** For a request of a sign-in: registration, device authorization, token. A renewal within a switch has less. */
  signIn: 10_000,
  /** For a page of a list of the portal; accounts with many roles take AWS some seconds. */
  portalList: 30_000,
  /** For the names of the accounts after a sign-in, with all pages and retries. */
  accountNames: 3_000,
  /** For the end of a sign-in at AWS, with its retries. */
  signOut: 10_000,
  /** For checking at AWS whether a sign-in that seems valid still is. */
  tokenCheck: 5_000,
  /** For the portal's start page. A sign-in also works without it, so it is not worth a longer wait. */
  startPage: 2_500,
  /** For the redirect of a company's own start URL. Without it there is no sign-in; the AWS CLI waits as long. */
  startUrlRedirect: 10_000,
  /** For a credential process, which may ask the person for a code or a touch of a security key. */
  credentialProcess: 60_000,
  /** For a browser to start and open its first page. */
  browserStart: 60_000,
  /** For a browser that cannot be started to fail, where nothing shows that it has opened the page. */
  browserFailure: 400,
  /** For the person who signs in in the browser; the AWS CLI waits as long. */
  person: 10 * 60_000,
} as const;
