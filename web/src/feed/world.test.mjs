// What the tables of the feed promise.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { kNoColour } from '../map/colours';
import { decodeUpdate, Frame } from './decode';
import { players, update } from './written.mjs';
import { pauseMs } from './connection';
import { findPlayer, findPlayers } from './search';
import { World } from './world';

const told = (world, what, now = 0) => {
  const frame = new Frame();
  decodeUpdate(update(what), frame);
  world.apply(frame, now);
};
const row = (byte) => `0x${byte.toString(16).padStart(2, '0').repeat(20)}`;

function three() {
  const world = new World();
  const islands = [{ number: 4, players: 2 }, { number: 5, players: 1, x: 9000 }];
  told(world, { whole: true, islands, players: players([1, 0, 0, 4, 0x11], [2, 100, 0, 4, 0x22], [3, 9000, 50, 5, 0x33]) });
  return world;
}

test('Players are found by the beginning of their address', () => {
  const world = three();
  assert.equal(world.count, 3);
  assert.deepEqual(findPlayers(world, '0x2', 5), { rows: [1], total: 1 });
  assert.equal(findPlayers(world, '333', 5).total, 1);
  assert.equal(findPlayers(world, '', 5).total + findPlayers(world, 'xyz', 5).total, 0);
  assert.equal(world.address(findPlayer(world, row(0x22))), row(0x22));
  assert.equal(findPlayer(world, row(0x44)), -1);
});

test('Who leaves is gone, and the others keep what is theirs', () => {
  const world = three();
  told(world, { gone: [1, 99] });
  assert.equal(world.count, 2);
  const third = findPlayer(world, row(0x33));
  assert.deepEqual([world.targetX(third), world.home(third).number], [900, 5]);
  assert.equal(world.rowOf(1), -1);
});

test('A player walks from where it is to where it was told to be, in the time of one glide', () => {
  const world = three();
  const second = world.rowOf(2);
  told(world, { players: { number: [2], x: [300], z: [40], island: [4] } }, 10);
  assert.equal(world.xAt(second, 10), 10);
  assert.equal(world.xAt(second, 11), 20);
  assert.equal(world.xAt(second, 99), 30);
  told(world, { players: { number: [2], x: [300], z: [40], island: [4] } }, 11);
  assert.equal(world.xAt(second, 11), 20);
  assert.equal(world.address(second), row(0x22));
});

test('Whoever wants less motion sees players where they are', () => {
  const world = three();
  world.glide = 0;
  told(world, { players: { number: [2], x: [300], z: [40], island: [4] } }, 10);
  assert.equal(world.xAt(world.rowOf(2), 10), 30);
});

test('A whole update is all there is', () => {
  const world = three();
  told(world, { whole: true, players: players([9, 1, 1, 0, 0x99]) });
  assert.deepEqual([world.count, world.islands.size, world.address(0)], [1, 0, row(0x99)]);
  assert.equal(world.island('I-4'), undefined);
});

test('Islands go when they are told to, and lonely ones have no colour', () => {
  const world = three();
  assert.notEqual(world.island('I-4').colour, kNoColour);
  assert.equal(world.island('I-5').colour, kNoColour);
  told(world, { islandsGone: [4, 77] });
  assert.equal(world.island('I-4'), undefined);
  assert.equal(world.home(0), undefined);
});

test('Players of one parcel are drawn side by side within it, and stay there', () => {
  const world = new World();
  const stand = players([1, 80, 80, 0, 1], [2, 80, 80, 0, 2]);
  told(world, { whole: true, realm: { privacy: 1 }, players: stand });
  const before = [world.targetX(0), world.targetX(1)];
  assert.notEqual(before[0], before[1]);
  assert.ok(before.every((x) => x > 0 && x < 16));
  told(world, { players: { ...stand, named: [], addresses: new Uint8Array() } });
  assert.deepEqual([world.targetX(0), world.targetX(1)], before);
});

test('Ten thousand players come and go within bounds', () => {
  const world = new World();
  const rows = Array.from({ length: 10_000 }, (_, i) => [i + 1, i, -i, 0, i % 256]);
  told(world, { whole: true, players: players(...rows) });
  assert.equal(world.count, 10_000);
  assert.equal(world.targetZ(world.rowOf(10_000)), Math.fround(-999.9));
  told(world, { gone: rows.map(([number]) => number) });
  assert.equal(world.count, 0);
});

test('Tries to connect are farther and farther apart, up to a quarter of a minute', () => {
  assert.deepEqual([1, 2, 3].map((tries) => pauseMs(tries, 1)), [400, 800, 1600]);
  assert.equal(pauseMs(50, 1), 15_000);
  assert.equal(pauseMs(50, 0), 7_500);
});
