// What the reader of the feed promises.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { BadFrame, decodeUpdate, Frame } from './decode';
import { players, update } from './written.mjs';

const decoded = (bytes) => {
  const frame = new Frame();
  decodeUpdate(bytes, frame);
  return frame;
};

test('An update is read as it was written', () => {
  const frame = decoded(
    update({
      whole: true,
      time: 1_700_000_000_500,
      realm: { name: 'R', privacy: 1, flushMs: 500, join: 80 },
      islands: [{ number: 7, id: 'I-7', players: 3, x: -15, radius: 42, recall: 0.5 }],
      gone: [1, 2],
      players: players([3, -160, 255, 7, 0xab], [0xffffffff, 1, -1, 7, 0xcd]),
      pulse: { players: 2, recall: -1 },
    }),
  );
  assert.equal(frame.whole, true);
  assert.equal(frame.time, 1_700_000_000.5);
  assert.equal(frame.realm.privacy, 'parcel');
  assert.equal(frame.realm.flushMs, 500);
  assert.equal(frame.islands[0].id, 'I-7');
  assert.deepEqual([frame.islands[0].x, frame.islands[0].radius, frame.islands[0].recall], [-1.5, 4.2, 0.5]);
  assert.deepEqual([frame.playersGone.length, frame.playersGone.unsigned(1)], [2, 2]);
  assert.deepEqual([frame.number.unsigned(1), frame.x.data[0], frame.z.data[1]], [0xffffffff, -160, -1]);
  assert.deepEqual([frame.addresses.length, frame.addresses[20]], [40, 0xcd]);
  assert.deepEqual([frame.pulse.players, frame.pulse.recall, frame.pulse.lagMs], [2, -1, 0]);
});

test('A frame forgets the update before', () => {
  const frame = new Frame();
  decodeUpdate(update({ whole: true, gone: [1], players: players([1, 0, 0, 1, 1]) }), frame);
  decodeUpdate(update({}), frame);
  assert.deepEqual([frame.whole, frame.number.length, frame.playersGone.length, frame.addresses.length], [false, 0, 0, 0]);
});

test('Columns of different lengths are no update', () => {
  const uneven = players([1, 0, 0, 1, 1]);
  uneven.x.push(5);
  assert.throws(() => decoded(update({ players: uneven })), BadFrame);
  const nameless = players([1, 0, 0, 1, 1]);
  nameless.addresses = nameless.addresses.slice(1);
  assert.throws(() => decoded(update({ players: nameless })), BadFrame);
});

test('An update cut anywhere is refused or shorter, and never anything else', () => {
  const whole = update({ whole: true, islands: [{ number: 7, id: 'I-7' }], players: players([1, 5, 5, 7, 9], [2, 6, 6, 7, 9]) });
  for (let length = 0; length < whole.length; length += 1) {
    try {
      const frame = decoded(whole.slice(0, length));
      assert.equal(frame.number.length, frame.x.length);
    } catch (error) {
      assert.ok(error instanceof BadFrame, String(error));
    }
  }
});

test('Noise is refused with a text and never with another error', () => {
  let state = 1;
  for (let round = 0; round < 2000; round += 1) {
    const bytes = Uint8Array.from({ length: round % 70 }, () => (state = (Math.imul(state, 1103515245) + 12345) >>> 0) >>> 24);
    try {
      decoded(bytes);
    } catch (error) {
      assert.ok(error instanceof BadFrame, String(error));
    }
  }
});

test('A length that runs past the end is refused', () => {
  assert.throws(() => decoded(Uint8Array.of(0x32, 0xff, 0xff, 0xff, 0xff, 0x0f)), BadFrame);
  assert.throws(() => decoded(Uint8Array.of(0x3a, 0x05, 0x01)), BadFrame);
});

test('Long texts are cut, and numbers that are none are unknown', () => {
  const frame = decoded(update({ islands: [{ number: 1, id: 'x'.repeat(5000), recall: NaN }] }));
  assert.deepEqual([frame.islands[0].id.length, frame.islands[0].recall], [256, -1]);
});
