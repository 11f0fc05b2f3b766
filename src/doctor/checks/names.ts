import { parseDocument } from '../../aws-config/document.ts';
import { editSections, type SectionEdit } from '../../aws-config/edit.ts';
import type { AwsFile, Check, Evidence, Finding } from '../types.ts';
import { finding, place } from '../words.ts';

/** Checks of names in AWS's files that not all tools read in the same way. */
export const nameChecks: readonly Check[] = [
  { id: 'quoted-name', run: ({ awsFiles }) => awsFiles.flatMap(quotedHeaders) },
  { id: 'quoted-session', run: quotedSessions },
  { id: 'name-not-for-all-tools', run: ({ awsFiles }) => awsFiles.flatMap(unreadNames) },
];

// --- internal ---

/** What the AWS SDK for JavaScript accepts as a name in a header: @smithy/core, parseIni.js. */
const plainName = String.raw`[\w\-@+.%:/]+`;
const quotedHeader = new RegExp(String.raw`^(\s*(?:profile|sso-session|services)\s+)(["'])(${plainName})\2(\s*)$`);
const readHeader = new RegExp(String.raw`^(?:profile|sso-session|services)\s(["']?)${plainName}\1$`);

function headersOf({ text }: AwsFile): readonly { readonly header: string; readonly line: number }[] {
  const document = parseDocument(text);
  return document.sections.flatMap((section) => {
    return section.header === null ? [] : [{ header: section.header, line: document.lineOf(section) }];
  });
}

function quotedHeaders(file: AwsFile): Finding[] {
  if (file.role === 'credentials') return [];
  const headers = headersOf(file);
  const counts = countsOf(headers.map(({ header }) => plainHeader(header)));
  const fix = { kind: 'text', path: file.path, id: 'quoted-name', change: withoutQuotes } as const;
  return headers
    .filter(({ header }) => quotedHeader.test(header))
    .map(({ header, line }) =>
      finding({
        file: file.path,
        line,
        message: `[${header}]: the name is in quotes, and needs none`,
        why: 'the SDK for Go and Terraform take the quotes for a part of the name, and do not find the profile without them',
        remedy: `write ${quotedHeader.exec(header)?.[3] ?? ''} without quotes`,
        fix: counts.get(plainHeader(header)) === 1 ? fix : null,
      }),
    );
}

/** The text without quotes around names that need none, unless another section has the same name. */
function withoutQuotes(text: string): string {
  const { sections } = parseDocument(text);
  const counts = countsOf(sections.map(({ header }) => plainHeader(header)));
  let result = '';
  let at = 0;
  for (const { header, start } of sections) {
    const [, before, , name, after] = quotedHeader.exec(header ?? '') ?? [];
    if (header === null || before === undefined || counts.get(plainHeader(header)) !== 1) continue;
    const open = text.indexOf('[', start) + 1;
    result += `${text.slice(at, open)}${before}${name}${after}`;
    at = open + header.length;
  }
  return result + text.slice(at);
}

function plainHeader(header: string | null): string {
  return (header ?? '').trim().replace(/\s+/, ' ').replace(/["']/g, '');
}

function countsOf(texts: readonly string[]): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const text of texts) counts.set(text, (counts.get(text) ?? 0) + 1);
  return counts;
}

function quotedSessions({ profiles, awsFiles }: Evidence): Finding[] {
  const edits = new Map<string, SectionEdit[]>(awsFiles.map(({ path }) => [path, []]));
  const roles = new Map(awsFiles.map(({ path, role }) => [path, role]));
  return profiles.all().flatMap((profile) => {
    const property = profile.properties.get('sso_session');
    const name = /^(["'])(.*)\1$/.exec(property?.value ?? '')?.[2];
    if (property === undefined || name === undefined) return [];
    const { file } = property.location;
    const [ofFile, role] = [edits.get(file), roles.get(file)];
    const isSafe = ofFile !== undefined && role !== undefined && profiles.ssoSession(name) !== null;
    if (isSafe)
      ofFile.push({ target: { type: 'profile', name: profile.name }, properties: new Map([['sso_session', name]]) });
    return finding({
      severity: 'error',
      ...place(property.location),
      message: `profile "${profile.name}": sso_session is in quotes`,
      why: 'the quotes are part of the name, and no session has them',
      remedy: `write sso_session = ${name}`,
      // One fix for all of a file: there may be thousands.
      fix: isSafe
        ? { kind: 'text', path: file, id: 'quoted-session', change: (text) => editSections(text, role, ofFile) }
        : null,
    });
  });
}

function unreadNames(file: AwsFile): Finding[] {
  if (file.role === 'credentials') return [];
  return (
    headersOf(file)
      // A name of several words is no profile for any tool; that is another problem (bad-header).
      .filter(({ header }) => /^(profile|sso-session|services)\s+(["']?)\S/.test(header) && isOneWord(header))
      .filter(({ header }) => !readHeader.test(header) || header.endsWith('__proto__'))
      .map(({ header, line }) => {
        const name = header.replace(/^\S+\s+/, '').trim();
        const hasOddName = !new RegExp(String.raw`^(["']?)${plainName}\1$`).test(name) || name === '__proto__';
        return finding({
          file: file.path,
          line,
          message: `[${header}]: ${hasOddName ? 'the name has characters that' : 'the header has blanks that'} some tools do not take`,
          why: 'the SDK for JavaScript, and the CDK with it, do not see the section; and Terraform does not find names in quotes',
          remedy: hasOddName
            ? 'rename it: letters, digits and _-@+.%:/ are read by all tools'
            : `write [${header.trim().replace(/\s+/, ' ')}]`,
        });
      })
  );
}

function isOneWord(header: string): boolean {
  return /^\S+\s+("[^"]*"|'[^']*'|(?:\\.|[^\s"'\\])+)\s*$/.test(header);
}
