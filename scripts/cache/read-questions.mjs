import { readFileSync } from 'node:fs'

/** @typedef {{ line: number, question: string, answer?: string }} Question */

/** An invalid file of questions. The message has one line per error. */
export class QuestionsError extends Error {}

/**
 * Reads a file of questions, one JSON object per line. Blank lines are skipped. The whole file is checked before
 * the first question is asked, so that an error in the last line is not found an hour later. Throws
 * `QuestionsError` if a line is invalid.
 * @param {string} path
 * @returns {Question[]}
 */
export function readQuestions(path) {
  /** @type {Question[]} */
  const questions = []
  /** @type {string[]} */
  const complaints = []
  for (const [index, line] of readText(path).split('\n').entries()) {
    if (line.trim() === '') continue
    const parsed = parseQuestion(line)
    if (typeof parsed === 'string') complaints.push(`${path}:${index + 1}: ${parsed}`)
    else questions.push({ line: index + 1, ...parsed })
  }
  if (complaints.length > 0) throw new QuestionsError([...complaints, 'No question was asked.'].join('\n'))
  if (questions.length === 0) throw new QuestionsError(`${path}: contains no questions`)
  return questions
}

function readText(/** @type {string} */ path) {
  try {
    return readFileSync(path, 'utf8').replace(/^\uFEFF/, '')
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : error
    throw new QuestionsError(`${path}: cannot read the file (${code})`)
  }
}

/**
 * Parses one line. Returns the error as a string if the line is invalid.
 * @param {string} line
 * @returns {{ question: string, answer?: string } | string}
 */
function parseQuestion(line) {
  /** @type {Record<string, unknown>} */
  let object
  try {
    object = JSON.parse(line)
  } catch {
    return 'is not JSON'
  }
  if (typeof object !== 'object' || object === null || Array.isArray(object)) return 'is not a JSON object'
  const unknown = Object.keys(object).filter((name) => name !== 'question' && name !== 'answer')
  if (unknown.length > 0) return `has the unknown key "${unknown[0]}"; the keys are "question" and "answer"`
  const { question, answer } = object
  if (typeof question !== 'string' || question.trim() === '') return '"question" must be a string that is not empty'
  if (answer === undefined) return { question }
  if (typeof answer !== 'string' || answer.trim() === '') return '"answer" must be a string that is not empty'
  return { question, answer }
}
