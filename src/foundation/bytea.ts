/** bytea as PostgreSQL prints it: `\x` and two hexadecimal digits a byte. */
export const fromBytea = (printed: string): Buffer => Buffer.from(printed.slice(2), 'hex')
