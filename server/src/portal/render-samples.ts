import type { HarRequest } from '@readme/httpsnippet';
import { formSamples } from './form-samples.ts';
import { type Language, languages, pascalCase, type TargetId } from './languages.ts';
import type { FormPart, SampleRequest } from './samples.ts';

export interface Sample {
  language: string;
  title: string;
  code: string;
}

/** The samples of a request in every language. */
export async function renderSamples(request: SampleRequest, only?: Language): Promise<Sample[]> {
  const library = await import('@readme/httpsnippet');
  const snippet = new library.HTTPSnippet(harOf(request) as never);
  const wanted = languages.filter(({ language }) => only === undefined || language === only);
  return wanted.map(({ language, title, target, client }) => {
    const byHand = request.form?.some((part) => 'fileName' in part) ? formSamples[language] : undefined;
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

/** Corrects the library's code where it does not run as it is. */
function finish(language: Language, request: SampleRequest, code: string): string {
  switch (language) {
    case 'shell':
      // A shell replaces $ and ` in an unquoted here-document.
      return code.replace('<<EOF', "<<'EOF'");
    case 'javascript':
    case 'node':
      // Some answers have no body, so they cannot be parsed as JSON.
      return code
        .replace('.then(res => res.json())', '.then(res => res.text())')
        .replace(/\.then\((?:res|json) => console\.log\(\w+\)\)/, '.then(text => console.log(text))');
    case 'java':
      return code.includes('class ') ? code : javaClass(request.id, code);
    case 'ruby':
      // This works for http and https, because the page can put another address here.
      return code.replace(
        /^(http = Net::HTTP\.new\(.*\))\n(?:http\.use_ssl = .*\n)?/m,
        "$1\nhttp.use_ssl = url.scheme == 'https'\n",
      );
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
