/**
 * What a log says of a User-Agent: which known program it is, and of which version.
 *
 * Whoever asks may send any text as its agent, a patient's name too: the text itself is for the ledger, which is encrypted.
 */

/** The first that fits: browsers call themselves by each other's names. The part in parentheses is the version. */
const KNOWN: readonly (readonly [string, RegExp])[] = [
  ['Edge', /\bEdg(?:e|A|iOS)?\/(\d+)/],
  ['Opera', /\bOPR\/(\d+)/],
  ['Firefox', /\bFirefox\/(\d+)/],
  ['Chrome', /\b(?:Headless)?Chrom(?:e|ium)\/(\d+)/],
  ['Safari', /\bVersion\/(\d+)[\d.]* (?:Mobile\/\w+ )?Safari\//],
  ['omnicare', /^omnicare\/(\d+(?:\.\d+){0,2})/],
  ['curl', /^curl\/(\d+\.\d+)/],
  ['Wget', /^Wget\/(\d+\.\d+)/],
  ['Prometheus', /^Prometheus\/(\d+\.\d+)/],
  ['node', /^(?:node|undici)\b()/],
  ['HAPI-FHIR', /^HAPI-FHIR\/(\d+\.\d+)/],
  ['Java', /^(?:Java|Apache-HttpClient)\/(\d+(?:\.\d+)?)/],
  ['okhttp', /^okhttp\/(\d+\.\d+)/],
  ['python-requests', /^python-requests\/(\d+\.\d+)/],
  ['python-httpx', /^python-httpx\/(\d+\.\d+)/],
  ['Go-http-client', /^Go-http-client\/(\d+\.\d+)/],
  ['Postman', /^PostmanRuntime\/(\d+\.\d+)/],
]

/** As ECS has it: https://www.elastic.co/guide/en/ecs/current/ecs-user_agent.html */
export function agentOf(text: string): { readonly name: string; readonly version?: string } {
  for (const [name, pattern] of KNOWN) {
    const found = pattern.exec(text)
    if (found !== null) return { name, ...(found[1] && { version: found[1] }) }
  }
  return { name: 'Other' }
}
