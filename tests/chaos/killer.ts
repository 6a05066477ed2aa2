import type { AppInstance } from '@/tests/services/app-instance'

export type Killer = {
  /** Those that answer, as far as we know. */
  up: () => AppInstance[]
  /** Kills -9 at once and starts it again; false, and nothing happens, if it is down or the last one that is up. */
  kill: (instance: AppInstance) => boolean
  /** Resolves when at least so many are up. */
  untilUp: (count: number) => Promise<void>
  kills: { at: number; port: number }[]
}

/** Kills processes so that somebody is always there: what is to be seen is a lost server and not a lost service. */
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
      const again = instance.kill().then(() => instance.restart())
      down.set(
        instance,
        again.finally(() => down.delete(instance)),
      )
      return true
    },
    untilUp: async (count) => {
      while (up().length < count) await Promise.race(down.values())
    },
  }
}
