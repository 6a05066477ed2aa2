/** A session is renewed while it is used, but not for ever. */
const absoluteLifeMs = 30 * 24 * 60 * 60 * 1000

/** Whether a session has been there for longer than any may be, however often it was used. */
export const hasOutlived = ({ createdAt }: { createdAt: Date }) => createdAt.getTime() + absoluteLifeMs < Date.now()

/** For so long after signing in nobody is asked for the password again. */
const freshAgeMs = 24 * 60 * 60 * 1000

/** Whether somebody has signed in lately enough to do what outlives their session. */
export const isFresh = ({ createdAt }: { createdAt: Date }) => createdAt.getTime() + freshAgeMs > Date.now()
