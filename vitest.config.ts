import { defineConfig } from 'vitest/config'

const root = import.meta.dirname

/**
 * `*.db.test.ts` needs Postgres, `*.redis.test.ts` needs Redis, `*.db.redis.test.ts` needs both, and
 * `*.unit.test.ts` needs neither.
 */
const serviceTests = ['**/*.db.test.ts', '**/*.redis.test.ts']
const excluded = ['node_modules/**', '.next/**', '.goldfish/**', 'tests/e2e/**']

const common = {
  root,
  resolve: {
    alias: [
      { find: '@', replacement: root },
      { find: 'server-only', replacement: `${root}/tests/services/server-only.ts` },
      // The same alias as in next.config.ts: messages are parsed in advance.
      { find: /^use-intl\/format-message$/, replacement: 'use-intl/format-message/format-only' },
    ],
  },
}

/**
 * Tests of whole applications, like those of `system`, that can run in parallel: they mostly wait and compare
 * contents, and the few durations that they measure allow for a busy machine.
 */
const parallelSystemTests = [
  'tests/chaos/{dead-turn,deleted-while-answering,killed-deletion,leaving,model-breaker,model-faults}.test.ts',
  'tests/chaos/{postgres-gone,repeated-sends,rolling-restart,signed-out-streams}.test.ts',
  'tests/security/headers.test.ts',
  'tests/stateless/{any-instance,mcp-conformance,one-order,same-history}.test.ts',
]

/** A test file that waits for a server leaves its core idle, so three files keep two cores busy. */
const maxWorkers = 3

/**
 * Settings of every project. Tests are not retried, because a flaky test must be fixed, and unexpected console
 * output fails.
 */
const commonSettings = {
  environment: 'node',
  // Otherwise Node would load the package itself and ignore the alias above.
  server: { deps: { inline: ['use-intl'] } },
  retry: 0,
  setupFiles: ['tests/services/quiet-console.ts'],
  // Worker threads of the product are plain Node and do not resolve Vite's alias.
  execArgv: ['--import', `${root}/tests/services/load-typescript.mjs`],
  unstubEnvs: true,
  restoreMocks: true,
}

/** Timeouts that are long enough on a busy machine. */
const longTimeouts = {
  testTimeout: 120_000,
  hookTimeout: 120_000,
  expect: { poll: { timeout: 10_000 } },
  globalSetup: ['tests/services/global-setup.ts'],
}

export default defineConfig({
  ...common,
  test: {
    passWithNoTests: false,
    maxWorkers: 2,
    projects: [
      {
        ...common,
        test: {
          ...commonSettings,
          name: 'unit',
          include: [
            '{app,lib,components,db,scripts}/**/*.test.{ts,tsx}',
            'tests/architecture.test.ts',
            'tests/architecture/**/*.test.ts',
            'tests/model-stub/**/*.test.ts',
            'tests/**/*.unit.test.{ts,tsx}',
          ],
          exclude: [...excluded, ...serviceTests],
          testTimeout: 10_000,
          sequence: { groupOrder: 0 },
        },
      },
      {
        ...common,
        test: {
          ...commonSettings,
          ...longTimeouts,
          name: 'integration',
          include: [
            ...serviceTests,
            ...parallelSystemTests,
            'tests/{services,launcher,integration,deploy,answer-cache}/**/*.test.ts',
          ],
          exclude: [...excluded, '**/*.unit.test.ts'],
          maxWorkers,
          sequence: { groupOrder: 1 },
        },
      },
      {
        ...common,
        test: {
          ...commonSettings,
          ...longTimeouts,
          name: 'neon',
          include: ['**/*.db.test.ts', '**/*.db.redis.test.ts'],
          exclude: excluded,
          env: { TEST_DATABASE_DRIVER: 'neon' },
          setupFiles: [...commonSettings.setupFiles, 'tests/services/neon-setup.ts'],
          maxWorkers,
          sequence: { groupOrder: 1 },
        },
      },
      {
        ...common,
        test: {
          ...commonSettings,
          ...longTimeouts,
          name: 'cluster',
          include: ['lib/answer-cache/*.redis.test.ts'],
          env: { TEST_REDIS: 'cluster' },
          maxWorkers,
          sequence: { groupOrder: 1 },
        },
      },
      {
        ...common,
        test: {
          ...commonSettings,
          ...longTimeouts,
          // These tests kill and measure whole applications, so the files must run one at a time.
          name: 'system',
          include: ['tests/{stateless,chaos,security}/**/*.test.ts'],
          exclude: [...excluded, ...parallelSystemTests, '**/*.unit.test.ts'],
          maxWorkers: 1,
          sequence: { groupOrder: 2 },
        },
      },
    ],
  },
})
