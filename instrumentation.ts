/**
 * Runs once at process start. Invalid environment variables end the process here instead of failing the first
 * request.
 */
export async function register() {
  if (process.env.NEXT_RUNTIME !== 'nodejs') return
  const { checkBoot, warmUp } = await import('@/lib/http/check-boot')
  checkBoot()
  warmUp()
  const [{ startSweep }, { sweep }] = await Promise.all([
    import('@/lib/http/start-sweep'),
    import('@/lib/actions/sweep'),
  ])
  startSweep(sweep)
}
