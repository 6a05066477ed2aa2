/**
 * What one connection may cost, for everything of ours that listens (docs: invariants, "Timeouts"): Node's own defaults
 * let 200 slow senders sit for minutes. The keep-alive is longer than a balancer's idle time in front of us, so that it
 * is the balancer who closes, never we under a request on its way.
 * @satisfies {import('node:http').ServerOptions}
 */
export const httpLimits = {
  headersTimeout: 10_000,
  requestTimeout: 20_000,
  keepAliveTimeout: 65_000,
  connectionsCheckingInterval: 2_000,
  maxHeaderSize: 16_384,
  // Lets the operating system find clients that vanished without closing while nothing is being sent to them.
  keepAlive: true,
  keepAliveInitialDelay: 30_000,
}
