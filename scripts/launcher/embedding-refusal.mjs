import { existsSync, readFileSync } from 'node:fs'

/** Platforms that throw a process's disk away: a database kept there is lost at the next deployment. */
const platforms = {
  VERCEL: 'Vercel',
  KUBERNETES_SERVICE_HOST: 'Kubernetes',
  AWS_LAMBDA_FUNCTION_NAME: 'AWS Lambda',
  ECS_CONTAINER_METADATA_URI_V4: 'Amazon ECS',
  K_SERVICE: 'Cloud Run',
  DYNO: 'Heroku',
  FLY_APP_NAME: 'Fly.io',
  RAILWAY_ENVIRONMENT: 'Railway',
  RENDER: 'Render',
}

/**
 * Where an embedded database would be lost with the machine, the reason; null where it may be started.
 * @param {Readonly<Record<string, string | undefined>>} env
 * @param {Surroundings} [surroundings]
 * @returns {string | null}
 */
export function embeddingRefusal(env, surroundings = readSurroundings()) {
  if (env.GOLDFISH_EMBEDDED === '1') return null
  const platform = Object.entries(platforms).find(([name]) => env[name])?.[1]
  if (!platform && !isContainerOfOurs(surroundings)) return null
  return (
    `This is ${platform ?? 'a container'}: a database kept in here would be lost with it. ` +
    'Set DATABASE_URL (and REDIS_URL), or GOLDFISH_EMBEDDED=1 if losing it is fine.'
  )
}

/**
 * @typedef {object} Surroundings
 * @property {boolean} marked a container runtime has left its mark
 * @property {boolean} ownKernel this system runs its own kernel, so it is a (virtual) machine
 * @property {string} mainCommand the command line of process 1
 */

/**
 * A container that was made to run this app. The marks alone say too little: virtual machines made from an image carry
 * them, and so do the containers that people develop and test in, where an embedded database is what they want.
 * @param {Surroundings} surroundings
 */
function isContainerOfOurs({ marked, ownKernel, mainCommand }) {
  return marked && !ownKernel && /\bstart\.mjs\b|\b(npm|pnpm|yarn)\b.*\b(start|dev)\b/.test(mainCommand)
}

/** @returns {Surroundings} */
function readSurroundings() {
  return {
    marked:
      existsSync('/.dockerenv') ||
      existsSync('/run/.containerenv') ||
      /docker|containerd|kubepods|libpod|lxc/.test(read('/proc/1/cgroup')),
    // The kernel's own threads are children of process 2, and no container shows them.
    ownKernel: read('/proc/2/comm').trim() === 'kthreadd',
    mainCommand: read('/proc/1/cmdline').replaceAll('\0', ' '),
  }
}

function read(/** @type {string} */ file) {
  try {
    return readFileSync(file, 'utf8')
  } catch {
    return ''
  }
}
