import { once } from 'node:events';
import { createServer } from 'node:http';
import { text } from 'node:stream/consumers';
import { expect, onTestFinished, test } from 'vitest';
import { refusal, startMailServer } from '../../test/mail-server.ts';
import { Hopeless } from './jobs.ts';
import { isOfTwilio, messageProviders } from './messages.ts';

const { signal } = new AbortController();
const nothing = {
  messageGateway: undefined,
  smtp: undefined,
  twilio: undefined,
  publicUrl: '',
  outsideNetworks: ['127.0.0.0/8'],
};

async function openMailbox(refuse?: Parameters<typeof startMailServer>[0], change = (url: string) => url) {
  const server = await startMailServer(refuse);
  const { email } = messageProviders({ ...nothing, smtp: { url: change(server.url), from: 'Salon <salon@example.com>' } });
  onTestFinished(async () => {
    email?.close?.();
    await server.stop();
  });
  const send = (message: object) =>
    email?.send({ id: 'n7', channel: 'email', recipient: 'ada@example.com', text: 'Hello', ...message }, signal);
  return { server, send };
}

test('a mail arrives at a mail server, with a subject in any script and an id that is the same at every attempt', async () => {
  const { server, send } = await openMailbox();
  const message = {
    subject: 'Ваш визит, 東京',
    text: 'See you\ntomorrow',
    unsubscribe: 'https://foyer.example.com/unsubscribe/1',
  };
  expect(await send(message)).toBe('<message-n7@example.com>');
  await send(message);
  expect(server.received.map(({ to }) => to)).toEqual([['ada@example.com'], ['ada@example.com']]);
  const source = server.received[0]?.source ?? '';
  expect(source).toContain('From: Salon <salon@example.com>');
  expect(source).toContain('Message-ID: <message-n7@example.com>');
  expect(source).toContain('List-Unsubscribe: <https://foyer.example.com/unsubscribe/1>');
  expect(source).toContain('List-Unsubscribe-Post: List-Unsubscribe=One-Click');
  expect(source).toContain('Auto-Submitted: auto-generated');
  expect(source).toMatch(/^Subject: =\?UTF-8\?/m);
  expect(source.replaceAll('\r\n', '\n')).toContain('See you\ntomorrow');
});

test('an address with a comma or a line break is one recipient, and adds no header', async () => {
  const { server, send } = await openMailbox();
  await expect(send({ recipient: 'ada@example.com, eve@example.com' })).rejects.toThrow(Hopeless);
  await send({ subject: 'Hello\r\nBcc: eve@example.com' });
  expect(server.received.map(({ to }) => to)).toEqual([['ada@example.com']]);
  expect(server.received[0]?.source).not.toMatch(/^Bcc:/m);
});

test('a mail server that cannot take a mail now is asked again; one that never will is not', async () => {
  const busy = await openMailbox(() => refusal(451, 'Try later'));
  const later = await busy.send({})?.catch((error: unknown) => error);
  expect(later).not.toBeInstanceOf(Hopeless);
  expect(later).toMatchObject({ message: 'The mail server answered 451' });
  const full = await openMailbox(() => refusal(552, 'Too big'));
  await expect(full.send({})).rejects.toThrow(Hopeless);
  await expect(full.send({ recipient: 'nobody@example.com' })).rejects.toThrow(Hopeless);
});

test('a wrong password is the operator’s to correct: the mail is kept, and the error does not show the password', async () => {
  const { send } = await openMailbox(undefined, (url) => url.replace('of%20the', 'secret%20'));
  const error = await send({})?.catch((problem: unknown) => problem);
  expect(error).not.toBeInstanceOf(Hopeless);
  expect(JSON.stringify([String(error), error])).not.toContain('secret');
  expect(error).toMatchObject({ message: 'The mail server answered 535' });
});

test('a mail server that is away is asked again', async () => {
  const { server, send } = await openMailbox();
  await server.stop();
  const error = await send({})?.catch((problem: unknown) => problem);
  expect(error).not.toBeInstanceOf(Hopeless);
  expect(error).toMatchObject({ message: expect.stringMatching(/^The mail server cannot be used \(E/) });
});

/** A double of Twilio that answers with a status. */
async function openTwilio(status = 201, from = '+12025550100', answer = '{"sid":"SM1","status":"queued"}') {
  const received: { url: string; authorization: string | undefined; type: string | undefined; form: object }[] = [];
  const server = createServer(async (request, response) => {
    const { authorization, 'content-type': type } = request.headers;
    received.push({
      url: request.url as string,
      authorization,
      type,
      form: Object.fromEntries(new URLSearchParams(await text(request))),
    });
    response.writeHead(status, { 'content-type': 'application/json' }).end(answer);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => void server.close());
  const url = `http://127.0.0.1:${(server.address() as { port: number }).port}`;
  const twilio = { accountSid: 'AC1', authToken: 'of Twilio', from, whatsappFrom: '+12025550101', url };
  return { received, twilio, ...messageProviders({ ...nothing, twilio }) };
}

test('Twilio gets SMS and messages by WhatsApp as forms, and answers with its own id', async () => {
  const { received, sms, whatsapp } = await openTwilio();
  const message = { id: 'n7', recipient: '+12025550123', text: 'See you & good bye' } as const;
  expect(await sms?.send({ ...message, channel: 'sms' }, signal)).toBe('SM1');
  expect(await whatsapp?.send({ ...message, channel: 'whatsapp' }, signal)).toBe('SM1');
  expect(received).toEqual([
    {
      url: '/2010-04-01/Accounts/AC1/Messages.json',
      authorization: `Basic ${Buffer.from('AC1:of Twilio').toString('base64')}`,
      type: 'application/x-www-form-urlencoded',
      form: { From: '+12025550100', To: '+12025550123', Body: 'See you & good bye' },
    },
    expect.objectContaining({ form: { From: 'whatsapp:+12025550101', To: 'whatsapp:+12025550123', Body: 'See you & good bye' } }),
  ]);
});

test('a messaging service of Twilio is named as one', async () => {
  const { received, sms } = await openTwilio(201, 'MG1');
  await sms?.send({ id: 1, channel: 'sms', recipient: '+12025550123', text: 'Hello' }, signal);
  expect(received[0]?.form).toEqual({ MessagingServiceSid: 'MG1', To: '+12025550123', Body: 'Hello' });
});

test.each([
  [400, true],
  [404, true],
  [401, false],
  [429, false],
  [500, false],
])('an answer %i of Twilio ends a message: %s', async (status, ends) => {
  const { sms } = await openTwilio(status);
  const error = await sms
    ?.send({ id: 1, channel: 'sms', recipient: '+1', text: '' }, signal)
    .catch((problem: unknown) => problem);
  expect(error instanceof Hopeless).toBe(ends);
  expect(error).toMatchObject({ message: `Twilio answered ${status}` });
});

test('the log has the number of an error of Twilio', async () => {
  const { sms } = await openTwilio(400, undefined, '{"code": 21610, "message": "Attempt to send to unsubscribed recipient"}');
  const sent = sms?.send({ id: 1, channel: 'sms', recipient: '+12025550123', text: 'Hello' }, signal);
  await expect(sent).rejects.toThrow('Twilio answered 400 (error 21610)');
});

test('a signature of Twilio is checked over the address and the fields: the example of its documentation', () => {
  const form = new URLSearchParams({
    To: '+18005551212',
    From: '+12349013030',
    Digits: '1234',
    Caller: '+12349013030',
    CallSid: 'CA1234567890ABCDE',
  });
  const signed = '0/KCTR6DLpKmkAf8muzZqo1nDgQ=';
  const address = 'https://mycompany.com/myapp.php?foo=1&bar=2';
  expect(isOfTwilio('12345', address, form, signed)).toBe(true);
  expect(isOfTwilio('12345', `${address}0`, form, signed)).toBe(false);
  expect(isOfTwilio('12346', address, form, signed)).toBe(false);
  expect(isOfTwilio('12345', address, form, undefined)).toBe(false);
});

test('a channel without a provider of its own goes to the gateway', () => {
  const messageGateway = { url: 'https://gateway.example.com', token: '' };
  expect(Object.keys(messageProviders(nothing))).toEqual([]);
  expect(Object.keys(messageProviders({ ...nothing, messageGateway }))).toEqual(['email', 'sms', 'whatsapp']);
});
