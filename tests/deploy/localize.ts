/** The addresses of the instances in compose.yaml, in order. The configurations of both balancers contain them. */
export const instanceAddresses = ['172.31.83.11:3000', '172.31.83.12:3000', '172.31.83.13:3000'] as const

/**
 * Adapts a shipped balancer configuration to this machine: its instances become these ports, and `replacements` are
 * made. Nothing else changes. Throws if a text to be replaced is missing.
 */
export function localize(
  config: string,
  ports: readonly number[],
  replacements: Readonly<Record<string, string>>,
): string {
  const instances = instanceAddresses.map((address, index) => [address, `127.0.0.1:${ports[index]}`] as const)
  return [...instances, ...Object.entries(replacements)].reduce((text, [from, to]) => {
    if (!text.includes(from)) throw new Error(`The configuration does not contain ${from}`)
    return text.replaceAll(from, to)
  }, config)
}
