/** Where programs learn how to enter: https://hl7.org/fhir/smart-app-launch/STU2.2/conformance.html */
import { CLIENT_SIGNATURES, PLAIN_SCOPES, type Trust } from '#identity/entry'
import { httpFaults } from '../faults.ts'
import type { Routes } from '../routes.ts'
import { FHIR_PATH } from './door.ts'

/** For everybody, from every page: it is asked for before anybody has been let in. */
export const smartRoutes = (trust: Pick<Trust, 'issuer'> | undefined): Routes => ({
  [`${FHIR_PATH}/.well-known/smart-configuration`]: {
    GET: async (_request, reply) => {
      const issuer = trust?.issuer()
      if (issuer === undefined) throw httpFaults['no-authorization-server']()
      return reply
        .headers({ 'content-type': 'application/json; charset=utf-8', 'access-control-allow-origin': '*' })
        .send(JSON.stringify(configurationOf(issuer)))
    },
  },
})

const endpointsOf = (issuer: string) => ({
  authorization_endpoint: `${issuer}/auth`,
  token_endpoint: `${issuer}/token`,
  introspection_endpoint: `${issuer}/token/introspection`,
  revocation_endpoint: `${issuer}/token/revocation`,
  registration_endpoint: `${issuer}/reg`,
})

const configurationOf = (issuer: string) => ({
  issuer,
  jwks_uri: `${issuer}/jwks`,
  ...endpointsOf(issuer),
  grant_types_supported: ['authorization_code', 'refresh_token', 'client_credentials'],
  response_types_supported: ['code'],
  code_challenge_methods_supported: ['S256'],
  token_endpoint_auth_methods_supported: ['none', 'private_key_jwt', 'client_secret_basic', 'client_secret_post'],
  token_endpoint_auth_signing_alg_values_supported: CLIENT_SIGNATURES,
  scopes_supported: [...PLAIN_SCOPES, 'patient/*.cruds', 'user/*.cruds', 'system/*.cruds'],
  capabilities: [
    'launch-ehr',
    'launch-standalone',
    'client-public',
    'client-confidential-symmetric',
    'client-confidential-asymmetric',
    'sso-openid-connect',
    'context-banner',
    'context-ehr-patient',
    'context-ehr-encounter',
    'context-standalone-patient',
    'permission-offline',
    'permission-online',
    'permission-patient',
    'permission-user',
    'permission-v1',
    'permission-v2',
  ],
})

/** The same as a CapabilityStatement has it: https://hl7.org/fhir/smart-app-launch/1.0.0/conformance */
export function oauthUris(issuer: string) {
  const endpoints = endpointsOf(issuer)
  const uri = (url: string, valueUri: string) => ({ url, valueUri })
  return {
    url: 'http://fhir-registry.smarthealthit.org/StructureDefinition/oauth-uris',
    extension: [
      uri('authorize', endpoints.authorization_endpoint),
      uri('token', endpoints.token_endpoint),
      uri('introspect', endpoints.introspection_endpoint),
      uri('revoke', endpoints.revocation_endpoint),
      uri('register', endpoints.registration_endpoint),
    ],
  }
}
