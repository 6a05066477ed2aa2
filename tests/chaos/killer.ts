import type { AppInstance } from '@/tests/services/app-instance'

export type Killer = {
  /** Returns the instances that are not being restarted. */
  up: () => AppInstance[]
  /**
   * Kills an instance with -9 and restarts it. Returns false and does nothing if it is
   * down or the last one that is up.
   */
  kill: (instance: AppInstance) => boolean
  /** Resolves when at least this many instances are up. */
  untilUp: (count: number) => Promise<void>
  kills: { at: number; port: number }[]
}

/** Kills instances but always leaves one up, because these tests are about a lost server and not a lost service. */
export function createKiller(instances: readonly AppInstance[]): Killer {
  const down = new Map<AppInstance, Promise<void>>()
  const kills: Killer['kills'] = []
  const up = () => instances.filter((instance) => !down.has(instance))
  return {
    up,
    kills,
    kill: (instance) => {
      if (down.has(instance) || up().length < 2) return false
      kills.push({ at: Date.now(), port: instance.port })
      const restarted = instance.kill().then(() => instance.restart())
      down.set(
        instance,
        restarted.finally(() => down.delete(instance)),
      )
      return true
    },
    untilUp: async (count) => {
      while (up().length < count) await Promise.race(down.values())
    },
  }
}
