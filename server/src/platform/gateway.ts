/** The gateway that delivers messages to people: a service of the operator, which talks to providers of SMS and e-mail. */
export interface Gateway {
  url: string;
  /** Sent as a bearer token, unless it is empty. */
  token: string;
}

/** A message to one person. */
export interface OutgoingMessage {
  /** The same whenever it is sent again. */
  id: number;
  channel: 'sms' | 'email';
  /** A phone number in E.164, or an e-mail address. */
  recipient: string;
  text: string;
}

/** Hands a message to the gateway. @throws Error when it does not answer that it has the message */
export async function handOver({ url, token }: Gateway, message: OutgoingMessage, signal: AbortSignal): Promise<void> {
  const answer = await fetch(url, {
    method: 'POST',
    redirect: 'error',
    headers: {
      'content-type': 'application/json',
      'idempotency-key': `"message-${message.id}"`,
      ...(token && { authorization: `Bearer ${token}` }),
    },
    body: JSON.stringify(message),
    signal,
  });
  await answer.body?.cancel();
  if (!answer.ok) throw new Error(`The gateway of messages answered ${answer.status}`);
}
