// What every peer does: it takes its settings from its first argument (JSON), says on standard output, one JSON object a line,
// where it listens and what happens to it, and ends when its standard input ends, so that it never outlives the test that started it.

// Servers warn that what they are told here is for trying out, which it is. Imported first, this silences their loading, too.
console.warn = () => {};
console.info = () => {};

export const settings = JSON.parse(process.argv[2] ?? '{}');

export function say(event) {
  process.stdout.write(`${JSON.stringify(event)}\n`);
}

/** Listens on the loopback address, on `settings.port` or on a free one, and says so. */
export function listen(server) {
  let listening = false;
  server.on('error', (fault) => {
    // Later faults are those of one connection, such as a certificate the other side does not trust.
    if (listening) return;
    process.stderr.write(`${fault.stack}\n`);
    process.exit(1);
  });
  server.listen(settings.port ?? 0, '127.0.0.1', () => {
    listening = true;
    const { port } = (server.server ?? server).address();
    say({ port });
  });
}

process.stdin.resume();
process.stdin.on('end', () => process.exit(0));
process.stdin.on('error', () => process.exit(0));
