import { type Audit, deviations, type Identity, type Verdict } from './audit.ts';

/** A family of tools that does not go where the profile says, in words. */
export interface Deviation {
  readonly tool: string;
  /** Whom it is taken for. */
  readonly uses: string;
  /** Its region, where that is another than the one expected; empty otherwise. */
  readonly region: string;
  readonly because: string;
}

/** The families that are not the profile, or not in `region`; those of which that is not known are left out. */
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

/** Verdicts by whom they come to, each with the tools that it is true of, in the order of the families. */
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
      return `profile "${identity.profile}"`;
    case 'keys':
      return identity.variable;
    case 'web-identity':
      return `role ${identity.roleArn.replace(/^.*:role\//, '')}`;
    case 'container':
      return "the container's role";
    case 'none':
      return 'nobody';
    case 'error':
      return 'nobody: it fails';
    case 'unverified':
      return 'not verified';
  }
}
