import { defineConfig } from 'vitest/config';

export default defineConfig({
  define: { __AWSP_VERSION__: JSON.stringify('0.0.0-test') },
  test: {
    include: ['test/**/*.test.ts'],
    globalSetup: 'test/support/build.ts',
    testTimeout: 30_000,
    hookTimeout: 60_000,
    // Real shells and real processes: more of them at once than cores only makes each slower.
    maxWorkers: 2,
  },
});
