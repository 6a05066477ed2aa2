import { buildApp } from '../launcher/build-app.mjs'
import { root } from './run-command.mjs'

/** Makes the production build for the tests, unless the last build was made from the current sources. */
await buildApp(root, { print: (line) => process.stdout.write(`${line}\n`) })
