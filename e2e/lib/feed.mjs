// A viewer of the station's feed, as docs/STATION.md tells others to write one.
import { fileURLToPath } from 'node:url';
import protobuf from 'protobufjs';
import { dial } from './dial.mjs';
import { within } from './wait.mjs';

const proto = fileURLToPath(new URL('../../proto/archipelago/station.proto', import.meta.url));
const Update = protobuf.loadSync(proto).lookupType('archipelago.station.Update');

/** Decoded, absent fields as their defaults, numbers as numbers. */
export const decodeUpdate = (bytes) =>
  Update.toObject(Update.decode(bytes), { defaults: true, longs: Number, enums: String });

export class Viewer {
  islands = new Map();
  players = new Map();
  /** What came, oldest first, without the tables. */
  wholes = 0;
  deltas = 0;
  pulse = null;
  realm = null;
  #waiting = new Set();

  /** @param {import('./realm.mjs').Realm} realm */
  static async open(realm, options = {}) {
    const viewer = new Viewer();
    viewer.line = await dial(realm.ws('/station/feed'), [], { ...realm.tlsOptions, ...options });
    viewer.closed = viewer.line.closed;
    viewer.#read().catch((error) => (viewer.ended = error));
    return viewer;
  }

  async #read() {
    for (;;) this.take(decodeUpdate(await this.line.frames.take('an update of the feed')));
  }

  take(update) {
    if (update.whole) {
      this.islands.clear();
      this.players.clear();
      this.realm = update.realm;
      this.wholes += 1;
    } else this.deltas += 1;
    for (const number of update.islandsGone) this.islands.delete(number);
    for (const number of update.playersGone) this.players.delete(number);
    for (const island of update.islands) this.islands.set(island.number, island);
    const { named = [], addresses, number = [], xDm, zDm, island } = update.players ?? {};
    named.forEach((who, i) => {
      const address = `0x${Buffer.from(addresses.subarray(20 * i, 20 * i + 20)).toString('hex')}`;
      this.players.set(who, { number: who, address });
    });
    number.forEach((who, i) =>
      Object.assign(this.players.get(who), { x: xDm[i] / 10, z: zDm[i] / 10, island: island[i] }),
    );
    this.pulse = update.pulse;
    this.last = update;
    for (const check of this.#waiting) check();
  }

  /** Waits until what the viewer knows is so; gives what `condition` gives. */
  until(condition, what) {
    const met = new Promise((resolve, reject) => {
      const check = () => {
        const value = condition(this);
        if (!value) return;
        this.#waiting.delete(check);
        resolve(value);
      };
      this.#waiting.add(check);
      this.closed.then(({ code, reason }) => reject(new Error(`the feed ended: ${code} ${reason}`)));
      check();
    });
    return within(met, what);
  }

  /** The row of a player, once it is there (and where `matches` says). */
  player(address, matches = () => true) {
    const found = () => [...this.players.values()].find((one) => one.address === address && matches(one));
    return this.until(found, `${address} is on the map`);
  }

  leave() {
    return this.line.hangUp();
  }
}
