import { expect } from 'vitest'

/** So many seconds, of which some may have passed by the time that one looks. */
export const aboutSeconds = (seconds: number) => expect.toBeOneOf([0, 1, 2, 3, 4].map((passed) => seconds - passed))
