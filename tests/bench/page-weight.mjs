import { gzipSync } from 'node:zlib'

/**
 * Returns the KiB of gzipped JavaScript that a page loads before any interaction: every script that its HTML names.
 * @param {string} url
 * @param {Record<string, string>} headers
 */
export async function scriptWeight(url, headers = {}) {
  const page = await (await fetch(url, { headers })).text()
  // `nomodule` scripts are polyfills, which no browser that supports this app will load.
  const html = page.replace(/<script[^>]*\bnomodule\b[^>]*>/gi, '')
  const paths = new Set(
    [...html.matchAll(/["'(]?(\/_next\/static\/[^"'()\\\s]+\.js[^"'()\\\s]*)/g)].map((match) => match[1]),
  )
  let bytes = 0
  for (const path of paths) {
    const script = await (await fetch(new URL(path ?? '', url))).arrayBuffer()
    bytes += gzipSync(Buffer.from(script), { level: 9 }).byteLength
  }
  return { kib: Math.round(bytes / 102.4) / 10, scripts: paths.size }
}
