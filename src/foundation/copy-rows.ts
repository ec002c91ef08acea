/**
 * Rows in COPY's binary format, for bytes that are many: as text each would be sent twice as long, and read digit by digit.
 * https://www.postgresql.org/docs/current/sql-copy.html#SQL-COPY-FILE-FORMATS
 */
const HEAD = Buffer.concat([Buffer.from('PGCOPY\n\xff\r\n\0', 'latin1'), Buffer.alloc(8)])
const END = -1
const INT8_BYTES = 8
const INT8_TYPE = 20
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

  /** Milliseconds since 1970, as timestamptz. */
  time(atMs: number): this {
    return this.int8((atMs - EPOCH_MS) * 1_000)
  }

  text(text: string): this {
    this.#room(4 + 3 * text.length)
    const written = this.#bytes.write(text, this.#at + 4)
    this.#bytes.writeInt32BE(written, this.#at)
    this.#at += 4 + written
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

  /** As bigint[]: each of its numbers in eight bytes, high byte first. */
  int8s(numbers: Uint8Array): this {
    const count = numbers.length / INT8_BYTES
    const length = ARRAY_HEAD_BYTES + count * (4 + INT8_BYTES)
    this.#room(4 + length)
    for (const word of [length, 1, 0, INT8_TYPE, count, 1]) this.#at = this.#bytes.writeInt32BE(word, this.#at)
    for (let from = 0; from < numbers.length; from += INT8_BYTES) {
      this.#at = this.#bytes.writeInt32BE(INT8_BYTES, this.#at)
      this.#bytes.set(numbers.subarray(from, from + INT8_BYTES), this.#at)
      this.#at += INT8_BYTES
    }
    return this
  }

  /** All rows, ready to be sent. Nothing may be added any more. */
  end(): Buffer {
    this.#room(2)
    this.#at = this.#bytes.writeInt16BE(END, this.#at)
    return this.#bytes.subarray(0, this.#at)
  }
}
