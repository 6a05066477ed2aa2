/** Runs once when a process starts: a wrong environment ends it here, with every variable named, and not at the first turn. */
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
