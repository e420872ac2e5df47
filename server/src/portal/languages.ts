import type { HTTPSnippet } from '@readme/httpsnippet';

export type TargetId = Parameters<HTTPSnippet['convert']>[0];

/** The languages of the samples, in the order of the published documentation. */
export const languages = [
  { language: 'shell', title: 'curl', target: 'shell', client: 'curl' },
  { language: 'javascript', title: 'JavaScript', target: 'javascript', client: 'fetch' },
  { language: 'node', title: 'Node.js', target: 'node', client: 'fetch' },
  { language: 'python', title: 'Python', target: 'python', client: 'requests' },
  { language: 'java', title: 'Java', target: 'java', client: 'nethttp' },
  { language: 'csharp', title: 'C#', target: 'csharp', client: 'httpclient' },
  { language: 'php', title: 'PHP', target: 'php', client: 'curl' },
  { language: 'go', title: 'Go', target: 'go', client: 'native' },
  { language: 'ruby', title: 'Ruby', target: 'ruby', client: 'native' },
  { language: 'r', title: 'R', target: 'r', client: 'httr' },
  { language: 'payload', title: 'Payload', target: 'http', client: 'http1.1' },
] as const satisfies readonly { language: string; title: string; target: TargetId; client: string }[];

export type Language = (typeof languages)[number]['language'];

/** `create_client` is `CreateClient`. */
export const pascalCase = (id: string): string => id.replace(/(?:^|_)(\w)/g, (_, letter: string) => letter.toUpperCase());
