// A mail server for tests: smtp-server, which says what it was given and refuses what it is told to refuse.
//
// Settings: `tls` (`cert` and `key`, PEM), `secure` (TLS from the first byte), `user` and `password` (then both are required),
// `refuse` (step to code: `greeting`, `from`, `to`, `data`), `silent` (a step at which it never answers),
// `asciiOnly` (no SMTPUTF8).

import { SMTPServer } from 'smtp-server';
import { listen, say, settings } from './peer.mjs';

/** Answers a step as the settings say. */
function answer(step, callback, otherwise = () => callback()) {
  if (settings.silent === step) return;
  const code = settings.refuse?.[step];
  if (code) {
    callback(Object.assign(new Error(`refused at ${step}, as the test asked`), { responseCode: code }));
  } else {
    otherwise();
  }
}

const server = new SMTPServer({
  ...settings.tls,
  secure: settings.secure ?? false,
  authOptional: !settings.user,
  disabledCommands: [...(settings.tls ? [] : ['STARTTLS']), ...(settings.user ? [] : ['AUTH'])],
  allowInsecureAuth: true,
  disableReverseLookup: true,
  hideSMTPUTF8: settings.asciiOnly ?? false,
  logger: false,
  onConnect: (_, callback) => answer('greeting', callback),
  onAuth: (auth, _, callback) => {
    if (auth.username === settings.user && auth.password === settings.password) {
      callback(null, { user: auth.username });
    } else {
      callback(Object.assign(new Error('wrong user or password'), { responseCode: 535 }));
    }
  },
  onMailFrom: (_, session, callback) => answer('from', callback),
  onRcptTo: (_, session, callback) => answer('to', callback),
  onData: (stream, session, callback) => {
    const parts = [];
    stream.on('data', (part) => parts.push(part));
    stream.on('end', () => answer('data', callback, () => {
      const { mailFrom, rcptTo } = session.envelope;
      say({
        from: mailFrom.address,
        to: rcptTo.map((one) => one.address),
        user: session.user ?? null,
        secure: session.secure,
        hello: session.hostNameAppearsAs,
        source: Buffer.concat(parts).toString('utf8'),
      });
      callback(null, 'taken');
    }));
  },
});
listen(server);
