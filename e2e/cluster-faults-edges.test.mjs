// Gateways and room hosts fail or end: whom they served is served by others, and nobody else notices.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { drainGateway, endRooms, guestsOf, killGateway, settled } from './lib/faults.mjs';
import { WITHOUT_NATS } from './lib/nats-server.mjs';
import { Stage } from './lib/stage.mjs';
import { until } from './lib/wait.mjs';

const tell = (what, ms) => console.log(`       ${what}: ${Math.round(ms)} ms`);

describe('gateways', { skip: WITHOUT_NATS }, () => {
  test('A gateway is killed: who comes back by another is on its old island, who does not is gone from it', () =>
    Stage.during({ players: 16, places: 4 }, async (stage) => {
      const { flock, cluster } = stage;
      const [gateway] = cluster.gateways;
      await flock.beat(1);
      const mark = flock.mark();
      const strays = flock.all.filter(({ door, place }) => door === gateway && place < 2);
      assert.equal(strays.length, 4);
      const since = performance.now();
      tell('a gateway is killed, until its players are served by another', await killGateway(stage, gateway, strays));
      await settled(stage);
      tell('a gateway is killed, until who does not come back is gone', performance.now() - since);
      assert.deepEqual(flock.changedSince(mark).map(({ told }) => told), [], 'nobody changes islands');
      const { sheep } = await stage.newcomer(0);
      await stage.settles('a newcomer joins those who stayed');
      assert.equal(sheep.last.island, flock.all[0].last?.island);
      for (const { address } of strays) assert.ok(!sheep.last.peers.includes(address), `${address} is still named`);
    }));

  test('A gateway that ends closes its players so that they come back, and they are on their old islands', () =>
    Stage.during({ players: 16, places: 4 }, async (stage) => {
      const { flock, cluster } = stage;
      const [gateway] = cluster.gateways;
      await flock.beat(1);
      const mark = flock.mark();
      const { ms, ended } = await drainGateway(stage, gateway);
      await settled(stage);
      tell('a gateway ends, until its players are served by another', ms);
      assert.equal(ended.code, 0, ended.stderr);
      const ends = flock.endedSince(mark).map((sheep) => sheep.ends.at(-1));
      assert.equal(ends.length, 8, 'its players, and nobody else');
      for (const { code, reason } of ends) assert.deepEqual([code, reason], [1001, 'shutting_down']);
      const times = ends.map(({ at }) => at);
      tell('its players are closed within', Math.max(...times) - Math.min(...times));
      assert.deepEqual(flock.changedSince(mark).map(({ told }) => told), [], 'nobody changes islands');
    }));
});

describe('room hosts', { skip: WITHOUT_NATS }, () => {
  for (const [what, signal] of [
    ['is killed', 'SIGKILL'],
    ['ends', 'SIGTERM'],
  ])
    test(`A room host ${what}: its guests are told other rooms that work, on the same islands`, () =>
      Stage.during({ players: 12, places: 6 }, async (stage) => {
        const { flock, cluster } = stage;
        const [host, other] = cluster.rooms;
        for (let place = 6; !guestsOf(stage, host).length || !guestsOf(stage, other).length; place++) await flock.add({ place });
        await stage.settles('both hosts have guests');
        await flock.beat(1);
        const [guests, untouched] = [guestsOf(stage, host), guestsOf(stage, other)];
        const mark = flock.mark();
        const { ms, told, ended } = await endRooms(stage, host, signal);
        tell(`a room host ${what}, until its guests sit elsewhere`, ms);
        await stage.settles('everybody has a seat');
        assert.deepEqual(flock.changedSince(mark).map(({ told }) => told), [], 'nobody changes islands');
        assert.deepEqual(guestsOf(stage, other).length, guests.length + untouched.length);
        for (const sheep of untouched) assert.ok(sheep.last.at < mark.at, `a guest of the other host is told ${sheep.last.connStr}`);
        if (signal === 'SIGTERM') {
          assert.equal(ended.code, 0, ended.stderr);
          assert.ok(told < ended.at, 'its guests know better before it ends');
        }
        const [speaker] = guests;
        const hearers = guests.filter((sheep) => sheep !== speaker && sheep.place === speaker.place);
        assert.ok(hearers.length);
        speaker.chat('here we are');
        await until(() => hearers.every(({ heard }) => heard?.includes('here we are')), 'they hear one another in the new room');
      }));
});
