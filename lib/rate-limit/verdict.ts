import type { Demand } from './demand'

/** What a store says to a demand. */
export type Verdict = {
  demand: Demand
  allowed: boolean
  /** How many more would be allowed now. */
  remaining: number
  /** Until there is room for one more, or if there is room until the window ends. */
  resetSeconds: number
}
