/**
 * Tells the app in this process how near its end is (lib/process-handle.ts reads it).
 * @param {import('../../lib/process-handle').ProcessStage} stage
 */
export function enterStage(stage) {
  Object.assign(globalThis, { [Symbol.for('goldfish.stage')]: stage })
}
