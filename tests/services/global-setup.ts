import { startServices } from './services'

/** For the projects of Vitest that need Postgres and Redis. What it returns is called at the end of the run. */
export default async function setup(): Promise<() => Promise<void>> {
  return startServices()
}
