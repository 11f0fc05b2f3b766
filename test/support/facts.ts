import { type Facts, filesFact } from '../../src/environment/delta.ts';
import type { Environment } from '../../src/world.ts';

/** What a switch to a profile that AWS has verified tells the shell. */
export const devFacts: Facts = {
  profile: 'dev',
  accountId: '123456789011',
  roleName: 'Admin',
  state: 'verified',
  level: 'normal',
  expiresAt: null,
  until: null,
  profileRegion: null,
  region: null,
};

/** The variables of a shell that awsp has switched to production. */
export function productionFacts({ env }: { readonly env: Environment }, profile: string): Environment {
  return {
    AWS_PROFILE: profile,
    AWSP_PROFILE: profile,
    AWSP_FILES: filesFact(env),
    AWSP_ACCOUNT_ID: '123456789013',
    AWSP_STATE: 'verified',
    AWSP_LEVEL: 'production',
  };
}
