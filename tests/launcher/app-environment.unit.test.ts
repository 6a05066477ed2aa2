import { expect, test } from 'vitest'
import { appEnvironment } from '../../scripts/launcher/app-environment.mjs'

const base = {
  env: {},
  port: 3005,
  balanced: false,
  databaseUrl: 'postgres://embedded',
  redisUrl: null,
  defaults: { BETTER_AUTH_SECRET: 'made here', CHAT_MODEL: 'offline' },
}

test('without settings the app is told everything it needs', () => {
  expect(appEnvironment(base)).toMatchObject({
    DATABASE_URL: 'postgres://embedded',
    BETTER_AUTH_SECRET: 'made here',
    BETTER_AUTH_URL: 'http://localhost:3005',
    TRUSTED_ORIGINS: 'http://127.0.0.1:3005,http://localhost:3005',
    TRUSTED_PROXY_HOPS: '0',
    CHAT_MODEL: 'offline',
  })
  expect(appEnvironment(base)).not.toHaveProperty('REDIS_URL')
})

test('a person’s own settings win, and an empty one is none', () => {
  const env = {
    BETTER_AUTH_SECRET: '',
    BETTER_AUTH_URL: 'https://chat.example.com',
    CHAT_MODEL: 'llama',
    LOG_LEVEL: 'warn',
  }
  expect(appEnvironment({ ...base, env })).toMatchObject({
    BETTER_AUTH_SECRET: 'made here',
    BETTER_AUTH_URL: 'https://chat.example.com',
    CHAT_MODEL: 'llama',
    LOG_LEVEL: 'warn',
  })
})

test('our balancer is one more hop, and our origins join the given ones', () => {
  const env = { TRUSTED_PROXY_HOPS: '1', TRUSTED_ORIGINS: 'https://a.example, http://localhost:3005' }
  expect(appEnvironment({ ...base, env, balanced: true })).toMatchObject({
    TRUSTED_PROXY_HOPS: '2',
    TRUSTED_ORIGINS: 'https://a.example,http://localhost:3005,http://127.0.0.1:3005',
  })
})
