const width = 30
/** Work that takes less time shows no progress bar. */
const minShownMs = 1_000

/**
 * Shows a progress bar on standard error, if that is a terminal and the work takes longer than a second.
 * @param {string} unit The unit that is counted
 * @returns {(done: number, all: number) => void}
 */
export function showProgress(unit) {
  const startedAt = performance.now()
  return (done, all) => {
    if (!process.stderr.isTTY || performance.now() - startedAt < minShownMs) return
    // `done` may exceed `all` if keys are added during the walk, and `all` may be 0.
    const filled = all === 0 ? 0 : Math.min(width, Math.round((done / all) * width))
    const bar = `${'='.repeat(filled)}${' '.repeat(width - filled)}`
    process.stderr.write(`\r${unit} [${bar}] ${done}/${all}${done === all ? '\n' : ''}`)
  }
}
