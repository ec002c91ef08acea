/** The whole FHIR API on one page: https://hl7.org/fhir/R4/http.html#summary */
import type { Routes } from '../routes.ts'
import { type Trail, trailRoutes } from './audit-events.ts'
import { breakGlass, openedCharts } from './break-glass.ts'
import { create } from './create.ts'
import { remove, removeWhere } from './delete.ts'
import { type Door, FHIR_PATH } from './door.ts'
import { instanceHistory, systemHistory, typeHistory } from './history.ts'
import { capabilities, type Known } from './metadata.ts'
import { patch, patchWhere } from './patch.ts'
import { read, vread } from './read.ts'
import { searchSystem, searchSystemByPost, searchType, searchTypeByPost } from './search.ts'
import { submit } from './submit.ts'
import { update, updateWhere } from './update.ts'

/** What programs ask before they have a token: https://hl7.org/fhir/smart-app-launch/STU2.2/conformance.html */
export const learningRoutes = (door: Door, about: Known): Routes => ({
  [`${FHIR_PATH}/metadata`]: { GET: capabilities(door, about) },
})

export const fhirRoutes = (door: Door, trail: Trail): Routes => ({
  ...trailRoutes(door, trail),
  [FHIR_PATH]: { GET: searchSystem(door), POST: submit(door) },
  [`${FHIR_PATH}/_search`]: { POST: searchSystemByPost(door) },
  [`${FHIR_PATH}/_history`]: { GET: systemHistory(door) },
  [`${FHIR_PATH}/$break-glass`]: { GET: openedCharts(door) },
  [`${FHIR_PATH}/Patient/:id/$break-glass`]: { POST: breakGlass(door) },
  [`${FHIR_PATH}/:type`]: {
    GET: searchType(door),
    POST: create(door),
    PUT: updateWhere(door),
    PATCH: patchWhere(door),
    DELETE: removeWhere(door),
  },
  [`${FHIR_PATH}/:type/_search`]: { POST: searchTypeByPost(door) },
  [`${FHIR_PATH}/:type/_history`]: { GET: typeHistory(door) },
  [`${FHIR_PATH}/:type/:id`]: { GET: read(door), PUT: update(door), PATCH: patch(door), DELETE: remove(door) },
  [`${FHIR_PATH}/:type/:id/_history`]: { GET: instanceHistory(door) },
  [`${FHIR_PATH}/:type/:id/_history/:version`]: { GET: vread(door) },
})
