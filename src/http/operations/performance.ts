/** How it performs, over HTTP. */
import type { PerformanceReport } from '../../operations/performance/index.ts'
import type { Routes } from '../routes.ts'
import { json } from './given.ts'
import { may } from './permit.ts'
import { type Telling, told } from './told.ts'

export interface PerformanceDoor extends Telling {
  readonly report: () => Promise<PerformanceReport>
}

const BASE = '/api/operations/performance'

export function performanceRoutes(door: PerformanceDoor): Routes {
  return {
    [BASE]: {
      GET: may('performance:read', async (request, reply) =>
        json(reply, await told(door, request, 'read', { resources: ['performance/report'] }, door.report)),
      ),
    },
  }
}
