/** What a sliding window is made of: the requests of this stretch of time and of the one before, and how far in we are. */
export type WindowState = { current: number; previous: number; elapsedMs: number }

/**
 * Seconds until one more request is let in, or until this stretch ends if one would be let in now. The library only
 * knows the latter, which for a caller who is refused can be many times too long: the requests of the stretch before
 * weigh less with every moment, floor((1 - elapsed / window) * previous), and room may come with them.
 */
export function secondsUntilRoom(
  { max, windowSeconds }: { max: number; windowSeconds: number },
  { current, previous, elapsedMs }: WindowState,
): number {
  const windowMs = windowSeconds * 1000
  const restMs = windowMs - elapsedMs
  const weighed = Math.floor((1 - elapsedMs / windowMs) * previous)
  if (weighed + current < max) return inSeconds(restMs)
  // Full by its own requests: they have to become those of the stretch before, and fade.
  if (current >= max) return inSeconds(restMs + windowMs * (1 - max / current) + 1)
  return inSeconds(windowMs * (1 - (max - current) / previous) - elapsedMs + 1)
}

const inSeconds = (milliseconds: number) => Math.max(1, Math.ceil(milliseconds / 1000))
