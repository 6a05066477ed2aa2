/**
 * Collects chunks and passes the pending bytes to `consume`, which must return how many of them it consumed, or 0 if it
 * needs more.
 */
export function createFramer(consume: (pending: Buffer) => number): (chunk: Buffer) => void {
  let pending: Buffer = Buffer.alloc(0)
  return (chunk) => {
    pending = pending.length === 0 ? chunk : Buffer.concat([pending, chunk])
    while (pending.length > 0) {
      const used = consume(pending)
      if (used === 0) return
      pending = pending.subarray(used)
    }
  }
}
