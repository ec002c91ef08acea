/** Keeping the hospital running. */
export { superviseHospital } from './hospital.ts'
