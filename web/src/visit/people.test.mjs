// What is promised about who is near.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { People } from './people';

test('The nearest come first, and those of whom nothing is known last', () => {
  const people = new People();
  for (const name of ['far', 'near', 'unknown']) people.join(name);
  people.stands('far', { x: 30, z: 40 });
  people.stands('near', { x: 0, z: 1 });
  people.stands('stranger', { x: 0, z: 0 });
  assert.deepEqual(
    people.near({ x: 0, z: 0 }).map(({ address, distance }) => [address, distance]),
    [['near', 1], ['far', 50], ['unknown', null]],
  );
});

test('Whoever leaves is gone with the place', () => {
  const people = new People();
  people.join('a');
  people.stands('a', { x: 1, z: 1 });
  people.leave('a');
  people.join('a');
  assert.deepEqual(people.near({ x: 0, z: 0 }), [{ address: 'a', at: null, distance: null }]);
});

test('However many places are told, so many are kept', () => {
  const people = new People();
  for (let i = 0; i < 20_000; ++i) people.stands(`s${i}`, { x: i, z: 0 });
  people.join('s9');
  people.join('s19999');
  assert.deepEqual(people.near({ x: 0, z: 0 }).map(({ distance }) => distance), [9, null]);
});
