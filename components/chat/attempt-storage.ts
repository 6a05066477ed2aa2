/** A full or forbidden storage costs the draft its memory, never the page. */
export function attemptStorage<Value>(use: () => Value): Value | null {
  try {
    return use()
  } catch {
    return null
  }
}
