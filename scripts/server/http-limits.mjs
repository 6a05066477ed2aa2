/**
 * Connection limits of all HTTP servers. With Node's defaults 200 slow senders can stay connected for minutes. The
 * keep-alive timeout must be longer than the idle timeout of a load balancer in front, so that the balancer closes
 * idle connections and the server never closes one while a request is on its way.
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
