import { type BrowserCommand, browserCommand } from '../sso/browser.ts';
import type { World } from '../world.ts';

/** Which browser shows the console, and who in it. */
export interface ConsoleBrowser {
  /** `[console] browser` of the settings; null for that of a sign-in. */
  readonly setting: string | null;
  /** The browser of a sign-in: `[sign-in] browser`, or null. */
  readonly signIn: string | null;
  /** Names the container or the browser profile: one for each profile of AWS. */
  readonly name: string;
  /** Whether the profile is production, which the container shows in red. */
  readonly isProduction: boolean;
  /** Whether a container is wanted, whatever the settings say. */
  readonly container: boolean;
}

/**
 * The command that opens a page of the console, null where there is no browser. In a container of Firefox (by the add-ons
 * "Open external links in a container" and "Granted Containers") or in a profile of Chrome's family each AWS profile has its
 * own sign-in. Nothing of the browser's files is read or written.
 */
export function consoleBrowser(world: World, url: string, wanted: ConsoleBrowser): BrowserCommand | null {
  const chosen = wanted.container && modeOf(wanted.setting) === null ? 'firefox-container' : wanted.setting;
  const mode = modeOf(chosen);
  if (mode === null || chosen === null) return browserCommand(world, url, chosen ?? wanted.signIn);
  const own = chosen.slice(mode.length).trim();
  const program = own === '' ? findFirst(world, programs[mode]) : own;
  const [address, ...options] = argumentsOf(mode, url, wanted);
  // The address has no blanks, and the options have none either: a command is split at them.
  const command = [program, ...options, '%s'].join(' ');
  return browserCommand(world, address, command);
}

// --- internal ---

/** The first words of `[console] browser` that mean more than a command; after one, a program of the person's own may follow. */
const browserModes = ['firefox-container', 'granted-container', 'chrome-profile'] as const;
type Mode = (typeof browserModes)[number];

const programs: Readonly<Record<Mode, readonly [string, ...string[]]>> = {
  'firefox-container': ['firefox', 'firefox-esr', '/Applications/Firefox.app/Contents/MacOS/firefox'],
  'granted-container': ['firefox', 'firefox-esr', '/Applications/Firefox.app/Contents/MacOS/firefox'],
  'chrome-profile': [
    'google-chrome',
    'google-chrome-stable',
    'chromium',
    'chromium-browser',
    'brave-browser',
    'microsoft-edge',
  ],
};

function modeOf(setting: string | null): Mode | null {
  const [first] = (setting ?? '').split(/\s+/);
  return browserModes.find((mode) => mode === first) ?? null;
}

function findFirst({ env, files }: World, names: readonly [string, ...string[]]): string {
  return (
    names.find((name) => (name.includes('/') ? files.isFile(name) : files.findProgram(name, env.PATH))) ?? names[0]
  );
}

function argumentsOf(mode: Mode, url: string, { name, isProduction }: ConsoleBrowser): readonly [string, ...string[]] {
  if (mode === 'chrome-profile') {
    return [url, `--profile-directory=${directoryName(name)}`, '--no-first-run', '--no-default-browser-check'];
  }
  const parameters = { name, url, color: isProduction ? 'red' : colourOf(name), icon: 'briefcase' };
  // Each value is encoded: a name may have "&" in it.
  const query = Object.entries(parameters).map(([key, value]) => `${key}=${encodeURIComponent(value)}`);
  return [`ext+${mode === 'granted-container' ? 'granted-containers' : 'container'}:${query.join('&')}`];
}

/** The name of a folder, which the browser creates: without a slash, and without blanks, where a command is split. */
function directoryName(name: string): string {
  return `awsp-${name.replace(/[^\w.@+=,-]/g, '-')}`;
}

/** Those of Firefox's containers but red, which means production. */
const colours = ['blue', 'turquoise', 'green', 'yellow', 'orange', 'pink', 'purple'] as const;

/** The same name has the same colour each time. */
function colourOf(name: string): string {
  const sum = [...name].reduce((total, character) => total + (character.codePointAt(0) ?? 0), 0);
  return colours[sum % colours.length] ?? 'blue';
}
