/** Keeping the hospital running. */
export { HOSPITAL_FLAGS, superviseHospital } from './hospital.ts'
export { checkPorts } from './ports.ts'
export { endedByItself, runsOf } from './runs.ts'
