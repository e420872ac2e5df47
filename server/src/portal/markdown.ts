import { guideHref } from './guide.ts';
import {
  callersOf,
  contentOf,
  type Document,
  documented,
  documentOf,
  fieldsOf,
  headersOf,
  parametersOf,
  resolve,
  rulesOf,
  type Schema,
  typeText,
  variantsOf,
} from './model.ts';
import { partnerHref } from './partner.ts';
import { type Entry, serverPath, surfaceHref } from './paths.ts';
import type { Sample } from './render-samples.ts';
import { type SampleValues, sampleBody } from './samples.ts';
import { webhookGuideHref } from './webhook-guide.ts';

const cell = (text: string) => text.replace(/\s*\n\s*/g, ' ').replaceAll('|', '\\|');

const table = (head: string[], rows: string[][]) =>
  [head, head.map(() => '---'), ...rows].map((row) => `| ${row.map(cell).join(' | ')} |`).join('\n');

const json = (value: unknown) => `\`\`\`json\n${JSON.stringify(value, null, 2)}\n\`\`\``;

/**
 * One row for each field. Nested fields are written as `user.name` and `items[].id`, fields of an alternative as `filters[](type
 * "id").state`.
 */
function fieldRows(document: Document, given: Schema, prefix: string, above: string[]): string[][] {
  const { fields, name } = fieldsOf(document, given);
  if ((name && above.includes(name)) || above.length > 6) return [];
  const variants = variantsOf(document, given);
  if (variants.length) {
    const start = prefix.replace(/\.$/, '');
    return variants.flatMap(({ label, schema }) => fieldRows(document, schema, `${start}(${label}).`, [...above, name ?? '']));
  }
  const within = [...above, name ?? ''];
  return fields.flatMap((field) => {
    const { schema } = resolve(document, field.schema);
    const isList = schema.type === 'array';
    const path = `${prefix}${field.name}`;
    return [
      [
        `\`${path}\``,
        typeText(document, field.schema),
        field.isRequired ? 'yes' : 'no',
        [field.schema.description ?? schema.description ?? '', ...rulesOf(schema)].filter(Boolean).join('; '),
      ],
      ...fieldRows(document, field.schema, `${path}${isList ? '[]' : ''}.`, within),
    ];
  });
}

const fieldTable = (document: Document, schema: Schema) => {
  const rows = fieldRows(document, schema, '', []);
  return rows.length ? table(['Field', 'Type', 'Required', 'Description'], rows) : `Type: ${typeText(document, schema)}`;
};

/** The page of an operation for programs that read. */
export function operationMarkdown(
  entry: Entry,
  base: string,
  values: SampleValues | undefined,
  curl: Sample | undefined,
): string {
  const { surface, operation } = entry;
  const document = documentOf(surface);
  const description = documented(entry);
  const parameters = parametersOf(entry, description);
  const headers = headersOf(entry, description);
  const body = operation.method === 'GET' ? undefined : contentOf(description.requestBody);
  const parts = [
    `# ${operation.summary}`,
    entry.isWebhook
      ? `Webhook \`${operation.path.replace('webhook:', '')}\`, operation id \`${operation.id}\``
      : `\`${operation.method} ${surface.basePath}${operation.path}\`, operation id \`${operation.id}\`, [${surface.title}](${base}${surfaceHref(surface)}), ${operation.tag}`,
    operation.deprecated ? 'Deprecated: do not use it in new integrations.' : '',
    description.description,
    '## Who may call it',
    callersOf(entry),
    ...(entry.isWebhook
      ? []
      : [
          '## Servers',
          `- This server: \`${base}${serverPath(surface, 'this')}\`\n- Mock server: \`${base}${serverPath(surface, 'mock')}\``,
        ]),
    ...(headers.length || surface.mediaType ? ['## Headers'] : []),
    ...(surface.mediaType ? [`\`Accept: ${surface.mediaType}\` is required.`] : []),
    ...headers.map(({ name, description = '' }) => `\`${name}\` (optional): ${description}`),
    '## Parameters',
    parameters.length
      ? table(
          ['Name', 'In', 'Type', 'Required', 'Description'],
          parameters.map((parameter) => [
            `\`${parameter.name}\``,
            parameter.in,
            typeText(document, parameter.schema),
            parameter.required ? 'yes' : 'no',
            [parameter.description ?? '', ...rulesOf(parameter.schema)].filter(Boolean).join('; '),
          ]),
        )
      : 'None.',
    '## Body',
    ...(body
      ? [
          `\`${body.type}\``,
          fieldTable(document, body.schema),
          ...(body.example === undefined ? [] : ['Example:', json(sampleBody(entry, description, values) ?? body.example)]),
        ]
      : ['None.']),
    '## Answers',
    ...Object.entries(description.responses).flatMap(([status, response]) => {
      const content = contentOf(response);
      return [
        `### ${status}`,
        response.description,
        ...(content === undefined
          ? ['No body.']
          : content.example === undefined
            ? [`\`${content.type}\``]
            : [json(content.example), ...(Number(status) < 400 ? [fieldTable(document, content.schema)] : [])]),
      ];
    }),
    ...(curl ? ['## Sample', `\`\`\`sh\n${curl.code}\n\`\`\``] : []),
  ];
  return `${parts.filter(Boolean).join('\n\n')}\n`;
}

/** The index of every operation for programs that read, https://llmstxt.org. */
export function llmsText(entries: Entry[], base: string): string {
  const surfaces = [...new Set(entries.map((entry) => entry.surface))];
  const parts = [
    '# Foyer',
    '> The back office of an appointment business as an open, self-hosted API server. Every operation below has a page in Markdown. The mock server answers with their examples.',
    `Requests carry \`Authorization: Bearer <partner_token>, User <user_token>\`. Answers are \`{success, data, meta}\`. OpenAPI 3.1 documents: ${surfaces.map((surface) => `[${surface.title}](${base}/_bundle${surfaceHref(surface)}.json)`).join(', ')}. [Limits and retries](${base}${guideHref}). [Webhooks](${base}${webhookGuideHref}). [Applications of partners](${base}${partnerHref}).`,
    ...surfaces.map((surface) =>
      [
        `## ${surface.title} (${surface.basePath})`,
        '',
        ...entries
          .filter((entry) => entry.surface === surface)
          .map(
            (entry) =>
              `- [${entry.operation.summary}](${base}${entry.href}.md): ${entry.isWebhook ? 'webhook' : `\`${entry.operation.method} ${entry.operation.path}\``}`,
          ),
      ].join('\n'),
    ),
  ];
  return `${parts.join('\n\n')}\n`;
}

/** The operations of a surface, or of one of its tags, for programs. */
export const listMarkdown = (title: string, text: string, entries: Entry[], base: string): string =>
  `# ${title}\n\n${text}\n\n${entries.map((entry) => `- [${entry.operation.summary}](${base}${entry.href}.md)`).join('\n')}\n`;
