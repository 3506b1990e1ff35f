// What "why am I here?" promises.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { borders, inWords, readAnswer } from './explain';

const near = (island, distance, apart) => ({ player: '0x1', island, distance, apart });

test('Whatever the realm answers becomes an answer', () => {
  for (const nonsense of [null, 7, 'x', [], {}, { explain: 3 }, { explain: [null, 7] }, { explain: [{ nearest: 'x' }] }])
    assert.equal(readAnswer(nonsense).complete, false);
  const [one] = readAnswer({ explain: [{ player: 'a'.repeat(999), seats: 'x', nearest: [{ apart: 'magic', distance: null }] }] }).players;
  assert.deepEqual([one.player.length, one.seats, one.nearest[0].apart, one.nearest[0].distance], [256, 0, 'distance', 0]);
});

test('A player is told with whom it is, how full it is, and what its wish is', () => {
  const nearest = [near('A', 1, 'together'), near('B', 70, 'capacity'), near('C', 200, 'distance')];
  const said = inWords({ player: '0x', island: 'A', seats: 1, guest: false, crowded: true, wish: 'B', nearest }, 80).join(' ');
  assert.match(said, /Of the 2 nearest within 80 m, 1 share/);
  assert.match(said, /larger than one island/);
  assert.match(said, /1 free seat\./);
  assert.match(said, /wishes to be on B/);
  const alone = inWords({ player: '0x', island: 'A', seats: 0, guest: false, crowded: false, wish: '', nearest: [] }, 80).join(' ');
  assert.match(alone, /Nobody else is within 80 m\..*full/);
});

test('Borders tell of each other island its nearest pair, the nearest island first', () => {
  const players = [
    { nearest: [near('A', 1, 'together'), near('B', 30, 'capacity'), near('C', 20, 'distance')] },
    { nearest: [near('B', 5, 'cooldown'), near('', 2, 'distance')] },
  ];
  assert.deepEqual(borders({ players, complete: true }, 'A'), [
    { island: 'B', pairs: 2, nearest: 5, apart: 'cooldown' },
    { island: 'C', pairs: 1, nearest: 20, apart: 'distance' },
  ]);
});
