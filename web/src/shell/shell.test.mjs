// What addresses, numbers and curves of the page promise.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { age, bearings, figure, parcel, percent, shortAddress, shortId } from './format';
import { parseRoute, toIsland } from './routes';
import { curve } from './sparkline';

test('A page is found by its address again, and nonsense is the realm', () => {
  assert.deepEqual(parseRoute(toIsland('I a/ü?#-1')), { page: 'island', id: 'I a/ü?#-1' });
  const address = `0x${'Ab'.repeat(20)}`;
  assert.deepEqual(parseRoute(`#/player/${address}`), { page: 'player', address: address.toLowerCase() });
  for (const hash of ['', '#', '#/', '#/player/0x1', '#/player/', '#/island/', '#/island/%', '#/what/is', `#/island/${'x'.repeat(300)}`])
    assert.deepEqual(parseRoute(hash), { page: 'realm' }, hash);
});

test('Numbers are as long as they need to be', () => {
  assert.deepEqual([0, 0.123, 12.34, 12345.6, NaN].map(figure), ['0', '0.12', '12.3', '12 346', '–']);
  assert.deepEqual([percent(-1), percent(0.876)], ['–', '88 %']);
  assert.deepEqual([age(-5), age(61), age(3700), age(90_000)], ['0 s', '1 min 1 s', '1 h 1 min', '1 d 1 h']);
});

test('Names are short and can still be told apart', () => {
  assert.equal(shortId('Imwouskz2fwic-17'), 'I…-17');
  assert.equal(shortId('I1'), 'I1');
  assert.ok(shortId('x'.repeat(200)).length <= 14);
  assert.equal(shortAddress(`0x1234${'0'.repeat(32)}abcd`), '0x1234…abcd');
  assert.equal(parcel(-0.1, 16), '-1, 1');
  assert.equal(bearings(-3.25, 1204.4), '3.3 m west, 1 204 m north');
});

test('A curve stays within its picture', () => {
  assert.equal(curve([1], 60).line, '');
  const { line } = curve([0, 5, 10], 60);
  for (const [, x, y] of line.matchAll(/([\d.]+) ([\d.]+)/g)) assert.ok(+x >= 0 && +x <= 100 && +y >= 0 && +y <= 26, line);
  assert.doesNotMatch(curve([0, 0, 0], 60).line, /NaN/);
});
