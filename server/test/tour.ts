import { blocksOf, Shell } from './documented.ts';

/** The result of the tour: failed commands with their output, and refused requests, such as `422 /api/v1/clients/1`. */
export interface Tour {
  failures: string[];
  refusals: string[];
}

/**
 * Pastes the README's tour into a shell, but for the address of the server.
 * @param node the Node.js that its programs run on
 */
export async function takeTour(url: string, node = process.execPath): Promise<Tour> {
  const shell = new Shell({ node });
  const tour: Tour = { failures: [], refusals: [] };
  try {
    for (const { language, code } of await blocksOf('README.md', 'A tour')) {
      const { output, answers, failures } = await shell.paste({ language, code: code.replaceAll('http://127.0.0.1:8080', url) });
      if (failures.length) tour.failures.push(`${failures.join(', ')}\n${output}`);
      tour.refusals.push(...answers.filter(({ status }) => status >= 400).map(({ status, path }) => `${status} ${path}`));
    }
  } finally {
    shell.close();
  }
  return tour;
}
