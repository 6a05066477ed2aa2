import { join } from 'node:path'
import { v7 } from 'uuid'
import { personAt, signUp } from '@/tests/integration/chat-client'
import { startGoldfish } from '@/tests/services/goldfish'
import { startServices } from '@/tests/services/services'
import { announceGoldfish } from './running-goldfish'

/** Beside the stub, which answers unless a test picks another: the offline model. */
const catalog = join(import.meta.dirname, 'models.json')

/** Postgres, Redis, the model stub, two processes of the production build and the balancer: once for all browser tests. */
export default async function setup(): Promise<() => Promise<void>> {
  const stopServices = await startServices()
  const goldfish = await startGoldfish({ instances: 2, env: { MODEL_CATALOG_FILE: catalog } }).catch(async (error) => {
    await stopServices()
    throw error
  })
  // One turn on each: no test is about the first request that a process ever gets.
  const somebody = await signUp(goldfish.url)
  await Promise.all(
    goldfish.instances.map(({ url }) =>
      personAt(url, somebody, goldfish.url).send({ conversationId: v7() }, 'Good morning'),
    ),
  )
  announceGoldfish({
    url: goldfish.url,
    stubUrl: goldfish.stub.url,
    databaseUrl: goldfish.databaseUrl,
    instanceUrls: goldfish.instances.map((instance) => instance.url),
  })
  return async () => {
    await goldfish.stop()
    await stopServices()
  }
}
