import { createServer, type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'
import { expect, onTestFinished, test } from 'vitest'
import { findLocalModel } from '../../scripts/launcher/find-local-model.mjs'

async function serve(answer: RequestListener): Promise<number> {
  const server = createServer(answer)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => {
    server.closeAllConnections()
    server.close()
  })
  return (server.address() as AddressInfo).port
}

const list = (...ids: string[]): RequestListener => {
  const body = JSON.stringify({ object: 'list', data: ids.map((id) => ({ id, object: 'model' })) })
  return (_request, response) => response.end(body)
}

test('chooses the first chat model of the first server that has one', async () => {
  const empty = { name: 'empty', port: await serve(list()) }
  const first = { name: 'first', port: await serve(list('nomic-embed-text', 'llama3.2')) }
  const second = { name: 'second', port: await serve(list('other')) }
  expect(await findLocalModel([empty, first, second], { timeoutMs: 10_000 })).toEqual({
    name: 'first',
    baseUrl: `http://127.0.0.1:${first.port}/v1`,
    model: 'llama3.2',
  })
})

test('ignores programs on these ports that do not return a model list in time', async () => {
  const page = { name: 'page', port: await serve((_request, response) => response.end('<html>')) }
  const json = { name: 'json', port: await serve((_request, response) => response.end('{"data":[{"id":"x"}]}')) }
  const silent = { name: 'silent', port: await serve(() => {}) }
  expect(await findLocalModel([page, json, silent])).toBeNull()
})
