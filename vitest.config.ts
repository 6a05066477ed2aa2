import { defineConfig } from 'vitest/config'

const root = import.meta.dirname

/** `*.db.test.ts` talks to Postgres, `*.redis.test.ts` to Redis (`*.db.redis.test.ts` to both), `*.unit.test.ts` to nothing. */
const withServices = ['**/*.db.test.ts', '**/*.redis.test.ts']
const never = ['node_modules/**', '.next/**', '.goldfish/**', 'tests/e2e/**']

const common = {
  root,
  resolve: {
    alias: [
      { find: '@', replacement: root },
      { find: 'server-only', replacement: `${root}/tests/services/server-only.ts` },
      // As in next.config.ts: messages come parsed.
      { find: /^use-intl\/format-message$/, replacement: 'use-intl/format-message/format-only' },
    ],
  },
}

/**
 * Tests of whole applications, like those of `system`, that can run beside others: they mostly wait and compare contents,
 * and the few durations that they read allow for a busy machine.
 */
const unhurried = [
  'tests/chaos/{dead-turn,deleted-while-answering,killed-deletion,leaving,model-breaker,model-faults}.test.ts',
  'tests/chaos/{postgres-gone,repeated-sends,rolling-restart,signed-out-streams}.test.ts',
  'tests/security/headers.test.ts',
  'tests/stateless/{any-instance,mcp-conformance,one-order,same-history}.test.ts',
]

/** A file that waits for a server leaves its core to another file, so three files keep two cores busy. */
const maxWorkers = 3

/** What every project keeps to: no retry (a flaky test is a broken test) and nothing printed that no test asked for. */
const manners = {
  environment: 'node',
  // Otherwise Node would load it, and know nothing of the alias above.
  server: { deps: { inline: ['use-intl'] } },
  retry: 0,
  setupFiles: ['tests/services/quiet-console.ts'],
  // Worker threads of the product are plain Node and do not resolve Vite's alias.
  execArgv: ['--import', `${root}/tests/services/load-typescript.mjs`],
  unstubEnvs: true,
  restoreMocks: true,
}

/** Timeouts that hold on a busy machine. */
const patience = {
  testTimeout: 60_000,
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
          ...manners,
          name: 'unit',
          include: [
            '{app,lib,components,db,scripts}/**/*.test.{ts,tsx}',
            'tests/architecture.test.ts',
            'tests/architecture/**/*.test.ts',
            'tests/model-stub/**/*.test.ts',
            'tests/**/*.unit.test.{ts,tsx}',
          ],
          exclude: [...never, ...withServices],
          testTimeout: 10_000,
          sequence: { groupOrder: 0 },
        },
      },
      {
        ...common,
        test: {
          ...manners,
          ...patience,
          name: 'integration',
          include: [
            ...withServices,
            ...unhurried,
            'tests/{services,launcher,integration,deploy,answer-cache}/**/*.test.ts',
          ],
          exclude: [...never, '**/*.unit.test.ts'],
          maxWorkers,
          sequence: { groupOrder: 1 },
        },
      },
      {
        ...common,
        test: {
          ...manners,
          ...patience,
          name: 'neon',
          include: ['**/*.db.test.ts', '**/*.db.redis.test.ts'],
          exclude: never,
          env: { TEST_DATABASE_DRIVER: 'neon' },
          setupFiles: [...manners.setupFiles, 'tests/services/neon-setup.ts'],
          maxWorkers,
          sequence: { groupOrder: 1 },
        },
      },
      {
        ...common,
        test: {
          ...manners,
          ...patience,
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
          ...manners,
          ...patience,
          // Whole applications that are killed and measured: one file at a time, or they would measure each other.
          name: 'system',
          include: ['tests/{stateless,chaos,security}/**/*.test.ts'],
          exclude: [...never, ...unhurried, '**/*.unit.test.ts'],
          testTimeout: 120_000,
          maxWorkers: 1,
          sequence: { groupOrder: 2 },
        },
      },
    ],
  },
})
