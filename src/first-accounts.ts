/** The accounts that a first start makes, and what it prints of them: their passwords, which nobody can say again. */
import type { Fetch } from '#foundation/tls/calls.ts'
import type { FirstAccount, Identity, Role } from '#identity'

/** In the order in which people are given a Practitioner of the practice hospital. */
const PRACTITIONERS: readonly Role[] = ['physician', 'nurse', 'pharmacist', 'laboratory', 'radiology']

interface Hospital {
  /** Where it answers. */
  readonly address: string
  readonly token: string
  readonly fetch: Fetch
}

/** Accounts of the practice hospital, which was just filled, linked to people of it; gives what to print. */
export async function practiceAccounts({ first }: Pick<Identity, 'first'>, hospital: Hospital): Promise<string> {
  const [staff, patients] = await Promise.all([
    idsOf(hospital, 'Practitioner', PRACTITIONERS.length),
    idsOf(hospital, 'Patient', 1),
  ])
  const links = new Map<Role, string>(PRACTITIONERS.flatMap((role, at) => (staff[at] ? [[role, staff[at]]] : [])))
  if (patients[0] !== undefined) links.set('patient', patients[0])
  const accounts = await first.practice(links)
  if (accounts.length === 0) return ''
  const widest = Math.max(...accounts.map(({ userName }) => userName.length))
  const lines = accounts.map(({ userName, password }) => `  ${userName.padEnd(widest)}  ${password}`)
  return ['', 'Accounts to practise with, one for each role (their passwords are shown once):', '', ...lines, ''].join(
    '\n',
  )
}

/** Of the resources that there are, as in `Practitioner/7`. */
async function idsOf({ address, token, fetch }: Hospital, type: string, most: number): Promise<string[]> {
  const found = await fetch(`${address}/fhir/R4/${type}?_count=${most}&_elements=id`, {
    headers: { authorization: `Bearer ${token}` },
  })
  const { entry = [] } = (await found.json()) as { entry?: { resource: { id: string } }[] }
  return entry.map(({ resource }) => `${type}/${resource.id}`)
}

/** How to sign in: with a password at the very first start, else just where. */
export const signInLines = (page: string, administrator: FirstAccount | undefined): string[] => [
  `  Sign in       ${page}`,
  ...(administrator === undefined
    ? []
    : [
        `                as ${administrator.userName}, with the password ${administrator.password}`,
        '                (shown once; it must be changed)',
      ]),
]
