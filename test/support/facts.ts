import type { Facts } from '../../src/environment/delta.ts';

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
