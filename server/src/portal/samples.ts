import type { HarRequest, HTTPSnippet } from '@readme/httpsnippet';
import { exampleOf } from '../api/openapi/example.ts';
import { contentOf, type Documented, documentOf, type Parameter, parametersOf, resolve, type Schema } from './model.ts';
import { type Entry, serverPath } from './paths.ts';

type TargetId = Parameters<HTTPSnippet['convert']>[0];

/** The tokens and the login that samples are filled in with. */
export interface Credentials {
  partnerToken: string;
  /** Of the owner; may do everything. */
  userToken: string;
  receptionistToken: string;
  workerToken: string;
  clientToken: string;
  login: string;
  password: string;
}

/** Where samples are for, and with whose tokens; without credentials they have placeholders. */
export interface SampleServer {
  /** `http://localhost:8080` */
  base: string;
  server: 'this' | 'mock';
  credentials: Credentials | undefined;
}

/** A part of a form: a text, or a file that the caller has. */
type FormPart = { name: string; value: string } | { name: string; fileName: string; contentType: string };

/** An example request of an operation. */
export interface SampleRequest {
  id: string;
  method: string;
  url: string;
  headers: [name: string, value: string][];
  json?: unknown;
  form?: FormPart[];
}

export interface Sample {
  language: string;
  title: string;
  code: string;
}

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

/** Values of parameters that exist in the demo business; other ids are 1, which exists of everything it has. */
const parameterExamples: Record<string, unknown> = { phone: '12125550100' };

/** Bodies that the demo business accepts, where the declared example names what it does not have. */
function bodyExample(id: string, declared: unknown, credentials: Credentials | undefined): unknown {
  const fields = (changes: object) => ({ ...(declared as object), ...changes });
  switch (id) {
    case 'authorize_user':
    case 'authorize_online_booking_user':
      return credentials ? fields({ login: credentials.login, password: credentials.password }) : declared;
    case 'update_user_password':
      return fields({ current_password: credentials?.password ?? 'the present password', password: 'a longer new password' });
    case 'update_booking_user':
      // The owner of the demo manages locations: phone and e-mail are changed there.
      return credentials ? { name: 'Olivia Hart-Smith' } : declared;
    case 'update_booking_user_password':
      return fields({ old_password: credentials?.password ?? 'the present password', new_password: 'a longer new password' });
    case 'submit_feedback_form':
      // No payment provider is connected.
      return { rating: 5, text: 'Excellent service!' };
    case 'create_location':
      return { title: 'Lavender Studio, Brooklyn', country_id: 840, city_id: 5128581, address: '7 Example Road' };
    case 'update_location':
      return { title: 'Lavender Studio, Midtown', address: '9 Example Street', zip: '10002' };
    case 'update_client':
      return fields({ phone: '+13155550186' });
    default:
      return declared;
  }
}

/** An example of a parameter that this server understands. */
export function parameterExample(parameter: Parameter): unknown {
  const { name, schema } = parameter;
  const declared = schema.enum?.[0] ?? schema.examples?.[0] ?? schema.default;
  if (declared !== undefined) return declared;
  const known = parameterExamples[name];
  if (known !== undefined && Number(known) <= (schema.maximum ?? Number.POSITIVE_INFINITY)) return known;
  if (/(^|_)(id|ids)$/.test(name)) return 1;
  if ([schema.type].flat().includes('string') && /date|^from$|^till$|^to$|_after$|_before$/.test(name)) {
    return /end|till|^to$|_to$|before/.test(name) ? '2026-01-31' : '2026-01-01';
  }
  return exampleOf(schema, { name });
}

/** The example body of a request as the samples send it; undefined when the operation takes none. */
export function sampleBody(entry: Entry, operation: Documented, credentials: Credentials | undefined): unknown {
  if (entry.operation.method === 'GET') return undefined;
  const body = contentOf(operation.requestBody);
  if (!body || body.type === 'multipart/form-data') return undefined;
  return bodyExample(operation.operationId, body.example, credentials);
}

/** The example request of an operation: what is required, with values that work against the demo business. */
export function sampleRequest(entry: Entry, operation: Documented, target: SampleServer): SampleRequest {
  const { surface } = entry;
  const parameters = parametersOf(entry, operation);
  const path = entry.operation.path.replace(/\{(\w+)\}/g, (_, name: string) => {
    const parameter = parameters.find((candidate) => candidate.in === 'path' && candidate.name === name);
    return encodeURIComponent(String(parameter ? parameterExample(parameter) : 1));
  });
  const query = parameters
    .filter((parameter) => parameter.in === 'query' && parameter.required)
    .flatMap((parameter) => [parameterExample(parameter)].flat().map((value) => [parameter.name, value] as const))
    .map(([name, value]) => `${encodeURIComponent(name)}=${encodeURIComponent(String(value))}`);
  const json = sampleBody(entry, operation, target.credentials);
  const form = entry.operation.multipart ? formParts(entry, operation) : undefined;
  const authorization = authorizationOf(entry, target.credentials);
  return {
    id: operation.operationId,
    method: entry.operation.method,
    url: target.base + serverPath(surface, target.server) + path + (query.length ? `?${query.join('&')}` : ''),
    headers: [
      ['Accept', surface.mediaType ?? (entry.operation.success.body === 'stream' ? '*/*' : 'application/json')],
      ...(authorization ? [['Authorization', authorization] as [string, string]] : []),
      ...(json === undefined ? [] : [['Content-Type', 'application/json'] as [string, string]]),
    ],
    ...(json === undefined ? {} : { json }),
    ...(form ? { form } : {}),
  };
}

/** The Authorization header of an operation; undefined where it needs none. */
export function authorizationOf({ operation: { access } }: Entry, credentials: Credentials | undefined): string | undefined {
  if (!access.partner) return undefined;
  const partner = `Bearer ${credentials?.partnerToken ?? '<partner_token>'}`;
  return access.user === 'none' ? partner : `${partner}, User ${credentials?.userToken ?? '<user_token>'}`;
}

const isFile = (name: string, schema: Schema) => schema.format === 'binary' || name === 'file' || name === 'image';

/** The parts of a form: the texts first, as the server wants them before the files. */
function formParts(entry: Entry, operation: Documented): FormPart[] {
  const body = contentOf(operation.requestBody);
  const { schema } = resolve(documentOf(entry.surface), body?.schema ?? {});
  const fields = Object.entries(schema.properties ?? {});
  return [
    ...fields
      .filter(([name, field]) => !isFile(name, field))
      .map(([name, field]) => ({ name, value: String(exampleOf(field, { name })) })),
    ...fields
      .filter(([name, field]) => isFile(name, field))
      .map(([name]) =>
        name === 'image'
          ? { name, fileName: 'photo.png', contentType: 'image/png' }
          : { name, fileName: 'note.txt', contentType: 'text/plain' },
      ),
  ];
}

/** The samples of a request in every language. */
export async function renderSamples(request: SampleRequest, only?: Language): Promise<Sample[]> {
  const library = await import('@readme/httpsnippet');
  const snippet = new library.HTTPSnippet(harOf(request) as never);
  const wanted = languages.filter(({ language }) => only === undefined || language === only);
  return wanted.map(({ language, title, target, client }) => {
    const byHand = request.form ? formSamples[language] : undefined;
    const written = byHand
      ? byHand(request, request.form as FormPart[])
      : String([snippet.convert(target as TargetId, client)].flat()[0]);
    return { language, title, code: finish(language, request, written).trimEnd() };
  });
}

function harOf({ method, url, headers, json, form }: SampleRequest): Partial<HarRequest> {
  const postData = form
    ? { mimeType: 'multipart/form-data', params: form as never }
    : json === undefined
      ? undefined
      : { mimeType: 'application/json', text: JSON.stringify(json) };
  return {
    method,
    url,
    headers: [...headers, ...(form ? [['Content-Type', 'multipart/form-data'] as const] : [])].map(([name, value]) => ({
      name,
      value,
    })),
    ...(postData ? { postData } : {}),
  } as Partial<HarRequest>;
}

/** What the library leaves to wish for. */
function finish(language: Language, request: SampleRequest, code: string): string {
  switch (language) {
    case 'shell':
      // A shell replaces $ and ` in an unquoted here-document.
      return code.replace('<<EOF', "<<'EOF'");
    case 'javascript':
    case 'node':
      // Some answers have no body, which is no JSON.
      return code
        .replace('.then(res => res.json())', '.then(res => res.text())')
        .replace(/\.then\((?:res|json) => console\.log\(\w+\)\)/, '.then(text => console.log(text))');
    case 'java':
      return code.includes('class ') ? code : javaClass(request.id, code);
    case 'r':
      // The library loses the query, and gives requests without a body a type of body.
      return code.replace(/^url <- ".*"$/m, `url <- "${request.url}"`).replace('content_type("application/octet-stream"), ', '');
    default:
      return code;
  }
}

/** A whole program, which `java Name.java` runs. */
const javaClass = (id: string, code: string) => `import java.net.URI;
import java.net.http.*;

public class ${pascalCase(id)} {
    public static void main(String[] args) throws Exception {
${code.trimEnd().replace(/^(?=.)/gm, '        ')}
    }
}`;

/** `create_client` is `CreateClient`. */
export const pascalCase = (id: string): string => id.replace(/(?:^|_)(\w)/g, (_, letter: string) => letter.toUpperCase());

type WriteForm = (request: SampleRequest, parts: FormPart[]) => string;

const each = (
  parts: FormPart[],
  text: (part: { name: string; value: string }) => string,
  file: (part: { name: string; fileName: string; contentType: string }) => string,
) => parts.map((part) => ('fileName' in part ? file(part) : text(part))).join('\n');

const headerLines = (request: SampleRequest, line: (name: string, value: string) => string) =>
  request.headers.map(([name, value]) => line(name, value)).join('\n');

/** Forms with a file, where the library writes the form without its content: these read the file. */
const formSamples: Partial<Record<Language, WriteForm>> = {
  javascript: (request, parts) => `// file: a File, as an <input type="file"> gives it
const file = document.querySelector('input[type="file"]')?.files[0] ?? new File(['Hello'], 'note.txt', {type: 'text/plain'});
const form = new FormData();
${each(
  parts,
  ({ name, value }) => `form.append('${name}', '${value}');`,
  ({ name }) => `form.append('${name}', file);`,
)}

fetch('${request.url}', {
  method: '${request.method}',
  headers: {
${headerLines(request, (name, value) => `    ${name}: '${value}',`)}
  },
  body: form
})
  .then(res => res.text())
  .then(text => console.log(text))
  .catch(err => console.error(err));`,

  node: (request, parts) => `import { readFile } from 'node:fs/promises';

const form = new FormData();
${each(
  parts,
  ({ name, value }) => `form.append('${name}', '${value}');`,
  ({ name, fileName, contentType }) =>
    `form.append('${name}', new Blob([await readFile('${fileName}')], { type: '${contentType}' }), '${fileName}');`,
)}

fetch('${request.url}', {
  method: '${request.method}',
  headers: {
${headerLines(request, (name, value) => `    ${name}: '${value}',`)}
  },
  body: form
})
  .then(res => res.text())
  .then(text => console.log(text))
  .catch(err => console.error(err));`,

  java: (request, parts) => `import java.net.URI;
import java.net.http.*;
import java.nio.file.*;

public class ${pascalCase(request.id)} {
    public static void main(String[] args) throws Exception {
        String boundary = "example-boundary";
        var body = new java.io.ByteArrayOutputStream();
${each(
  parts,
  ({ name, value }) =>
    `        body.write(("--" + boundary + "\\r\\nContent-Disposition: form-data; name=\\"${name}\\"\\r\\n\\r\\n${value}\\r\\n").getBytes());`,
  ({
    name,
    fileName,
    contentType,
  }) => `        body.write(("--" + boundary + "\\r\\nContent-Disposition: form-data; name=\\"${name}\\"; filename=\\"${fileName}\\"\\r\\nContent-Type: ${contentType}\\r\\n\\r\\n").getBytes());
        body.write(Files.readAllBytes(Path.of("${fileName}")));
        body.write("\\r\\n".getBytes());`,
)}
        body.write(("--" + boundary + "--\\r\\n").getBytes());

        HttpRequest request = HttpRequest.newBuilder()
            .uri(URI.create("${request.url}"))
${headerLines(request, (name, value) => `            .header("${name}", "${value}")`)}
            .header("Content-Type", "multipart/form-data; boundary=" + boundary)
            .method("${request.method}", HttpRequest.BodyPublishers.ofByteArray(body.toByteArray()))
            .build();
        HttpResponse<String> response = HttpClient.newHttpClient().send(request, HttpResponse.BodyHandlers.ofString());
        System.out.println(response.body());
    }
}`,

  csharp: (request, parts) => `using System.Net.Http.Headers;
var client = new HttpClient();
var form = new MultipartFormDataContent();
${each(
  parts,
  ({ name, value }) => `form.Add(new StringContent("${value}"), "${name}");`,
  ({ name, fileName, contentType }) => `var ${name} = new ByteArrayContent(File.ReadAllBytes("${fileName}"));
${name}.Headers.ContentType = new MediaTypeHeaderValue("${contentType}");
form.Add(${name}, "${name}", "${fileName}");`,
)}
var request = new HttpRequestMessage(new HttpMethod("${request.method}"), "${request.url}") { Content = form };
${headerLines(request, (name, value) => `request.Headers.TryAddWithoutValidation("${name}", "${value}");`)}
using var response = await client.SendAsync(request);
response.EnsureSuccessStatusCode();
Console.WriteLine(await response.Content.ReadAsStringAsync());`,

  php: (request, parts) => `<?php

$curl = curl_init('${request.url}');

curl_setopt_array($curl, [
  CURLOPT_RETURNTRANSFER => true,
  CURLOPT_CUSTOMREQUEST => '${request.method}',
  CURLOPT_POSTFIELDS => [
${each(
  parts,
  ({ name, value }) => `    '${name}' => '${value}',`,
  ({ name, fileName, contentType }) => `    '${name}' => new CURLFile('${fileName}', '${contentType}', '${fileName}'),`,
)}
  ],
  CURLOPT_HTTPHEADER => [
${headerLines(request, (name, value) => `    '${name}: ${value}',`)}
  ],
]);

$response = curl_exec($curl);

echo $response === false ? 'cURL Error: ' . curl_error($curl) : $response;`,

  go: (request, parts) => `package main

import (
	"bytes"
	"fmt"
	"io"
	"mime/multipart"
	"net/http"${parts.some((part) => 'fileName' in part) ? '\n\t"os"' : ''}
)

func main() {

	var body bytes.Buffer
	form := multipart.NewWriter(&body)
${each(
  parts,
  ({ name, value }) => `	form.WriteField("${name}", "${value}")`,
  ({ name, fileName }) => `	file, err := os.Open("${fileName}")
	if err != nil {
		panic(err)
	}
	defer file.Close()
	part, _ := form.CreateFormFile("${name}", "${fileName}")
	io.Copy(part, file)`,
)}
	form.Close()

	req, _ := http.NewRequest("${request.method}", "${request.url}", &body)

${headerLines(request, (name, value) => `	req.Header.Add("${name}", "${value}")`)}
	req.Header.Add("Content-Type", form.FormDataContentType())

	res, err2 := http.DefaultClient.Do(req)
	if err2 != nil {
		panic(err2)
	}
	defer res.Body.Close()
	answer, _ := io.ReadAll(res.Body)

	fmt.Println(string(answer))

}`,

  ruby: (request, parts) => `require 'uri'
require 'net/http'

url = URI("${request.url}")

http = Net::HTTP.new(url.host, url.port)
http.use_ssl = url.scheme == 'https'

request = Net::HTTP::${request.method.charAt(0)}${request.method.slice(1).toLowerCase()}.new(url)
${headerLines(request, (name, value) => `request["${name}"] = '${value}'`)}
request.set_form([
${each(
  parts,
  ({ name, value }) => `  ['${name}', '${value}'],`,
  ({ name, fileName, contentType }) =>
    `  ['${name}', File.open('${fileName}'), { filename: '${fileName}', content_type: '${contentType}' }],`,
)}
], 'multipart/form-data')

response = http.request(request)
puts response.read_body`,

  r: (request, parts) => `library(httr)

response <- VERB("${request.method}", "${request.url}",
  body = list(
${each(
  parts,
  ({ name, value }) => `    "${name}" = "${value}",`,
  ({ name, fileName, contentType }) => `    "${name}" = upload_file("${fileName}", "${contentType}"),`,
).replace(/,$/, '')}
  ),
  add_headers(
${headerLines(request, (name, value) => `    "${name}" = "${value}",`).replace(/,$/, '')}
  ),
  encode = "multipart")

content(response, "text")`,

  payload: (request, parts) => {
    const { host, pathname, search } = new URL(request.url);
    return `${request.method} ${pathname}${search} HTTP/1.1
${headerLines(request, (name, value) => `${name}: ${value}`)}
Content-Type: multipart/form-data; boundary=example-boundary
Host: ${host}

${each(
  parts,
  ({ name, value }) => `--example-boundary\nContent-Disposition: form-data; name="${name}"\n\n${value}`,
  ({ name, fileName, contentType }) =>
    `--example-boundary\nContent-Disposition: form-data; name="${name}"; filename="${fileName}"\nContent-Type: ${contentType}\n\n… the content of ${fileName} …`,
)}
--example-boundary--`;
  },
};
