import { fileURLToPath } from 'node:url';
import { rolldown } from 'rolldown';

const root = fileURLToPath(new URL('..', import.meta.url));

/**
 * A module of the repository in TypeScript, for a script: Node 20 runs none. The path is relative to the repository. What
 * it would import late is left out: scripts read data, and run no command.
 */
export async function importSource(path) {
  const leaveOutLateImports = {
    name: 'leave-out-late-imports',
    resolveId: (source, _importer, { kind }) => (kind === 'dynamic-import' ? { id: source, external: true } : null),
  };
  const build = await rolldown({ input: `${root}/${path}`, platform: 'node', plugins: [leaveOutLateImports] });
  const { output } = await build.generate({ format: 'esm', codeSplitting: false });
  await build.close();
  return import(`data:text/javascript;base64,${Buffer.from(output[0].code).toString('base64')}`);
}
