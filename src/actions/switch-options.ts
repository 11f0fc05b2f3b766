/** When a switch verifies with AWS: `auto` unless a verification is cached, `always`, or `never`. */
type VerifyMode = 'auto' | 'always' | 'never';

export interface SwitchOptions {
  readonly verify: VerifyMode;
  /** Whether a person signs in during the switch if necessary; `ask`, the default, leaves it to the settings. */
  readonly login: 'ask' | 'always' | 'never';
  /** Sets the shell's region along with the profile; null leaves the region alone. */
  readonly region: string | null;
  /** Takes a region that awsp does not know. */
  readonly forceRegion: boolean;
  /** How long this shell keeps the profile, in milliseconds; null leaves it to the settings. */
  readonly limit: number | null;
  /** Switches to production without the confirmation that the settings require; a guess stays a guess. */
  readonly yes: boolean;
  /** The read-only role of the same account, in place of the profile that matches. */
  readonly readOnly: boolean;
}

/** `awsp <query>` without any option. */
export const plainSwitch: SwitchOptions = {
  verify: 'auto',
  login: 'ask',
  region: null,
  forceRegion: false,
  limit: null,
  yes: false,
  readOnly: false,
};
