import { gzipSync } from 'node:zlib'

/**
 * KiB of JavaScript, gzip, that a page loads before anything is clicked: every script its HTML names.
 * @param {string} url
 * @param {Record<string, string>} headers
 */
export async function scriptWeight(url, headers = {}) {
  const page = await (await fetch(url, { headers })).text()
  // Polyfills for browsers without modules: no browser that runs this app loads them.
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
