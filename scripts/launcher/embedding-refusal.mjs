import { existsSync, readFileSync } from 'node:fs'

/**
 * Environment variables of platforms that delete the disk of a process. A database on it will
 * be lost at the next deployment.
 */
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
 * Returns why an embedded database would be lost on this machine, or null if one may be started.
 * @param {Readonly<Record<string, string | undefined>>} env
 * @param {Surroundings} [surroundings]
 * @returns {string | null}
 */
export function embeddingRefusal(env, surroundings = readSurroundings()) {
  if (env.GOLDFISH_EMBEDDED === '1') return null
  const platform = Object.entries(platforms).find(([name]) => env[name])?.[1]
  if (!platform && !isAppContainer(surroundings)) return null
  return (
    `This is ${platform ?? 'a container'}: a database stored here would be lost when it is replaced. ` +
    'Set DATABASE_URL (and REDIS_URL), or set GOLDFISH_EMBEDDED=1 if the data may be lost.'
  )
}

/**
 * @typedef {object} Surroundings
 * @property {boolean} marked Whether the files of a container runtime exist
 * @property {boolean} ownKernel Whether this system runs its own kernel, as a physical or virtual machine does
 * @property {string} mainCommand The command line of process 1
 */

/**
 * Returns whether this is a container that was made to run this app. The files of a runtime are not
 * enough: virtual machines made from an image contain them too, and so do development containers, where
 * an embedded database is useful.
 * @param {Surroundings} surroundings
 */
function isAppContainer({ marked, ownKernel, mainCommand }) {
  return marked && !ownKernel && /\bstart\.mjs\b|\b(npm|pnpm|yarn)\b.*\b(start|dev)\b/.test(mainCommand)
}

/** @returns {Surroundings} */
function readSurroundings() {
  return {
    marked:
      existsSync('/.dockerenv') ||
      existsSync('/run/.containerenv') ||
      /docker|containerd|kubepods|libpod|lxc/.test(read('/proc/1/cgroup')),
    // Process 2 is the parent of the kernel's own threads, which containers do not show.
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
