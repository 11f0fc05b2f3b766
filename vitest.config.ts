import { defineConfig } from 'vitest/config';

export default defineConfig({
  define: { __AWSP_VERSION__: JSON.stringify('0.0.0-test') },
  test: {
    include: ['test/**/*.test.ts'],
    globalSetup: 'test/support/build.ts',
    // Only what hangs runs into these: no test is decided by how fast the machine is.
    testTimeout: 180_000,
    hookTimeout: 180_000,
    expect: { poll: { timeout: 30_000 } },
    // Real shells and real processes: more of them at once than cores only makes each slower.
    maxWorkers: 2,
  },
});
