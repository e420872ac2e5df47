import { once } from 'node:events';
import type { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { SMTPServer } from 'smtp-server';

/** A mail as it arrived: its envelope, and its source. */
interface ReceivedMail {
  to: string[];
  source: string;
}

/** An answer of a mail server that is no success. */
type Refusal = Error & { responseCode: number };

export const refusal = (responseCode: number, message: string): Refusal => Object.assign(new Error(message), { responseCode });

/**
 * Starts a real mail server in this process, with the account `foyer`.
 * @param refuse the refusal of a mail, by the number of mails so far
 * @param onMail called with a mail before the answer
 */
export async function startMailServer(
  refuse: (count: number) => Refusal | undefined = () => undefined,
  port = 0,
  onMail: (mail: ReceivedMail) => void = () => {},
) {
  const received: ReceivedMail[] = [];
  let count = 0;
  const server = new SMTPServer({
    authOptional: false,
    allowInsecureAuth: true,
    hideSTARTTLS: true,
    disableReverseLookup: true,
    logger: false,
    onAuth: ({ username, password }, _session, done) =>
      username === 'foyer' && password === 'of the mail/server'
        ? done(null, { user: 'foyer' })
        : done(refusal(535, 'Wrong password')),
    onRcptTo: ({ address }, _session, done) => (address.startsWith('nobody@') ? done(refusal(550, 'No such mailbox')) : done()),
    onData: (stream: Readable, session, done) => {
      // The client may go away before the end.
      const read = text(stream).then((source) => {
        count += 1;
        const refused = refuse(count);
        if (refused) return done(refused);
        const mail = { to: session.envelope.rcptTo.map(({ address }) => address), source };
        received.push(mail);
        onMail(mail);
        done();
      });
      read.catch(done);
    },
  });
  // A connection that breaks is no fault of the server.
  server.on('error', () => {});
  const listener = server.listen(port, '127.0.0.1');
  await once(listener, 'listening');
  const address = listener.address() as { port: number };
  return {
    url: `smtp://foyer:of%20the%20mail%2Fserver@127.0.0.1:${address.port}`,
    port: address.port,
    received,
    stop: () => new Promise<void>((resolve) => server.close(() => resolve())),
  };
}
