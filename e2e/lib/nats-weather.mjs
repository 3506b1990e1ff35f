// Bad weather between processes and their NATS server: a proxy that understands NATS's protocol, and so can lose, double,
// delay and reorder single messages; or part them, or refuse them, as networks do.
import net from 'node:net';
import { once } from 'node:events';
import { chance } from './chance.mjs';
import { NatsReader, matches } from './nats-frames.mjs';

/**
 * @typedef {object} Rates what becomes of a message; each from 0 (never) to 1 (always), drawn one after the other
 * @property {string[]} subjects the patterns that are meant
 * @property {number} [drop]
 * @property {number} [double] it comes twice, the second time up to `delayMs` later
 * @property {number} [delay] it comes later, up to `delayMs`, and with it everything that overtakes it meanwhile
 * @property {number} [delayMs]
 * @property {number} [reorder] it waits until the next one on its way has passed (but no longer than `delayMs`)
 */

/** What the processes of a realm say to one another; nothing of JetStream, whose messages moreover want answers. */
export const REALM_SUBJECTS = ['cluster.>', 'peer.>', 'engine.>'];

export class NatsWeather {
  /** How many messages passed untouched, or else what became of them. */
  counts = { passed: 0, dropped: 0, doubled: 0, delayed: 0, reordered: 0 };
  #rates = null;
  #parted = false;
  #refusing = false;
  #lanes = new Set();

  /**
   * Stands before a NATS server; fine weather at first.
   * @param {{port: number}} server asked anew for each connection
   * @param {{seed?: number}} [options]
   */
  static async before(server, { seed = 1 } = {}) {
    const weather = new NatsWeather();
    weather.random = chance(seed);
    weather.door = net.createServer((near) => weather.#join(near, server.port));
    weather.door.listen(0, '127.0.0.1');
    await once(weather.door, 'listening');
    return weather;
  }

  get url() {
    return `nats://127.0.0.1:${this.door.address().port}`;
  }

  #join(near, port) {
    if (this.#refusing) return near.resetAndDestroy();
    const far = net.connect(port, '127.0.0.1');
    for (const [from, to] of [
      [near, far],
      [far, near],
    ])
      this.#lanes.add(new Lane(from, to, this, (lane) => this.#lanes.delete(lane)));
    if (this.#parted) this.cut();
  }

  /** @param {Rates} rates from now on, until clear() */
  begin(rates) {
    this.#rates = { drop: 0, double: 0, delay: 0, delayMs: 300, reorder: 0, ...rates };
  }

  /** Fine weather again; what is delayed still comes. */
  clear() {
    this.#rates = null;
  }

  /** A partition: nothing passes, and nobody is told. Whoever comes is taken, and hears nothing. */
  cut() {
    this.#parted = true;
    for (const lane of this.#lanes) lane.hold();
  }

  /** Everything passes again, first of all what had been sent meanwhile. */
  mend() {
    this.#parted = false;
    for (const lane of this.#lanes) lane.release();
  }

  /** As if the server were gone: connections are reset, and new ones refused. */
  refuse() {
    this.#refusing = true;
    for (const lane of this.#lanes) lane.reset();
  }

  /** Takes connections again. */
  accept() {
    this.#refusing = false;
  }

  /** Takes the proxy away for good. */
  end() {
    this.refuse();
    this.door.close();
  }

  /** What becomes of this message: `drop`, `double`, `delay`, `reorder`, or nothing. @returns {string | undefined} */
  fate({ subject, reply }) {
    const rates = this.#rates;
    if (!rates || !subject || reply || !rates.subjects.some((pattern) => matches(pattern, subject))) return undefined;
    const fate = ['drop', 'double', 'delay', 'reorder'].find((kind) => this.random() < rates[kind]);
    this.counts[{ drop: 'dropped', double: 'doubled', delay: 'delayed', reorder: 'reordered' }[fate] ?? 'passed'] += 1;
    return fate;
  }

  /** How long a delayed message waits now, in milliseconds. */
  pause() {
    return this.random() * (this.#rates?.delayMs ?? 0);
  }
}

/** One direction of one connection. */
class Lane {
  #reader = new NatsReader();
  #held = null; // what waits for the end of a partition
  #overtaken = null; // what waits until something has passed it

  constructor(from, to, weather, forget) {
    Object.assign(this, { from, to, weather });
    from.on('error', () => {});
    from.on('data', (bytes) => this.#take(bytes));
    from.on('close', () =>
      this.#unlessParted(() => {
        forget(this);
        to.destroy();
      }),
    );
  }

  #take(bytes) {
    try {
      for (const operation of this.#reader.take(bytes)) this.#pass(operation);
    } catch {
      this.reset();
    }
  }

  #pass(operation) {
    const { weather } = this;
    const bytes = operation.verb === 'INFO' ? withoutOtherServers(operation.bytes) : operation.bytes;
    const send = () => this.#unlessParted(() => this.to.writable && this.to.write(bytes));
    const fate = weather.fate(operation);
    if (fate === 'drop') return;
    if (fate === 'delay') setTimeout(send, weather.pause());
    else if (fate === 'reorder') this.#overtake(send);
    else send();
    if (fate === 'double') setTimeout(send, weather.pause());
    if (operation.subject && fate !== 'reorder') this.#letGo();
  }

  #overtake(send) {
    this.#letGo();
    this.#overtaken = send;
    setTimeout(() => this.#overtaken === send && this.#letGo(), this.weather.pause());
  }

  #letGo() {
    const send = this.#overtaken;
    this.#overtaken = null;
    send?.();
  }

  #unlessParted(act) {
    if (this.#held) this.#held.push(act);
    else act();
  }

  hold() {
    this.#held ??= [];
    this.from.pause();
  }

  release() {
    const held = this.#held ?? [];
    this.#held = null;
    for (const act of held) act();
    this.from.resume();
  }

  reset() {
    this.from.resetAndDestroy();
    this.to.destroy();
  }
}

/** An INFO that names no further servers, so that clients stay behind the proxy. */
function withoutOtherServers(bytes) {
  const { connect_urls, ws_connect_urls, ...info } = JSON.parse(bytes.subarray('INFO '.length).toString());
  return Buffer.from(`INFO ${JSON.stringify(info)}\r\n`);
}
