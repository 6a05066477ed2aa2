import { loadTypescript } from './cache/load-typescript.mjs'
import { QuestionsError, readQuestions } from './cache/read-questions.mjs'
import { showProgress } from './cache/show-progress.mjs'
import { warmEnvironment } from './cache/warm-environment.mjs'
import { warmQuestions } from './cache/warm-questions.mjs'

const usage = `npm run cache:warm -- QUESTIONS.jsonl

Answers questions before users ask them. Stores the answers where all users who share answers find them, for one day like every
shared answer, for the default model and the configured system prompt. The file has one JSON object per line:

  {"question": "What is a goldfish?"}                                 asks the model, unless an answer is already stored
  {"question": "Who runs this?", "answer": "The harbour office."}     stores this answer and replaces an older one

Questions that are never shared (personal, dependent on the date, not in English) are refused with the reason. If one line is
invalid, the whole file is refused. Exits with 1 if a question failed or was not tried. Stored answers are kept, so running the
command again continues with the rest.
Needs the settings of the app: its environment, .env, or a Goldfish that was started in this folder.
`

const reasons = {
  off: 'the answer cache is switched off',
  not_only_text: 'it contains more than text',
  empty: 'it is empty',
  time_dependent: 'the answer depends on the date',
  not_complete: 'the answer is not complete',
  not_chosen: 'it is not shared',
  private_path: 'it is not shared',
  unknown_language: 'only questions in English are shared',
  personal: 'it contains something personal',
  stopped: 'stopped',
  not_stored: 'not stored: Redis is full or unreachable, or users reported its answers as wrong today',
  redis_unavailable: 'Redis is unavailable',
}

const args = process.argv.slice(2)
const [path, ...more] = args
if (args.includes('--help') || args.includes('-h')) {
  process.stdout.write(usage)
} else if (!path || path.startsWith('-') || more.length > 0) {
  process.stderr.write(usage)
  process.exitCode = 2
} else {
  await warm(path).catch((error) => {
    process.stderr.write(`${error instanceof Error ? error.message : error}\n`)
    process.exitCode = error instanceof QuestionsError ? 1 : 2
  })
}

/** @param {string} file */
async function warm(file) {
  const questions = readQuestions(file)
  const settings = await warmEnvironment()
  if (!settings.REDIS_URL)
    throw new Error(
      'Set REDIS_URL, or start Goldfish first (npm start): its embedded Redis runs only while Goldfish does.',
    )
  loadTypescript()
  const { openWarming } = await import('./cache/open-warming.mjs')
  const warming = await openWarming(settings)
  const interrupted = new AbortController()
  process.once('SIGINT', () => interrupted.abort())
  const progress = showProgress('questions')
  const { counts, left } = await warmQuestions(
    questions,
    ({ question, answer }) => warming.warm({ question, ...(answer !== undefined && { answer }) }, interrupted.signal),
    {
      signal: interrupted.signal,
      onDone: ({ line, question }, warmed, done) => {
        if ('reason' in warmed)
          process.stdout.write(`${file}:${line}: ${warmed.status}: ${describeReason(warmed.reason)}: ${question}\n`)
        progress(done, questions.length)
      },
    },
  )
  await warming.close()
  const { stored, kept, refused, failed } = counts
  const untried = left > 0 ? ` ${left} not tried.` : ''
  process.stdout.write(`${stored} stored, ${kept} already stored, ${refused} refused, ${failed} failed.${untried}\n`)
  if (failed > 0 || left > 0) process.exitCode = 1
}

/** @param {string} reason */
function describeReason(reason) {
  return /** @type {Record<string, string>} */ (reasons)[reason] ?? `the model: ${reason}`
}
