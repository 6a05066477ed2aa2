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

test('completes an empty environment with the defaults of the installation', () => {
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

test('prefers the user’s settings to the defaults and ignores empty settings', () => {
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

test('counts the balancer as a proxy hop and adds the local origins to the trusted origins', () => {
  const env = { TRUSTED_PROXY_HOPS: '1', TRUSTED_ORIGINS: 'https://a.example, http://localhost:3005' }
  expect(appEnvironment({ ...base, env, balanced: true })).toMatchObject({
    TRUSTED_PROXY_HOPS: '2',
    TRUSTED_ORIGINS: 'https://a.example,http://localhost:3005,http://127.0.0.1:3005',
  })
})
