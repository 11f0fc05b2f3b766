// A relay on 127.0.0.1 that makes the way to a port longer: node relay.mjs PORT MILLISECONDS. It prints its own port. All that
// is sent takes so many milliseconds each way, and a connection takes as long to open: one there and back.
import { connect, createServer } from 'node:net';

const [, , port, milliseconds] = process.argv.map(Number);

const server = createServer((near) => {
  const opened = performance.now() + 2 * milliseconds;
  const far = connect(port, '127.0.0.1');
  passOn(near, far, opened);
  passOn(far, near, 0);
});
server.listen(0, '127.0.0.1', () => console.log(server.address().port));

/** Passes on what one end sends, and its end, in their order; nothing is sent before `earliest`. */
function passOn(from, to, earliest) {
  const later = (action) => setTimeout(action, Math.max(0, earliest - performance.now()) + milliseconds);
  from.on('data', (bytes) => later(() => to.writable && to.write(bytes)));
  from.on('end', () => later(() => to.end()));
  from.on('error', () => to.destroy());
}
