// Everything that can go wrong in a realm of several processes, one after the other, for minutes: after each fault nobody
// may be left unserved, be on two islands, or be moved without a reason. `./dev test chaos [SECONDS] [SEED]`.
import { chance, oneOf } from './lib/chance.mjs';
import * as faults from './lib/faults.mjs';
import { Stage } from './lib/stage.mjs';

const [seconds = 600, seed = Math.floor(Math.random() * 1e6)] = process.argv.slice(2).map(Number);
const PLAYERS = 18;
const PLACES = 6;
/** Players who walk elsewhere before each fault. */
const WALKERS = 3;

const random = chance(seed);
const began = performance.now();
const elapsed = () => ((performance.now() - began) / 1000).toFixed(1).padStart(6);
const between = (least, most) => least + random() * (most - least);
const ms = (result) => result.ms ?? result;

/** Whatever ended has a successor before the next fault. */
const andAnother = (role, act) => async (stage) => {
  const result = await act(stage);
  await faults.replace(stage, role);
  return result;
};

const gateway = ({ cluster }) => oneOf(random, cluster.gateways);
const roomHost = ({ cluster }) => oneOf(random, cluster.rooms);
const anybody = ({ cluster }) => oneOf(random, cluster.all);

/** With `moves`, players walk, or a whole island may be gone for a while; else nobody may be moved. */
const FAULTS = [
  { name: 'NATS is killed and comes again', act: (stage) => faults.restartNats(stage, undefined, between(100, 4_000)) },
  { name: 'NATS is out of breath', act: (stage) => faults.freezeNats(stage, between(200, 3_000)) },
  { name: 'the leader is killed', act: andAnother('core', faults.killLeader) },
  { name: 'the leader ends', act: andAnother('core', faults.endLeader) },
  { name: 'the leader is frozen', act: faults.freezeLeader },
  { name: 'the leader is parted from NATS', act: faults.partLeader },
  { name: 'a gateway is killed', act: andAnother('gateway', (stage) => faults.killGateway(stage, gateway(stage))), moves: true },
  { name: 'a gateway ends', act: andAnother('gateway', (stage) => faults.drainGateway(stage, gateway(stage))), moves: true },
  { name: 'a gateway is parted from NATS', act: (stage) => faults.part(stage, gateway(stage), between(500, 6_000)), moves: true },
  { name: 'a room host is killed', act: andAnother('rooms', (stage) => faults.endRooms(stage, roomHost(stage), 'SIGKILL')) },
  { name: 'a room host ends', act: andAnother('rooms', (stage) => faults.endRooms(stage, roomHost(stage), 'SIGTERM')) },
  { name: 'a room host is parted from NATS', act: (stage) => faults.part(stage, roomHost(stage), between(500, 5_000)) },
  { name: 'NATS refuses a process', act: (stage) => faults.refuse(stage, anybody(stage), between(100, 2_000)) },
  { name: 'a storm', act: (stage) => faults.storm(stage, between(1_000, 5_000)), moves: true },
];

const recoveries = new Map(FAULTS.map(({ name }) => [name, []]));

/** Every fault once in each round, in a new order each time. */
function* sequence() {
  for (;;) {
    const left = [...FAULTS];
    while (left.length) yield left.splice(Math.floor(random() * left.length), 1)[0];
  }
}

/** Some walk, and everything is right before the fault. */
async function prepare(stage) {
  for (let i = 0; i < WALKERS; i++) oneOf(random, stage.flock.wanted).walk(Math.floor(random() * PLACES));
  await stage.settles('the flock settles between two faults');
  await stage.flock.beat(2);
}

/** One fault and its recovery; throws when the realm does not recover, or moved somebody without a reason. */
async function suffer(stage, { name, act, moves }) {
  const { flock } = stage;
  const mark = flock.mark();
  const walker = faults.walkerOf(flock); // whom some faults send on a walk
  const recovery = ms(await act(stage));
  await stage.settles(`the flock settles after: ${name}`);
  const moved = flock.changedSince(mark).filter((sheep) => sheep !== walker);
  if (moved.length && !moves) throw new Error(`moved without a reason: ${JSON.stringify(moved.map(({ address, told }) => [address, told]))}`);
  await stage.leader();
  console.log(`${elapsed()} s  ${name.padEnd(34)} ${Math.round(recovery).toString().padStart(6)} ms`);
  recoveries.get(name).push(recovery);
}

function summary() {
  console.log(`\n${'fault'.padEnd(36)} times     p50     max`);
  for (const [name, times] of recoveries) {
    const sorted = times.map(Math.round).sort((a, b) => a - b);
    const [p50 = '-', max = '-'] = [sorted[Math.floor(sorted.length / 2)], sorted.at(-1)];
    console.log(`${name.padEnd(36)} ${String(times.length).padStart(5)} ${String(p50).padStart(7)} ${String(max).padStart(7)}  ms`);
  }
}

/** What everybody knows when it has gone wrong. */
async function confess({ cluster, flock }) {
  for (const { readyLine, output } of cluster.all) console.error(`-- ${readyLine}\n${output.stderr.split('\n').slice(-30).join('\n')}`);
  for (const { address, place, door, last, sessions } of flock.all) console.error(address, place, door.url, sessions, JSON.stringify(last));
  const { islands } = await cluster.stats[0].json('/islands').catch(() => ({ islands: [] }));
  console.error([...flock.faults(), ...flock.contradictions(islands)].join('\n'));
}

console.log(`chaos: ${seconds} s, seed ${seed}`);
try {
  await Stage.during({ players: PLAYERS, places: PLACES, seed }, async (stage) => {
    try {
      for (const fault of sequence()) {
        if (performance.now() - began > seconds * 1000) break;
        await prepare(stage);
        await suffer(stage, fault);
      }
    } catch (error) {
      await confess(stage);
      throw error;
    }
  });
  summary();
} catch (error) {
  summary();
  console.error(`\nchaos: after ${elapsed().trim()} s: ${error.stack}\nchaos: once more: ./dev test chaos ${seconds} ${seed}`);
  process.exit(1); // whatever hangs has no say in it
}
