import type { VectorIndex } from '@/lib/semantic-cache/vector-index'

/** An index whose calls are made again when they took longer than they may: the machine is busy, which proves nothing. */
export const patientIndex = (index: VectorIndex): VectorIndex => ({
  nearest: (query) => patiently(() => index.nearest(query)),
  add: (vector) => patiently(() => index.add(vector)),
  drop: (scope, entryIds) => patiently(() => index.drop(scope, entryIds)),
})

async function patiently<T>(call: () => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await call()
    } catch (error) {
      if (attempt === 10 || !(error instanceof Error && /^took longer than/.test(error.message))) throw error
    }
  }
}
