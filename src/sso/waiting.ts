import type { World } from '../world.ts';

/** Shows on a terminal that awsp waits for a person, with the time that is left and the code; elsewhere nothing. */
export function showWaiting(world: World, seconds: number, code: string | null): { stop(): void } {
  const { terminal } = world;
  if (!terminal.interactive) return { stop: () => {} };
  const end = world.now() + seconds * 1_000;
  let turn = 0;
  const draw = () => {
    const left = Math.max(0, Math.round((end - world.now()) / 1_000));
    const time = `${Math.floor(left / 60)}:${String(left % 60).padStart(2, '0')}`;
    const sign = '|/-\\'[turn++ % 4];
    terminal.write(
      `\r\u001B[K${sign} waiting for the sign-in${code === null ? '' : ` (${code})`}, ${time} left; Ctrl-C cancels`,
    );
  };
  draw();
  const timer = setInterval(draw, 250);
  return {
    stop: () => {
      clearInterval(timer);
      terminal.write('\r\u001B[K');
    },
  };
}
