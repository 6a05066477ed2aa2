import { readFileSync } from 'node:fs'

/** @typedef {{ line: number, question: string, answer?: string }} Question */

/** What is wrong with a file of questions, a line for each. */
export class QuestionsError extends Error {}

/**
 * The questions of a file, one JSON object a line, blank lines aside. The whole file is looked at before anything is done,
 * so that the last line's fault is not found after an hour.
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
  if (complaints.length > 0) throw new QuestionsError([...complaints, 'Nothing was done.'].join('\n'))
  if (questions.length === 0) throw new QuestionsError(`${path}: there are no questions in it`)
  return questions
}

function readText(/** @type {string} */ path) {
  try {
    return readFileSync(path, 'utf8').replace(/^\uFEFF/, '')
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : error
    throw new QuestionsError(`${path}: cannot be read (${code})`)
  }
}

/** @param {string} line @returns {{ question: string, answer?: string } | string} or what is wrong with it */
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
  if (unknown.length > 0) return `has "${unknown[0]}", and only "question" and "answer" are known`
  const { question, answer } = object
  if (typeof question !== 'string' || question.trim() === '') return '"question" is not a text, or empty'
  if (answer === undefined) return { question }
  if (typeof answer !== 'string' || answer.trim() === '') return '"answer" is not a text, or empty'
  return { question, answer }
}
