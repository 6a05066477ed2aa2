import { join } from 'node:path'
import { v7 } from 'uuid'
import { personAt, signUp } from '@/tests/integration/chat-client'
import { startGoldfish } from '@/tests/services/goldfish'
import { startServices } from '@/tests/services/services'
import { announceGoldfish } from './running-goldfish'

/** Offers the offline model besides the stub. The stub answers unless a test selects the other. */
const catalog = join(import.meta.dirname, 'models.json')

/**
 * Starts Postgres, Redis, the model stub, two processes of the production build and the load balancer for all
 * tests.
 */
export default async function setup(): Promise<() => Promise<void>> {
  const stopServices = await startServices()
  const goldfish = await startGoldfish({ instances: 2, env: { MODEL_CATALOG_FILE: catalog } }).catch(async (error) => {
    await stopServices()
    throw error
  })
  // Warms up each process with one turn, because no test is about the first request of a process.
  const account = await signUp(goldfish.url)
  await Promise.all(
    goldfish.instances.map(({ url }) =>
      personAt(url, account, goldfish.url).send({ conversationId: v7() }, 'Good morning'),
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
