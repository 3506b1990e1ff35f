// Who leads, as the cores themselves tell it on NATS: every CoreStatus, heard by the official client.
import { fileURLToPath } from 'node:url';
import { connect } from 'nats';
import protobuf from 'protobufjs';
import { until } from './wait.mjs';

const proto = fileURLToPath(new URL('../../proto/archipelago/cluster.proto', import.meta.url));
const CoreStatus = protobuf.loadSync(proto).lookupType('archipelago.cluster.CoreStatus');

export class CoreWatch {
  /** Oldest first: {at (performance.now()), core, epoch, players, islands}. */
  statuses = [];

  /** @param {import('./nats-server.mjs').NatsServer} server it survives restarts of the server */
  static async on(server) {
    const watch = new CoreWatch();
    watch.client = await connect({ servers: server.url, reconnectTimeWait: 50, maxReconnectAttempts: -1 });
    watch.client.subscribe('cluster.core', { callback: (_, message) => watch.#hear(message.data) });
    await watch.client.flush();
    return watch;
  }

  #hear(bytes) {
    const status = CoreStatus.toObject(CoreStatus.decode(bytes), { defaults: true, longs: Number });
    this.statuses.push({ at: performance.now(), ...status });
  }

  /** The greatest epoch heard of so far. */
  get epoch() {
    return this.statuses.reduce((most, { epoch }) => Math.max(most, epoch), 0);
  }

  /** Waits for a leader with a greater epoch than this. */
  leaderAfter(epoch) {
    return until(() => this.statuses.find((status) => status.epoch > epoch), `a core leads with an epoch above ${epoch}`);
  }

  /** Waits until a leader speaks after that time (performance.now()). */
  leaderSince(at) {
    return until(() => this.statuses.findLast((status) => status.at > at), 'a core that leads');
  }

  /** What was said after `since` by a core whose epoch was over already. */
  outdatedSince(since) {
    let epoch = 0;
    return this.statuses.filter((status) => {
      epoch = Math.max(epoch, status.epoch);
      return status.at >= since && status.epoch < epoch;
    });
  }

  end() {
    return this.client.close();
  }
}
