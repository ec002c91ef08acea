/** Handlers under way. One goes on after its caller has hung up, or was hung up on, and still needs what is below it. */
export interface AtWork {
  /** `handler`, counted while it works. */
  counted<Given extends unknown[], Answer>(
    handler: (...given: Given) => Answer | Promise<Answer>,
  ): (...given: Given) => Promise<Answer>
  /** Resolves when none works, or after `withinMs`; gives how many still do. */
  ended(withinMs: number): Promise<number>
}

export function openAtWork(): AtWork {
  const working = new Set<Promise<unknown>>()
  return {
    counted:
      (handler) =>
      (...given) => {
        const answer = Promise.try(handler, ...given)
        working.add(answer)
        const done = () => void working.delete(answer)
        answer.then(done, done)
        return answer
      },
    async ended(withinMs) {
      const late = Promise.withResolvers<void>()
      const timer = setTimeout(late.resolve, withinMs)
      await Promise.race([Promise.allSettled(working), late.promise])
      clearTimeout(timer)
      return working.size
    },
  }
}
