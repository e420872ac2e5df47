/** How the reader of a message calls a command: from a clone it was npm that started this process. */
export const commandLine = (command: string): string =>
  process.env.npm_lifecycle_event === 'foyer' ? `npm run foyer -- ${command}` : `foyer ${command}`;
