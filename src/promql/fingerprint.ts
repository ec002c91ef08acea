/**
 * By what Prometheus' Alertmanager knows an alert: FNV-1a (64 bits) over its sorted labels.
 * https://github.com/prometheus/common/blob/main/model/signature.go
 */
import type { Labels } from './terms.ts'

const OFFSET = 14_695_981_039_346_656_037n
const PRIME = 1_099_511_628_211n
const SEPARATOR = 255

/** Sixteen hexadecimal digits. */
export function fingerprint(labels: Labels): string {
  let hash = OFFSET
  const add = (byte: number) => {
    hash = BigInt.asUintN(64, (hash ^ BigInt(byte)) * PRIME)
  }
  for (const name of Object.keys(labels).sort()) {
    for (const byte of Buffer.from(name)) add(byte)
    add(SEPARATOR)
    for (const byte of Buffer.from(labels[name] ?? '')) add(byte)
    add(SEPARATOR)
  }
  return hash.toString(16).padStart(16, '0')
}
