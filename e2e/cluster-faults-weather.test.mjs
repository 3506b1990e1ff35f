// Messages between processes are lost, doubled, late and out of order: soon after, everything is right again.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { part, refuse, storm } from './lib/faults.mjs';
import { WITHOUT_NATS } from './lib/nats-server.mjs';
import { Stage } from './lib/stage.mjs';

const tell = (what, ms) => console.log(`       ${what}: ${Math.round(ms)} ms`);
const STORM_MS = 6_000;

describe('weather', { skip: WITHOUT_NATS }, () => {
  test('After a storm among all processes everybody is served, and all agree on who is where', () =>
    Stage.during({ players: 16, places: 5, seed: 11 }, async (stage) => {
      tell('a storm, from its end until all is right', await storm(stage, STORM_MS));
      const sums = { passed: 0, dropped: 0, doubled: 0, delayed: 0, reordered: 0 };
      for (const { weather } of stage.cluster.all) for (const kind of Object.keys(sums)) sums[kind] += weather.counts[kind];
      console.log(`       ${JSON.stringify(sums)}`);
      for (const [kind, count] of Object.entries(sums)) assert.ok(count > 50, `${count} ${kind}`);
    }));

  test('A gateway that is parted from NATS for longer than it may be silent serves its players again afterwards', () =>
    Stage.during({ players: 8, places: 4 }, async (stage) => {
      tell('a gateway was parted, until all is right', await part(stage, stage.cluster.gateways[0], 5_000));
    }));

  test('A gateway that NATS refuses for a moment comes again, and nobody is moved', () =>
    Stage.during({ players: 8, places: 4 }, async (stage) => {
      const mark = stage.flock.mark();
      tell('a gateway was refused, until all is right', await refuse(stage, stage.cluster.gateways[0], 1_000));
      await stage.flock.beat(1);
      assert.deepEqual(stage.flock.changedSince(mark), []);
      assert.deepEqual(stage.flock.endedSince(mark), []);
    }));
});
