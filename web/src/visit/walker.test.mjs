// What walker promises.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Walker, parcel, place } from './walker';

test('Who walks to a place arrives there and stands', () => {
  const walker = new Walker({ x: 0, z: 0 });
  assert.equal(walker.walkTo(16, 0), true);
  assert.equal(walker.advance(1), true);
  assert.deepEqual(walker.at, { x: 8, z: 0 });
  assert.equal(walker.heading, Math.PI / 2);
  walker.advance(10);
  assert.deepEqual(walker.at, { x: 16, z: 0 });
  assert.equal(walker.moving, false);
  assert.equal(walker.advance(1), false);
});

test('The far end of the world is not an hour away', () => {
  const walker = new Walker({ x: 0, z: 0 });
  walker.walkTo(8_000, 6_000);
  for (let i = 0; i < 50; ++i) walker.advance(0.1);
  assert.deepEqual(walker.at, { x: 8_000, z: 6_000 });
});

test('A key takes over from a goal, and the same pace goes every way', () => {
  const walker = new Walker({ x: 0, z: 0 });
  walker.walkTo(100, 100);
  walker.steer(1, 1);
  walker.advance(1);
  assert.ok(Math.abs(Math.hypot(walker.at.x, walker.at.z) - 8) < 1e-9);
  walker.steer(0, 0);
  assert.equal(walker.advance(1), false);
});

test('There is no walking out of the world, nor to what is no number', () => {
  const walker = new Walker({ x: 99_999, z: 0 });
  walker.steer(1, 0);
  for (let i = 0; i < 5; ++i) walker.advance(1);
  assert.ok(walker.at.x <= 100_000);
  for (const bad of [NaN, Infinity, 1e6]) {
    assert.equal(walker.walkTo(bad, 0), false);
    assert.equal(walker.teleport(0, bad), false);
  }
  assert.equal(place(0, NaN), null);
  assert.equal(parcel({ x: -0.1, z: 16 }), '-1,1');
});
