/** How fast it is and why not: slow statements, indexes, bloat, connections, saturation, each with the next step. */
export { performanceFaults } from './faults.ts'
export { size } from './findings.ts'
export type { Measurable } from './measure.ts'
export { type Maintained, optimize, planOptimize } from './optimize.ts'
export { printPerformance } from './print.ts'
export { reportPerformance } from './report.ts'
export * from './terms.ts'
export { reportText } from './text.ts'
