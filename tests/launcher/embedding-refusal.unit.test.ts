import { expect, test } from 'vitest'
import { embeddingRefusal } from '../../scripts/launcher/embedding-refusal.mjs'

const machine = { marked: false, ownKernel: true, mainCommand: '/sbin/init' }
const container = { marked: true, ownKernel: false, mainCommand: 'npm start' }

test('on a machine of one’s own a database may be embedded', () => {
  expect(embeddingRefusal({}, machine)).toBeNull()
})

test.each(['VERCEL', 'KUBERNETES_SERVICE_HOST', 'K_SERVICE', 'DYNO'])(
  '%s is refused: its disk does not last',
  (name) => {
    expect(embeddingRefusal({ [name]: '1' }, machine)).toMatch(/DATABASE_URL/)
  },
)

test.each(['npm start', 'npm run start', 'sh -c npm run dev', 'node scripts/start.mjs', 'docker-init -- npm start'])(
  'a container that was made to run "%s" is refused',
  (mainCommand) => {
    expect(embeddingRefusal({}, { ...container, mainCommand })).toMatch(/This is a container/)
  },
)

test('a container to work in is not, nor a virtual machine made from an image', () => {
  expect(embeddingRefusal({}, { ...container, mainCommand: 'sleep infinity' })).toBeNull()
  expect(embeddingRefusal({}, { ...container, ownKernel: true })).toBeNull()
})

test('whoever can lose the data may say so', () => {
  expect(embeddingRefusal({ GOLDFISH_EMBEDDED: '1', VERCEL: '1' }, container)).toBeNull()
})
