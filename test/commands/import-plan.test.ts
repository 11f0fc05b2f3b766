import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Access, type Findings, type ImportPlan, planImport } from '../../src/actions/import-plan.ts';
import { readProfiles } from '../../src/aws-config/profiles.ts';
import type { ProfileSet } from '../../src/aws-config/types.ts';
import type { SsoSession } from '../../src/sso/session.ts';
import { accessOf, withImportedProfiles } from '../../src/sso/sso-profile.ts';
import { acceptedText, dialectText } from '../aws-config/dialect.ts';
import { runs } from '../support/runs.ts';

const startUrl = 'https://x.awsapps.com/start';
const portal = { startUrl, region: 'eu-west-1', scopes: ['sso:account:access'] };
const sessions: readonly SsoSession[] = [
  { ...portal, key: 'x', name: 'x' },
  { ...portal, key: startUrl, name: null },
];

const access: fc.Arbitrary<Access> = fc.record({
  accountId: fc.integer({ min: 1, max: 9 }).map((digit) => String(digit).repeat(12)),
  accountName: fc.oneof(fc.constantFrom('shop', 'Shøp', 'shop dev', 'shop-dev', ''), fc.string()),
  roleName: fc.constantFrom('Admin', 'Read', 'a=b', 'a,b', 'x'),
});
const accesses = fc.uniqueArray(access, { selector: accessOf, maxLength: 20 });
const template = fc.constantFrom(
  '{account}-{role}-{accountId}',
  '{account}-{role}',
  '{role}/{accountId}',
  '{role}{account}',
);

const scene = fc.record({
  text: fc.oneof(acceptedText('config'), dialectText()),
  session: fc.constantFrom(...sessions),
  found: accesses,
  later: accesses,
  nameTemplate: template,
});

const readText = (text: string): ProfileSet => readProfiles({ path: 'config', text }, null, ['config']);
const findings = (found: readonly Access[]): Findings => ({ accesses: found, covers: () => true });

function importInto(
  text: string,
  session: SsoSession,
  found: Findings,
  nameTemplate: string,
): { readonly plan: ImportPlan; readonly after: string } {
  const choices = { nameTemplate, region: 'eu-west-1', output: 'json', prune: true };
  const plan = planImport(readText(text), session, found, choices);
  return { plan, after: withImportedProfiles(text, session, plan) };
}

describe('whatever the file and the portal are', () => {
  const often = { numRuns: runs(250) };

  it('each access has one profile, or none for want of a name, and a second import does nothing', () => {
    fc.assert(
      fc.property(scene, ({ text, session, found, nameTemplate }) => {
        const { plan, after } = importInto(text, session, findings(found), nameTemplate);
        expect(plan.remove).toEqual([]);
        expect(plan.add.length + plan.nameless.length + plan.present.length).toBe(found.length);
        const profiles = readText(after);
        for (const { name, accountId, roleName } of plan.add) {
          expect(profiles.get(name)).toMatchObject({ kind: 'sso', accountId, roleName, ssoStartUrl: startUrl });
          expect(name).toMatch(/^[\w\-/.%@:+]+$/);
        }
        const again = importInto(after, session, findings(found), nameTemplate);
        expect(again.plan).toMatchObject({ add: [], remove: [] });
        expect(again.after).toBe(after);
      }),
      often,
    );
  });

  it('what was there before is untouched, also when all that was made goes again', () => {
    fc.assert(
      fc.property(scene, ({ text, session, found, later, nameTemplate }) => {
        const first = importInto(text, session, findings(found), nameTemplate);
        expect(first.after.startsWith(text)).toBe(true);
        const second = importInto(first.after, session, findings(later), nameTemplate);
        const given = new Set(later.map(accessOf));
        const lost = first.plan.add.filter((profile) => !given.has(accessOf(profile)));
        expect([...second.plan.remove].sort()).toEqual(lost.map(({ name }) => name).sort());
        const last = importInto(second.after, session, findings([]), nameTemplate);
        expect(last.after.startsWith(text)).toBe(true);
        expect(readText(last.after).names).toEqual(readText(text).names);
      }),
      often,
    );
  });

  it('what was not asked for does not go', () => {
    fc.assert(
      fc.property(scene, fc.infiniteStream(fc.boolean()), ({ text, session, found, nameTemplate }, coin) => {
        const { plan, after } = importInto(text, session, findings(found), nameTemplate);
        const asked = new Set(found.filter(() => coin.next().value).map(accessOf));
        const covers = (accountId: string, roleName: string) => asked.has(accessOf({ accountId, roleName }));
        const { remove } = importInto(after, session, { accesses: [], covers }, nameTemplate).plan;
        const meant = plan.add.filter((profile) => asked.has(accessOf(profile)));
        expect([...remove].sort()).toEqual(meant.map(({ name }) => name).sort());
      }),
      often,
    );
  });
});
