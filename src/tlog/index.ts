/**
 * Transparency logs as a language: the tree, its tiles, what a log signs and what can be proven of it. Pure: no I/O,
 * no clock, no chance; whoever calls brings tiles, times and random bytes.
 */
export { append, type Edge, EMPTY_EDGE, edgeRoot, type Grown, readEdge, type TileHashes } from './append.ts'
export { parseBundle, writeBundle } from './bundle.ts'
export {
  type Checkpoint,
  checkpointText,
  type OpenCheckpoint,
  openCheckpoint,
  parseCheckpoint,
  signCheckpoint,
  type Trust,
} from './checkpoint.ts'
export { cosign } from './cosignature.ts'
export {
  EMPTY_ROOT,
  HASH_BYTES,
  leafHash,
  leafHashes,
  leafHashInto,
  MOST_ENTRY_BYTES,
  nodeHash,
  rowRoot,
} from './hash.ts'
export { makeSigner, readSigner, readVerifier, type SignatureType, type Signer, type Verifier } from './key.ts'
export { type Note, openNote, parseNote, type Signature, signatureLine, signText, writeNote } from './note.ts'
export { openProof, type Proof, parseProof, writeProof } from './proof.ts'
export {
  type ConsistencyClaim,
  type InclusionClaim,
  isConsistent,
  isIncluded,
  proveConsistency,
  proveInclusion,
  rootAt,
} from './prove.ts'
export type { ReadTiles } from './read.ts'
export { type Bundle, bundlePath, hashesAt, parseTilePath, TILE_WIDTH, type Tile, tilePath, tilesOf } from './tile.ts'
export {
  type Decision,
  decide,
  parseSubmission,
  type Submission,
  type WitnessedLog,
  writeSubmission,
} from './witness.ts'
