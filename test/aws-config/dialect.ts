import fc from 'fast-check';

/** Text in AWS's dialect, in every odd style that a person or a program may leave behind. */
export function dialectText({ lines = 30 } = {}): fc.Arbitrary<string> {
  const piece = fc.oneof({ weight: 3, arbitrary: header() }, { weight: 6, arbitrary: property() }, noise());
  return fc
    .record({
      mark: fc.constantFrom('', '', '', '\ufeff'),
      lines: fc.array(fc.record({ indent, text: piece, end: lineEnd }), { maxLength: lines }),
      finalEnd: fc.boolean(),
    })
    .map(({ mark, lines, finalEnd }) => {
      const text = lines.map((line) => line.indent + line.text + line.end).join('');
      return mark + (finalEnd ? text : text.replace(/(\r\n|\r|\n)$/, ''));
    });
}

/** Text in odd styles too, but of which AWS's tools all read the same: no name and no key twice. */
export function acceptedText(style: 'config' | 'credentials'): fc.Arbitrary<string> {
  const property = style === 'config' ? fc.oneof(simpleProperty, parentProperty) : simpleProperty;
  const body = fc.uniqueArray(property, { selector: ({ key }) => key.toLowerCase(), maxLength: 6 });
  const section = fc.record({
    name: acceptedName,
    quoted: fc.boolean(),
    between: acceptedBlank,
    tail: acceptedTail,
    body,
  });
  return fc
    .record({
      end: fc.constantFrom('\n', '\r\n', '\r'),
      sections: fc.uniqueArray(section, { selector: (one) => one.name, maxLength: 6 }),
    })
    .map(({ end, sections }) =>
      sections
        .map(({ name: of, quoted, between, tail, body: properties }) => {
          const written = quoted ? `"${of.replace(/["\\]/g, '\\$&')}"` : of.replace(/["'\\ ]/g, '\\$&');
          const head = style === 'credentials' ? of : `profile${between}${written}`;
          return [`[${head}]${tail}`, ...properties.flatMap(({ lines }) => lines)].join(end) + end;
        })
        .join(''),
    );
}

const acceptedBlank = fc.constantFrom(' ', '  ', '\t', ' \t');
const acceptedTail = fc.constantFrom('', ' ', ' # note', '\t; note');
const acceptedName = fc
  .oneof(
    fc.constantFrom('a', 'n', 'a b', 'a.b', "it's", 'x"y', 'c:\\d', 'å 日本', '#1', '$(id)', '__proto__'),
    fc.string({ minLength: 1, maxLength: 6 }),
  )
  .filter(
    (text) => text.trim() === text && !/^(default|DEFAULT|profile\b.*|sso-session\b.*|services\b.*)?$|]/.test(text),
  );

const around = fc.constantFrom('', ' ', '  ', '\t');
const after = fc.constantFrom<string[]>([], [''], ['# comment'], ['  ; comment', '']);

const simpleProperty = fc
  .record({
    key: fc.oneof(fc.constantFrom('region', 'Output', 'SSO_Account_ID', 'x y'), fc.stringMatching(/^[a-z]{1,8}$/)),
    value: fc.constantFrom('eu-west-1', '', 'a = b', 'https://x/start#/', 'a;b', 'x: y', '😀 å', '"q"', '012345678901'),
    around,
    after,
  })
  .map((of) => ({ key: of.key, lines: [`${of.key}${of.around}=${of.around}${of.value}`, ...of.after] }));

/** Its name ends in `_`: of a parent in both files botocore takes the credentials file's alone, the SDKs merge the two. */
const parentProperty = fc
  .record({
    key: fc.oneof(fc.constantFrom('aa_', 'aaa_'), fc.stringMatching(/^[a-z]{1,3}_$/)),
    children: fc.uniqueArray(fc.oneof(fc.constantFrom('a', 'B'), fc.stringMatching(/^[A-Z]?[a-z]{1,4}$/)), {
      selector: (text) => text.toLowerCase(),
      minLength: 1,
      maxLength: 3,
    }),
    around,
    after,
  })
  .map((of) => {
    const children = of.children.map((child, at) => `${' '.repeat(at + 1)}${child}${of.around}=${of.around}${at}`);
    return { key: of.key, lines: [`${of.key}${of.around}=`, ...children, ...of.after] };
  });

const indent = fc.constantFrom('', '', '', '', ' ', '  ', '\t', '\u00a0', ' \t ');
const blank = fc.constantFrom('', ' ', '  ', '\t');
const lineEnd = fc.constantFrom('\n', '\n', '\n', '\r\n', '\r', '\n\n');
const names = [
  'a',
  'b',
  // Also in the comments after headers.
  'n',
  'note',
  'default',
  'DEFAULT',
  'a.b',
  'a b',
  'å',
  '日本',
  '__proto__',
  'constructor',
  "it's",
  'a\\b',
  '',
  '#x',
];
const name = fc.oneof(fc.constantFrom(...names), fc.string({ maxLength: 6 }));
const type = fc.constantFrom('profile', 'profile', 'profile', 'sso-session', 'services', 'plugins', 'profiles', '');

function header(): fc.Arbitrary<string> {
  const quote = fc.constantFrom('', '', '', '"', "'");
  const tail = fc.constantFrom('', '', '', ' # note', ' ; note', '# note', ' text', ']');
  const close = fc.constantFrom(']', ']', ']', ']', '');
  return fc.tuple(blank, type, blank, quote, name, quote, close, tail).map((parts) => {
    const [before, kind, between, open, of, shut, closing, after] = parts;
    return `[${before}${kind}${kind && between === '' ? ' ' : between}${open}${of}${shut}${closing}${after}`;
  });
}

const keys = [
  'region',
  'Region',
  'output',
  's3',
  'sso_session',
  'source_profile',
  'role_arn',
  'aws_access_key_id',
  '__proto__',
  '',
];
const values = [
  'eu-west-1',
  '',
  'https://example.awsapps.com/start#/',
  'a = b',
  'value # note',
  'value ; note',
  '# note',
  'a',
  'arn:aws:iam::012345678901:role/path/name',
  '"quoted"',
];

function property(): fc.Arbitrary<string> {
  const delimiter = fc.constantFrom('=', '=', '=', ':', '');
  const value = fc.oneof(fc.constantFrom(...values), fc.string({ maxLength: 8 }));
  return fc.tuple(fc.constantFrom(...keys), blank, delimiter, blank, value).map((parts) => parts.join(''));
}

function noise(): fc.Arbitrary<string> {
  return fc.oneof(
    fc.constantFrom(
      '',
      '# comment',
      '; comment',
      '# [profile a]',
      'no delimiter',
      '= value',
      '[]',
      '[',
      ']',
      '\0',
      '\u001b[31m',
    ),
    fc.string({ unit: 'binary', maxLength: 12 }),
  );
}
