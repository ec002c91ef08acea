/** Whether clocks agree: access tokens of one are refused by another beyond five seconds, and the trail's order is by time. */
import type { Answer } from '../probe.ts'
import { limited } from '../probe.ts'

const OFFSET_SECONDS = { warned: 1, failed: 5 }

interface Asked {
  /** What the other clock said, in ms since 1970. */
  readonly theirsMs: number
  /** By this machine's clock: when it was asked, and when it had answered. */
  readonly began: number
  readonly ended: number
  /** As in `the record database's`. */
  readonly whose: string
}

/** The other clock stood somewhere between the question and the answer: only what goes beyond that counts. */
export function clockAnswer({ theirsMs, began, ended, whose }: Asked): Answer {
  const offsetMs = theirsMs - (began + ended) / 2
  const doubtMs = Math.abs(ended - began) / 2
  const certain = Math.max(0, Math.abs(offsetMs) - doubtMs) / 1000
  const seconds = Math.round(Math.abs(offsetMs)) / 1000
  const says = `This machine's clock and ${whose} differ by ${seconds} s.`
  const detail = `${whose} is ${seconds} s ${offsetMs < 0 ? 'behind' : 'ahead'}, give or take ${Math.ceil(doubtMs) / 1000} s`
  return { ...limited(certain, { ...OFFSET_SECONDS, says, detail, unit: 's' }), observed: Math.round(offsetMs) / 1000 }
}
