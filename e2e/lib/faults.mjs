// What goes wrong in a realm of several processes. Each fault does it to a stage, waits until the realm has recovered, and
// gives how long that took in milliseconds. None waits for a guessed time in order to be right, only to make a fault last.
import { healthy } from './cluster.mjs';
import { oneOf } from './chance.mjs';
import { REALM_SUBJECTS } from './nats-weather.mjs';
import { roomUrl } from './room.mjs';
import { until } from './wait.mjs';

export const lasts = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

/** Longer than the lease of a leader (nats.lease_ms). */
const PAST_THE_LEASE_MS = 1_500;

/** Where nobody of the flock stands; positions end at 100 km. */
const FAR_AWAY = 90;

/** How long from `since` until somebody new is placed, and one who walks away is told so and comes back. */
export async function serves(stage, since, walker = walkerOf(stage.flock)) {
  const home = walker.place;
  const [{ sheep }] = await Promise.all([stage.newcomer(FAR_AWAY + 1), stage.moves(walker, FAR_AWAY)]);
  const ms = performance.now() - since;
  await stage.moves(walker, home);
  await stage.flock.remove(sheep);
  return ms;
}

/** Who can be sent on a walk: of three or more, those who stay keep the island. */
export function walkerOf({ wanted }) {
  const crowd = (sheep) => wanted.filter(({ place }) => place === sheep.place).length;
  return wanted.reduce((best, sheep) => (crowd(sheep) > crowd(best) ? sheep : best));
}

/** The NATS server is killed, is away for `ms`, and comes again where it was. From its return until all are served. */
export async function restartNats(stage, walker = walkerOf(stage.flock), ms = 500) {
  const { nats } = stage.cluster;
  await nats.kill();
  await lasts(ms);
  await nats.begin();
  return serves(stage, performance.now(), walker);
}

/** The NATS server stops for so long and goes on. From then until all are served. */
export async function freezeNats(stage, ms) {
  const { nats } = stage.cluster;
  nats.freeze();
  await lasts(ms);
  nats.thaw();
  return serves(stage, performance.now());
}

/** The leading core is killed. Until another leads. */
export async function killLeader(stage) {
  const leader = await stage.leader();
  const { epoch } = stage.watch;
  const since = performance.now();
  const gone = stage.remove(leader);
  const { at } = await stage.watch.leaderAfter(epoch);
  await gone;
  return at - since;
}

/** The leading core ends as it should, and hands over. Until another leads. */
export async function endLeader(stage) {
  const leader = await stage.leader();
  const { epoch } = stage.watch;
  const since = performance.now();
  const gone = stage.remove(leader, 'SIGTERM');
  const { at } = await stage.watch.leaderAfter(epoch);
  await gone;
  return at - since;
}

/** `begin` takes the leader's voice, `end` gives it back once another leads. Until another leads. */
async function silenceLeader(stage, begin, end) {
  const leader = await stage.leader();
  const { epoch } = stage.watch;
  const since = performance.now();
  begin(leader);
  const { at } = await stage.watch.leaderAfter(epoch);
  await lasts(Math.max(0, PAST_THE_LEASE_MS - (performance.now() - since)));
  end(leader);
  await stage.leader();
  return at - since;
}

/** The leading core is stopped past its lease, and goes on then. */
export const freezeLeader = (stage) =>
  silenceLeader(stage, ({ child }) => child.kill('SIGSTOP'), ({ child }) => child.kill('SIGCONT'));

/** The leading core and NATS are parted past its lease. */
export const partLeader = (stage) =>
  silenceLeader(stage, ({ weather }) => weather.cut(), ({ weather }) => weather.mend());

/** A process and NATS are parted for so long. From the end of that until all are served. */
export async function part(stage, process, ms) {
  process.weather.cut();
  await lasts(ms);
  process.weather.mend();
  return settled(stage);
}

/** A process is refused by NATS for so long. */
export async function refuse(stage, process, ms) {
  process.weather.refuse();
  await lasts(ms);
  process.weather.accept();
  return settled(stage);
}

/** How long from now until nothing is wrong. */
export async function settled(stage, what = 'the flock settles') {
  const since = performance.now();
  await stage.settles(what);
  return performance.now() - since;
}

/** A gateway is killed; `strays` of its players do not come back. Until those who do are served by another gateway. */
export async function killGateway(stage, gateway, strays = []) {
  for (const sheep of strays) sheep.wanted = false;
  const lost = stage.flock.wanted.filter(({ door }) => door === gateway);
  const since = performance.now();
  await stage.remove(gateway);
  await until(() => lost.every((sheep) => sheep.door !== gateway && sheep.served), 'the players of a killed gateway are back');
  return performance.now() - since;
}

/** A gateway ends as it should. Until its players are served by another; and how it ended. */
export async function drainGateway(stage, gateway) {
  const lost = stage.flock.wanted.filter(({ door }) => door === gateway);
  const since = performance.now();
  const gone = stage.remove(gateway, 'SIGTERM');
  await until(() => lost.every((sheep) => sheep.door !== gateway && sheep.served), 'the players of a drained gateway are back');
  const ms = performance.now() - since;
  return { ms, ended: await gone };
}

/** Whose island's room is at this host, by what they were told. */
export const guestsOf = (stage, { url }) =>
  stage.flock.wanted.filter(({ last }) => last && new URL(roomUrl(last.connStr)).host === new URL(url).host);

/** A room host ends by this signal. Until all its guests were told other rooms and sit in them. */
export async function endRooms(stage, host, signal) {
  const guests = guestsOf(stage, host);
  const since = performance.now();
  const gone = stage.remove(host, signal).then((ended) => ({ ...ended, at: performance.now() }));
  await until(() => !guestsOf(stage, host).length && guests.every(({ seated }) => seated), 'the guests of a room host sit elsewhere');
  return { ms: performance.now() - since, told: Math.max(since, ...guests.map(({ last }) => last.at)), ended: await gone };
}

/** What is lost, doubled, late and out of order while it storms. */
export const STORM = { subjects: REALM_SUBJECTS, drop: 0.1, double: 0.1, delay: 0.3, delayMs: 300, reorder: 0.2 };

/** Between every process and NATS for so long, while players walk, leave and come. From its end until all is right. */
export async function storm(stage, ms, rates = STORM) {
  const { flock, cluster, random } = stage;
  const places = [...new Set(flock.wanted.map(({ place }) => place))];
  for (const { weather } of cluster.all) weather.begin(rates);
  const returns = [];
  for (const end = performance.now() + ms; performance.now() < end; await lasts(100)) {
    const sheep = oneOf(random, flock.wanted);
    if (!sheep) continue;
    if (random() < 0.7) sheep.walk(oneOf(random, places));
    else returns.push(sheep.leave().then(() => lasts(random() * 1_000)).then(() => sheep.come()));
  }
  await Promise.all(returns);
  for (const { weather } of cluster.all) weather.clear();
  return settled(stage, 'the flock settles after a storm');
}

/** Another process in place of one that is gone, which takes part when this is done. */
export async function replace(stage, role) {
  const part = await stage.add(role);
  if (role === 'gateway') await healthy(part);
  return part;
}
