// Where faults happen: a cluster of which every process has its own weather before the NATS server, a flock in it, and
// somebody who watches which core leads.
import { chance } from './chance.mjs';
import { Cluster, healthy } from './cluster.mjs';
import { CoreWatch } from './core-watch.mjs';
import { Flock } from './flock.mjs';
import { NatsWeather } from './nats-weather.mjs';
import { sumOfSamples } from './realm.mjs';
import { until } from './wait.mjs';

export class Stage {
  /**
   * Builds it, lends it to `act`, and takes it down whatever happens. The flock has settled.
   * @param {{gateways?: number, cores?: number, rooms?: number, players?: number, places?: number, seed?: number, env?: object}} options
   * @param {(stage: Stage) => Promise<void>} act
   */
  static during({ gateways = 2, cores = 2, rooms = 2, players = 12, places = 4, seed = 1, env = {} }, act) {
    return Cluster.during({ gateways: 0, cores: 0, rooms: 0, env }, async (cluster) => {
      const stage = Object.assign(new Stage(), { cluster, seed, random: chance(seed) });
      try {
        stage.watch = await CoreWatch.on(cluster.nats);
        stage.flock = new Flock(() => cluster.gateways, { seed });
        const roles = { core: cores, rooms, gateway: gateways, stats: 1 };
        await Promise.all(Object.entries(roles).flatMap(([role, count]) => Array.from({ length: count }, () => stage.add(role))));
        await Promise.all(cluster.gateways.map(healthy));
        await stage.flock.addMany(players, { places });
        await stage.settles('the flock settles at first');
        await act(stage);
      } finally {
        await stage.end();
      }
    });
  }

  async end() {
    for (const part of this.cluster.all) part.child.kill('SIGCONT');
    await this.flock?.end();
    await this.watch?.end();
    for (const part of this.cluster.all) part.weather.end();
  }

  /** One more process of a role, behind its own weather. */
  async add(role, { env = {} } = {}) {
    const weather = await NatsWeather.before(this.cluster.nats, { seed: this.seed + this.cluster.all.length });
    const part = await this.cluster.add(role, { env, nats: weather.url });
    return Object.assign(part, { weather });
  }

  /** Ends a process, and forgets it. */
  async remove(part, signal = 'SIGKILL') {
    const ended = await this.cluster.remove(part, signal);
    part.weather.end();
    return ended;
  }

  /** The cores that say of themselves that they lead; who does not answer says nothing. */
  async leading() {
    const says = async (core) => {
      const text = await core.get('/metrics', { signal: AbortSignal.timeout(2_000) }).then((answer) => answer.text(), () => '');
      return sumOfSamples(text, 'archipelago_cluster_leading', {}) === 1;
    };
    const answers = await Promise.all(this.cluster.cores.map(says));
    return this.cluster.cores.filter((_, i) => answers[i]);
  }

  /** The one core that leads. */
  async leader() {
    return (await until(async () => {
      const leading = await this.leading();
      return leading.length === 1 && leading;
    }, 'one core leads'))[0];
  }

  /** Waits until nothing is wrong with the flock, and statistics say the same. */
  settles(what) {
    return this.flock.settles(this.cluster.stats[0], what);
  }

  /** Somebody who comes now to this place; gives how long it took from here to its island, in milliseconds. */
  async newcomer(place, door = undefined) {
    const since = performance.now();
    const sheep = await this.flock.add({ place, every: 200 }, door);
    await until(() => sheep.served, 'a newcomer is placed');
    return { sheep, ms: performance.now() - since };
  }

  /** Sends somebody to another place; gives how long it took until it was told another island. */
  async moves(sheep, place) {
    const [since, before] = [performance.now(), sheep.last.island];
    sheep.walk(place);
    await sheep.hears('another island after a walk', since, ({ island }) => island !== before);
    return performance.now() - since;
  }
}
