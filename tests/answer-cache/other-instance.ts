import { onTestFinished } from 'vitest'
import { type Person, personAt } from '@/tests/integration/chat-client'
import { type AppInstance, startAppInstance } from '@/tests/services/app-instance'
import type { Goldfish } from '@/tests/services/goldfish'

/** Starts another app instance with the same databases and other settings. It is stopped when the test finishes. */
export async function startOtherInstance(
  goldfish: Goldfish,
  settings: Readonly<Record<string, string>>,
): Promise<AppInstance> {
  const instance = await startAppInstance({ ...goldfish.env, ...settings })
  onTestFinished(() => instance.kill())
  return instance
}

/** Returns the same person with requests sent directly to one instance. */
export const personOn = (goldfish: Goldfish, instance: AppInstance | undefined, person: Person): Person =>
  personAt(instance?.url ?? '', person, goldfish.url)

/** Changes preferences of a person. Throws if the request fails. */
export async function prefer(person: Person, choice: object): Promise<void> {
  const init = { method: 'PATCH', headers: { 'content-type': 'application/json' }, body: JSON.stringify(choice) }
  const response = await person.fetch('/api/preferences', init)
  if (!response.ok) throw new Error(`preferences: ${response.status} ${await response.text()}`)
}
