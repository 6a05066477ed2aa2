import type { AppInstance } from '@/tests/services/app-instance'

/** Returns how many warnings about Redis each process has logged. */
export const redisWarnings = (instances: readonly AppInstance[]): number[] =>
  instances.map((instance) => instance.output().split('"msg":"redis trouble"').length - 1)

/** Returns the maximum number of warnings of a process that was started at this time or later: one per minute. */
export const maxWarningsSince = (startedAt: number) => Math.ceil((performance.now() - startedAt) / 60_000)

/** Returns log lines that a process must never print: unhandled errors, warnings of Node, and stack traces. */
export const unexpectedLogLines = (instances: readonly AppInstance[]): string[] =>
  instances.flatMap((instance) =>
    instance
      .output()
      .split('\n')
      .filter((line) => /unhandled rejection|uncaught exception|Warning: |SERVER_ERROR|^\s+at /.test(line)),
  )
