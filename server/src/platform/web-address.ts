/** Whether a text is an address that browsers open: `https://example.com/tips`. */
export const isWebAddress = (text: string): boolean => URL.canParse(text) && /^https?:$/.test(new URL(text).protocol);
