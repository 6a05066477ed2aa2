import { expect } from 'vitest'

/** Matches a duration in seconds of which up to four seconds may already have passed. */
export const aboutSeconds = (seconds: number) => expect.toBeOneOf([0, 1, 2, 3, 4].map((passed) => seconds - passed))
