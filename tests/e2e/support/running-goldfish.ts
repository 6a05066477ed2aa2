/** What the workers have to know about the application that the global setup has started. */
export type RunningGoldfish = { url: string; stubUrl: string; databaseUrl: string; instanceUrls: string[] }

const note = 'GOLDFISH_E2E'

export const announceGoldfish = (running: RunningGoldfish) => {
  process.env[note] = JSON.stringify(running)
}

export function runningGoldfish(): RunningGoldfish {
  const text = process.env[note]
  if (!text) throw new Error('The application was not started: run this through Playwright.')
  return JSON.parse(text) as RunningGoldfish
}
