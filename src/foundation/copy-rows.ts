/**
 * Rows in COPY's binary format, for bytes that are many: as text each would be sent twice as long, and read digit by digit.
 * https://www.postgresql.org/docs/current/sql-copy.html#SQL-COPY-FILE-FORMATS
 */
const HEAD = Buffer.concat([Buffer.from('PGCOPY\n\xff\r\n\0', 'latin1'), Buffer.alloc(8)])
const END = -1
const INT8_BYTES = 8
const INT8_TYPE = 20
const INT4_TYPE = 23
const FLOAT8_TYPE = 701
const TIMESTAMPTZ_TYPE = 1184
/** Of an array: dimensions, flags, type, length, lower bound. */
const ARRAY_HEAD_BYTES = 20
/** Milliseconds between 1970, from which JavaScript counts, and 2000, from which PostgreSQL does. */
const EPOCH_MS = 946_684_800_000

/** One field after the other, in the order and of the types of the statement's columns. */
export class CopyRows {
  #bytes: Buffer
  #at = HEAD.length

  constructor(expectedBytes: number) {
    this.#bytes = Buffer.allocUnsafe(Math.max(expectedBytes, 1024))
    HEAD.copy(this.#bytes)
  }

  #room(bytes: number): void {
    if (this.#at + bytes <= this.#bytes.length) return
    const wider = Buffer.allocUnsafe(2 * this.#bytes.length + bytes)
    this.#bytes.copy(wider, 0, 0, this.#at)
    this.#bytes = wider
  }

  row(fields: number): this {
    this.#room(2)
    this.#at = this.#bytes.writeInt16BE(fields, this.#at)
    return this
  }

  /** A whole number that JavaScript counts exactly, as bigint. */
  int8(value: number): this {
    this.#room(4 + INT8_BYTES)
    this.#at = this.#bytes.writeInt32BE(INT8_BYTES, this.#at)
    this.#int8(value)
    return this
  }

  #int8(value: number): void {
    this.#at = this.#bytes.writeInt32BE(Math.floor(value / 2 ** 32), this.#at)
    this.#at = this.#bytes.writeUInt32BE(((value % 2 ** 32) + 2 ** 32) % 2 ** 32, this.#at)
  }

  int2(value: number): this {
    this.#room(6)
    this.#at = this.#bytes.writeInt32BE(2, this.#at)
    this.#at = this.#bytes.writeInt16BE(value, this.#at)
    return this
  }

  int4(value: number): this {
    this.#room(8)
    this.#at = this.#bytes.writeInt32BE(4, this.#at)
    this.#at = this.#bytes.writeInt32BE(value, this.#at)
    return this
  }

  float8(value: number): this {
    this.#room(12)
    this.#at = this.#bytes.writeInt32BE(8, this.#at)
    this.#at = this.#bytes.writeDoubleBE(value, this.#at)
    return this
  }

  boolean(value: boolean): this {
    this.#room(5)
    this.#at = this.#bytes.writeInt32BE(1, this.#at)
    this.#at = this.#bytes.writeUInt8(value ? 1 : 0, this.#at)
    return this
  }

  /** NULL. */
  nothing(): this {
    this.#room(4)
    this.#at = this.#bytes.writeInt32BE(-1, this.#at)
    return this
  }

  /** Milliseconds since 1970, as timestamptz; an infinite number as PostgreSQL's infinity. */
  time(atMs: number): this {
    this.#room(4 + INT8_BYTES)
    this.#at = this.#bytes.writeInt32BE(INT8_BYTES, this.#at)
    this.#time(atMs)
    return this
  }

  #time(atMs: number): void {
    if (Number.isFinite(atMs)) {
      this.#int8((atMs - EPOCH_MS) * 1_000)
      return
    }
    this.#at = this.#bytes.writeInt32BE(atMs > 0 ? 0x7fffffff : -0x80000000, this.#at)
    this.#at = this.#bytes.writeUInt32BE(atMs > 0 ? 0xffffffff : 0, this.#at)
  }

  text(text: string): this {
    this.#room(4 + 3 * text.length)
    const written = this.#bytes.write(text, this.#at + 4)
    this.#bytes.writeInt32BE(written, this.#at)
    this.#at += 4 + written
    return this
  }

  /** Text of Latin-1 characters that are ASCII, such as an id; or bytes, one a character. */
  ascii(text: string): this {
    this.#room(4 + text.length)
    this.#at = this.#bytes.writeInt32BE(text.length, this.#at)
    this.#at += this.#bytes.write(text, this.#at, 'latin1')
    return this
  }

  uuid(text: string): this {
    this.#room(4 + 16)
    this.#at = this.#bytes.writeInt32BE(16, this.#at)
    this.#at += this.#bytes.write(text.replaceAll('-', ''), this.#at, 'hex')
    return this
  }

  /** As bytea. */
  bytes(bytes: Uint8Array): this {
    this.#room(4 + bytes.length)
    this.#at = this.#bytes.writeInt32BE(bytes.length, this.#at)
    this.#bytes.set(bytes, this.#at)
    this.#at += bytes.length
    return this
  }

  /** As bigint[]: of each number the eight bytes, high byte first, each as a character of Latin-1. */
  bigints(numbers: ReadonlySet<string>): this {
    this.#array(INT8_TYPE, numbers.size)
    for (const number of numbers) {
      this.#at = this.#bytes.writeInt32BE(INT8_BYTES, this.#at)
      for (let byte = 0; byte < INT8_BYTES; byte++) this.#bytes[this.#at++] = number.charCodeAt(byte)
    }
    return this
  }

  /** As integer[]. */
  ints(numbers: ReadonlySet<number>): this {
    this.#array(INT4_TYPE, numbers.size, 4)
    for (const number of numbers) this.#at = this.#bytes.writeInt32BE(number, this.#bytes.writeInt32BE(4, this.#at))
    return this
  }

  /** As timestamptz[]: milliseconds since 1970. */
  times(allMs: readonly number[]): this {
    this.#array(TIMESTAMPTZ_TYPE, allMs.length)
    for (const atMs of allMs) this.time(atMs)
    return this
  }

  float8s(numbers: readonly number[]): this {
    this.#array(FLOAT8_TYPE, numbers.length)
    for (const number of numbers) this.float8(number)
    return this
  }

  /** The head of an array of `count` values of `width` bytes; they follow, each as a field would. */
  #array(type: number, count: number, width = INT8_BYTES): void {
    const length = ARRAY_HEAD_BYTES + count * (4 + width)
    this.#room(4 + length)
    this.#at = this.#bytes.writeInt32BE(length, this.#at)
    for (const word of arrayHead(type, count)) this.#at = this.#bytes.writeInt32BE(word, this.#at)
  }

  /** All rows, ready to be sent. Nothing may be added any more. */
  end(): Buffer {
    this.#room(2)
    this.#at = this.#bytes.writeInt16BE(END, this.#at)
    return this.#bytes.subarray(0, this.#at)
  }
}

/** Of one dimension without NULLs, counted from 1. */
const arrayHead = (type: number, count: number): readonly number[] => [1, 0, type, count, 1]

/** A bigint[] in PostgreSQL's binary format, as a parameter too; of each number the eight bytes, high byte first. */
export function bigintArray(numbers: Uint8Array): Buffer {
  const bytes = arrayOf(INT8_TYPE, numbers.length / INT8_BYTES, INT8_BYTES)
  let at = ARRAY_HEAD_BYTES
  for (let from = 0; from < numbers.length; ) {
    at = bytes.writeInt32BE(INT8_BYTES, at)
    for (const end = from + INT8_BYTES; from < end; ) bytes[at++] = numbers[from++] as number
  }
  return bytes
}

/** An integer[] in PostgreSQL's binary format. */
export function intArray(numbers: ReadonlySet<number>): Buffer {
  const bytes = arrayOf(INT4_TYPE, numbers.size, 4)
  let at = ARRAY_HEAD_BYTES
  for (const number of numbers) at = bytes.writeInt32BE(number, bytes.writeInt32BE(4, at))
  return bytes
}

/** An array with its head, its values still to be written. */
function arrayOf(type: number, count: number, width: number): Buffer {
  const bytes = Buffer.allocUnsafe(ARRAY_HEAD_BYTES + count * (4 + width))
  let at = 0
  for (const word of arrayHead(type, count)) at = bytes.writeInt32BE(word, at)
  return bytes
}
