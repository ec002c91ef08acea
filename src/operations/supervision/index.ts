/** Keeping the hospital running. */
export { type Hospital, superviseHospital } from './hospital.ts'
