export type ServerTiming = { name: string; ms: number }

/**
 * Returns the durations of a `Server-Timing` header, such as `auth;dur=3, open;dur=5`. Metrics without one are
 * skipped.
 */
export const readServerTiming = (header: string | null): ServerTiming[] =>
  (header ?? '').split(',').flatMap((metric) => {
    const [name = '', ...parameters] = metric.split(';').map((part) => part.trim())
    const duration = parameters.find((parameter) => parameter.startsWith('dur='))
    const ms = Number(duration?.slice('dur='.length))
    return name !== '' && duration !== undefined && Number.isFinite(ms) ? [{ name, ms }] : []
  })
