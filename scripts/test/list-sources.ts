import { globSync } from 'node:fs'
import { sep } from 'node:path'

const folders = ['app', 'lib', 'components', 'db', 'scripts', 'messages', 'tests']

/** Returns our TypeScript and JavaScript files, tests included, relative to the root, in order. */
export function listSources(root: string): string[] {
  const patterns = [`{${folders.join(',')}}/**/*.{ts,tsx,mjs}`, '*.ts']
  return globSync(patterns, { cwd: root, exclude: (path) => path.includes('node_modules') })
    .map((path) => path.replaceAll(sep, '/'))
    .filter((path) => !path.endsWith('.d.ts'))
    .sort()
}
