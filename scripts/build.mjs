import { buildApp } from './launcher/build-app.mjs'
import { root } from './launcher/dot-env.mjs'

/** `npm run build`: makes the production build, including its static files, in `.next/standalone`. */

try {
  await buildApp(root, { force: true, print: console.log })
} catch (error) {
  console.error(error instanceof Error ? error.message : error)
  process.exit(1)
}
