import { randomFillSync } from 'node:crypto'
import { nowMilliseconds } from './clock.ts'

const POOL_IDS = 512
const pool = Buffer.allocUnsafe(POOL_IDS * 10)
let used = pool.length
let lastMillisecond = 0
let sequence = 0

const DIGITS = Buffer.from('0123456789abcdef', 'latin1')
/** Where the two digits of each byte stand in the text. */
const PLACES = [0, 2, 4, 6, 9, 11, 14, 16, 19, 21, 24, 26, 28, 30, 32, 34]
/** Text that is made of pieces is many objects, and of ids there are many: the digits are written in their places. */
const text = Buffer.from('00000000-0000-0000-0000-000000000000', 'latin1')

function write(index: number, byte: number): void {
  const at = PLACES[index] as number
  text[at] = DIGITS[byte >> 4] as number
  text[at + 1] = DIGITS[byte & 0xf] as number
}

/**
 * A UUIDv7 (RFC 9562, method 1): its text sorts by the time it was made, also within one process and millisecond,
 * so that rows made together lie together in every index.
 */
export function newId(): string {
  if (used + 10 > pool.length) {
    randomFillSync(pool)
    used = 0
  }
  const now = nowMilliseconds()
  if (now > lastMillisecond) {
    startAt(now)
    sequence = ((pool[used] as number) << 3) & 0x7ff
  } else if (++sequence > 0xfff) {
    startAt(lastMillisecond + 1)
    sequence = 0
  }
  const at = used + 2
  used += 10
  write(6, 0x70 | (sequence >> 8))
  write(7, sequence & 0xff)
  write(8, ((pool[at] as number) & 0x3f) | 0x80)
  for (let byte = 1; byte < 8; byte++) write(8 + byte, pool[at + byte] as number)
  return text.toString('latin1')
}

/** The 48 bits of the time, which ids of one millisecond share. */
function startAt(millisecond: number): void {
  lastMillisecond = millisecond
  const high = Math.floor(millisecond / 2 ** 16)
  for (let byte = 0; byte < 4; byte++) write(byte, (high >>> (24 - 8 * byte)) & 0xff)
  write(4, (millisecond >>> 8) & 0xff)
  write(5, millisecond & 0xff)
}
