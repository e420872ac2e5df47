import { createHmac } from 'node:crypto';
import { createTransport } from 'nodemailer';
import { Hopeless } from './jobs.ts';
import { getOutside, postOutside } from './outside-request.ts';
import { sameSecret } from './secrets.ts';

export const messageChannels = ['sms', 'email', 'whatsapp'] as const;
export type MessageChannel = (typeof messageChannels)[number];

/** A message to one person. */
export interface OutgoingMessage {
  /** The same whenever it is sent again. Reports of its delivery name it. */
  id: number | string;
  channel: MessageChannel;
  /** A phone number in E.164, or an e-mail address. */
  recipient: string;
  /** Of an e-mail. */
  subject?: string;
  text: string;
  /** The address where the recipient ends mailings, for the header of an e-mail. */
  unsubscribe?: string;
}

/** A service that takes messages to people. */
export interface MessageProvider {
  /**
   * Hands a message over.
   * @returns the provider's own id of it, if it has one
   * @throws Hopeless if it will never take the message, Refused if it does not take it now, another Error if that is not known; none
   * contains a secret
   */
  send(message: OutgoingMessage, signal: AbortSignal): Promise<string | undefined>;
  /**
   * Looks for a message that an attempt may have handed over. Only of providers that would take a second one with the same id.
   * @returns the provider's own id of it, if it has it
   * @throws Error if it cannot be asked now
   */
  find?(message: OutgoingMessage, since: Date, signal: AbortSignal): Promise<string | undefined>;
  close?(): void;
}

/** A provider has answered that it does not take a message now, so it does not have it. */
export class Refused extends Error {
  override readonly name = 'Refused';
}

/** The gateway that delivers messages to people: a service of the operator, which talks to providers of SMS and e-mail. */
export interface Gateway {
  url: string;
  /** Sent as a bearer token, unless it is empty. */
  token: string;
}

/** Mails by SMTP. */
export interface Smtp {
  /** `smtps://user:password@host:465` */
  url: string;
  /** `Name <address>` */
  from: string;
}

/** An account of Twilio. */
export interface Twilio {
  accountSid: string;
  authToken: string;
  /** A number, a name, or a messaging service (`MG…`). */
  from: string;
  /** The number that sends by WhatsApp; empty for none. */
  whatsappFrom: string;
  /** The origin of its API. */
  url: string;
}

/** The part of the configuration that messages need. */
interface MessageConfig {
  messageGateway: Gateway | undefined;
  smtp: Smtp | undefined;
  twilio: Twilio | undefined;
  publicUrl: string;
  outsideNetworks: readonly string[];
}

/** The providers of a server: one for each channel that it can use. */
export function messageProviders(config: MessageConfig): Partial<Record<MessageChannel, MessageProvider>> {
  const gateway = config.messageGateway && gatewayProvider(config.messageGateway, config.publicUrl);
  const twilio = config.twilio && twilioProvider(config.twilio, config.outsideNetworks, config.publicUrl);
  const email = config.smtp ? smtpProvider(config.smtp) : gateway;
  const sms = config.twilio?.from ? twilio : gateway;
  const whatsapp = config.twilio?.whatsappFrom ? twilio : gateway;
  return { ...(email && { email }), ...(sms && { sms }), ...(whatsapp && { whatsapp }) };
}

const settings: Record<MessageChannel, string> = {
  email: 'FOYER_SMTP_URL or FOYER_MESSAGES_URL',
  sms: 'FOYER_TWILIO_FROM or FOYER_MESSAGES_URL',
  whatsapp: 'FOYER_TWILIO_WHATSAPP_FROM or FOYER_MESSAGES_URL',
};
const titles: Record<MessageChannel, string> = { email: 'e-mail', sms: 'SMS', whatsapp: 'WhatsApp' };

/** What is missing to send on a channel. */
export const noProvider = (channel: MessageChannel): string =>
  `There is no provider for ${titles[channel]}: set ${settings[channel]}`;

/** Statuses of the gateway that refuse a message for ever: it is wrong itself, or nobody pays for it. */
const refusals = [402, 410, 422];

function gatewayProvider({ url, token }: Gateway, publicUrl: string): MessageProvider {
  return {
    async send({ unsubscribe, ...message }, signal) {
      const answer = await fetch(url, {
        method: 'POST',
        redirect: 'error',
        headers: {
          'content-type': 'application/json',
          'idempotency-key': `"message-${message.id}"`,
          ...(token && { authorization: `Bearer ${token}` }),
        },
        body: JSON.stringify({
          ...message,
          ...(unsubscribe && { unsubscribe_url: unsubscribe }),
          ...(publicUrl && { delivery_callback_url: `${publicUrl}/api/v1/delivery/status` }),
        }),
        signal,
      });
      await answer.body?.cancel();
      if (answer.ok) return undefined;
      const problem = `The gateway of messages answered ${answer.status}`;
      throw refusals.includes(answer.status) ? new Hopeless(problem) : new Refused(problem);
    },
  };
}

/** Milliseconds that a mail server may take for a step. */
const smtpPatience = 10_000;

/** Answers of a mail server that are about the sender's account, and may end when the operator sets it right. */
const aboutAccount = ['EAUTH', 'EOAUTH2', 'ENOAUTH'];

function smtpProvider({ url, from }: Smtp): MessageProvider {
  const transport = createTransport(
    {
      url,
      pool: true,
      maxConnections: 5,
      connectionTimeout: smtpPatience,
      greetingTimeout: smtpPatience,
      socketTimeout: smtpPatience,
      disableFileAccess: true,
      disableUrlAccess: true,
    },
    { from },
  );
  const host = /@([^\s<>@]+?)>?\s*$/.exec(from)?.[1] ?? 'localhost';
  return {
    async send({ id, recipient, subject, text, unsubscribe }) {
      try {
        const sent = await transport.sendMail({
          // An object, so that a comma in the text does not name a second recipient.
          to: { name: '', address: recipient },
          subject: subject || firstLine(text),
          text,
          // The same at every attempt. Mailboxes drop a second mail with the same one.
          messageId: `<message-${id}@${host}>`,
          headers: {
            'Auto-Submitted': 'auto-generated',
            ...(unsubscribe && {
              'List-Unsubscribe': `<${unsubscribe}>`,
              'List-Unsubscribe-Post': 'List-Unsubscribe=One-Click',
            }),
          },
        });
        return sent.messageId;
      } catch (error) {
        const { code = '', responseCode = 0, command } = error as { code?: string; responseCode?: number; command?: string };
        const problem = responseCode ? `The mail server answered ${responseCode}` : `The mail server cannot be used (${code})`;
        const isRefused = (responseCode >= 500 || (code === 'EENVELOPE' && !responseCode)) && !aboutAccount.includes(code);
        if (isRefused) throw new Hopeless(problem);
        throw responseCode || command === 'CONN' ? new Refused(problem) : new Error(problem);
      }
    },
    close: () => transport.close(),
  };
}

const firstLine = (text: string) => text.split('\n', 1)[0]?.slice(0, 78) ?? '';

/** Statuses of Twilio that say nothing about the message: too many, or an account that is not set right. */
const passing = [401, 403, 408, 429];
/** Milliseconds by which the clock of Twilio may differ. */
const clockDifference = 30_000;

/** Where Twilio reports what became of a message, below the address of the server. */
export const twilioCallback = (id: number | string): string => `/callbacks/twilio/${id}`;

/**
 * Whether Twilio signed a request (`X-Twilio-Signature`): HMAC-SHA1 over the address that it was told, and over the fields in the order of
 * their names.
 */
export function isOfTwilio(authToken: string, address: string, form: URLSearchParams, given: unknown): boolean {
  const fields = [...form].sort(([one], [other]) => (one < other ? -1 : one > other ? 1 : 0)).flat();
  const expected = createHmac('sha1', authToken)
    .update(`${address}${fields.join('')}`)
    .digest('base64');
  return typeof given === 'string' && sameSecret(expected, given);
}

function twilioProvider(
  { accountSid, authToken, from, whatsappFrom, url }: Twilio,
  allowed: readonly string[],
  publicUrl: string,
): MessageProvider {
  const address = `${url}/2010-04-01/Accounts/${encodeURIComponent(accountSid)}/Messages.json`;
  const authorization = `Basic ${Buffer.from(`${accountSid}:${authToken}`).toString('base64')}`;
  return {
    async send({ id, channel, recipient, text }, signal) {
      const form =
        channel === 'whatsapp'
          ? { From: `whatsapp:${whatsappFrom}`, To: `whatsapp:${recipient}`, Body: text }
          : { ...(/^MG/.test(from) ? { MessagingServiceSid: from } : { From: from }), To: recipient, Body: text };
      // Codes, whose ids are numbers, are forgotten.
      const reports = publicUrl && typeof id === 'string' ? { StatusCallback: `${publicUrl}${twilioCallback(id)}` } : {};
      const answer = await postOutside(address, new URLSearchParams({ ...form, ...reports }), {
        allowed,
        headers: { authorization },
        signal,
      });
      if ('refusal' in answer) throw new Error(`Twilio ${answer.refusal}`);
      if (answer.status < 300) return sidOf(answer.body);
      const problem = `Twilio answered ${answer.status}${errorOf(answer.body)}`;
      if (passing.includes(answer.status)) throw new Refused(problem);
      throw answer.status >= 500 ? new Error(problem) : new Hopeless(problem);
    },
    // Twilio has no id of ours to compare. It lists the latest messages to a recipient.
    async find({ channel, recipient, text }, since, signal) {
      const to = channel === 'whatsapp' ? `whatsapp:${recipient}` : recipient;
      const query = new URLSearchParams({ To: to, PageSize: '20' });
      const answer = await getOutside(`${address}?${query}`, {
        allowed,
        headers: { authorization },
        signal,
        sizeLimit: 256 * 1024,
      });
      if ('refusal' in answer) throw new Error(`Twilio ${answer.refusal}`);
      if (answer.status >= 300) throw new Error(`Twilio answered ${answer.status}`);
      const { messages } = JSON.parse(answer.body) as {
        messages: { sid: string; to: string; body: string; date_created: string }[];
      };
      // A test account adds words before the text. Its clock may differ from ours.
      const isIt = (found: (typeof messages)[number]) =>
        found.to === to && found.body.endsWith(text) && Date.parse(found.date_created) >= since.getTime() - clockDifference;
      return messages.find(isIt)?.sid;
    },
  };
}

/** The number of an error, in the words of the log. */
const errorOf = (body: string): string => {
  const code = /"code": ?(\d{1,9})\b/.exec(body)?.[1];
  return code ? ` (error ${code})` : '';
};

function sidOf(body: string): string | undefined {
  try {
    const { sid } = JSON.parse(body) as { sid?: unknown };
    return typeof sid === 'string' ? sid : undefined;
  } catch {
    return undefined;
  }
}
