import { describe, expect, test } from 'vitest'
import { z } from 'zod'
import { maxReplyMs } from '@/scripts/server/stop-gently.mjs'
import { instanceAddresses } from './localize'
import { parseYaml } from './parse-yaml'
import { fileExists, settings, textOf } from './repository'

/* The tests cannot start containers, so they parse the file strictly, with the meaning it has for Compose. */

const texts = z.record(z.string(), z.string())
const service = z.strictObject({
  image: z.string(),
  build: z.strictObject({ context: z.literal('..'), dockerfile: z.string() }).optional(),
  pull_policy: z.literal('never').optional(),
  command: z.array(z.string()).optional(),
  restart: z.enum(['unless-stopped', 'on-failure']),
  read_only: z.literal('true').optional(),
  tmpfs: z.array(z.string()).optional(),
  stop_grace_period: z.string().optional(),
  ports: z.array(z.string()).optional(),
  volumes: z.array(z.string()).optional(),
  environment: texts.optional(),
  networks: z.union([z.array(z.string()), z.record(z.string(), z.strictObject({ ipv4_address: z.ipv4() }).nullable())]),
  healthcheck: z
    .strictObject({ test: z.array(z.string()), interval: z.string(), timeout: z.string(), retries: z.string() })
    .optional(),
  depends_on: z
    .record(z.string(), z.strictObject({ condition: z.enum(['service_healthy', 'service_completed_successfully']) }))
    .optional(),
})
const text = textOf('deploy/compose.yaml')
const compose = z
  .strictObject({
    name: z.string(),
    'x-app': z.unknown(),
    services: z.record(z.string(), service),
    networks: z.record(z.string(), z.unknown()),
    volumes: z.record(z.string(), z.null()),
  })
  .parse(parseYaml(text))
const { services } = compose
const named = (name: string) => {
  const found = services[name]
  if (!found) throw new Error(`service ${name} is missing`)
  return found
}
const instances = ['app-1', 'app-2', 'app-3'].map(named)

describe('compose.yaml', () => {
  test('compose.yaml defines three instances that differ only in their addresses, which both balancers contain', () => {
    const [first, ...others] = instances.map(({ networks, ...rest }) => ({ rest, networks }))
    for (const other of others) expect(other.rest).toEqual(first?.rest)
    const addresses = instances.map(({ networks }) => ('front' in networks ? networks.front?.ipv4_address : null))
    expect(addresses.map((address) => `${address}:3000`)).toEqual(instanceAddresses)
    for (const file of ['deploy/nginx/goldfish.conf', 'deploy/haproxy/haproxy.cfg'])
      for (const address of instanceAddresses) expect(textOf(file)).toContain(address)
    expect(JSON.stringify(compose.networks.front)).toContain('172.31.83.0/24')
  })

  test('compose.yaml sets only existing app settings, and all that have no default', () => {
    const environment = instances[0]?.environment ?? {}
    expect(Object.keys(environment).filter((name) => !settings().has(name))).toEqual([])
    for (const name of ['DATABASE_URL', 'REDIS_URL', 'BETTER_AUTH_SECRET', 'BETTER_AUTH_URL', 'CHAT_MODEL'])
      expect(environment).toHaveProperty(name)
    // nginx is the only proxy in front of the app.
    expect(environment.TRUSTED_PROXY_HOPS).toBe(`\${TRUSTED_PROXY_HOPS:-1}`)
  })

  test('compose.yaml contains no secret and requires each secret from the environment', () => {
    const needed = [...text.matchAll(/\$\{([A-Z_]+):\?[^}]+\}/g)].map(([, name]) => name)
    expect(new Set(needed)).toEqual(
      new Set(['POSTGRES_PASSWORD', 'REDIS_PASSWORD', 'BETTER_AUTH_SECRET', 'BETTER_AUTH_URL']),
    )
    const lines = text.split('\n').filter((line) => /^ *[A-Z_]*(PASSWORD|SECRET|KEY|KEYS|AUTH|_URL): /.test(line))
    expect(lines.length).toBeGreaterThan(8)
    for (const line of lines) expect(line).toMatch(/\$\{[A-Z_]+:[?-]/)
  })

  test('compose.yaml reads only known settings and the passwords of the stores from the environment', () => {
    const taken = [...text.matchAll(/\$\{([A-Z_]+)/g)].map(([, name]) => String(name))
    const known = settings().union(new Set(['POSTGRES_PASSWORD', 'REDIS_PASSWORD']))
    expect(taken.filter((name) => !known.has(name))).toEqual([])
  })

  test('compose.yaml gives a stopping instance enough time to drain', () => {
    const drainSeconds = Number(/^# DRAIN_SECONDS=(\d+)$/m.exec(textOf('.env.example'))?.[1])
    for (const { stop_grace_period: grace = '' } of instances) {
      expect(grace).toMatch(/^\d+s$/)
      expect(Number.parseInt(grace, 10)).toBeGreaterThan(drainSeconds + maxReplyMs / 1_000 + 5)
    }
  })

  test('compose.yaml migrates once with the same image before any instance starts', () => {
    const { image, command, build } = named('migrate')
    expect(command).toEqual(['node', 'scripts/migrate.mjs'])
    expect(fileExists(build?.dockerfile ?? '')).toBe(true)
    for (const instance of instances) {
      expect(instance.image).toBe(image)
      expect(instance.depends_on?.migrate).toEqual({ condition: 'service_completed_successfully' })
    }
  })

  test('compose.yaml runs Postgres 18 with its data in the folder that the image expects', () => {
    const { image, volumes, healthcheck } = named('postgres')
    expect(image).toMatch(/^postgres:18(-|$)/)
    expect(volumes).toEqual(['postgres:/var/lib/postgresql'])
    expect(healthcheck).toBeDefined()
  })

  test('compose.yaml runs Redis 8 without eviction', () => {
    const { image, command = [] } = named('redis')
    expect(image).toMatch(/^redis:8(-|$)/)
    const option = (name: string) => command[command.indexOf(name) + 1]
    expect(option('--maxmemory-policy')).toBe('noeviction')
    expect(option('--appendonly')).toBe('yes')
    expect(command).toContain('--maxmemory')
  })

  test('compose.yaml publishes only the port of the balancer and separates the stores from its network', () => {
    expect(Object.entries(services).filter(([, { ports }]) => ports)).toHaveLength(1)
    expect(named('balancer').ports).toEqual([`\${PORT:-3000}:80`])
    expect(named('balancer').networks).toEqual(['front'])
    for (const store of ['postgres', 'redis']) expect(named(store).networks).toEqual(['back'])
    expect(compose.networks.back).toEqual({ internal: 'true' })
  })

  test('compose.yaml refers only to services, networks, volumes and files that exist', () => {
    for (const { depends_on: needs = {}, networks, volumes = [] } of Object.values(services)) {
      for (const [name, { condition }] of Object.entries(needs)) {
        const needed = named(name)
        // The app's own health check is part of the image.
        if (condition === 'service_healthy') expect(needed.healthcheck ?? needed.image).toBeDefined()
      }
      for (const name of Array.isArray(networks) ? networks : Object.keys(networks))
        expect(compose.networks).toHaveProperty(name)
      for (const volume of volumes) {
        const [source = ''] = volume.split(':')
        if (source.startsWith('./')) expect(fileExists(`deploy/${source}`)).toBe(true)
        else expect(compose.volumes).toHaveProperty(source)
      }
    }
  })
})
