// Cores and NATS itself fail, and whoever stands stays where it is.
import assert from 'node:assert/strict';
import { existsSync, readdirSync } from 'node:fs';
import { describe, test } from 'node:test';
import { freezeLeader, killLeader, partLeader, restartNats, serves, walkerOf } from './lib/faults.mjs';
import { WITHOUT_NATS } from './lib/nats-server.mjs';
import { Stage } from './lib/stage.mjs';

const SMALL = { players: 9, places: 3 };
const tell = (what, ms) => console.log(`       ${what}: ${Math.round(ms)} ms`);

/** Runs a fault among people who stand, and asserts that none of them changed islands or lost a connection. */
async function standing(stage, fault) {
  await stage.flock.beat(2); // whoever listens knows where they stand
  const mark = stage.flock.mark();
  const walker = walkerOf(stage.flock);
  const result = await fault(walker);
  await stage.flock.beat(2);
  await stage.settles('the flock settles after the fault');
  const changed = stage.flock.changedSince(mark).filter((sheep) => sheep !== walker);
  assert.deepEqual(changed.map(({ told }) => told), [], 'who stands changes no island');
  assert.equal(walker.last.island, mark.islands.get(walker), 'who came back is on its old island');
  assert.deepEqual(stage.flock.endedSince(mark), [], 'nobody loses a connection');
  return result;
}

/** After a change of leaders: one leads, and serves. */
async function changedHands(stage, what, fault) {
  const { epoch } = stage.watch;
  const ms = await standing(stage, async (walker) => {
    const recovered = await fault();
    tell(`${what}, until another leads`, recovered);
    tell('a newcomer is placed and a walker told another island after', await serves(stage, performance.now(), walker));
    return recovered;
  });
  assert.ok(stage.watch.epoch > epoch, 'epochs grow');
  assert.equal((await stage.leading()).length, 1);
  return ms;
}

describe('cores and NATS', { skip: WITHOUT_NATS }, () => {
  test('The NATS server is killed and comes again: everybody stays, and everybody is served', () =>
    Stage.during(SMALL, async (stage) => {
      const ms = await standing(stage, (walker) => restartNats(stage, walker));
      tell('the NATS server is back, until a newcomer is placed and a walker told another island', ms);
    }));

  test('The leading core is killed: the next one leads, and nobody who stands is moved', () =>
    Stage.during(SMALL, (stage) => changedHands(stage, 'the leader is killed', () => killLeader(stage))));

  test('The leading core stops past its lease and goes on: it leads no more, and does no harm', () =>
    Stage.during(SMALL, async (stage) => {
      await changedHands(stage, 'the leader is frozen', () => freezeLeader(stage));
      const woke = performance.now();
      await stage.flock.beat(2);
      assert.deepEqual(stage.watch.outdatedSince(woke), [], 'an epoch that is over is not heard of again');
    }));

  test('The leading core is parted from NATS past its lease: it leads no more, and does no harm', () =>
    Stage.during(SMALL, async (stage) => {
      await changedHands(stage, 'the leader is parted from NATS', () => partLeader(stage));
      const mended = performance.now();
      await stage.flock.beat(2);
      assert.deepEqual(stage.watch.outdatedSince(mended), [], 'an epoch that is over is not heard of again');
    }));

  test('A standby whose clock is 45 s behind leads with a greater epoch all the same, and so does who follows it', { skip: !faketime() && 'there is no faketime' }, () =>
    Stage.during({ ...SMALL, cores: 1 }, async (stage) => {
      const behind = await stage.add('core', {
        env: { LD_PRELOAD: faketime(), FAKETIME: '-45s', FAKETIME_DONT_FAKE_MONOTONIC: '1' },
      });
      await changedHands(stage, 'the leader is killed, the standby 45 s behind', () => killLeader(stage));
      assert.equal(await stage.leader(), behind);
      const late = Date.now() - Date.parse((await behind.get('/metrics')).headers.get('date'));
      assert.ok(late > 40_000, `its clock is ${late} ms behind`);
      await stage.add('core');
      await changedHands(stage, 'the leader that is behind is killed', () => killLeader(stage));
    }));
});

/** The library that bends a process's clock, where it is installed. */
function faketime() {
  const folders = existsSync('/usr/lib') ? readdirSync('/usr/lib').map((name) => `/usr/lib/${name}/faketime/libfaketimeMT.so.1`) : [];
  return folders.find(existsSync);
}
