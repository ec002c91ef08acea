import { isIPv4, isIPv6 } from 'node:net'

/**
 * The network that an address belongs to, as far as one holder has it: an IPv4 address by itself, of IPv6 the first 64
 * bits, because whoever has one address there has them all.
 */
export function netOf(address: string): string {
  const bare = address.replace(/%.*$/, '')
  if (isIPv4(bare)) return bare
  if (!isIPv6(bare)) return 'unknown'
  // The parser of addresses writes every IPv6 address in one way.
  const text = new URL(`http://[${bare}]`).hostname.slice(1, -1)
  const [head = '', tail] = text.split('::')
  const groups = (part: string) => (part === '' ? [] : part.split(':'))
  const front = groups(head)
  const back = tail === undefined ? [] : groups(tail)
  const all = [...front, ...Array<string>(tail === undefined ? 0 : 8 - front.length - back.length).fill('0'), ...back]
  if (all.slice(0, 6).join(':') === '0:0:0:0:0:ffff') return mapped(all[6] as string, all[7] as string)
  return `${all.slice(0, 4).join(':')}::/64`
}

/** An IPv4 address in the clothes of IPv6. */
function mapped(high: string, low: string): string {
  const bits = Number.parseInt(high, 16) * 65_536 + Number.parseInt(low, 16)
  return [24, 16, 8, 0].map((shift) => Math.floor(bits / 2 ** shift) % 256).join('.')
}
