/** The addresses of the application that the global setup has started, for the test workers. */
export type RunningGoldfish = { url: string; stubUrl: string; databaseUrl: string; instanceUrls: string[] }

const variable = 'GOLDFISH_E2E'

export const announceGoldfish = (running: RunningGoldfish) => {
  process.env[variable] = JSON.stringify(running)
}

export function runningGoldfish(): RunningGoldfish {
  const text = process.env[variable]
  if (!text) throw new Error('The application has not been started. Run this test with Playwright.')
  return JSON.parse(text) as RunningGoldfish
}
