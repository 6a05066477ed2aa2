import type { VectorIndex } from '@/lib/semantic-cache/vector-index'

/** Returns an index that retries calls that timed out, because a timeout on a busy machine must not fail a test. */
export const retryingIndex = (index: VectorIndex): VectorIndex => ({
  nearest: (query) => retryTimeouts(() => index.nearest(query)),
  add: (vector) => retryTimeouts(() => index.add(vector)),
  drop: (scope, entryIds) => retryTimeouts(() => index.drop(scope, entryIds)),
})

async function retryTimeouts<T>(call: () => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await call()
    } catch (error) {
      if (attempt === 10 || !(error instanceof Error && /^took longer than/.test(error.message))) throw error
    }
  }
}
