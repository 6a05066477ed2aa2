/** `node tests/model-stub/serve.mjs --port 4010 [--prefix-cache] [--tokens 20] [--ttft 0] [--gap 0]` */
import { parseArgs } from 'node:util'
import { startModelStub } from './model-stub.mjs'

const { values } = parseArgs({
  options: {
    port: { type: 'string', default: '4010' },
    'prefix-cache': { type: 'boolean', default: false },
    tokens: { type: 'string', default: '20' },
    ttft: { type: 'string', default: '0' },
    gap: { type: 'string', default: '0' },
  },
})

const stub = await startModelStub({
  port: Number(values.port),
  prefixCache: values['prefix-cache'],
  defaults: { tokens: Number(values.tokens), ttftMs: Number(values.ttft), gapMs: Number(values.gap) },
})
process.stdout.write(`model stub: OPENAI_BASE_URL=${stub.url}/v1\n`)
for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => stub.stop().then(() => process.exit(0)))
