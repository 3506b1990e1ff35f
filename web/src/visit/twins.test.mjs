// What twins promises.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Backoff } from './backoff';
import { Twins } from './twins';

test('A copy through another room is no news, the same words again are', () => {
  const twins = new Twins();
  assert.equal(twins.isNew(0, 1, 'a hello'), true);
  assert.equal(twins.isNew(5, 2, 'a hello'), false);
  assert.equal(twins.isNew(6, 2, 'a hello'), true);
  assert.equal(twins.isNew(7, 1, 'a hello'), false);
  assert.equal(twins.isNew(8, 1, 'b hello'), true);
});

test('What was said long ago is forgotten', () => {
  const twins = new Twins();
  twins.isNew(0, 1, 'a');
  assert.equal(twins.isNew(60_000, 2, 'a'), true);
  for (let i = 0; i < 5_000; ++i) twins.isNew(60_001, 1, `m${i}`);
  assert.ok(twins.heard.size <= 513);
});

test('Pauses double up to half a minute, at random, and start afresh', () => {
  const backoff = new Backoff(() => 0);
  assert.deepEqual([1, 2, 3].map(() => backoff.next()), [500, 1000, 2000]);
  for (let i = 0; i < 20; ++i) assert.ok(backoff.next() <= 15_000);
  backoff.reset();
  assert.equal(backoff.next(), 500);
  assert.equal(new Backoff(() => 1).next(), 1000);
});
