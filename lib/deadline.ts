/** In how many pieces a time is waited out; so many stalls of the process it survives. */
const pieces = 4

/**
 * Calls `expire` when so many milliseconds have gone by in which an answer could have been heard. A process that was busy
 * (or stopped) over the end of a plain timer finds the timer due and the answer in its socket, and hears the timer first:
 * then every command under way would fail of our own slowness. Here a stall counts as one piece of the time however long
 * it was, and in the end the sockets are read once more. Whoever calls what this returns no longer waits.
 */
export function startDeadline(milliseconds: number, expire: () => void): () => void {
  let left = pieces
  let timer: NodeJS.Timeout | undefined
  let lastLook: NodeJS.Immediate | undefined
  const wait = () => {
    if (left === 0) {
      lastLook = setImmediate(expire)
      return
    }
    left -= 1
    timer = setTimeout(wait, milliseconds / pieces)
  }
  wait()
  return () => {
    clearTimeout(timer)
    clearImmediate(lastLook)
  }
}
