/** Bundles as their texts. */
export const bundle = (type: 'batch' | 'transaction', ...entry: object[]): string =>
  JSON.stringify({ resourceType: 'Bundle', type, entry })

export const transaction = (...entry: object[]): string => bundle('transaction', ...entry)

/** An entry that stores a Group of these. */
export const refersTo = (...references: string[]) => ({
  resource: {
    resourceType: 'Group',
    type: 'person',
    actual: true,
    member: references.map((reference) => ({ entity: { reference } })),
  },
  request: { method: 'POST', url: 'Group' },
})
