// A process of ours to which an exchange is said, and the ear that hears what it answers.
import { BffPlayer } from './bff.mjs';
import { DirectPlayer } from './direct.mjs';
import { Ear, isOurs } from './exchange.mjs';
import { FakeHost, environment } from './livekit.mjs';
import { NatsServer } from './nats-server.mjs';
import { Realm } from './realm.mjs';
import { newWallet } from './wallet.mjs';
import { Heartbeat, IslandChangedMessage } from '@dcl/protocol-today/out-js/decentraland/kernel/comms/v3/archipelago.gen.js';

/**
 * Starts a process in that role with nobody else beside it, and an ear on NATS: `act({nats, process, ear, bus})`.
 * @param {{role: string, dialect: string}} exchange
 * @param {(message: {subject: string, payload: string}, ear: Ear) => void} [others] what is done about what others say
 */
export async function during({ role, dialect }, act, others = () => {}) {
  const host = await FakeHost.start();
  try {
    await NatsServer.during(async (nats) => {
      const bus = await nats.client();
      const ear = new Ear();
      const callback = (_, { subject, data }) => {
        if (isOurs(role, subject)) ear.hear(subject, data);
        else others({ subject, payload: Buffer.from(data).toString('hex') }, ear);
      };
      bus.subscribe('>', { callback });
      await bus.flush();
      const env = { ...environment(host.url), ARCHIPELAGO_NATS_DIALECT: dialect, ARCHIPELAGO_ROOMS_SECRET: 'nobody else has rooms' };
      const process = await Realm.start({ args: ['--role', role, '--nats', nats.url], env });
      try {
        await act({ nats, process, ear, bus });
      } finally {
        await process.stop('SIGKILL');
        await bus.close();
      }
    });
  } finally {
    host.stop();
  }
}

/** Players by official clients at a gateway's door, driven by and heard as messages `player.<address>.…`. */
export class Door {
  #players = new Map();

  /** @param {'direct' | 'bff'} protocol */
  constructor(gateway, protocol, ear) {
    Object.assign(this, { gateway, protocol, ear });
  }

  /** Does what a message asks for that stands for something a player did. */
  async act({ subject, payload }, wallet) {
    const [, address, verb] = subject.split('.');
    if (verb === 'login') return this.#login(address, wallet);
    if (verb === 'leave') return this.#leave(this.#players.get(address));
    const { position, desiredRoom } = Heartbeat.decode(Buffer.from(payload, 'hex'));
    return this.#players.get(address).stand(position.x, position.z, desiredRoom);
  }

  async #login(address, wallet) {
    const Player = this.protocol === 'bff' ? BffPlayer : DirectPlayer;
    const player = await Player.login(this.gateway, wallet);
    this.#players.set(address, player);
    const pump = async () => {
      for (;;) {
        const told = await player.island('an island', () => true);
        this.ear.hear(`player.${address}.island_changed`, IslandChangedMessage.encode(told).finish());
      }
    };
    pump().catch(() => {}); // it ends with the player
  }

  async #leave(player) {
    await player.leave();
    player.islands?.end('the player has left');
  }
}

/** Other addresses of the same length for those of a recording: nobody can log in with an address of the past. */
export class Aliases {
  #fresh = new Map();

  static async of(recorded) {
    const aliases = new Aliases();
    for (const address of recorded) aliases.#fresh.set(address, await newWallet());
    return aliases;
  }

  wallet(recorded) {
    return this.#fresh.get(recorded);
  }

  /** Of this run. @param {{subject: string, payload: string}} message as it was recorded */
  live(message) {
    return this.#replace(message, (recorded, { address }) => [recorded, address]);
  }

  /** As it would have been recorded. */
  recorded(message) {
    return this.#replace(message, (recorded, { address }) => [address, recorded]);
  }

  #replace({ subject, payload }, pair) {
    const hex = (text) => Buffer.from(text).toString('hex');
    for (const [recorded, wallet] of this.#fresh) {
      const [from, to] = pair(recorded, wallet);
      [subject, payload] = [subject.replaceAll(from, to), payload.replaceAll(hex(from), hex(to))];
    }
    return { subject, payload };
  }
}
