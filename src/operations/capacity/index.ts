/** How many processes, connections, how much memory and disk: recommended from load and trend. */
export { machineOf } from './machine.ts'
export { type Point, recommend } from './recommend.ts'
export * from './terms.ts'
