/**
 * Sets the stage of this process's shutdown, which the app reads in lib/process-handle.ts.
 * @param {import('../../lib/process-handle').ProcessStage} stage
 */
export function enterStage(stage) {
  Object.assign(globalThis, { [Symbol.for('goldfish.stage')]: stage })
}
