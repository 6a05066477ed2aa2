import { startServices } from './services'

/**
 * Global setup of the Vitest projects that need Postgres and Redis. The returned function runs after the last test.
 */
export default async function setup(): Promise<() => Promise<void>> {
  return startServices()
}
