#!/usr/bin/env node
/**
 * Verifies an audit log from the outside: signatures, proofs, growth, and every entry.
 *
 * One file, Node 18 or later, nothing but Node's standard library: read it, then believe what it says. It shares no
 * code with the system that wrote the log. README.md beside this file tells what each command proves.
 *
 *   https://c2sp.org/signed-note      https://c2sp.org/tlog-checkpoint    https://c2sp.org/tlog-cosignature
 *   https://c2sp.org/tlog-proof       https://c2sp.org/tlog-tiles         https://www.rfc-editor.org/rfc/rfc6962.html
 */
import * as crypto from 'node:crypto'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'

const USAGE = `node verify.mjs checkpoint  --key KEY CHECKPOINT
node verify.mjs inclusion   --key KEY (--entry FILE | --leaf HASH) PROOF
node verify.mjs consistency --key KEY (--proof FILE | --log PLACE) OLD NEW
node verify.mjs log         --key KEY [--checkpoint FILE] [--old FILE]... PLACE

KEY         the log's public key, name+id+base64, or a file that holds it; may be repeated
PLACE       a folder, or an http(s) address, that has checkpoint and tile/ in it
--witness   a witness's public key; may be repeated     --witnesses N  how many must have cosigned
--origin    the log's name, when it isn't its key's     --json         one JSON object instead of lines
Exit: 0 all is well, 1 something is false or missing, 2 it couldn't be tried.
`

/** What was found to be false: a result, exit 1. Everything else that is thrown means that nothing was found: exit 2. */
class Finding extends Error {
  constructor(says, more = {}) {
    super(says)
    this.found = { says, ...more }
  }
}

// ---- hashes: RFC 6962, section 2.1 -------------------------------------------------------------------------------

const sha256 =
  typeof crypto.hash === 'function'
    ? (bytes) => crypto.hash('sha256', bytes, 'buffer')
    : (bytes) => crypto.createHash('sha256').update(bytes).digest()
const LEAF = Buffer.of(0)
const NODE = Buffer.of(1)
const hashOfLeaf = (entry) => sha256(Buffer.concat([LEAF, entry]))
const hashOfNode = (left, right) => sha256(Buffer.concat([NODE, left, right]))

/** The largest power of two below `count`, a BigInt or Number above 1. */
function splitOf(count) {
  const two = typeof count === 'bigint' ? 2n : 2
  let half = two / two
  while (half * two < count) half *= two
  return half
}

/** MTH over subtree roots of equal height, of which the last may be lower. */
function treeHash(hashes, from = 0, to = hashes.length) {
  if (to === from) return sha256(Buffer.alloc(0))
  if (to === from + 1) return hashes[from]
  const middle = from + splitOf(to - from)
  return hashOfNode(treeHash(hashes, from, middle), treeHash(hashes, middle, to))
}

/** The root to which a proof leads from the leaf `index` of `size`; undefined when it has the wrong length. */
function rootByInclusion(leaf, index, size, proof) {
  if (index >= size) return undefined
  const left = [...proof]
  const climb = (at, count) => {
    if (count === 1n) return leaf
    const sibling = left.pop()
    const half = splitOf(count)
    const own = at < half ? climb(at, half) : climb(at - half, count - half)
    if (sibling === undefined || own === undefined) return undefined
    return at < half ? hashOfNode(own, sibling) : hashOfNode(sibling, own)
  }
  const root = climb(index, size)
  return left.length === 0 ? root : undefined
}

/** Whether a proof leads from the old root to the new one: SUBPROOF of RFC 6962, section 2.1.2, read backwards. */
function consistent(oldSize, oldRoot, size, root, proof) {
  if (oldSize > size) return false
  if (oldSize === 0n) return proof.length === 0 && oldRoot.equals(treeHash([]))
  const left = [...proof]
  const climb = (old, count, whole) => {
    if (old === count) {
      const same = whole ? oldRoot : left.pop()
      return same && [same, same]
    }
    const sibling = left.pop()
    const half = splitOf(count)
    const below = old <= half ? climb(old, half, whole) : climb(old - half, count - half, false)
    if (sibling === undefined || below === undefined) return undefined
    return old <= half
      ? [below[0], hashOfNode(below[1], sibling)]
      : [hashOfNode(sibling, below[0]), hashOfNode(sibling, below[1])]
  }
  const roots = climb(oldSize, size, true)
  return roots !== undefined && left.length === 0 && roots[0].equals(oldRoot) && roots[1].equals(root)
}

// ---- texts: base64, keys, notes, checkpoints ---------------------------------------------------------------------

function base64(text, what) {
  const bytes = Buffer.from(text, 'base64')
  if (text === '' || bytes.toString('base64') !== text) throw new Finding(`${what} isn't base64`)
  return bytes
}

function oneHash(text, what) {
  const bytes = base64(text, what)
  if (bytes.length !== 32) throw new Finding(`${what} isn't a SHA-256 hash`)
  return bytes
}

function decimal(text, what) {
  if (!/^(0|[1-9][0-9]{0,18})$/.test(text)) throw new Finding(`${what} isn't a decimal number`)
  return BigInt(text)
}

const ED25519_DER = Buffer.from('302a300506032b6570032100', 'hex')

/** A public key: the text itself, or the name of a file that holds it. */
function readKey(given) {
  const text = (existsSync(given) ? readFileSync(given, 'utf8') : given).trim()
  const [, name, id, material] = /^([^+\s]+)\+([0-9a-f]{8})\+(\S+)$/.exec(text) ?? []
  if (name === undefined) throw new Error(`The key '${given}' isn't of the form name+id+base64, nor such a file.`)
  const key = Buffer.from(material, 'base64')
  const ours = sha256(Buffer.concat([Buffer.from(`${name}\n`), key])).toString('hex', 0, 4)
  if (key.length !== 33 || (key[0] !== 1 && key[0] !== 4) || key.toString('base64') !== material)
    throw new Error(`The key of ${name} isn't an Ed25519 key.`)
  if (ours !== id) throw new Error(`The key of ${name} is miscopied: its id would be ${ours}, not ${id}.`)
  const der = Buffer.concat([ED25519_DER, key.subarray(1)])
  return { name, id, type: key[0], object: crypto.createPublicKey({ key: der, format: 'der', type: 'spki' }) }
}

/** Splits a signed note, checks each signature by a known key, and reads its text as a checkpoint. */
function openCheckpoint(bytes, trust) {
  const whole = bytes.toString('utf8')
  if (!Buffer.from(whole).equals(bytes)) throw new Finding("the checkpoint isn't UTF-8")
  if ([...whole].some((letter) => letter < ' ' && letter !== '\n')) throw new Finding('it has a control character')
  const end = whole.lastIndexOf('\n\n')
  if (end < 0 || !whole.endsWith('\n') || whole.length === end + 2)
    throw new Finding("the checkpoint isn't a signed note")
  const text = whole.slice(0, end + 1)
  const signed = []
  const cosigned = new Map()
  for (const line of whole.slice(end + 2, -1).split('\n')) {
    const [, name, data] = /^— ([^\s+]+) (\S+)$/.exec(line) ?? []
    if (name === undefined) throw new Finding('a signature has another form than the specification gives')
    const signature = base64(data, 'a signature')
    const id = signature.toString('hex', 0, 4)
    const key = [...trust.keys, ...trust.witnesses].find((each) => each.name === name && each.id === id)
    if (key === undefined) continue
    const time = key.type === 4 && signature.length === 76 ? signature.readBigUInt64BE(4) : undefined
    const message = key.type === 4 ? `cosignature/v1\ntime ${time}\n${text}` : text
    const proper = signature.length === (key.type === 4 ? 76 : 68)
    if (!proper || !crypto.verify(null, Buffer.from(message), key.object, signature.subarray(-64))) {
      throw new Finding(`the signature of ${name}+${id} is false`)
    }
    if (key.type === 4) cosigned.set(`${name}+${id}`, Number(time))
    else signed.push(`${name}+${id}`)
  }
  if (signed.length === 0) throw new Finding("the log's key hasn't signed the checkpoint")
  const [origin, size, root, ...more] = text.slice(0, -1).split('\n')
  if (root === undefined || more.includes('')) throw new Finding("the checkpoint doesn't have its three lines")
  if (origin !== trust.origin) throw new Finding(`the checkpoint is of another log, not of ${trust.origin}`)
  if (cosigned.size < trust.quorum) {
    throw new Finding(`${cosigned.size} known witnesses have cosigned the checkpoint, not ${trust.quorum}`)
  }
  const read = { origin, size: decimal(size, 'the size'), root: oneHash(root, 'the root'), signed, cosigned }
  if (read.size === 0n && !read.root.equals(treeHash([]))) throw new Finding('the log is empty, but its root is not')
  return read
}

// ---- tiles -------------------------------------------------------------------------------------------------------

/** Reads one resource of a log: bytes, or undefined when there is none. */
function placeAt(place) {
  if (!/^https?:/.test(place)) {
    if (!existsSync(place)) throw new Error(`There is no folder ${place}.`)
    return (path) => (existsSync(join(place, path)) ? readFileSync(join(place, path)) : undefined)
  }
  const base = place.endsWith('/') ? place : `${place}/`
  return async (path) => {
    const answer = await fetch(new URL(path, base), { signal: AbortSignal.timeout(60_000) })
    if (answer.status === 404 || answer.status === 410) return undefined
    if (!answer.ok) throw new Error(`${base}${path} answers ${answer.status}.`)
    return Buffer.from(await answer.arrayBuffer())
  }
}

/** `x001/x234/067`, with `.p/W` when only `width` of 256 are there. */
function pathOf(level, index, width) {
  const thousands = []
  let rest = index
  do {
    thousands.unshift(String(rest % 1000).padStart(3, '0'))
    rest = Math.floor(rest / 1000)
  } while (rest > 0)
  const last = thousands.pop()
  return `tile/${level}/${thousands.map((part) => `x${part}/`).join('')}${last}${width < 256 ? `.p/${width}` : ''}`
}

/** The tiles of a log at one size, and which of them the signed root vouches for. */
class Tiles {
  constructor(read, size, root) {
    this.read = read
    this.size = size
    this.root = root
    this.kept = new Map()
    this.known = new Map()
  }

  /** How many hashes a level has; tile `index` of it has up to 256 of them. */
  count(level) {
    return Math.floor(this.size / 256 ** level)
  }

  width(level, index) {
    return Math.min(256, this.count(level) - index * 256)
  }

  /** A tile or bundle as stored, and how many hashes or entries it must hold: in place of a partial one, a full one. */
  async stored(level, index) {
    const wide = this.width(level === 'entries' ? 0 : level, index)
    for (const holds of wide < 256 ? [wide, 256] : [256]) {
      const bytes = await this.read(pathOf(level, index, holds))
      if (bytes !== undefined) return { bytes, holds }
    }
    return undefined
  }

  /** The hashes of a tile as stored; undefined when it is missing or has another length. Levels above 0 are kept. */
  async hashes(level, index) {
    const key = `${level}/${index}`
    if (this.kept.has(key)) return this.kept.get(key)
    const { bytes, holds } = (await this.stored(level, index)) ?? {}
    const width = this.width(level, index)
    const hashes =
      bytes?.length === holds * 32
        ? Array.from({ length: width }, (_, at) => bytes.subarray(at * 32, at * 32 + 32))
        : undefined
    if (level > 0) this.kept.set(key, hashes)
    return hashes
  }

  /** The root at a size up to this one, from stored tiles: each level gives what no full tile above it covers. */
  async rootFrom(size, hashesOf) {
    let below = []
    for (let level = 0; Math.floor(size / 256 ** level) > 0; level++) {
      const count = Math.floor(size / 256 ** level)
      const index = Math.floor(count / 256)
      const stored = count % 256 === 0 ? [] : await hashesOf(level, index)
      if (stored === undefined) return undefined
      const row = [...stored.slice(0, count % 256), ...below]
      below = row.length === 0 ? [] : [treeHash(row)]
    }
    return below[0] ?? treeHash([])
  }

  /** Whether the unfinished tiles, together, give the signed root. Then each hash in them is vouched for. */
  async edgeHolds() {
    this.edge ??= this.rootFrom(this.size, (level, index) => this.hashes(level, index)).then((root) =>
      Boolean(root?.equals(this.root)),
    )
    return this.edge
  }

  /** What a full tile must hash to, vouched for by the signed root; undefined when no chain of good tiles leads to it. */
  async expected(level, index) {
    const above = await this.vouched(level + 1, Math.floor(index / 256))
    return above?.[index % 256]
  }

  /** The hashes of a tile that the signed root vouches for; otherwise undefined. */
  vouched(level, index) {
    const key = `${level}/${index}`
    const known = this.known.get(key) ?? this.vouch(level, index)
    if (level > 0) this.known.set(key, known)
    return known
  }

  async vouch(level, index) {
    const hashes = await this.hashes(level, index)
    if (hashes === undefined) return undefined
    if (this.width(level, index) < 256) return (await this.edgeHolds()) ? hashes : undefined
    const expected = await this.expected(level, index)
    return expected && treeHash(hashes).equals(expected) ? hashes : undefined
  }
}

/** Reads a bundle's entries; stops where it is cut. */
function entriesOf(bundle) {
  const entries = []
  let at = 0
  while (at + 2 <= bundle.length) {
    const end = at + 2 + bundle.readUInt16BE(at)
    if (end > bundle.length) break
    entries.push(bundle.subarray(at + 2, end))
    at = end
  }
  return { entries, cut: at !== bundle.length }
}

/** Calls `get` for 0 ≤ n < count in order, up to 16 ahead of its reader: over a network, waiting is most of the time. */
async function* ahead(count, get) {
  const waiting = []
  for (let next = 0; next < count || waiting.length > 0; ) {
    while (next < count && waiting.length < 16) {
      const answer = get(next++)
      answer.catch(() => {}) // It is awaited below, in its turn.
      waiting.push(answer)
    }
    yield await waiting.shift()
  }
}

/** Hashes every entry, recomputes every tile, and compares both with what is stored and what is signed. */
class LogCheck {
  constructor(read, checkpoint, olds) {
    this.size = Number(checkpoint.size)
    this.root = checkpoint.root
    this.olds = olds
    this.tiles = new Tiles(read, this.size, this.root)
    this.findings = []
    this.bad = [] // Where the first bad entry must be: ranges, each with one at least.
    this.rows = [] // By level: hashes recomputed from entries, with holes where entries are missing; level 0 isn't kept.
    this.edges = new Map() // By size: the recomputed leaves of its unfinished bundle.
  }

  async run() {
    await this.everyBundle()
    for (let level = 1; this.tiles.count(level) > 0; level++) await this.everyTile(level)
    const sure = await this.everyOldCheckpoint()
    const root = await this.ownRoot(this.size)
    if (!root?.equals(this.root)) {
      const given = root === undefined ? 'no root while some are missing' : `the root ${root.toString('base64')}`
      this.say(`the entries give ${given}, not the signed one`)
      if (this.bad.length === 0) this.accuse(Math.min(sure, this.size - 1), this.size - 1, 'one was never logged so')
    }
    // The range that ends first has the first bad entry in it; of two that end together the narrower says more.
    const [first] = this.bad.sort((one, other) => one.to - other.to || other.from - one.from)
    return { findings: this.findings, ...(first && { firstBadEntry: first }) }
  }

  say(says, more = {}) {
    this.findings.push({ says, ...more })
  }

  /** The first bad entry is in this range, or before it. */
  accuse(from, to, says) {
    this.bad.push({ from, to })
    this.say(`${from === to ? `entry ${from}` : `entries ${from} to ${to}`}: ${says}`, { entries: [from, to] })
  }

  keep(level, index, hash) {
    this.rows[level] ??= []
    this.rows[level][index] = hash
  }

  async everyBundle() {
    const fetched = ahead(Math.ceil(this.size / 256), async (index) => ({
      index,
      hashes: await this.tiles.hashes(0, index),
      bundle: await this.tiles.stored('entries', index),
    }))
    for await (const { index, hashes, bundle } of fetched) await this.oneBundle(index, hashes, bundle)
  }

  async oneBundle(index, hashes, bundle) {
    const from = index * 256
    const width = this.tiles.width(0, index)
    const path = pathOf('entries', index, bundle?.holds ?? width)
    const tile = pathOf(0, index, width)
    if (hashes === undefined) this.say(`the tile ${tile} is missing or cut`)
    if (bundle === undefined) {
      this.bad.push({ from, to: from })
      return this.say(`entries ${from} to ${from + width - 1} are missing: there is no ${path}`, {
        entries: [from, from + width - 1],
      })
    }
    const { entries, cut } = entriesOf(bundle.bytes)
    const leaves = entries.slice(0, width).map(hashOfLeaf)
    for (const size of [this.size, ...this.olds.map((old) => Number(old.size))]) {
      if (Math.floor(size / 256) === index) this.edges.set(size, leaves.slice(0, size % 256))
    }
    if (leaves.length === 256) this.keep(1, index, treeHash(leaves))
    const wrongCount = cut || entries.length !== bundle.holds
    const expected = width === 256 ? await this.tiles.expected(0, index) : undefined
    const same = leaves.length === width && leaves.every((leaf, at) => hashes?.[at]?.equals(leaf))
    const fits = expected === undefined || (leaves.length === 256 && expected.equals(this.rows[1][index]))
    if (same && fits && !wrongCount) return

    const vouched = await this.tiles.vouched(0, index)
    const differs = vouched?.findIndex((hash, at) => !leaves[at]?.equals(hash)) ?? -1
    if (differs >= 0) {
      this.accuse(from + differs, from + differs, differs < leaves.length ? 'not what was logged' : 'missing or cut')
    } else if (wrongCount) {
      const at = from + Math.min(entries.length, width)
      this.accuse(at, at, `${path} is cut before it, or holds more than was logged`)
    } else if (!fits) {
      this.accuse(from, from + 255, 'one is not what was logged; their tile was changed too, so it stays hidden which')
    }
    if (hashes !== undefined && vouched === undefined && !same) this.say(`the tile ${tile} is not made of its entries`)
  }

  async everyTile(level) {
    for (let index = 0; index * 256 < this.tiles.count(level); index++) {
      const width = this.tiles.width(level, index)
      const path = pathOf(level, index, width)
      const own = Array.from({ length: width }, (_, at) => this.rows[level]?.[index * 256 + at])
      const stored = await this.tiles.hashes(level, index)
      if (stored === undefined) this.say(`the tile ${path} is missing or cut`)
      else if (own.some((hash, at) => hash && !hash.equals(stored[at])))
        this.say(`the tile ${path} is not made of the tiles below it`)
      if (width < 256 || own.includes(undefined)) continue
      const hash = treeHash(own)
      this.keep(level + 1, index, hash)
      const expected = await this.tiles.expected(level, index)
      const [from, to] = [index * 256 ** (level + 1), (index + 1) * 256 ** (level + 1) - 1]
      const accused = this.bad.some((range) => range.from >= from && range.to <= to)
      if (expected === undefined || expected.equals(hash) || accused) continue
      this.accuse(from, to, 'one is not what was logged; their tiles were changed too, so it stays hidden which')
    }
  }

  /** Older checkpoints tell up to where the log is as it was, and from where it can't be. Gives the former. */
  async everyOldCheckpoint() {
    let sure = 0
    for (const { size, root } of this.olds) {
      const own = await this.ownRoot(Number(size))
      if (own === undefined) continue
      if (own.equals(root)) sure = Number(size)
      else if (sure === Number(size)) this.say(`the log has signed two roots for ${size} entries`)
      else {
        this.accuse(sure, Number(size) - 1, `they do not give the root that the log signed when it had ${size} entries`)
        break
      }
    }
    return sure
  }

  /** The root at a size, from the entries alone; undefined when some are missing. */
  ownRoot(size) {
    return this.tiles.rootFrom(size, (level, index) => {
      const count = Math.floor(size / 256 ** level)
      const row = level === 0 ? this.edges.get(size) : this.rows[level]?.slice(index * 256, count)
      return row?.length === count % 256 && !row.includes(undefined) ? row : undefined
    })
  }
}

// ---- commands ----------------------------------------------------------------------------------------------------

/** In UTC; a time beyond the calendar of JavaScript as the seconds that it is. */
const shownTime = (seconds) => (seconds <= 8.64e12 ? new Date(seconds * 1000).toISOString() : `${seconds}`)

const facts = ({ origin, size, root, signed, cosigned }) => ({
  log: origin,
  size: Number(size),
  root: root.toString('base64'),
  signedBy: signed,
  cosignedBy: Object.fromEntries([...cosigned].map(([name, time]) => [name, shownTime(time)])),
})

const COMMANDS = {
  checkpoint: async ({ files: [file], trust }) => facts(openCheckpoint(readFileSync(file), trust)),

  inclusion: async ({ files: [file], trust, options }) => {
    const text = readFileSync(file, 'utf8')
    const end = text.indexOf('\n\n')
    const lines = text.slice(0, Math.max(end, 0)).split('\n')
    if (lines.shift() !== 'c2sp.org/tlog-proof@v1')
      throw new Finding("the proof isn't of the form c2sp.org/tlog-proof@v1")
    if (lines[0]?.startsWith('extra ')) base64(lines.shift().slice(6), 'the extra line')
    const index = decimal(/^index (.*)$/.exec(lines.shift() ?? '')?.[1] ?? '', 'the index')
    const checkpoint = openCheckpoint(Buffer.from(text.slice(end + 2)), trust)
    const proof = lines.map((line) => oneHash(line, 'a line of the proof'))
    const leaf = options.leaf === undefined ? hashOfLeaf(readFileSync(options.entry)) : leafGiven(options.leaf)
    if (!rootByInclusion(leaf, index, checkpoint.size, proof)?.equals(checkpoint.root)) {
      throw new Finding('the proof does not lead from this entry to the signed root', {
        entries: [Number(index), Number(index)],
      })
    }
    return { entry: Number(index), ...facts(checkpoint) }
  },

  consistency: async ({ files: [oldFile, newFile], trust, options }) => {
    const [old, now] = [oldFile, newFile].map((file) => openCheckpoint(readFileSync(file), trust))
    const from = { oldSize: Number(old.size), oldRoot: old.root.toString('base64'), ...facts(now) }
    if (old.size > now.size) throw new Finding('the older checkpoint has more entries than the newer one')
    if (options.proof !== undefined) {
      const [lines] = readFileSync(options.proof, 'utf8').split('\n\n')
      const hashes = lines.split('\n').filter((line) => line !== '' && !line.startsWith('old '))
      const proof = hashes.map((line) => oneHash(line, 'a line of the proof'))
      if (consistent(old.size, old.root, now.size, now.root, proof)) return from
      throw new Finding('the proof does not lead from the old root to the new one')
    }
    const tiles = new Tiles(placeAt(options.log), Number(now.size), now.root)
    if (!(await tiles.edgeHolds()))
      throw new Finding('the stored tiles do not give the signed root of the newer checkpoint')
    const root = await tiles.rootFrom(Number(old.size), (level, index) => tiles.vouched(level, index))
    if (root === undefined) throw new Finding('tiles that lead to the older checkpoint are missing or false')
    if (!root.equals(old.root))
      throw new Finding('the log that the newer checkpoint signs does not begin with the older one')
    return from
  },

  log: async ({ files: [place], trust, options }) => {
    const read = placeAt(place)
    const signed = options.checkpoint === undefined ? await read('checkpoint') : readFileSync(options.checkpoint)
    if (signed === undefined) throw new Error(`There is no checkpoint in ${place}; give one with --checkpoint.`)
    const checkpoint = openCheckpoint(signed, trust)
    if (checkpoint.size > BigInt(Number.MAX_SAFE_INTEGER)) throw new Error('The log is too large to be read whole.')
    const olds = (options.old ?? []).map((file) => openCheckpoint(readFileSync(file), trust))
    olds.sort((a, b) => Number(a.size - b.size))
    const longer = olds.find((old) => old.size > checkpoint.size)
    if (longer) {
      throw new Finding(`the log had ${longer.size} entries and has ${checkpoint.size} now: its end was cut off`, {
        entries: [Number(checkpoint.size), Number(longer.size) - 1],
      })
    }
    return { ...facts(checkpoint), ...(await new LogCheck(read, checkpoint, olds).run()) }
  },
}

function leafGiven(text) {
  const bytes = /^[0-9a-f]{64}$/i.test(text) ? Buffer.from(text, 'hex') : Buffer.from(text, 'base64')
  if (bytes.length !== 32) throw new Error('--leaf takes the SHA-256 leaf hash, as 64 hexadecimal digits or as base64.')
  return bytes
}

function understand() {
  const many = { type: 'string', multiple: true }
  const one = { type: 'string' }
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      key: many,
      witness: many,
      witnesses: one,
      origin: one,
      entry: one,
      leaf: one,
      proof: one,
      log: one,
      checkpoint: one,
      old: many,
      json: { type: 'boolean' },
      help: { type: 'boolean', short: 'h' },
    },
  })
  if (values.help) return undefined
  const [name, ...files] = positionals
  const command = Object.hasOwn(COMMANDS, name ?? '') ? COMMANDS[name] : undefined
  if (command === undefined) throw new Error(`Say what to verify: ${Object.keys(COMMANDS).join(', ')}.`)
  if (files.length !== (name === 'consistency' ? 2 : 1))
    throw new Error(`'${name}' takes ${name === 'consistency' ? 'two files' : 'one file or place'}.`)
  if (name === 'inclusion' && (values.entry === undefined) === (values.leaf === undefined))
    throw new Error('Give --entry or --leaf.')
  if (name === 'consistency' && (values.proof === undefined) === (values.log === undefined))
    throw new Error('Give --proof or --log.')
  const keys = (values.key ?? []).map(readKey)
  const witnesses = (values.witness ?? []).map(readKey)
  if (keys.length === 0 || keys.some((key) => key.type !== 1)) throw new Error("Give the log's own key with --key.")
  if (witnesses.some((key) => key.type !== 4)) throw new Error("--witness takes a witness's key (type 4).")
  const quorum = Number(values.witnesses ?? 0)
  if (!Number.isInteger(quorum) || quorum < 0) throw new Error('--witnesses takes a number.')
  return {
    name,
    command,
    files,
    options: values,
    trust: { keys, witnesses, quorum, origin: values.origin ?? keys[0].name },
  }
}

async function main() {
  const json = process.argv.includes('--json')
  const tell = (status, result) => {
    process.exitCode = status
    if (json) return process.stdout.write(`${JSON.stringify({ well: status === 0, ...result })}\n`)
    const { error, findings = [], firstBadEntry, ...rest } = result
    if (error) return process.stderr.write(`${error}\n\n${USAGE}`)
    for (const [name, value] of Object.entries(rest)) {
      const shown = typeof value === 'object' ? JSON.stringify(value) : value
      process.stdout.write(`${name}: ${shown}\n`)
    }
    for (const { says } of findings.slice(0, 20)) process.stdout.write(`FALSE: ${says}\n`)
    if (findings.length > 20) process.stdout.write(`… and ${findings.length - 20} more (--json lists all)\n`)
    const { from, to } = firstBadEntry ?? {}
    if (firstBadEntry) process.stdout.write(`First bad entry: ${from === to ? from : `one of ${from} to ${to}`}\n`)
    process.stdout.write(status === 0 ? 'All is well.\n' : 'NOT as it was signed.\n')
  }
  try {
    const asked = understand()
    if (asked === undefined) return process.stdout.write(USAGE)
    const result = await asked.command(asked)
    tell(result.findings?.length > 0 ? 1 : 0, { verified: asked.name, ...result })
  } catch (error) {
    if (!(error instanceof Finding)) return tell(2, { error: error.message })
    const { entries } = error.found
    tell(1, { findings: [error.found], ...(entries && { firstBadEntry: { from: entries[0], to: entries[1] } }) })
  }
}

await main()
