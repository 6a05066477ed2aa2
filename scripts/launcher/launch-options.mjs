import { parseArgs } from 'node:util'
import { LaunchError } from './launch-error.mjs'

export const usage = `
npm start                     the production build, on http://localhost:3000 or the next free port
npm start -- --instances 3    three app processes behind a round robin, without stickiness
npm run dev                   Next's development server

Settings come from the environment, or from .env in this folder. Without any, Postgres and Redis are started here,
their data is kept in .goldfish, and answers come from an offline model. The ones that the launcher itself reads:

  PORT                the port to serve on
  DATABASE_URL        a Postgres of your own
  REDIS_URL           a Redis of your own
  CHAT_MODEL          the model, with OPENAI_BASE_URL, OPENAI_API_KEY, ANTHROPIC_API_KEY or AI_GATEWAY_API_KEY
  GOLDFISH_DATA_DIR   where embedded data is kept (.goldfish)
  GOLDFISH_EMBEDDED   1: start Postgres and Redis here even in a container
`

/**
 * @param {string[]} args
 * @returns {{ dev: boolean, help: boolean, instances: number }}
 */
export function parseOptions(args) {
  const values = readFlags(args)
  const instances = Number(values.instances)
  if (!Number.isInteger(instances) || instances < 1 || instances > 16) {
    throw new LaunchError('--instances takes a number from 1 to 16.')
  }
  if (values.dev && instances > 1) throw new LaunchError('--instances is for the production build: npm start.')
  return { dev: values.dev, help: values.help, instances }
}

function readFlags(/** @type {string[]} */ args) {
  try {
    return parseArgs({
      args,
      options: {
        dev: { type: 'boolean', default: false },
        help: { type: 'boolean', short: 'h', default: false },
        instances: { type: 'string', default: '1' },
      },
    }).values
  } catch (error) {
    throw new LaunchError(`${error instanceof Error ? error.message : error}\n${usage}`)
  }
}
