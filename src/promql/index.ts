/** Questions to samples: as data, as PromQL, and answered. */
export { type At, evaluate, type Sample } from './evaluate.ts'
export { readExposition } from './exposition.ts'
export { fingerprint } from './fingerprint.ts'
export { duration, print } from './print.ts'
export { isSelected, keyOf, type Memory, openMemory, type Series, type Source } from './series.ts'
export * from './terms.ts'
