import { buildApp } from '../launcher/build-app.mjs'
import { root } from './run-command.mjs'

/* The production build for the tests: made unless the last one is of these very sources. */
await buildApp(root, { say: (line) => process.stdout.write(`${line}\n`) })
