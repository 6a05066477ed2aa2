import { buildApp } from './launcher/build-app.mjs'
import { root } from './launcher/dot-env.mjs'

/* npm run build: the production build, complete in .next/standalone. */

try {
  await buildApp(root, { force: true, say: console.log })
} catch (error) {
  console.error(error instanceof Error ? error.message : error)
  process.exit(1)
}
