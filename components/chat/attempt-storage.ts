/** Returns null instead of throwing if browser storage is full or blocked, so that the page works without it. */
export function attemptStorage<Value>(operation: () => Value): Value | null {
  try {
    return operation()
  } catch {
    return null
  }
}
