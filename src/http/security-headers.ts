/** What every answer of either door carries, refusals too. */
export const SECURITY_HEADERS = {
  // What is shown here is about patients, or about the hospital: no cache, page or frame may keep or embed it.
  'cache-control': 'no-store',
  'x-content-type-options': 'nosniff',
  'content-security-policy': "default-src 'none'; frame-ancestors 'none'; sandbox",
  'referrer-policy': 'no-referrer',
}
