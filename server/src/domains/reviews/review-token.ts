/** What lets the client of an appointment review it: short enough for a message, and not to be guessed. @param hash of the appointment */
export const reviewTokenOf = (id: number, hash: string): string => `${id.toString(36)}-${hash.slice(0, 16)}`;
