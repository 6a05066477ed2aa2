import { globSync } from 'node:fs'
import { sep } from 'node:path'

const folders = ['app', 'lib', 'components', 'db', 'scripts', 'messages', 'tests']

/** Returns the repository's TypeScript and JavaScript files, including tests, relative to the root and sorted. */
export function listSources(root: string): string[] {
  const patterns = [`{${folders.join(',')}}/**/*.{ts,tsx,mjs}`, '*.ts']
  return globSync(patterns, { cwd: root, exclude: (path) => path.includes('node_modules') })
    .map((path) => path.replaceAll(sep, '/'))
    .filter((path) => !path.endsWith('.d.ts'))
    .sort()
}
