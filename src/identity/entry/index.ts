/** What those rooms need of identity that know who asks only by what was shown at the door: no accounts, no hashes, no keys. */
export {
  type Access,
  CLIENT_SIGNATURES,
  granting,
  OWN_PAGES,
  type Permission,
  PLAIN_SCOPES,
  type Scopes,
  type SmartScope,
  scopesOf,
  smartScope,
} from '../access.ts'
export { netOf } from '../accounts/net.ts'
export { ROLES, type Role } from '../terms.ts'
export { type KeyTold, openTrust, type Told, type Trust } from './trust.ts'
