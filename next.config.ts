import type { NextConfig } from 'next'

/** Headers that are the same for every response. The CSP carries a nonce and is set per request in `proxy.ts`. */
const securityHeaders = [
  { key: 'Strict-Transport-Security', value: 'max-age=63072000; includeSubDomains' },
  { key: 'X-Content-Type-Options', value: 'nosniff' },
  { key: 'Referrer-Policy', value: 'no-referrer' },
  { key: 'Cross-Origin-Opener-Policy', value: 'same-origin' },
  { key: 'Cross-Origin-Resource-Policy', value: 'same-origin' },
  {
    key: 'Permissions-Policy',
    value: 'camera=(), microphone=(), geolocation=(), payment=(), usb=(), browsing-topics=()',
  },
  { key: 'X-Frame-Options', value: 'DENY' },
]

const config: NextConfig = {
  output: 'standalone',
  // A stray lockfile in a folder above would move the root, and with it the standalone output.
  outputFileTracingRoot: import.meta.dirname,
  turbopack: {
    root: import.meta.dirname,
    // Messages are parsed on the server (lib/i18n/messages.ts): pages get the formatter without ICU's parser.
    resolveAlias: { 'use-intl/format-message': 'use-intl/format-message/format-only' },
  },
  poweredByHeader: false,
  // The product alone: a test with a wrong type must not keep anybody from starting the app.
  typescript: { tsconfigPath: 'tsconfig.build.json' },
  reactStrictMode: true,
  // No image is ever decoded on the server (docs/decisions: advisories about the optimizer).
  images: { unoptimized: true },
  outputFileTracingExcludes: { '*': ['node_modules/@img/**', 'node_modules/sharp/**'] },
  // Nothing remembers: Next's own in-memory cache is part of the process.
  cacheMaxMemorySize: 0,
  productionBrowserSourceMaps: false,
  agentRules: false,
  devIndicators: false,
  headers: async () => [{ source: '/:path*', headers: securityHeaders }],
}

export default config
