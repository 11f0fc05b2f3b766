// The commands: a new one is one file in this folder, and one line here.
export { allowCommand } from './allow.ts';
export { currentCommand } from './current.ts';
export { demoCommand } from './demo.ts';
export { denyCommand } from './deny.ts';
export { doctorCommand } from './doctor.ts';
export { helpCommand } from './help.ts';
export { importCommand } from './import.ts';
export { initCommand } from './init.ts';
export { listCommand } from './list.ts';
export { loginCommand } from './login.ts';
export { logoutCommand } from './logout.ts';
export { newCommand } from './new.ts';
export { regionCommand } from './region.ts';
export { sessionsCommand } from './sessions.ts';
export { showCommand } from './show.ts';
export { switchCommand } from './switch.ts';
