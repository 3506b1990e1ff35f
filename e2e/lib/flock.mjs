// A small crowd by official clients that behaves as explorers do: a heartbeat once a second, a seat in the room of its
// island, and back by whichever gateway there is when the connection breaks. It remembers all that it was told.
import { BffPlayer } from './bff.mjs';
import { chance } from './chance.mjs';
import { DirectPlayer } from './direct.mjs';
import { RoomMember } from './room.mjs';
import { until, within } from './wait.mjs';
import { newWallet } from './wallet.mjs';

/** Places this far apart have nothing to do with one another; who stands at one of them is near all the others there. A
 * place is its number: 0 to 99, since a realm's positions end at 100 km. */
export const PLACE_METRES = 1_000;
const NEAR_METRES = 5;
const BEAT_MS = 1_000;

const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

/** Hands all that came or comes to `act` from now on. @param {import('./wait.mjs').Inbox} inbox */
function divert(inbox, act) {
  for (const item of inbox.waiting.splice(0)) act(item);
  inbox.push = act;
}

/**
 * @typedef {object} Told
 * @property {number} at performance.now()
 * @property {number} session which of the member's sessions was told
 * @property {string} island
 * @property {string} connStr
 * @property {string[]} peers
 */

/** One of the flock. */
export class Sheep {
  /** @type {Told[]} everything it was told, oldest first */
  told = [];
  /** How its sessions ended, other than by leave(): {at, code, reason}. */
  ends = [];
  sessions = 0;
  /** Wants to be in the realm. */
  wanted = true;
  beats = 0;
  #player = null;
  #timer = null;
  #seat = null;
  #seatOf = null;

  constructor(flock, wallet, options) {
    Object.assign(this, { flock, wallet, address: wallet.address, every: BEAT_MS, kind: DirectPlayer, place: 0, sits: true }, options);
    const angle = flock.random() * 2 * Math.PI;
    this.offset = [Math.cos(angle) * NEAR_METRES, Math.sin(angle) * NEAR_METRES];
  }

  /** Logs in, by this gateway or as the flock chooses. Tries until it is in. */
  async come(door) {
    for (this.wanted = true; this.wanted; ) {
      this.door = door ?? this.flock.door();
      try {
        await this.#login();
        return this;
      } catch {
        door = undefined;
        await pause(50 + this.flock.random() * 200);
      }
    }
    return this;
  }

  async #login() {
    const player = await within(this.kind.login(this.door, this.wallet), 'a login', 10_000);
    const session = (this.sessions += 1);
    this.#player = player;
    if (player.islands) divert(player.islands, (island) => this.#hear(session, island));
    else divert(player.connection.packets, (packet) => packet?.$case === 'islandChanged' && this.#hear(session, packet.islandChanged));
    player.closed.then((end) => this.#ended(player, end));
    this.#beatOn(this.flock.random() * this.every); // the flock does not speak in chorus
  }

  #beatOn(wait) {
    this.beat();
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#beatOn(this.every), wait);
  }

  #hear(session, { islandId: island, connStr, peers }) {
    this.told.push({ at: performance.now(), session, island, connStr, peers: Object.keys(peers) });
    if (this.sits) this.#sit(connStr);
  }

  #ended(player, { code, reason }) {
    if (this.#player !== player) return;
    this.#player = null;
    clearTimeout(this.#timer);
    if (!this.wanted) return;
    this.ends.push({ at: performance.now(), code, reason });
    const wait = this.flock.returns ? pause(this.flock.random() * 300) : new Promise(() => {});
    wait.then(() => this.wanted && this.come());
  }

  /** Enters the room, again and again until it is in or has been told of another. */
  async #sit(connStr) {
    this.#seatOf = connStr;
    while (this.#seatOf === connStr && this.wanted) {
      const seat = await RoomMember.enter(connStr, this.wallet).catch((error) => ((this.refused = error.message), null));
      if (!seat) {
        await pause(200);
        continue;
      }
      if (this.#seatOf !== connStr || !this.wanted) return seat.leave().catch(() => {});
      const former = this.#seat;
      this.#seat = Object.assign(seat, { connStr });
      divert(seat.connection.packets, (packet) => this.#overhear(packet));
      seat.closed.then(() => this.#lost(seat));
      former?.leave().catch(() => {});
      return undefined;
    }
    return undefined;
  }

  /** A seat that ends is taken again, unless another one has followed. */
  async #lost(seat) {
    if (this.#seat !== seat) return;
    this.#seat = null;
    await pause(200);
    if (this.#seat === null && this.#seatOf === seat.connStr) this.#sit(seat.connStr);
  }

  #overhear(packet) {
    if (packet?.$case === 'peerUpdateMessage') this.heard = Buffer.from(packet.peerUpdateMessage.body).toString('latin1');
  }

  /** Sits in the room that it was told of last. */
  get seated() {
    return this.#seat !== null && this.#seat.connStr === this.last?.connStr;
  }

  /** Says something to everybody in its room. */
  chat(message) {
    this.#seat?.tell({ $case: 'chat', chat: { message, timestamp: 1 } });
  }

  /** The last thing that it was told, in whichever session. @returns {Told | undefined} */
  get last() {
    return this.told.at(-1);
  }

  get online() {
    return this.#player !== null;
  }

  /** Somebody makes islands for it: it was told one, in this session, and is on it. */
  get served() {
    return this.online && this.last?.session === this.sessions && this.last.peers.includes(this.address);
  }

  get position() {
    return [this.place * PLACE_METRES + this.offset[0], this.offset[1]];
  }

  /** Stands there from now on, and says so at once. @param {number} place */
  walk(place) {
    this.place = place;
    this.beat();
  }

  beat() {
    if (!this.#player) return;
    this.beats += 1;
    Promise.resolve(this.#player.stand(...this.position)).catch(() => {}); // a connection that ends says so itself
  }

  /** Waits until it is told something such after `since` (performance.now()). @returns {Promise<Told>} */
  hears(what, since, matches = () => true) {
    return until(() => this.told.findLast((told) => told.at >= since && matches(told)), what);
  }

  async leave() {
    this.wanted = false;
    clearTimeout(this.#timer);
    this.#seatOf = null;
    const [player, seat] = [this.#player, this.#seat];
    this.#player = this.#seat = null;
    await Promise.all([player?.leave(), seat?.leave()].map((end) => end?.catch(() => {})));
  }
}

export class Flock {
  /** @type {Sheep[]} */
  all = [];
  /** Who loses its connection comes back. */
  returns = true;
  #turn = 0;

  /**
   * @param {() => import('./realm.mjs').Realm[]} doors the gateways that there are now
   * @param {{seed?: number}} [options]
   */
  constructor(doors, { seed = 1 } = {}) {
    this.doors = doors;
    this.random = chance(seed);
  }

  /** The next gateway, in turn. */
  door() {
    const doors = this.doors();
    if (!doors.length) throw new Error('there is no gateway');
    return doors[this.#turn++ % doors.length];
  }

  /** One more, who is logged in when this is done. */
  async add(options = {}, door = undefined) {
    const sheep = new Sheep(this, await newWallet(), options);
    this.all.push(sheep);
    return sheep.come(door);
  }

  /** So many more, at each place some by each gateway; every third speaks the BFF's language. */
  addMany(count, { places = 4 } = {}) {
    const kinds = [DirectPlayer, DirectPlayer, BffPlayer];
    const doors = this.doors();
    const one = (_, i) => {
      const row = Math.floor(i / places);
      return this.add({ place: i % places, kind: kinds[(i + row) % 3] }, doors[row % doors.length]);
    };
    return Promise.all(Array.from({ length: count }, one));
  }

  async remove(sheep) {
    this.all = this.all.filter((other) => other !== sheep);
    await sheep.leave();
  }

  async end() {
    this.returns = false;
    await Promise.all(this.all.map((sheep) => sheep.leave()));
  }

  /** Who is in the realm, or on the way back to it. */
  get wanted() {
    return this.all.filter(({ wanted }) => wanted);
  }

  /** Now, with the island of each. Sheep that had none yet are not compared. */
  mark() {
    return { at: performance.now(), islands: new Map(this.all.map((sheep) => [sheep, sheep.last?.island])) };
  }

  /** Who was told another island than it had at the mark, at any time since: also who is back on it by now. */
  changedSince({ at, islands }) {
    return this.all.filter((sheep) => {
      const had = islands.get(sheep);
      return had && sheep.told.some((told) => told.at >= at && told.island !== had);
    });
  }

  /** Who lost a connection since. */
  endedSince({ at }) {
    return this.all.filter(({ ends }) => ends.some((end) => end.at >= at));
  }

  /** Waits until everybody has said so many times more where it stands. */
  async beat(times) {
    const goals = new Map(this.wanted.map((sheep) => [sheep, sheep.beats + times]));
    await until(() => [...goals].every(([sheep, goal]) => !sheep.wanted || sheep.beats >= goal), `${times} heartbeats of everybody`);
  }

  /** What is wrong now, by what everybody was told: nobody unserved, near ones together, others not. @returns {string[]} */
  faults() {
    const faults = [];
    const islandOf = new Map(); // of a place
    const placeOf = new Map(); // of an island
    for (const sheep of this.wanted) {
      const { address, place, last } = sheep;
      if (!sheep.served) {
        faults.push(`${address} is not served: ${sheep.online ? JSON.stringify(last ?? 'told nothing') : 'not logged in'}`);
        continue;
      }
      if (sheep.sits && !sheep.seated) faults.push(`${address} has no seat at ${last.connStr}: ${sheep.refused}`);
      const [island, other] = [islandOf.get(place) ?? last.island, placeOf.get(last.island) ?? place];
      if (island !== last.island) faults.push(`${address} is told ${last.island}, others at its place ${island}`);
      if (other !== place) faults.push(`${address} stands at ${place} and is told ${last.island}, as others at ${other}`);
      islandOf.set(place, island);
      placeOf.set(last.island, other);
    }
    return faults;
  }

  /** What a witness (statistics, a core) says otherwise than the flock was told. @param {{id: string, peers: {id: string}[]}[]} islands */
  contradictions(islands) {
    const faults = [];
    const listed = new Map();
    for (const { id, peers } of islands)
      for (const peer of peers) {
        if (listed.has(peer.id)) faults.push(`${peer.id} is on ${listed.get(peer.id)} and on ${id}`);
        listed.set(peer.id, id);
      }
    for (const { address, last } of this.wanted) {
      if (listed.get(address) !== last?.island) faults.push(`${address} is told ${last?.island}, and listed on ${listed.get(address)}`);
      listed.delete(address);
    }
    for (const [address, island] of listed) faults.push(`${address} is listed on ${island}, and gone`);
    return faults;
  }

  /** Waits until nothing is wrong, also for the witness. @param {import('./realm.mjs').Realm} witness */
  async settles(witness, what) {
    let faults = [];
    const right = async () => {
      faults = this.faults();
      if (!faults.length && witness) faults = this.contradictions((await witness.json('/islands')).islands);
      return !faults.length;
    };
    try {
      await until(right, what, { every: 50 });
    } catch (error) {
      throw new Error(`${error.message}\n  ${faults.join('\n  ')}`, { cause: error });
    }
  }
}
