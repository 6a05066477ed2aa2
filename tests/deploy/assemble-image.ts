import { execFile } from 'node:child_process'
import { chmodSync, cpSync, mkdirSync, mkdtempSync, readdirSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { promisify } from 'node:util'
import { copiesOf, environmentOf, execForm, parseDockerfile, valuesOf } from './parse-dockerfile'
import { root, textOf } from './repository'

const run = promisify(execFile)

export type Image = {
  /** Gone with it is all that was made here; remove it when done. */
  directory: string
  /** The image's /app. */
  app: string
  env: Record<string, string>
  command: string[]
  health: string[]
  /** Every file of the image, with what a write would change. */
  files: () => string[]
}

/**
 * Puts the files of the image's last stage together in a folder, as its COPY instructions say, out of this checkout and
 * its build: what Docker would do, without Docker. With `localEmbeddings` as with that build argument.
 */
export async function assembleImage({ localEmbeddings = false } = {}): Promise<Image> {
  const stages = parseDockerfile(textOf('deploy/docker/Dockerfile'))
  const [build, runtime] = stages
  if (!build || !runtime) throw new Error('the image has two stages')
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
