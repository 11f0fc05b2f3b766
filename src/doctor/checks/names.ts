import { parseDocument } from '../../aws-config/document.ts';
import { writeSection } from '../../aws-config/edit.ts';
import type { Profile } from '../../aws-config/types.ts';
import type { AwsFile, Check, Evidence, Finding } from '../types.ts';
import { finding, place } from '../words.ts';

/** Names in AWS's files that not all tools read alike. */
export const nameChecks: readonly Check[] = [
  { id: 'quoted-name', run: ({ awsFiles }) => awsFiles.flatMap(quotedHeaders) },
  {
    id: 'quoted-session',
    run: (evidence) => evidence.profiles.all().flatMap((profile) => quotedSession(evidence, profile)),
  },
  { id: 'name-not-for-all-tools', run: ({ awsFiles }) => awsFiles.flatMap(unreadNames) },
];

// --- internal ---

/** What the AWS SDK for JavaScript takes for a name in a header: @smithy/core, parseIni.js. */
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
  return headersOf(file)
    .filter(({ header }) => quotedHeader.test(header))
    .map(({ header, line }) => {
      const name = quotedHeader.exec(header)?.[3] ?? '';
      return finding({
        file: file.path,
        line,
        message: `[${header}]: the name is in quotes, and needs none`,
        why: 'the SDK for Go and Terraform take the quotes for a part of the name, and do not find it without them',
        remedy: `write ${name} without quotes`,
        fix:
          withoutQuotes(file.text) === file.text
            ? null
            : { kind: 'text', path: file.path, id: 'quoted-name', change: withoutQuotes },
      });
    });
}

/** The text without quotes around names that need none, but where there is a section of that name besides. */
function withoutQuotes(text: string): string {
  const { sections } = parseDocument(text);
  const plainHeader = (header: string | null) => (header ?? '').trim().replace(/\s+/, ' ').replace(/["']/g, '');
  let result = text;
  for (const { header, start } of sections.toReversed()) {
    const [, before, , name, after] = quotedHeader.exec(header ?? '') ?? [];
    const isAlone = sections.filter((other) => plainHeader(other.header) === plainHeader(header)).length === 1;
    if (header === null || before === undefined || !isAlone) continue;
    const at = result.indexOf('[', start) + 1;
    result = `${result.slice(0, at)}${before}${name}${after}${result.slice(at + header.length)}`;
  }
  return result;
}

function quotedSession({ profiles, awsFiles }: Evidence, profile: Profile): Finding[] {
  const property = profile.properties.get('sso_session');
  const name = /^(["'])(.*)\1$/.exec(property?.value ?? '')?.[2];
  if (property === undefined || name === undefined) return [];
  const file = awsFiles.find(({ path }) => path === property.location.file);
  const isSafe = file !== undefined && profiles.ssoSession(name) !== null;
  const target = { type: 'profile', name: profile.name } as const;
  return [
    finding({
      severity: 'error',
      ...place(property.location),
      message: `profile "${profile.name}": sso_session is in quotes`,
      why: 'the quotes are part of the name, and no session has them',
      remedy: `write sso_session = ${name}`,
      fix: isSafe
        ? {
            kind: 'text',
            path: file.path,
            id: `quoted-session ${profile.name}`,
            change: (text) => writeSection(text, file.role, target, new Map([['sso_session', name]])),
          }
        : null,
    }),
  ];
}

function unreadNames(file: AwsFile): Finding[] {
  if (file.role === 'credentials') return [];
  return (
    headersOf(file)
      // What is not one word is no profile for any tool, and reported as that.
      .filter(({ header }) => /^(profile|sso-session|services)\s+(["']?)\S/.test(header) && isOneWord(header))
      .filter(({ header }) => !readHeader.test(header) || header.endsWith('__proto__'))
      .map(({ header, line }) => {
        const name = header.replace(/^\S+\s+/, '').trim();
        const hasOddName = !new RegExp(String.raw`^(["']?)${plainName}\1$`).test(name) || name === '__proto__';
        return finding({
          file: file.path,
          line,
          message: `[${header}]: ${hasOddName ? 'the name has characters that' : 'the header has blanks that'} some tools do not take`,
          why: 'the SDK for JavaScript, and the CDK with it, do not see the section; names in quotes Terraform does not find',
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
