// Stand-ins for today's services (archipelago-workers): the subjects peer.* and engine.*, and nothing else.
import {
  Heartbeat,
  IslandChangedMessage,
  IslandStatusMessage,
  ServiceDiscoveryMessage,
} from '@dcl/protocol-today/out-js/decentraland/kernel/comms/v3/archipelago.gen.js';
import { Known, MadeUpPlayer, Squares, livekitString, strictly } from './known.mjs';

const addressIn = (subject, part) => subject.split('.')[part];

/** ws-connector: has players' websockets, here made-up ones. */
export class KnownConnector extends Known {
  players = new Map();

  begin() {
    this.on('engine.peer.*.island_changed', ({ subject, data }) => {
      const player = this.players.get(addressIn(subject, 2)); // every connector hears all; who is not here is not meant
      player?.islands.push(strictly(IslandChangedMessage, data));
    });
  }

  /** A player passes the handshake; the bus hears nothing of it. */
  login(address) {
    const player = new MadeUpPlayer(this, address);
    this.players.set(player.address, player);
    return player;
  }

  heartbeat({ address }, beat) {
    this.publish(`peer.${address}.heartbeat`, Heartbeat.encode(Heartbeat.fromPartial(beat)).finish());
  }

  logout({ address }) {
    if (this.players.delete(address)) this.publish(`peer.${address}.disconnect`);
  }
}

/** core: makes the islands, here by the simplest rule. */
export class KnownCore extends Known {
  squares = new Squares();

  begin({ flushMs = 100, discoveryMs = 10_000, expiryMs = 60_000, commitHash = 'known' } = {}) {
    Object.assign(this, { expiryMs, commitHash });
    const leave = ({ subject }) => this.squares.leave(addressIn(subject, 1));
    this.on('peer.*.connect', leave);
    this.on('peer.*.disconnect', leave);
    this.on('peer.*.heartbeat', ({ subject, data }) => {
      const { position } = strictly(Heartbeat, data);
      if (position) this.squares.stand(addressIn(subject, 1), position);
    });
    this.every(flushMs, () => this.#flush());
    this.#discover();
    this.every(discoveryMs, () => this.#discover());
  }

  #flush() {
    for (const { address, heard } of [...this.squares.peers.values()])
      if (Date.now() - heard > this.expiryMs) this.squares.leave(address);
    for (const { address, to, from } of this.squares.settle()) {
      const peers = this.squares.positionsOn(to);
      const told = { islandId: to, connStr: livekitString(to, address), fromIslandId: from, peers };
      this.publish(`engine.peer.${address}.island_changed`, IslandChangedMessage.encode(IslandChangedMessage.fromPartial(told)).finish());
    }
    this.publish('engine.islands', IslandStatusMessage.encode(IslandStatusMessage.fromPartial(this.squares.status())).finish());
  }

  #discover() {
    const status = { currentTime: Date.now(), commitHash: this.commitHash, userCount: this.squares.peers.size };
    this.publish('engine.discovery', ServiceDiscoveryMessage.encode({ serverName: 'archipelago', status }).finish());
  }
}

/** stats: answers for what it hears, in the shapes that its readers know. */
export class KnownStats extends Known {
  #peers = new Map();
  #islands = [];
  #discovery;

  begin() {
    this.on('peer.*.heartbeat', ({ subject, data }) => {
      const { position } = strictly(Heartbeat, data);
      if (!position) return;
      const [address, { x, y, z }] = [addressIn(subject, 1), position];
      const parcel = [Math.floor(x / 16), Math.floor(z / 16)];
      this.#peers.set(address, { id: address, address, lastPing: Date.now(), parcel, position: [x, y, z] });
    });
    this.on('peer.*.disconnect', ({ subject }) => this.#peers.delete(addressIn(subject, 1)));
    this.on('engine.islands', ({ data }) => (this.#islands = strictly(IslandStatusMessage, data).data));
    this.on('engine.discovery', ({ data }) => (this.#discovery = strictly(ServiceDiscoveryMessage, data)));
  }

  /** GET /comms/peers */
  peers() {
    return { ok: true, peers: [...this.#peers.values()] };
  }

  /** GET /comms/islands */
  islands() {
    const known = (address) => this.#peers.get(address);
    const islands = this.#islands.map(({ id, maxPeers, center, radius, peers }) => ({
      id,
      maxPeers,
      center: [center.x, center.y, center.z],
      radius,
      peers: peers.map(known).filter(Boolean),
    }));
    return { ok: true, islands };
  }

  /** GET /comms/parcels */
  parcels() {
    const count = new Map();
    for (const { parcel } of this.#peers.values()) count.set(`${parcel}`, (count.get(`${parcel}`) ?? 0) + 1);
    const parcels = [...count].map(([key, peersCount]) => {
      const [x, y] = key.split(',').map(Number);
      return { peersCount, parcel: { x, y } };
    });
    return { parcels };
  }

  /** GET /core-status */
  coreStatus() {
    const { currentTime = 0, userCount = 0 } = this.#discovery?.status ?? {};
    return { healthy: Date.now() - Number(currentTime) < 90_000, userCount };
  }
}
