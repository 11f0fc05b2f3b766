import { fileURLToPath } from 'node:url';
import { rolldown } from 'rolldown';

const root = fileURLToPath(new URL('..', import.meta.url));

/** A module of `src/`, for a script: Node 20 runs no TypeScript. The path is relative to the repository. */
export async function importSource(path) {
  const build = await rolldown({ input: `${root}/${path}`, platform: 'node' });
  const { output } = await build.generate({ format: 'esm', codeSplitting: false });
  await build.close();
  return import(`data:text/javascript;base64,${Buffer.from(output[0].code).toString('base64')}`);
}
