/**
 * The token that lets the client of an appointment review it: short enough for a message, but impossible to guess. @param hash of the
 * appointment
 */
export const reviewTokenOf = (id: number, hash: string): string => `${id.toString(36)}-${hash.slice(0, 16)}`;
