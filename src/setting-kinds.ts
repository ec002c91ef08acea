/** In which forms several settings are given. */
import { isIP } from 'node:net'
import { type Setting, text } from '#foundation/setting.ts'
import { isZone } from '#foundation/zone.ts'

export const key = text('32 bytes in base64, or as 64 hexadecimal digits', /^[A-Za-z0-9+/]{43}=$|^[0-9a-fA-F]{64}$/)
export const address = text('an address such as https://emr.example.org', /^https?:\/\/\S+$/)

export const smtp = text(
  'an address such as smtp://omnicare@mail.example.org:587 or smtps://mail.example.org',
  /^smtps?:\/\/[^\s/]+\/?$/,
)
export const sender = text(
  'an e-mail address, alone or as in OmniCare <omnicare@example.org>',
  /^(?:[^\s@<>,;:"]+@[^\s@<>,;:"]+|[^@<>,;:"\r\n]+ <[^\s@<>,;:"]+@[^\s@<>,;:"]+>)$/,
)

const TIME_ZONE = 'a time zone such as Europe/Berlin'
export const timeZone: Pick<Setting<string>, 'form' | 'parse'> = {
  form: TIME_ZONE,
  parse(given) {
    if (!isZone(given)) throw new Error(`must be ${TIME_ZONE}`)
    return given
  },
}

const NETWORKS = 'addresses or networks separated by commas, such as 10.0.0.5,192.168.7.0/24'
export const networks: Pick<Setting<readonly string[]>, 'form' | 'parse'> = {
  form: NETWORKS,
  parse(given) {
    const all = given.split(',').map((one) => one.trim())
    if (!all.every(isNetwork)) throw new Error(`must be ${NETWORKS}`)
    return all
  },
}
export const database = text(
  'a PostgreSQL address: postgresql://user:password@host:port/database',
  /^postgres(ql)?:\/\/\S+$/,
)

const TIME_SERVER = 'a host, with or without a port, such as time.example.org or [2001:db8::1]:123'
export const timeServer: Pick<Setting<{ readonly host: string; readonly port: number }>, 'form' | 'parse'> = {
  form: TIME_SERVER,
  parse(given) {
    const [, v6, name, port = '123'] = /^(?:\[([\da-fA-F:]+)\]|([\w.-]+))(?::(\d{1,5}))?$/.exec(given) ?? []
    const host = v6 ?? name
    if (host === undefined || Number(port) < 1 || Number(port) > 65_535) throw new Error(`must be ${TIME_SERVER}`)
    return { host, port: Number(port) }
  },
}

const REGIONS = 'names with addresses separated by commas, such as us-west-2=https://operations.us-west-2.example.org'
export const regions: Pick<Setting<readonly { readonly name: string; readonly url: string }[]>, 'form' | 'parse'> = {
  form: REGIONS,
  parse: (given) =>
    given.split(',').map((one) => {
      const [, name, url] = /^([A-Za-z0-9-]{1,40})=(https?:\/\/[^\s,]+?)\/*$/.exec(one.trim()) ?? []
      if (name === undefined || url === undefined) throw new Error(`must be ${REGIONS}`)
      return { name, url }
    }),
}

function isNetwork(given: string): boolean {
  const [address = '', bits, more] = given.split('/')
  const most = { 0: 0, 4: 32, 6: 128 }[isIP(address)] ?? 0
  if (most === 0 || more !== undefined) return false
  // All addresses at once are no proxy: whoever asks could then claim any address.
  return bits === undefined || (/^[1-9]\d{0,2}$/.test(bits) && Number(bits) <= most)
}
