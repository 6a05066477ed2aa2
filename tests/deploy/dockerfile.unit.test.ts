import { matchesGlob } from 'node:path'
import { describe, expect, test } from 'vitest'
import { memorySettings } from '@/scripts/launcher/memory-settings.mjs'
import { copiesOf, environmentOf, execForm, parseDockerfile, type Stage, valuesOf } from './parse-dockerfile'
import { fileExists, settings, textOf } from './repository'

const stages = parseDockerfile(textOf('deploy/docker/Dockerfile'))
const stage = (name: string): Stage => {
  const found = stages.find((one) => one.name === name)
  if (!found) throw new Error(`stage ${name} is missing`)
  return found
}
const runtime = stage('runtime')
/** Folders that the build stage creates, so they are not in the build context. */
const builtFolders = ['/app/.next/standalone', '/migrate/node_modules']

describe('Dockerfile', () => {
  test('the Dockerfile uses one base image with the Node version of package.json and ends with the runtime stage', () => {
    expect(stages.map(({ name }) => name)).toEqual(['build', 'runtime'])
    for (const { image } of stages) expect(image).toBe('node:24-bookworm-slim')
    expect(textOf('package.json')).toContain('"node": "24.')
  })

  test('the Dockerfile copies only existing files from existing stages', () => {
    for (const { from, sources } of stages.flatMap(copiesOf)) {
      for (const source of sources) {
        if (from === null) expect(fileExists(source), source).toBe(true)
        else if (!builtFolders.includes(source)) expect(fileExists(source.replace(/^\/app\//, '')), source).toBe(true)
      }
      if (from !== null) expect(stages.map(({ name }) => name)).toContain(from)
    }
    const built = valuesOf(stage('build'), 'RUN').join('\n')
    expect(built).toContain('node scripts/build.mjs')
    expect(built).toContain('node deploy/docker/copy-packages.mjs /migrate ')
  })

  test('the image includes the runtime of local embedding models only with the build argument', () => {
    const build = stage('build')
    expect(valuesOf(build, 'ARG')).toEqual(['LOCAL_EMBEDDINGS=0'])
    const { optionalDependencies } = JSON.parse(textOf('package.json'))
    const [runtimeOfModels = ''] = Object.keys(optionalDependencies)
    expect(textOf('lib/embedding/local-embedder.ts')).toContain(`'${runtimeOfModels}'`)
    expect(valuesOf(build, 'RUN').filter((command) => command.includes('LOCAL_EMBEDDINGS'))).toEqual([
      `if [ "$LOCAL_EMBEDDINGS" = 1 ]; then node deploy/docker/copy-packages.mjs /migrate ${runtimeOfModels}; fi`,
    ])
    // Node searches every node_modules folder above the standalone build, so it finds the package there.
    expect(runtime.instructions.map(({ value }) => value)).toContain(
      '--from=build /migrate/node_modules ./node_modules',
    )
  })

  test('the image contains only files that are needed at run time', () => {
    const sources = copiesOf(runtime).flatMap((copy) => copy.sources)
    expect(sources).not.toContain('.')
    expect(sources.filter((source) => !builtFolders.includes(source)).toSorted()).toEqual([
      '/app/db/migrations',
      '/app/scripts/app-server.mjs',
      '/app/scripts/launcher/dot-env.mjs',
      '/app/scripts/launcher/migrate-database.mjs',
      '/app/scripts/migrate.mjs',
      '/app/scripts/server',
    ])
    for (const { from } of copiesOf(runtime)) expect(from).toBe('build')
  })

  test('the image does not run as root', () => {
    const names = runtime.instructions.map(({ name }) => name)
    expect(valuesOf(runtime, 'USER')).toEqual(['node'])
    expect(names.indexOf('USER')).toBeGreaterThan(names.lastIndexOf('COPY'))
    expect(names.indexOf('USER')).toBeLessThan(names.indexOf('CMD'))
  })

  test('the Dockerfile sets only existing variables and no secrets', () => {
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
    // The same settings as in the launcher.
    expect(environmentOf(runtime)).toMatchObject(memorySettings())
    expect(valuesOf(runtime, 'EXPOSE')).toEqual(['3000'])
  })

  test('the image starts the server without a shell, so that it receives SIGTERM, and checks its liveness', () => {
    expect(valuesOf(runtime, 'CMD').map(execForm)).toEqual([['node', 'scripts/app-server.mjs']])
    const [health = ''] = valuesOf(runtime, 'HEALTHCHECK')
    expect(execForm(health)[0]).toBe('node')
    const [, path] = /\}(\/api\/[a-z/]+)`/.exec(health) ?? []
    expect(fileExists(`app${path}/route.ts`)).toBe(true)
    expect(path).toBe('/api/health/live')
  })
})

describe('Docker build context', () => {
  const lines = textOf('deploy/docker/Dockerfile.dockerignore')
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('#'))
  /**
   * Returns whether a path is in the build context. The last matching rule decides, and a rule for a folder applies
   * to its content.
   */
  const isIncluded = (path: string) =>
    lines.reduce((isIncluded, line) => {
      const rule = line.replace(/^!/, '')
      // In Docker's rules, `*` also matches hidden files, unlike in matchesGlob.
      const fits = rule === '*' || matchesGlob(path, rule) || matchesGlob(path, `${rule}/**`)
      return fits ? line.startsWith('!') : isIncluded
    }, true)

  test('the build context contains all inputs of the build', () => {
    const [, listed = ''] = /const inputs = \[([^\]]+)\]/.exec(textOf('scripts/launcher/build-stamp.mjs')) ?? []
    const inputs = [...listed.matchAll(/'([^']+)'/g)].map(([, name]) => String(name))
    expect(inputs.length).toBeGreaterThan(8)
    const copied = stages.flatMap(copiesOf).flatMap(({ from, sources }) => (from === null ? sources : []))
    const needed = [...inputs, ...copied.filter((source) => source !== '.'), 'tsconfig.build.json', 'scripts/build.mjs']
    for (const path of needed) expect(isIncluded(path), path).toBe(true)
    for (const path of ['lib/turn/answer-turn.ts', 'deploy/docker/copy-packages.mjs', 'db/migrations/0000_start.sql'])
      expect(isIncluded(path), path).toBe(true)
  })

  test('the build context contains no secrets, data, build output or tests', () => {
    const hidden = ['.env', '.env.local', 'lib/.env', '.git/config', '.goldfish/secrets/auth', 'node_modules/next/x.js']
    for (const path of [...hidden, '.next/standalone/server.js', 'tests/lockfile.unit.test.ts', 'lib/env.test.ts'])
      expect(isIncluded(path), path).toBe(false)
  })
})
