import { writeFileSync } from 'node:fs'
import { describeFailure } from './outcome.mjs'

/** @typedef {import('vitest/node').TestModule} TestModule */
/** @typedef {import('vitest/node').Reporter} Reporter */

/**
 * A Vitest reporter that writes the numbers of passed, failed and skipped tests of each project, and the reasons
 * of the skipped ones. A file that cannot be loaded and an error outside a test are failures too.
 * @implements {Reporter}
 */
export default class VitestCounts {
  /**
   * @param {readonly TestModule[]} modules
   * @param {readonly { message?: string }[]} unhandledErrors
   */
  onTestRunEnd(modules, unhandledErrors) {
    /** @type {Record<string, import('./outcome.mjs').Outcome>} */
    const projects = {}
    for (const module of modules) {
      const name = module.project.name
      projects[name] ??= { passed: 0, failed: 0, skipped: 0, failures: [], notes: [] }
      countModule(module, projects[name])
    }
    const errors = unhandledErrors.map((error) => error.message ?? 'an error without a message')
    const file = process.env.GOLDFISH_TEST_COUNTS
    if (file) writeFileSync(file, JSON.stringify({ projects, errors }))
  }
}

/** @param {TestModule} module @param {import('./outcome.mjs').Outcome} counts */
function countModule(module, counts) {
  for (const test of module.children.allTests()) {
    const result = test.result()
    if (result.state === 'passed') counts.passed += 1
    else if (result.state === 'skipped') {
      counts.skipped += 1
      // Several tests can be skipped for the same reason, which should be printed only once.
      if (result.note && !counts.notes.includes(result.note)) counts.notes.push(result.note)
    } else {
      counts.failed += 1
      const title = `${module.project.name}: ${module.relativeModuleId} > ${test.fullName}`
      counts.failures.push(describeFailure(title, result.errors?.[0]?.message))
    }
  }
  for (const error of [...module.errors(), ...suiteErrors(module)]) {
    counts.failed += 1
    counts.failures.push(`${module.project.name}: ${module.relativeModuleId}: ${error.message.split('\n')[0]}`)
  }
}

/**
 * Returns the errors of hooks. They must count as failures, because Vitest only skips the tests below a failed hook.
 */
const suiteErrors = (/** @type {TestModule} */ module) =>
  [...module.children.allSuites()].flatMap((suite) => suite.errors())
