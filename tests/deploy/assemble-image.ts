import { execFile } from 'node:child_process'
import { chmodSync, cpSync, mkdirSync, mkdtempSync, readdirSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { promisify } from 'node:util'
import { copiesOf, environmentOf, execForm, parseDockerfile, valuesOf } from './parse-dockerfile'
import { root, textOf } from './repository'

const run = promisify(execFile)

export type Image = {
  /** Contains everything that `assembleImage` creates. The caller must remove it. */
  directory: string
  /** The path that corresponds to /app in the image. */
  app: string
  env: Record<string, string>
  command: string[]
  health: string[]
  /** Returns all files of the image in order. */
  files: () => string[]
}

/**
 * Assembles the files of the image's last stage in a folder, following its COPY instructions, from this checkout and
 * its build. This replaces Docker, which the tests cannot require. `localEmbeddings` corresponds to the build
 * argument.
 */
export async function assembleImage({ localEmbeddings = false } = {}): Promise<Image> {
  const stages = parseDockerfile(textOf('deploy/docker/Dockerfile'))
  const [build, runtime] = stages
  if (!build || !runtime) throw new Error('expected an image with two stages')
  const directory = mkdtempSync(join(tmpdir(), 'goldfish-image-'))
  chmodSync(directory, 0o755)
  for (const command of valuesOf(build, 'RUN')) {
    const [, condition, script, names] =
      /^(if \[ "\$LOCAL_EMBEDDINGS" = 1 \]; then )?node (\S+copy-packages\.mjs) \/migrate ([^;]+)/.exec(command) ?? []
    if (!script || !names || (condition && !localEmbeddings)) continue
    await run(process.execPath, [join(root, script), join(directory, 'migrate'), ...names.split(' ')])
  }

  const app = join(directory, 'app')
  for (const { sources, target } of copiesOf(runtime)) {
    for (const source of sources) {
      const from = source.startsWith('/app/') ? join(root, source.slice('/app/'.length)) : join(directory, source)
      mkdirSync(dirname(join(app, target)), { recursive: true })
      cpSync(from, join(app, target), { recursive: true, verbatimSymlinks: true })
    }
  }
  return {
    directory,
    app,
    env: environmentOf(runtime),
    command: execForm(valuesOf(runtime, 'CMD')[0] ?? ''),
    health: execForm(valuesOf(runtime, 'HEALTHCHECK')[0] ?? ''),
    files: () => readdirSync(app, { recursive: true, encoding: 'utf8' }).toSorted(),
  }
}
