/**
 * Tests imports that try to block the process. Each must be refused or imported, and the process must answer other
 * requests meanwhile.
 */
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { ImportReport } from '@/lib/contract/api'
import { type Goldfish, startGoldfish } from '@/tests/services/goldfish'
import { type Person, signUp } from './chat-client'
import { hostileImports } from './hostile-imports'

const itemBytes = 15.5 * 1024 * 1024

let goldfish: Goldfish
let ada: Person
beforeAll(async () => {
  goldfish = await startGoldfish({ instances: 1 })
  ada = await signUp(goldfish.url)
})
afterAll(() => goldfish?.stop())

/** Imports `body` and counts the health checks that are answered before the report arrives. */
async function importFile(body: string) {
  let isOver = false
  const request = ada
    .fetch('/api/conversations/import', { method: 'POST', headers: { 'content-type': 'application/json' }, body })
    .finally(() => {
      isOver = true
    })
  let answersMeanwhile = 0
  while (!isOver) {
    const answer = await fetch(`${goldfish.url}/api/health/live`)
    expect(answer.status).toBe(200)
    if (!isOver) answersMeanwhile += 1
  }
  const response = await request
  return { status: response.status, report: (await response.json()) as ImportReport, answersMeanwhile }
}

test.each(hostileImports)('the process answers other requests while it imports $name', async ({ body, expected }) => {
  const pid = goldfish.instances[0]?.pid
  const { status, report, answersMeanwhile } = await importFile(body(itemBytes))
  expect(answersMeanwhile).toBeGreaterThan(0)
  expect(goldfish.instances[0]).toMatchObject({ pid, isRunning: true })
  if ('status' in expected) return expect(status).toBe(expected.status)
  expect(status).toBe(200)
  if ('failedCount' in expected) return expect(report).toMatchObject({ imported: 0, failedCount: expected.failedCount })
  if ('refused' in expected) {
    expect(report).toMatchObject({ imported: 1, failedCount: 1, failed: [{ index: 0 }] })
    return expect(report.failed[0]?.reason).toMatch(expected.refused)
  }
  expect(report).toMatchObject({ imported: 2, failedCount: 0 })
  expect(report.shortened?.[0]?.reason ?? '').toMatch(expected.shortened ?? /^$/)
})
