import { randomUUID } from 'node:crypto'
import type { BrowserContext } from '@playwright/test'

export type Person = {
  name: string
  email: string
  password: string
  /** The session cookie, for a second browser of the same user. */
  storageState: Awaited<ReturnType<BrowserContext['storageState']>>
}

/** Creates an account with a unique email address through the API. The context is signed in afterwards. */
export async function signUp(context: BrowserContext, url: string): Promise<Person> {
  const fields = { name: 'Ada', email: `${randomUUID()}@example.com`, password: 'correct horse battery staple' }
  const response = await context.request.post(`${url}/api/auth/sign-up/email`, {
    data: fields,
    headers: { origin: url },
  })
  if (!response.ok()) throw new Error(`sign-up failed: ${response.status()} ${await response.text()}`)
  return { ...fields, storageState: await context.storageState() }
}
