import { expect, test } from 'vitest'
import { embeddingRefusal } from '../../scripts/launcher/embedding-refusal.mjs'

const machine = { marked: false, ownKernel: true, mainCommand: '/sbin/init' }
const container = { marked: true, ownKernel: false, mainCommand: 'npm start' }

test('allows an embedded database on an ordinary machine', () => {
  expect(embeddingRefusal({}, machine)).toBeNull()
})

test.each(['VERCEL', 'KUBERNETES_SERVICE_HOST', 'K_SERVICE', 'DYNO'])(
  'refuses an embedded database if %s is set, because the platform deletes its disks',
  (name) => {
    expect(embeddingRefusal({ [name]: '1' }, machine)).toMatch(/DATABASE_URL/)
  },
)

test.each(['npm start', 'npm run start', 'sh -c npm run dev', 'node scripts/start.mjs', 'docker-init -- npm start'])(
  'refuses an embedded database in a container whose main command is "%s"',
  (mainCommand) => {
    expect(embeddingRefusal({}, { ...container, mainCommand })).toMatch(/This is a container/)
  },
)

test('allows an embedded database in a development container and in a virtual machine made from an image', () => {
  expect(embeddingRefusal({}, { ...container, mainCommand: 'sleep infinity' })).toBeNull()
  expect(embeddingRefusal({}, { ...container, ownKernel: true })).toBeNull()
})

test('allows an embedded database everywhere if GOLDFISH_EMBEDDED is 1', () => {
  expect(embeddingRefusal({ GOLDFISH_EMBEDDED: '1', VERCEL: '1' }, container)).toBeNull()
})
