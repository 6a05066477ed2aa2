/** The number of consecutive timers that make up a deadline. A stall of the process consumes at most one of them. */
const timerCount = 4

/**
 * Calls `expire` after `milliseconds`, not counting most of the time for which the process was stalled. With one
 * plain timer, a process that was busy or suspended past the deadline would run the overdue timer before it reads a
 * response that is already in the socket, so every pending command would fail although the server was fast enough.
 * Here a stall, however long, consumes only one fraction of the time, and the sockets are read once more before
 * `expire` is called. Returns a function that cancels the deadline.
 */
export function startDeadline(milliseconds: number, expire: () => void): () => void {
  let remaining = timerCount
  let timer: NodeJS.Timeout | undefined
  let finalCheck: NodeJS.Immediate | undefined
  const startNext = () => {
    if (remaining === 0) {
      finalCheck = setImmediate(expire)
      return
    }
    remaining -= 1
    timer = setTimeout(startNext, milliseconds / timerCount)
  }
  startNext()
  return () => {
    clearTimeout(timer)
    clearImmediate(finalCheck)
  }
}
