import type { AppInstance } from '@/tests/services/app-instance'

/** How often each process has said that something is wrong with Redis. */
export const redisWarnings = (instances: readonly AppInstance[]): number[] =>
  instances.map((instance) => instance.output().split('"msg":"redis trouble"').length - 1)

/** The most warnings that a process can have given which started at this moment or later: one a minute. */
export const mostWarningsSince = (startedAt: number) => Math.ceil((performance.now() - startedAt) / 60_000)

/** What no process may ever print: an error that nobody waited for, a warning of Node's own, a stack. */
export const accidents = (instances: readonly AppInstance[]): string[] =>
  instances.flatMap((instance) =>
    instance
      .output()
      .split('\n')
      .filter((line) => /unhandled rejection|uncaught exception|Warning: |SERVER_ERROR|^\s+at /.test(line)),
  )
