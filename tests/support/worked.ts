/** Milliseconds that this thread has worked at `work`, whoever else keeps the machine busy meanwhile. */
export function workedMs(work: () => void): number {
  const began = process.threadCpuUsage()
  work()
  const { user, system } = process.threadCpuUsage(began)
  return (user + system) / 1000
}
