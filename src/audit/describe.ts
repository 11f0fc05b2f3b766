import { type Audit, deviations, type Identity, type Verdict } from './audit.ts';

/** A family of tools that uses another identity or region than the profile's, in words. */
export interface Deviation {
  readonly tool: string;
  /** The identity that it uses. */
  readonly uses: string;
  /** Its region, if it is not the expected one; otherwise empty. */
  readonly region: string;
  readonly because: string;
}

/** The families that do not use the profile, or not `region`. Those for which it is not verified are left out. */
export function describeDeviations(audit: Audit, region: string | null): readonly Deviation[] {
  const deviating = new Set(deviations(audit));
  return audit.verdicts.flatMap((verdict) => {
    const isElsewhere = audit.profile !== null && verdict.region !== null && verdict.region.value !== region;
    if (!deviating.has(verdict) && !isElsewhere) return [];
    return [
      {
        tool: verdict.name,
        uses: identityWords(verdict.identity),
        region: isElsewhere ? (verdict.region?.value ?? '') : '',
        because: deviating.has(verdict) ? verdict.reason : `region of ${verdict.region?.from}`,
      },
    ];
  });
}

/** Verdicts grouped by identity, each with the names of its tools, in the order of the families. */
export function groupedByIdentity(
  verdicts: readonly Verdict[],
): readonly { readonly uses: string; readonly tools: readonly string[] }[] {
  const groups = new Map<string, string[]>();
  for (const { identity, name } of verdicts) {
    const uses = identityWords(identity);
    groups.set(uses, [...(groups.get(uses) ?? []), name]);
  }
  return [...groups].map(([uses, tools]) => ({ uses, tools }));
}

/** An identity in a few words. */
export function identityWords(identity: Identity): string {
  switch (identity.kind) {
    case 'profile':
      return `${identity.others === undefined ? '' : 'other credentials of '}profile "${identity.profile}"`;
    case 'keys':
      return identity.variable;
    case 'web-identity':
      return `role ${identity.roleArn.replace(/^.*:role\//, '')}`;
    case 'container':
      return "the container's role";
    case 'none':
      return 'no credentials';
    case 'error':
      return 'fails';
    case 'unverified':
      return 'not verified';
  }
}
