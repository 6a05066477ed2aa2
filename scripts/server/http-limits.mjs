/**
 * The limits of connections for all our servers. Node's defaults let 200 slow senders stay connected for minutes. The
 * keep-alive timeout is longer than the idle timeout of a balancer in front, so that the balancer closes idle connections
 * and the server never closes one while a request is on its way.
 * @satisfies {import('node:http').ServerOptions}
 */
export const httpLimits = {
  headersTimeout: 10_000,
  requestTimeout: 20_000,
  keepAliveTimeout: 65_000,
  connectionsCheckingInterval: 2_000,
  maxHeaderSize: 16_384,
  // Lets the operating system detect clients that disappeared without closing their connection.
  keepAlive: true,
  keepAliveInitialDelay: 30_000,
}
