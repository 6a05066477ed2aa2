import { loadTypescript } from '../../scripts/cache/load-typescript.mjs'

/* Node imports this file first in the processes of Vitest, and therefore also in the worker threads that the
   product starts there. These threads are plain Node and do not know Vitest's aliases. */
loadTypescript()
