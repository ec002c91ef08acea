/** How fast it is and why not: slow statements, indexes, bloat, connections, saturation, each with the next step. */
export type { Measurable } from './measure.ts'
export { reportPerformance } from './report.ts'
export * from './terms.ts'
export { reportText } from './text.ts'
