import { parseArgs } from 'node:util'
import { LaunchError } from './launch-error.mjs'

export const usage = `
npm start                     runs the production build, on http://localhost:3000 or the next free port
npm start -- --instances 3    runs three app processes behind a round-robin load balancer without sticky sessions
npm run dev                   runs Next's development server

Settings come from the environment or from .env in this folder. Without settings, Postgres and Redis are started here,
their data is stored in .goldfish, and a demo model answers. The launcher itself reads these settings:

  PORT                the port to serve on
  DATABASE_URL        your own Postgres
  REDIS_URL           your own Redis
  CHAT_MODEL          the model, with OPENAI_BASE_URL, OPENAI_API_KEY, ANTHROPIC_API_KEY or AI_GATEWAY_API_KEY
  GOLDFISH_DATA_DIR   the folder of the embedded databases (default: .goldfish)
  GOLDFISH_EMBEDDED   1 starts Postgres and Redis here even in a container
`

/**
 * Parses the launcher's options. Throws `LaunchError` if one is invalid.
 * @param {string[]} args
 * @returns {{ dev: boolean, help: boolean, instances: number }}
 */
export function parseOptions(args) {
  const values = readFlags(args)
  const instances = Number(values.instances)
  if (!Number.isInteger(instances) || instances < 1 || instances > 16) {
    throw new LaunchError('--instances must be a number from 1 to 16.')
  }
  if (values.dev && instances > 1)
    throw new LaunchError('--instances works only with the production build (npm start).')
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
