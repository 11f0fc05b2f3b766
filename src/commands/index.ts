import type { Command } from '../cli/command.ts';

/**
 * The commands by name: a new one is one file in this folder, and one line here. Each is loaded when it is needed, because a
 * switch needs no other.
 */
export const commandFiles: Readonly<Record<string, () => Promise<Command>>> = {
  allow: async () => (await import('./allow.ts')).allowCommand,
  config: async () => (await import('./config.ts')).configCommand,
  console: async () => (await import('./console.ts')).consoleCommand,
  copy: async () => (await import('./copy.ts')).copyCommand,
  credentials: async () => (await import('./credentials.ts')).credentialsCommand,
  current: async () => (await import('./current.ts')).currentCommand,
  demo: async () => (await import('./demo.ts')).demoCommand,
  deny: async () => (await import('./deny.ts')).denyCommand,
  doctor: async () => (await import('./doctor.ts')).doctorCommand,
  exec: async () => (await import('./exec.ts')).execCommand,
  help: async () => (await import('./help.ts')).helpCommand,
  here: async () => (await import('./here.ts')).hereCommand,
  import: async () => (await import('./import.ts')).importCommand,
  init: async () => (await import('./init.ts')).initCommand,
  list: async () => (await import('./list.ts')).listCommand,
  log: async () => (await import('./log.ts')).logCommand,
  login: async () => (await import('./login.ts')).loginCommand,
  logout: async () => (await import('./logout.ts')).logoutCommand,
  new: async () => (await import('./new.ts')).newCommand,
  region: async () => (await import('./region.ts')).regionCommand,
  rename: async () => (await import('./rename.ts')).renameCommand,
  rm: async () => (await import('./rm.ts')).rmCommand,
  sessions: async () => (await import('./sessions.ts')).sessionsCommand,
  set: async () => (await import('./set.ts')).setCommand,
  show: async () => (await import('./show.ts')).showCommand,
  switch: async () => (await import('./switch.ts')).switchCommand,
};
