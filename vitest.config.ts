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
 * Whole applications as in `system`, but they mostly wait, and what they time they time beside what the machine takes for
 * anything: they can do so beside others.
 */
const unhurried = [
  'tests/chaos/{dead-turn,leaving,model-breaker,model-faults,postgres-gone,rolling-restart,signed-out-streams}.test.ts',
  'tests/security/headers.test.ts',
]

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

/** Two cores: a file that waits for a server leaves the other core to the next file, and gets its own back when it can. */
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
