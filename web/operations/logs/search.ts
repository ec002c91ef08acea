/** What stands in the address of the logs can be kept and sent on. What was typed can't: it may be somebody's name. */
import { LOG_LEVELS, LOG_PLANES, type LogLevel, type LogPlane } from '../../../src/operations/logs/terms.ts'

export interface LogSearch {
  readonly level?: LogLevel
  readonly plane?: LogPlane
  /** Request id. */
  readonly request?: string
}

export function logSearch({ level, plane, request }: Readonly<Record<string, unknown>>): LogSearch {
  const asLevel = LOG_LEVELS.find((one) => one === level)
  const asPlane = LOG_PLANES.find((one) => one === plane)
  return {
    ...(asLevel !== undefined && { level: asLevel }),
    ...(asPlane !== undefined && { plane: asPlane }),
    ...(typeof request === 'string' && { request }),
  }
}
