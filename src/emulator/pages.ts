import { escapeHtml } from '../lib/html.ts';
import type { Portal } from './directory.ts';

/** The client that requests access, and the scopes that it requests. */
export interface AccessRequest {
  readonly clientName: string;
  readonly scopes: readonly string[];
}

/** Asks a person to allow the access. The form submits `fields` and a `decision`, which is `allow` or `deny`. */
export function authorizePage(portal: Portal, access: AccessRequest, fields: ReadonlyMap<string, string>): string {
  return layout('Allow access?', portal, [
    `<p><strong>${escapeHtml(access.clientName)}</strong> asks to act for <strong>${escapeHtml(portal.user)}</strong>.</p>`,
    scopeList(access.scopes),
    decisionForm('/authorize', fields, 'Allow', 'Deny'),
  ]);
}

/** Asks a person to confirm that the user code is the one that their program shows. */
export function devicePage(portal: Portal, access: AccessRequest, userCode: string): string {
  return layout('Is this your code?', portal, [
    `<p><strong>${escapeHtml(access.clientName)}</strong> asks to act for <strong>${escapeHtml(portal.user)}</strong>. Confirm only when your terminal shows this very code:</p>`,
    `<p class="code">${escapeHtml(userCode)}</p>`,
    scopeList(access.scopes),
    decisionForm('/device', new Map([['user_code', userCode]]), 'Confirm', 'Deny'),
  ]);
}

/** Asks for the user code; `problem` is why the last one was not accepted. */
export function codePage(problem: string | null): string {
  const isWrong = problem !== null;
  return layout(isWrong ? 'Enter the code again' : 'Enter your code', null, [
    '<form method="get" action="/device">',
    '<label for="user_code">The code that your terminal shows</label>',
    `<input id="user_code" name="user_code" required autofocus autocomplete="off" autocapitalize="characters" spellcheck="false" placeholder="ABCD-EFGH"${isWrong ? ' aria-invalid="true" aria-describedby="problem"' : ''}>`,
    isWrong ? `<p id="problem" class="problem" role="alert">${escapeHtml(problem)}</p>` : '',
    '<div class="buttons"><button class="primary">Next</button></div>',
    '</form>',
  ]);
}

/** The last page: whether access was allowed, or what went wrong. */
export function resultPage(success: boolean, title: string, text: string): string {
  return layout(title, null, [
    `<p class="${success ? 'done' : 'problem'}"${success ? '' : ' role="alert"'}>${escapeHtml(text)}</p>`,
  ]);
}

/** Asks a person who is signed in to the console to let `aws login`, or awsp, have keys of that session. */
export function consolePage(arn: string, isRemote: boolean, fields: ReadonlyMap<string, string>): string {
  const where = isRemote ? 'a program on another machine' : 'a program on this machine';
  return layout('Continue with an active session', null, [
    '<p class="portal">AWS console</p>',
    `<p>${where} asks to act as</p>`,
    `<p><strong>${escapeHtml(arn)}</strong></p>`,
    decisionForm('/v1/authorize', fields, 'Continue', 'Cancel'),
  ]);
}

/** Shows the code that a person pastes into a terminal on another machine. */
export function remoteCodePage(code: string): string {
  return layout('Your code', null, [
    '<p>Paste this into your terminal:</p>',
    `<p class="code long" id="verification-code">${escapeHtml(code)}</p>`,
  ]);
}

/** A page of the console, with a person signed in. */
export function signedInPage(arn: string, destination: string): string {
  return layout('AWS console', null, [
    `<p>Signed in as <strong id="identity">${escapeHtml(arn)}</strong>.</p>`,
    `<p>This stands for <span id="destination">${escapeHtml(destination)}</span></p>`,
  ]);
}

/** The start page of the access portal: the user's accounts and roles, and the region in a `meta` element, as at AWS. */
export function startPage(portal: Portal, accounts: readonly { readonly title: string; readonly roles: string[] }[]) {
  const rows = accounts.map(
    ({ title, roles }) => `<dt>${escapeHtml(title)}</dt><dd>${roles.map(escapeHtml).join(' · ')}</dd>`,
  );
  return layout(
    'AWS accounts',
    portal,
    [`<p>Signed in as <strong>${escapeHtml(portal.user)}</strong>.</p>`, `<dl>${rows.join('\n')}</dl>`],
    `<meta name="region" content="${escapeHtml(portal.region)}"/>
<script>if (location.hash.startsWith('#/console?')) location.replace('/portal/console?portal=${encodeURIComponent(portal.name)}&' + location.hash.slice(10));</script>`,
  );
}

// --- internal ---

const scopeTexts: Readonly<Record<string, string>> = {
  'sso:account:access': 'see your AWS accounts and roles, and get temporary credentials for them',
};

function scopeList(scopes: readonly string[]): string {
  const items = scopes.map((scope) => `<li>${escapeHtml(scopeTexts[scope] ?? scope)}</li>`);
  return `<p id="asks">It will be able to</p>\n<ul aria-labelledby="asks">${items.join('')}</ul>`;
}

function decisionForm(action: string, fields: ReadonlyMap<string, string>, allow: string, deny: string): string {
  const hidden = [...fields].map(
    ([name, value]) => `<input type="hidden" name="${escapeHtml(name)}" value="${escapeHtml(value)}">`,
  );
  return `<form method="post" action="${action}">
${hidden.join('\n')}
<div class="buttons">
<button class="primary" name="decision" value="allow">${allow}</button>
<button name="decision" value="deny">${deny}</button>
</div>
</form>`;
}

const style = `
:root { color-scheme: light dark; --ink: #16191f; --soft: #545b64; --page: #f2f3f3; --card: #fff; --line: #7d8998; --main: #0a5aa8; --on-main: #fff; --good: #1d6b36; --bad: #b3261e; }
@media (prefers-color-scheme: dark) { :root { --ink: #eef1f4; --soft: #b6bec9; --page: #0f141a; --card: #1b232d; --line: #7d8998; --main: #7cb8f2; --on-main: #0f141a; --good: #7fd39b; --bad: #ff9d94; } }
* { box-sizing: border-box; }
body { margin: 0; min-height: 100vh; padding: 1.25rem; display: flex; flex-direction: column; align-items: center; justify-content: center; gap: 1rem; background: var(--page); color: var(--ink); font: 1rem/1.5 system-ui, sans-serif; }
main { width: 100%; max-width: 30rem; padding: 1.75rem; border-radius: 0.75rem; background: var(--card); box-shadow: 0 1px 3px #0003, 0 8px 24px #0001; overflow-wrap: anywhere; }
h1 { margin: 0 0 0.75rem; font-size: 1.5rem; line-height: 1.25; }
p, ul { margin: 0 0 1rem; }
ul { padding-left: 1.25rem; }
#asks { margin-bottom: 0.25rem; }
.portal { margin-bottom: 0.25rem; color: var(--soft); font-size: 0.875rem; }
.code { padding: 0.75rem; border-radius: 0.5rem; background: var(--page); font: 600 1.75rem/1.2 ui-monospace, monospace; letter-spacing: 0.08em; text-align: center; }
.long { font-size: 0.875rem; font-weight: 400; letter-spacing: normal; text-align: left; }
label { display: block; margin-bottom: 0.375rem; font-weight: 600; }
input:not([type="hidden"]) { width: 100%; min-height: 2.75rem; margin-bottom: 1rem; padding: 0.5rem 0.75rem; border: 1px solid var(--line); border-radius: 0.5rem; background: var(--page); color: var(--ink); font: 1.125rem/1.2 ui-monospace, monospace; text-transform: uppercase; }
::placeholder { color: var(--soft); opacity: 1; }
.buttons { display: flex; flex-wrap: wrap; gap: 0.75rem; margin-top: 1.5rem; }
button { flex: 1 1 8rem; min-height: 2.75rem; padding: 0.5rem 1rem; border: 1px solid var(--line); border-radius: 0.5rem; background: transparent; color: var(--ink); font: inherit; font-weight: 600; cursor: pointer; }
button.primary { border-color: var(--main); background: var(--main); color: var(--on-main); }
:focus-visible { outline: 3px solid var(--main); outline-offset: 2px; }
.done { margin: 0; color: var(--good); font-weight: 600; }
.problem { margin: 0; color: var(--bad); font-weight: 600; }
dl { margin: 0; }
dt { padding-top: 0.75rem; font-weight: 600; }
dd { margin: 0; color: var(--soft); }
footer { color: var(--soft); font-size: 0.8125rem; text-align: center; }
@media (max-width: 26rem) { body { padding: 0.75rem; } main { padding: 1.25rem; } }
`;

function layout(title: string, portal: Portal | null, body: readonly string[], head = ''): string {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
${head}
<title>${escapeHtml(portal === null ? title : `${title} ${portal.name}`)}</title>
<style>${style}</style>
</head>
<body>
<main>
${portal === null ? '' : `<p class="portal">${escapeHtml(portal.name)} access portal, ${escapeHtml(portal.region)}</p>`}
<h1>${escapeHtml(title)}</h1>
${body.join('\n')}
</main>
<footer>An emulator on this machine. Nothing here reaches AWS.</footer>
</body>
</html>
`;
}
