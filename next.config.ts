import type { NextConfig } from 'next'

/** Headers that are the same for every response. The CSP contains a nonce, so `proxy.ts` sets it for each request. */
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
  // A lockfile in a parent folder would otherwise change the root, and with it the path of the standalone output.
  outputFileTracingRoot: import.meta.dirname,
  turbopack: {
    root: import.meta.dirname,
    // Messages are parsed on the server (lib/i18n/messages.ts), so pages need the formatter but not the ICU parser.
    resolveAlias: { 'use-intl/format-message': 'use-intl/format-message/format-only' },
  },
  poweredByHeader: false,
  // Type-check only the product, because a type error in a test must not prevent the app from being built.
  typescript: { tsconfigPath: 'tsconfig.build.json' },
  reactStrictMode: true,
  // Images are never decoded on the server. This avoids the attack surface of the image optimizer.
  images: { unoptimized: true },
  outputFileTracingExcludes: { '*': ['node_modules/@img/**', 'node_modules/sharp/**'] },
  // Disables Next's in-memory cache, because a process must not keep state between requests.
  cacheMaxMemorySize: 0,
  productionBrowserSourceMaps: false,
  agentRules: false,
  devIndicators: false,
  headers: async () => [{ source: '/:path*', headers: securityHeaders }],
}

export default config
