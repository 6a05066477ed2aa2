import { loadTypescript } from '../../scripts/cache/load-typescript.mjs'

/* Imported by Node before anything else in the processes of Vitest, and so in the worker threads that the product starts
   there: those are plain Node, which knows nothing of Vitest's aliases. */
loadTypescript()
