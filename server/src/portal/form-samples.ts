import { type Language, pascalCase } from './languages.ts';
import type { FormPart, SampleRequest } from './samples.ts';

type WriteForm = (request: SampleRequest, parts: FormPart[]) => string;
type TextPart = Extract<FormPart, { value: string }>;
type FilePart = Extract<FormPart, { fileName: string }>;

const each = (parts: FormPart[], text: (part: TextPart) => string, file: (part: FilePart) => string) =>
  parts.map((part) => ('fileName' in part ? file(part) : text(part))).join('\n');

const fileOf = (parts: FormPart[]): FilePart => parts.find((part): part is FilePart => 'fileName' in part) as FilePart;

const headerLines = (request: SampleRequest, line: (name: string, value: string) => string) =>
  request.headers.map(([name, value]) => line(name, value)).join('\n');

/**
 * Samples of forms with a file. The library leaves out the content of the file, or reads a file that does not exist. These samples contain
 * a small file, and show how to send another one.
 */
export const formSamples: Partial<Record<Language, WriteForm>> = {
  shell: (request, parts) => {
    const { fileName, content, isBase64 } = fileOf(parts);
    return `# Put a file of your own in the place of this one.
${isBase64 ? `echo '${content}' | base64 -d > ${fileName}` : `echo '${content}' > ${fileName}`}

curl --request ${request.method} \\
  --url ${request.url} \\
${headerLines(request, (name, value) => `  --header '${name}: ${value}' \\`)}
${each(
  parts,
  ({ name, value }) => `  --form '${name}=${value}' \\`,
  (part) => `  --form '${part.name}=@${part.fileName};type=${part.contentType}' \\`,
).replace(/ \\$/, '')}`;
  },

  javascript: (request, parts) => {
    const { fileName, contentType, content, isBase64 } = fileOf(parts);
    const bytes = isBase64 ? `Uint8Array.from(atob('${content}'), (sign) => sign.charCodeAt(0))` : `'${content}'`;
    return `// Or a file of your own, as an <input type="file"> gives it.
const file = document.querySelector('input[type="file"]')?.files[0] ??
  new File([${bytes}], '${fileName}', {type: '${contentType}'});
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
  .catch(err => console.error(err));`;
  },

  node: (request, parts) => `const form = new FormData();
${each(
  parts,
  ({ name, value }) => `form.append('${name}', '${value}');`,
  ({ name, fileName, contentType, content, isBase64 }) => `// Or the content of a file of your own.
const content = ${isBase64 ? `Buffer.from('${content}', 'base64')` : `'${content}'`};
form.append('${name}', new Blob([content], { type: '${contentType}' }), '${fileName}');`,
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

  python: (request, parts) => {
    const { name: field, fileName, contentType, content, isBase64 } = fileOf(parts);
    return `${isBase64 ? 'import base64\n\n' : ''}import requests

url = "${request.url}"

# Or open("${fileName}", "rb"), a file of your own.
content = ${isBase64 ? `base64.b64decode("${content}")` : `"${content}"`}
files = { "${field}": ("${fileName}", content, "${contentType}") }
payload = {
${each(
  parts.filter((part) => 'value' in part),
  ({ name, value }) => `    "${name}": "${value}",`,
  () => '',
)}
}
headers = {
${headerLines(request, (name, value) => `    "${name}": "${value}",`)}
}

response = requests.${request.method.toLowerCase()}(url, data=payload, files=files, headers=headers)

print(response.text)`;
  },

  java: (request, parts) => `import java.net.URI;
import java.net.http.*;

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
    content,
    isBase64,
  }) => `        body.write(("--" + boundary + "\\r\\nContent-Disposition: form-data; name=\\"${name}\\"; filename=\\"${fileName}\\"\\r\\nContent-Type: ${contentType}\\r\\n\\r\\n").getBytes());
        // Or java.nio.file.Files.readAllBytes(java.nio.file.Path.of("${fileName}")), a file of your own.
        body.write(${isBase64 ? `java.util.Base64.getDecoder().decode("${content}")` : `"${content}".getBytes()`});
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
  ({ name, fileName, contentType, content, isBase64 }) => `// Or File.ReadAllBytes("${fileName}"), a file of your own.
var ${name} = new ByteArrayContent(${isBase64 ? `Convert.FromBase64String("${content}")` : `System.Text.Encoding.UTF8.GetBytes("${content}")`});
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
  ({
    name,
    fileName,
    contentType,
    content,
    isBase64,
  }) => `    // Or new CURLFile('${fileName}', '${contentType}'), a file of your own.
    '${name}' => new CURLStringFile(${isBase64 ? `base64_decode('${content}')` : `'${content}'`}, '${fileName}', '${contentType}'),`,
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
${fileOf(parts).isBase64 ? '\t"encoding/base64"\n' : ''}	"fmt"
	"io"
	"mime/multipart"
	"net/http"
)

func main() {

	var body bytes.Buffer
	form := multipart.NewWriter(&body)
${each(
  parts,
  ({ name, value }) => `	form.WriteField("${name}", "${value}")`,
  ({ name, fileName, content, isBase64 }) => `	// Or os.ReadFile("${fileName}"), a file of your own.
	${isBase64 ? `content, _ := base64.StdEncoding.DecodeString("${content}")` : `content := []byte("${content}")`}
	part, _ := form.CreateFormFile("${name}", "${fileName}")
	part.Write(content)`,
)}
	form.Close()

	req, _ := http.NewRequest("${request.method}", "${request.url}", &body)

${headerLines(request, (name, value) => `	req.Header.Add("${name}", "${value}")`)}
	req.Header.Add("Content-Type", form.FormDataContentType())

	res, err := http.DefaultClient.Do(req)
	if err != nil {
		panic(err)
	}
	defer res.Body.Close()
	answer, _ := io.ReadAll(res.Body)

	fmt.Println(string(answer))

}`,

  ruby: (request, parts) => `require 'uri'
require 'net/http'
require 'stringio'

url = URI("${request.url}")

# Or File.open('${fileOf(parts).fileName}'), a file of your own.
file = StringIO.new('${fileOf(parts).content}'${fileOf(parts).isBase64 ? ".unpack1('m')" : ''})

http = Net::HTTP.new(url.host, url.port)
http.use_ssl = url.scheme == 'https'

request = Net::HTTP::${request.method.charAt(0)}${request.method.slice(1).toLowerCase()}.new(url)
${headerLines(request, (name, value) => `request["${name}"] = '${value}'`)}
request.set_form([
${each(
  parts,
  ({ name, value }) => `  ['${name}', '${value}'],`,
  ({ name, fileName, contentType }) => `  ['${name}', file, { filename: '${fileName}', content_type: '${contentType}' }],`,
)}
], 'multipart/form-data')

response = http.request(request)
puts response.read_body`,

  r: (request, parts) => `library(httr)

# Or a file of your own, by its name.
file <- file.path(tempdir(), "${fileOf(parts).fileName}")
${fileOf(parts).isBase64 ? `writeBin(jsonlite::base64_dec("${fileOf(parts).content}"), file)` : `writeLines("${fileOf(parts).content}", file)`}

response <- VERB("${request.method}", "${request.url}",
  body = list(
${each(
  parts,
  ({ name, value }) => `    "${name}" = "${value}",`,
  ({ name, contentType }) => `    "${name}" = upload_file(file, "${contentType}"),`,
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
