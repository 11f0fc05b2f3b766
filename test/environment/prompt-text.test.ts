import fc from 'fast-check';
import stringWidth from 'string-width';
import { expect, it } from 'vitest';
import { isPromptFormat, promptFields, promptText, shortRole } from '../../src/environment/prompt-text.ts';
import { hasControl } from '../../src/lib/text.ts';
import { runs } from '../support/runs.ts';

const id = '123456789011';
const plain = { format: null, width: 44 };
const none = { alias: null, accountId: id, accountName: null, roleName: 'Admin', region: 'eu-west-1' };
const convention = `barnehageplass-dev-AWSAdministratorAccess-${id}`;
const admin = { ...none, profile: convention, roleName: 'AWSAdministratorAccess' };

it.each([
  ['a name by the convention', admin, 'barnehageplass-dev Admin'],
  ['its account by that name', { ...admin, accountName: 'Barnehageplass Dev' }, 'barnehageplass-dev Admin'],
  ['its account by another', { ...admin, accountName: 'Shop Production' }, 'barnehageplass-dev Shop Production Admin'],
  ['a name that tells nothing', { ...none, profile: 'x' }, `x ${id} Admin`],
  ['the same, the account by name', { ...none, profile: 'x', accountName: 'shop-dev' }, 'x shop-dev Admin'],
  ['a name with the role', { ...none, profile: 'shop-dev-Admin' }, `shop-dev ${id} Admin`],
  ['a name with the id', { ...none, profile: `shop-${id}` }, `shop ${id} Admin`],
  ['a name that is the role and the id', { ...none, profile: `Admin-${id}` }, `${id} Admin`],
  ['the same, the account by name', { ...none, profile: `Admin-${id}`, accountName: 'shop' }, 'shop Admin'],
  ['other signs between', { ...none, profile: `shop.dev/Admin@${id}` }, 'shop.dev Admin'],
  ['the role in the middle', { ...none, profile: `${id}_Admin_shop` }, 'shop Admin'],
  ['the role as a part of a word', { ...none, profile: `Administrators-${id}` }, `Administrators ${id} Admin`],
  ['an alias', { ...admin, alias: 'bd' }, 'bd barnehageplass-dev Admin'],
  ['an alias that tells all', { ...admin, alias: 'barnehageplass-dev-admin' }, 'barnehageplass-dev-admin'],
  ['no role', { ...none, profile: 'dev', roleName: null }, `dev ${id}`],
  ['no account', { ...none, profile: 'dev', accountId: null, roleName: null }, 'dev'],
  [
    'a role of IAM Identity Center',
    { ...none, profile: 'x', roleName: 'AWSReservedSSO_Ops_0123456789abcdef' },
    `x ${id} Ops`,
  ],
  ['wide letters', { ...none, profile: '東京支社', accountName: '開発環境' }, '東京支社 開発環境 Admin'],
  ['a control character', { ...none, profile: 'a\u001Bb', accountName: 'c\u202Ed' }, 'a\uFFFDb c\uFFFDd Admin'],
  [
    'a long name',
    { ...admin, profile: `a-product-with-a-very-long-name-of-its-own-dev-AWSAdministratorAccess-${id}` },
    'a-product-with-a-ver..f-its-own-dev Admin',
  ],
  [
    'long names',
    { ...none, profile: 'a-very-long-name-of-a-profile', accountName: 'The Long Name of an Account' },
    'a-very-lo..rofile The Long ..ccount Admin',
  ],
])('%s', (_what, subject, text) => {
  expect(promptText(subject, plain, stringWidth).text).toBe(text);
});

it.each([
  ['{profile}', `${convention.slice(0, 24)}..Access-123456789011`.slice(0, 41)],
  ['{account}/{role}', 'barnehageplass-dev/Admin'],
  ['{role}@{accountId}', `Admin@${id}`],
  ['{alias}', 'bd'],
  ['{account}  {region} ', 'barnehageplass-dev eu-west-1'],
  ['aws: {account}', 'aws: barnehageplass-dev'],
])('the format %j', (format, text) => {
  const shown = promptText({ ...admin, alias: 'bd' }, { ...plain, format }, stringWidth).text;
  if (format === '{profile}') expect(shown).toMatch(/^barnehageplass-dev-.*\.\..*-123456789011$/);
  else expect(shown).toBe(text);
});

it('an empty field leaves no gap', () => {
  const subject = { ...none, profile: 'x', accountId: null, roleName: null, region: null };
  const textOf = (format: string) => promptText(subject, { ...plain, format }, stringWidth).text;
  expect(textOf('{profile} {account} {role} !')).toBe('x !');
  expect(textOf('{account} {role}')).toBe('x');
});

it.each([
  ['{account} {role}', true],
  ['x{profile}', true],
  ['', false],
  ['aws', false],
  ['{acount}', false],
  ['{account} {}', false],
  ['{account} {constructor}', false],
])('%j is a format: %s', (format, good) => {
  expect(isPromptFormat(format)).toBe(good);
});

it.each([
  ['AWSAdministratorAccess', 'Admin'],
  ['AdministratorAccess', 'Admin'],
  ['AWSReadOnlyAccess', 'ReadOnly'],
  ['AWSPowerUserAccess', 'PowerUser'],
  ['ViewOnlyAccess', 'ViewOnly'],
  ['NetworkAdministrator', 'NetworkAdmin'],
  ['OrganizationAccountAccessRole', 'OrganizationAccount'],
  ['AWSOps', 'Ops'],
  ['AWSOPS', 'AWSOPS'],
  ['Role', 'Role'],
  ['MyRole', 'MyRole'],
  ['Deployer', 'Deployer'],
])('the role %s is %s', (role, short) => {
  expect(shortRole(role)).toBe(short);
});

const anyText = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 80 });
const anyRole = fc.stringMatching(/^[\w+=,.@-]{1,64}$/);
const anyFormat = fc.array(fc.constantFrom(...promptFields.map((name) => `{${name}}`), ' ', 'aws:'), { minLength: 1 });

it('any names make at most as many columns, without a control character', () => {
  const subject = fc.record({
    profile: anyText,
    alias: fc.option(anyText),
    accountId: fc.option(fc.constant(id)),
    accountName: fc.option(anyText),
    roleName: fc.option(anyRole),
    region: fc.option(fc.constantFrom('eu-west-1', 'us-gov-east-1')),
  });
  const property = fc.property(
    subject,
    fc.integer({ min: 20, max: 200 }),
    fc.option(anyFormat),
    (given, width, pieces) => {
      const format = pieces !== null && isPromptFormat(pieces.join('')) ? pieces.join('') : null;
      const { text, short } = promptText(given, { format, width }, stringWidth);
      expect(stringWidth(text)).toBeLessThanOrEqual(width - 3);
      expect(stringWidth(short)).toBeLessThanOrEqual(((width - 3) * 5) / 12);
      expect(hasControl(text + short)).toBe(false);
    },
  );
  fc.assert(property, { numRuns: runs(300) });
});

it('the account and the role can be told in every text, also in a short one', () => {
  const counts = { cut: 0, whole: 0 };
  const property = fc.property(
    fc.stringMatching(/^[a-z]{4,12}(-[a-z]{2,12}){0,3}-(dev|test|stage)$/),
    fc.stringMatching(/^[A-Z][a-z]{3,12}([A-Z][a-z]{3,8}){0,3}$/),
    fc.constantFrom('convention', 'named', 'alias'),
    (account, roleName, kind) => {
      const given = { ...none, profile: `${account}-${roleName}-${id}`, roleName };
      const named = { ...given, profile: 'mine', accountName: account };
      const subject = { convention: given, named, alias: { ...given, alias: 'mine' } }[kind];
      const { text, short } = promptText(subject, plain, stringWidth);
      counts[text.includes('..') ? 'cut' : 'whole']++;
      for (const [shown, letters] of [
        [text, 4],
        [short, 1],
      ] as const) {
        const words = shown.split(' ').slice(kind === 'convention' ? 0 : 1);
        expect(words).toHaveLength(2);
        expect(words[0]?.slice(0, letters)).toBe(account.slice(0, letters));
        expect(words[0]?.slice(-letters)).toBe(account.slice(-letters));
        expect(words[1]?.slice(0, letters)).toBe(shortRole(roleName).slice(0, letters));
      }
    },
  );
  fc.assert(property, { numRuns: runs(200) });
  expect(Math.min(counts.cut, counts.whole)).toBeGreaterThan(20);
});
