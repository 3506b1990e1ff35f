// What the known TypeScript services have in common: a connection of the official NATS client, strict readers, islands by a rule.
import { randomBytes } from 'node:crypto';
import { Inbox } from './wait.mjs';

/** How often a client tells where it stands, ms. */
const HEARTBEAT_MS = 1_000;

export const EMPTY = new Uint8Array();

/** An address that nobody has. */
export const madeUpAddress = () => `0x${randomBytes(20).toString('hex')}`;

/** Decodes with an official type what holds nothing but what that type would write, byte for byte. */
export function strictly(type, bytes) {
  const message = type.decode(bytes);
  const again = type.encode(message).finish();
  if (Buffer.compare(Buffer.from(again), Buffer.from(bytes)) !== 0)
    throw new Error(`not what the official type writes: ${Buffer.from(bytes).toString('hex')}`);
  return message;
}

/** A service beside the program: it knows its own subjects only, reads and writes no headers. */
export class Known {
  /** What came that the official types cannot read, or would have written otherwise. */
  unreadable = [];
  #timers = [];

  /** @param {import('./nats-server.mjs').NatsServer} nats */
  static async join(nats, options = {}) {
    const service = new this();
    service.nats = await nats.client();
    service.begin(options);
    await service.nats.flush(); // its subscriptions are the server's from here on
    return service;
  }

  /** Subscribes, and starts what runs by the clock. */
  begin() {}

  /** @param {(message: import('nats').Msg) => void} act */
  on(subject, act) {
    const callback = (error, message) => {
      try {
        if (error) throw error;
        act(message);
      } catch (cause) {
        this.unreadable.push({ subject: message?.subject, cause });
      }
    };
    return this.nats.subscribe(subject, { callback });
  }

  /** @param {Uint8Array | string} payload */
  publish(subject, payload = EMPTY) {
    if (!this.nats.isClosed()) this.nats.publish(subject, payload);
  }

  every(ms, act) {
    const timer = setInterval(act, ms);
    this.#timers.push(timer);
    return timer;
  }

  /** Goes without a word, as services do that are killed. */
  async leave() {
    this.#timers.forEach(clearInterval);
    await this.nats.close();
  }
}

/** A made-up player of a stand-in, with the face of the players by official clients (DirectPlayer, BffPlayer). */
export class MadeUpPlayer {
  islands = new Inbox();
  #beats;

  /** @param {{heartbeat: (player: MadeUpPlayer, position: object) => void, logout: (player: MadeUpPlayer) => void}} door */
  constructor(door, address = madeUpAddress()) {
    Object.assign(this, { door, address });
  }

  /** Tells where it stands, at once and again and again, as clients do. */
  stand(x, z, desiredRoom) {
    clearInterval(this.#beats);
    const beat = () => this.door.heartbeat(this, { position: { x, y: 0, z }, desiredRoom });
    beat();
    this.#beats = setInterval(beat, HEARTBEAT_MS).unref();
  }

  /** Says no more, and nobody hears why. */
  fallSilent() {
    clearInterval(this.#beats);
  }

  /** The next island this player is told of. */
  island(what = 'the player is put on an island', matches) {
    return this.islands.take(what, matches);
  }

  leave() {
    this.fallSilent();
    this.door.logout(this);
  }
}

/** Islands by the simplest rule there is: whoever stands in the same square of 100 m is on the same one. */
export class Squares {
  /** Who is known, and where: address -> {position, island, heard}. */
  peers = new Map();
  islands = new Map();
  #ids = new Map();
  #made = 0;

  stand(address, position) {
    const peer = this.peers.get(address) ?? { address };
    this.peers.set(address, Object.assign(peer, { position, heard: Date.now() }));
  }

  /** Gives the island that it was on. */
  leave(address) {
    const island = this.peers.get(address)?.island;
    this.peers.delete(address);
    return island;
  }

  /** Puts everybody where the rule says: [{address, to, from}] of those who changed. */
  settle() {
    const changes = [];
    this.islands = new Map();
    for (const peer of this.peers.values()) {
      const to = this.#islandAt(peer.position);
      if (peer.island !== to) changes.push({ address: peer.address, to, from: peer.island });
      peer.island = to;
      this.islands.set(to, [...(this.islands.get(to) ?? []), peer]);
    }
    return changes;
  }

  #islandAt({ x, z }) {
    const square = `${Math.floor(x / 100)},${Math.floor(z / 100)}`;
    if (!this.#ids.has(square)) this.#ids.set(square, `I${(this.#made += 1).toString(36)}`);
    return this.#ids.get(square);
  }

  positionsOn(island) {
    return Object.fromEntries((this.islands.get(island) ?? []).map(({ address, position }) => [address, position]));
  }

  /** IslandStatusMessage of all of them. */
  status() {
    const data = [...this.islands].map(([id, members]) => {
      const mean = (of) => members.reduce((sum, { position }) => sum + of(position), 0) / members.length;
      const center = { x: mean(({ x }) => x), y: 0, z: mean(({ z }) => z) };
      const radius = Math.max(...members.map(({ position }) => Math.hypot(position.x - center.x, position.z - center.z)));
      return { id, peers: members.map(({ address }) => address), maxPeers: 100, center, radius };
    });
    return { data };
  }
}

/** What a known core calls a place in a LiveKit room; nobody looks into the token here. */
export const livekitString = (island, address) => `livekit:wss://livekit.example.org?access_token=${island}.${address}`;
