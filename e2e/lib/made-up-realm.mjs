// The page of the station and a made-up realm behind it: any number of walking players, always the same ones, and frames that no
// realm sends. For measuring the page alone, and for tests of what it does with nonsense.
import { existsSync, readFileSync } from 'node:fs';
import { once } from 'node:events';
import http from 'node:http';
import { extname, join, normalize } from 'node:path';
import { fileURLToPath } from 'node:url';
import protobuf from 'protobufjs';
import { WebSocketServer } from 'ws';

const DIST = fileURLToPath(new URL('../../web/dist', import.meta.url));
const PROTO = fileURLToPath(new URL('../../proto/archipelago/station.proto', import.meta.url));
const TYPES = { '.js': 'text/javascript', '.css': 'text/css', '.html': 'text/html', '.svg': 'image/svg+xml' };
const POLICY = "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:";

export const { root } = protobuf.parse(readFileSync(PROTO, 'utf8'), { keepCase: true });
export const Update = root.lookupType('archipelago.station.Update');

/** Numbers that look random and are the same in every run. */
export function seeded(seed) {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), state | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

/** Players who stroll around plazas; who is nearest to the same kiosk is on one island. */
export class Strollers {
  constructor(players, seed = 1) {
    const random = seeded(seed);
    const around = (sigma) => sigma * Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
    this.random = random;
    this.around = around;
    const plazas = Math.max(1, Math.round(players / 420));
    const wide = 260 * Math.sqrt(plazas);
    this.plazas = Array.from({ length: plazas }, () => ({ x: around(wide / 2), z: around(wide / 2), size: 35 + 60 * random() }));
    this.kiosks = this.plazas.flatMap((plaza, home) =>
      Array.from({ length: 6 }, () => ({ home, x: plaza.x + around(plaza.size), z: plaza.z + around(plaza.size) })),
    );
    this.players = Array.from({ length: players }, (_, i) => this.#born(i + 1));
    this.started = Date.now();
    this.step(0);
  }

  #born(number) {
    const home = Math.floor(this.random() * this.plazas.length);
    const { x, z } = this.#spot(home);
    const address = Buffer.alloc(20);
    for (let i = 0; i < 20; i += 1) address[i] = Math.floor(this.random() * 256);
    return { number, home, address, x, z, goal: this.#spot(home), island: 0 };
  }

  #spot(home) {
    const { x, z, size } = this.plazas[home];
    return { x: x + this.around(size), z: z + this.around(size) };
  }

  /** Everybody walks on for so long, at 3 m/s. */
  step(seconds) {
    for (const player of this.players) {
      const [dx, dz] = [player.goal.x - player.x, player.goal.z - player.z];
      const far = Math.hypot(dx, dz);
      if (far < 3 * seconds) player.goal = this.#spot(player.home);
      else if (seconds > 0) {
        player.x += (dx / far) * 3 * seconds;
        player.z += (dz / far) * 3 * seconds;
      }
      player.island = this.#nearest(player);
    }
  }

  #nearest({ x, z, home }) {
    let best = Infinity;
    let found = 0;
    for (const [i, kiosk] of this.kiosks.entries()) {
      if (kiosk.home !== home) continue;
      const far = Math.hypot(kiosk.x - x, kiosk.z - z);
      if (far < best) [best, found] = [far, i + 1];
    }
    return found;
  }

  update(whole, realm) {
    const dm = (metres) => Math.round(metres * 10);
    const { players } = this;
    const rows = this.kiosks.map((_, i) => this.#island(i + 1));
    const islands = rows.filter(({ players: count }) => count > 0);
    return {
      whole,
      time_ms: Date.now(),
      ...(whole && { realm }),
      islands,
      islands_gone: rows.filter(({ players: count }) => count === 0).map(({ number }) => number),
      players: {
        number: players.map(({ number }) => number),
        x_dm: players.map(({ x }) => dm(x)),
        z_dm: players.map(({ z }) => dm(z)),
        island: players.map(({ island }) => island),
        ...(whole && {
          named: players.map(({ number }) => number),
          addresses: Buffer.concat(players.map(({ address }) => address)),
        }),
      },
      pulse: this.#pulse(islands.length),
    };
  }

  #island(number) {
    const members = this.players.filter(({ island }) => island === number);
    const mean = (axis) => members.reduce((sum, one) => sum + one[axis], 0) / Math.max(1, members.length);
    const [x, z] = [mean('x'), mean('z')];
    const radius = Math.max(0, ...members.map((one) => Math.hypot(one.x - x, one.z - z)));
    return {
      number,
      id: `Imadeup00000-${number}`,
      players: members.length,
      max_players: 100,
      x_dm: Math.round(x * 10),
      z_dm: Math.round(z * 10),
      radius_dm: Math.round(radius * 10),
      since_ms: this.started - number * 7_000,
      backend: 'ws-room',
      recall: 0.6 + 0.4 * this.random(),
    };
  }

  #pulse(islands) {
    const near = (value) => value * (0.9 + 0.2 * this.random());
    const n = this.players.length;
    return {
      players: n, sessions: n, islands, room_members: n, heartbeats_s: near(n), changes_s: near(n / 600),
      logins_s: near(1.4), relayed_in_s: near(n * 4), relayed_out_s: near(n * 90), dropped_s: 0, flush_ms: near(n / 4000),
      recall: 0.86 + 0.02 * this.random(), churn_min: near(0.29), lag_ms: near(0.6), viewers: 1, refused_s: 0,
    };
  }
}

export class MadeUpRealm {
  realm = { name: 'made up', version: '0.0.0', privacy: 0, flush_ms: 2000, join_m: 80, leave_m: 100, max_players: 100, policy: 'crowd' };

  /**
   * @param {{players?: number, seed?: number, flushMs?: number, port?: number, realm?: object, page?: string}} [options]
   * `page`: a realm whose page is taken; else the one built in web/dist
   */
  static async start({ players = 300, seed = 1, flushMs = 2000, port = 0, realm = {}, page = '' } = {}) {
    const made = new MadeUpRealm();
    made.page = page;
    Object.assign(made.realm, { flush_ms: flushMs, ...realm });
    made.crowd = new Strollers(players, seed);
    made.server = http.createServer((request, response) => made.#answer(request, response));
    made.feed = new WebSocketServer({ server: made.server, path: '/station/feed' });
    made.feed.on('connection', (viewer) => viewer.send(made.#encode(true)));
    made.server.listen(port, '127.0.0.1');
    await once(made.server, 'listening');
    made.url = `http://127.0.0.1:${made.server.address().port}`;
    made.timer = setInterval(() => {
      made.crowd.step(flushMs / 1000);
      made.tell(made.#encode(false));
    }, flushMs);
    return made;
  }

  #encode(whole) {
    return Update.encode(Update.fromObject(this.crowd.update(whole, this.realm))).finish();
  }

  /** These bytes to every viewer. */
  tell(bytes) {
    for (const viewer of this.feed.clients) viewer.send(bytes);
  }

  async #answer({ url }, response) {
    const { pathname } = new URL(url, 'http://localhost');
    const [body, headers] = this.page ? await this.#taken(pathname) : this.#built(pathname);
    if (body) response.writeHead(200, headers).end(body);
    else response.writeHead(404).end();
  }

  async #taken(pathname) {
    const answer = await fetch(this.page + pathname, { headers: { accept: 'text/html' } });
    const kept = ['content-type', 'content-security-policy'].map((name) => [name, answer.headers.get(name)]);
    return [answer.ok && Buffer.from(await answer.arrayBuffer()), Object.fromEntries(kept.filter(([, value]) => value))];
  }

  #built(pathname) {
    const path = join(DIST, normalize(pathname === '/' ? '/index.html' : pathname));
    if (!path.startsWith(DIST) || !existsSync(path)) return [];
    return [readFileSync(path), { 'content-type': TYPES[extname(path)] ?? 'application/octet-stream', 'content-security-policy': POLICY }];
  }

  stop() {
    clearInterval(this.timer);
    for (const viewer of this.feed.clients) viewer.terminate();
    this.server.closeAllConnections();
    this.server.close();
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const [players, port] = process.argv.slice(2).map(Number);
  const made = await MadeUpRealm.start({ players: players || 300, port: port || 0 });
  console.log(made.url);
}
