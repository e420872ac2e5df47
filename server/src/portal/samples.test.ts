import { expect, test } from 'vitest';
import { testServer } from '../../test/harness.ts';
import { demoCredentials } from '../demo/accounts.ts';
import { surfaces } from '../surfaces/index.ts';
import { languages } from './languages.ts';
import { documented } from './model.ts';
import { entriesOf } from './paths.ts';
import { renderSamples } from './render-samples.ts';
import { sampleRequest } from './samples.ts';

const callable = entriesOf(surfaces).filter((entry) => !entry.isWebhook);

test('every built operation has eleven samples with its method, address and headers', async () => {
  const { url } = await testServer();
  expect(languages).toHaveLength(11);
  for (const entry of callable) {
    const request = sampleRequest(entry, documented(entry), { base: url, server: 'this', credentials: demoCredentials });
    const samples = await renderSamples(request);
    expect(samples.map((sample) => sample.language)).toEqual(languages.map(({ language }) => language));
    const path = new URL(request.url).pathname;
    for (const { language, code } of samples) {
      const where = `${language} ${entry.operation.id}\n${code}`;
      // PHP's client, Python's and others name the method in their own way: requests.post, Net::HTTP::Post, HttpMethod.Post.
      expect(code.toUpperCase(), where).toContain(request.method);
      expect(code, where).toContain(path);
      for (const [name, value] of request.headers.filter(([name]) => name === 'Authorization')) {
        expect(code.toLowerCase(), where).toContain(name.toLowerCase());
        expect(code, where).toContain(value);
      }
      expect(code, where).not.toContain('undefined');
    }
  }
});

test('the example request of every operation is one that the mock server accepts', async () => {
  const { url } = await testServer();
  const refused: string[] = [];
  for (const entry of callable) {
    const request = sampleRequest(entry, documented(entry), { base: url, server: 'mock', credentials: undefined });
    const form = new FormData();
    for (const part of request.form ?? [])
      form.append(part.name, 'value' in part ? part.value : new Blob(['text'], { type: part.contentType }));
    const body = request.form ? form : request.json === undefined ? undefined : JSON.stringify(request.json);
    const { status } = await fetch(request.url, {
      method: request.method,
      headers: request.headers,
      ...(body === undefined ? {} : { body }),
    });
    if (status !== entry.operation.success.status) refused.push(`${entry.operation.id} ${status} ${request.url}`);
  }
  expect(refused).toEqual([]);
});
