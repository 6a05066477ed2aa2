import { matchesGlob } from 'node:path'
import { describe, expect, test } from 'vitest'
import { memorySettings } from '@/scripts/launcher/memory-settings.mjs'
import { copiesOf, environmentOf, execForm, parseDockerfile, type Stage, valuesOf } from './parse-dockerfile'
import { isThere, settings, textOf } from './repository'

const stages = parseDockerfile(textOf('deploy/docker/Dockerfile'))
const stage = (name: string): Stage => {
  const found = stages.find((one) => one.name === name)
  if (!found) throw new Error(`there is no stage ${name}`)
  return found
}
const runtime = stage('runtime')
/** What the build stage makes, and does not find in the context. */
const made = ['/app/.next/standalone', '/migrate/node_modules']

describe('the Dockerfile', () => {
  test('builds on one image, of the same Node as ours, and ends in the stage that runs', () => {
    expect(stages.map(({ name }) => name)).toEqual(['build', 'runtime'])
    for (const { image } of stages) expect(image).toBe('node:24-bookworm-slim')
    expect(textOf('package.json')).toContain('"node": "24.')
  })

  test('copies what is there, from stages that are there', () => {
    for (const { from, sources } of stages.flatMap(copiesOf)) {
      for (const source of sources) {
        if (from === null) expect(isThere(source), source).toBe(true)
        else if (!made.includes(source)) expect(isThere(source.replace(/^\/app\//, '')), source).toBe(true)
      }
      if (from !== null) expect(stages.map(({ name }) => name)).toContain(from)
    }
    const built = valuesOf(stage('build'), 'RUN').join('\n')
    expect(built).toContain('node scripts/build.mjs')
    expect(built).toContain('node deploy/docker/copy-packages.mjs /migrate ')
  })

  test('takes the run-time of local embedding models along when it is told to', () => {
    const build = stage('build')
    expect(valuesOf(build, 'ARG')).toEqual(['LOCAL_EMBEDDINGS=0'])
    const { optionalDependencies } = JSON.parse(textOf('package.json'))
    const [runtimeOfModels = ''] = Object.keys(optionalDependencies)
    expect(textOf('lib/embedding/local-embedder.ts')).toContain(`'${runtimeOfModels}'`)
    expect(valuesOf(build, 'RUN').filter((command) => command.includes('LOCAL_EMBEDDINGS'))).toEqual([
      `if [ "$LOCAL_EMBEDDINGS" = 1 ]; then node deploy/docker/copy-packages.mjs /migrate ${runtimeOfModels}; fi`,
    ])
    // Where Node looks for it from the standalone build: in every node_modules above.
    expect(runtime.instructions.map(({ value }) => value)).toContain(
      '--from=build /migrate/node_modules ./node_modules',
    )
  })

  test('takes nothing into the image but what runs: no sources, no development packages, no settings', () => {
    const sources = copiesOf(runtime).flatMap((copy) => copy.sources)
    expect(sources).not.toContain('.')
    expect(sources.filter((source) => !made.includes(source)).toSorted()).toEqual([
      '/app/db/migrations',
      '/app/scripts/app-server.mjs',
      '/app/scripts/launcher/dot-env.mjs',
      '/app/scripts/launcher/migrate-database.mjs',
      '/app/scripts/migrate.mjs',
      '/app/scripts/server',
    ])
    for (const { from } of copiesOf(runtime)) expect(from).toBe('build')
  })

  test('runs as somebody who is not root', () => {
    const names = runtime.instructions.map(({ name }) => name)
    expect(valuesOf(runtime, 'USER')).toEqual(['node'])
    expect(names.indexOf('USER')).toBeGreaterThan(names.lastIndexOf('COPY'))
    expect(names.indexOf('USER')).toBeLessThan(names.indexOf('CMD'))
  })

  test('sets what exists, and no secret', () => {
    const others = [
      'NODE_OPTIONS',
      'MALLOC_ARENA_MAX',
      'MALLOC_MMAP_THRESHOLD_',
      'HOSTNAME',
      'NODE_COMPILE_CACHE',
      'NEXT_TELEMETRY_DISABLED',
    ]
    const known = settings().union(new Set(others))
    for (const name of stages.flatMap((one) => Object.keys(environmentOf(one)))) {
      expect(known).toContain(name)
      expect(name).not.toMatch(/SECRET|KEY|PASSWORD|URL/)
    }
    expect(environmentOf(runtime)).toMatchObject({ NODE_ENV: 'production', HOSTNAME: '0.0.0.0', PORT: '3000' })
    // As the launcher has it.
    expect(environmentOf(runtime)).toMatchObject(memorySettings())
    expect(valuesOf(runtime, 'EXPOSE')).toEqual(['3000'])
  })

  test('starts the server without a shell, so that it hears SIGTERM, and asks whether it lives', () => {
    expect(valuesOf(runtime, 'CMD').map(execForm)).toEqual([['node', 'scripts/app-server.mjs']])
    const [health = ''] = valuesOf(runtime, 'HEALTHCHECK')
    expect(execForm(health)[0]).toBe('node')
    const [, path] = /\}(\/api\/[a-z/]+)`/.exec(health) ?? []
    expect(isThere(`app${path}/route.ts`)).toBe(true)
    expect(path).toBe('/api/health/live')
  })
})

describe('what Docker gets to see', () => {
  const lines = textOf('deploy/docker/Dockerfile.dockerignore')
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('#'))
  /** The last rule that fits decides; a folder's rule is its content's. */
  const isSeen = (path: string) =>
    lines.reduce((seen, line) => {
      const rule = line.replace(/^!/, '')
      // Docker's star knows no hidden files.
      const fits = rule === '*' || matchesGlob(path, rule) || matchesGlob(path, `${rule}/**`)
      return fits ? line.startsWith('!') : seen
    }, true)

  test('is all that the build is made of', () => {
    const [, listed = ''] = /const inputs = \[([^\]]+)\]/.exec(textOf('scripts/launcher/build-stamp.mjs')) ?? []
    const inputs = [...listed.matchAll(/'([^']+)'/g)].map(([, name]) => String(name))
    expect(inputs.length).toBeGreaterThan(8)
    const copied = stages.flatMap(copiesOf).flatMap(({ from, sources }) => (from === null ? sources : []))
    const needed = [...inputs, ...copied.filter((source) => source !== '.'), 'tsconfig.build.json', 'scripts/build.mjs']
    for (const path of needed) expect(isSeen(path), path).toBe(true)
    for (const path of ['lib/turn/answer-turn.ts', 'deploy/docker/copy-packages.mjs', 'db/migrations/0000_start.sql'])
      expect(isSeen(path), path).toBe(true)
  })

  test('is no secret, no data, nothing that was built here, and no test', () => {
    const hidden = ['.env', '.env.local', 'lib/.env', '.git/config', '.goldfish/secrets/auth', 'node_modules/next/x.js']
    for (const path of [...hidden, '.next/standalone/server.js', 'tests/lockfile.unit.test.ts', 'lib/env.test.ts'])
      expect(isSeen(path), path).toBe(false)
  })
})
