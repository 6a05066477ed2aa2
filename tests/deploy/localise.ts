/** The addresses of compose.yaml's instances, in their order; the configurations of both balancers name them. */
export const instanceAddresses = ['172.31.83.11:3000', '172.31.83.12:3000', '172.31.83.13:3000'] as const

/**
 * A balancer's configuration as it is delivered, made to run on this machine: its instances become these ports and
 * `replacements` are made. Nothing else changes, and what is not there to be replaced is an error.
 */
export function localise(
  config: string,
  ports: readonly number[],
  replacements: Readonly<Record<string, string>>,
): string {
  const instances = instanceAddresses.map((address, index) => [address, `127.0.0.1:${ports[index]}`] as const)
  return [...instances, ...Object.entries(replacements)].reduce((text, [from, to]) => {
    if (!text.includes(from)) throw new Error(`The configuration does not say ${from}`)
    return text.replaceAll(from, to)
  }, config)
}
