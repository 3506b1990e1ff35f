// A realm of several processes around one NATS server.
import { NatsServer } from './nats-server.mjs';
import { Realm } from './realm.mjs';
import { until } from './wait.mjs';

const SECRET = { ARCHIPELAGO_ROOMS_SECRET: 'the same in every process of this realm' };

export class Cluster {
  gateways = [];
  cores = [];
  rooms = [];
  stats = [];

  /**
   * Starts a NATS server and so many processes of each role, lends them to `act`, and ends them whatever happens.
   * @param {{gateways?: number, cores?: number, rooms?: number, stats?: number, env?: Record<string, string>, nats?: object}} options
   *   `nats`: of NatsServer.start()
   * @param {(cluster: Cluster) => Promise<void>} act
   */
  static async during({ gateways = 1, cores = 1, rooms = 1, stats = 0, env = {}, nats = {} }, act) {
    const cluster = new Cluster();
    cluster.env = { ...SECRET, ...env };
    cluster.nats = await NatsServer.start(nats);
    try {
      const roles = { core: cores, rooms, gateway: gateways, stats };
      await Promise.all(Object.entries(roles).flatMap(([role, count]) => Array.from({ length: count }, () => cluster.add(role))));
      await Promise.all(cluster.gateways.map((gateway) => healthy(gateway)));
      await act(cluster);
    } finally {
      await Promise.all(cluster.all.map((part) => part.stop('SIGKILL')));
      await cluster.nats.end();
    }
  }

  get all() {
    return [...this.gateways, ...this.cores, ...this.rooms, ...this.stats];
  }

  /** One more process of a role. @param {'gateway' | 'core' | 'rooms' | 'stats'} role */
  async add(role, { env = {}, nats = this.nats.url } = {}) {
    const part = await Realm.start({ args: ['--role', role, '--nats', nats], env: { ...this.env, ...env } });
    this[role.endsWith('s') ? role : `${role}s`].push(part);
    return part;
  }

  /** Ends a process of it, and forgets it. */
  async remove(part, signal = 'SIGKILL') {
    for (const kind of ['gateways', 'cores', 'rooms', 'stats']) this[kind] = this[kind].filter((other) => other !== part);
    return part.stop(signal);
  }

  /** The core that makes the islands now. */
  leader() {
    return until(async () => {
      const leads = await Promise.all(this.cores.map((core) => core.metric('archipelago_cluster_leading').catch(() => 0)));
      return this.cores[leads.indexOf(1)];
    }, 'a core that leads');
  }
}

/** Waits until it would take players. */
export function healthy(part) {
  return until(async () => (await part.get('/health/ready')).ok, 'the process is ready');
}
