const width = 30
/** Shorter work needs no bar. */
const patienceMs = 1_000

/**
 * A bar on standard error, where somebody looks at it and once it takes long.
 * @param {string} what
 * @returns {(done: number, all: number) => void}
 */
export function showProgress(what) {
  const startedAt = performance.now()
  return (done, all) => {
    if (!process.stderr.isTTY || performance.now() - startedAt < patienceMs) return
    // What is counted may grow meanwhile, or be nothing.
    const filled = all === 0 ? 0 : Math.min(width, Math.round((done / all) * width))
    const bar = `${'='.repeat(filled)}${' '.repeat(width - filled)}`
    process.stderr.write(`\r${what} [${bar}] ${done}/${all}${done === all ? '\n' : ''}`)
  }
}
