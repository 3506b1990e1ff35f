// A cable between a player and the realm that a test can pull: nothing passes any more, and nobody is told.
import net from 'node:net';
import { once } from 'node:events';

export class Cable {
  #sockets = new Set();

  /** Lays a cable to 127.0.0.1:port. */
  static async to(port) {
    const cable = new Cable();
    cable.server = net.createServer((near) => cable.#join(near, net.connect(port, '127.0.0.1')));
    cable.server.listen(0, '127.0.0.1');
    await once(cable.server, 'listening');
    return cable;
  }

  #join(near, far) {
    for (const [from, to] of [
      [near, far],
      [far, near],
    ]) {
      this.#sockets.add(from);
      from.on('error', () => {});
      from.on('close', () => to.destroy());
      from.pipe(to);
    }
  }

  /** Another URL with this cable in between. */
  through(url) {
    const other = new URL(url);
    other.port = String(this.server.address().port);
    return other.href;
  }

  /** Stops every byte in both directions and leaves all sockets open. */
  pull() {
    for (const socket of this.#sockets) {
      socket.unpipe();
      socket.pause();
    }
  }

  /** Takes the cable away for good. */
  remove() {
    for (const socket of this.#sockets) socket.destroy();
    this.server.close();
  }
}
