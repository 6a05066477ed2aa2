import { loadTypescript } from './cache/load-typescript.mjs'
import { QuestionsError, readQuestions } from './cache/read-questions.mjs'
import { showProgress } from './cache/show-progress.mjs'
import { warmEnvironment } from './cache/warm-environment.mjs'
import { warmQuestions } from './cache/warm-questions.mjs'

const usage = `npm run cache:warm -- QUESTIONS.jsonl

Answers questions before anybody asks them: puts their answers where all users who share find them (for a day, like every
shared answer), for the default model and the system prompt of the settings. One JSON object a line:

  {"question": "What is a goldfish?"}                                 the model is asked; not if an answer is there
  {"question": "Who runs this?", "answer": "The harbour office."}     this is the answer, whatever was there

A question that is never shared (personal, depends on the day, not in English) is refused and said so. A file with a bad line
is refused whole. Ends with 1 if anything failed; what was stored stays, and running it again goes on from there.
Needs the settings of the app (its environment or .env, or a Goldfish running from here).
`

const why = {
  off: 'nothing is cached',
  not_only_text: 'more than text',
  empty: 'empty',
  time_dependent: 'it depends on the day',
  not_complete: 'the answer is not complete',
  not_chosen: 'not shared',
  private_path: 'not shared',
  unknown_language: 'its language has no rules here; only English has',
  personal: 'it names something personal',
  stopped: 'stopped',
  not_stored: 'not stored: Redis is full or away, or users found its answers wrong today',
  redis_unavailable: 'Redis does not answer',
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
    throw new Error('Set REDIS_URL, or start Goldfish first (npm start): its Redis runs only with it.')
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
          process.stdout.write(`${file}:${line}: ${warmed.status}: ${tell(warmed.reason)}: ${question}\n`)
        progress(done, questions.length)
      },
    },
  )
  await warming.close()
  const { stored, kept, refused, failed } = counts
  const rest = left > 0 ? ` ${left} not tried.` : ''
  process.stdout.write(`${stored} stored, ${kept} there before, ${refused} refused, ${failed} failed.${rest}\n`)
  if (failed > 0 || left > 0) process.exitCode = 1
}

/** @param {string} reason */
function tell(reason) {
  return /** @type {Record<string, string>} */ (why)[reason] ?? `the model: ${reason}`
}
