/**
 * Which log: that of one run of something. `scope` says of what and is already hashed, since it stands in key names;
 * `fence` is the number of the run, higher for every later one. The fence is part of every name, so that a run that was
 * given up cannot write into the log of the run that took its place.
 */
export type LogAddress = { userId: string; scope: string; fence: number }

/** The stream in Redis; its readers are woken on a channel of the same name. The braces are a cluster's hash tag. */
export const logKey = ({ scope, fence }: LogAddress) => `gf:1:log:{${scope}}:${fence}`

/** Where the writer of a log hears what others want of it. */
export const signalChannel = (log: LogAddress) => `${logKey(log)}:signal`

/** What a reader may come back with (`Last-Event-ID`). It names the run too: positions of two runs never meet. */
export const formatPosition = ({ fence }: LogAddress, seq: number) => `${fence}-${seq}`

/** The sequence number of a position in this very log; null for one of another run and for anything else. */
export function parsePosition(log: LogAddress, position: string): number | null {
  const seq = Number(/^\d{1,15}-(\d{1,15})$/.exec(position)?.[1] ?? Number.NaN)
  return formatPosition(log, seq) === position ? seq : null
}
