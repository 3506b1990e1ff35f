// What log promises.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { MOST_ENTRIES, ProtocolLog, fieldsText, filtered, logText } from './log';

const quiet = () => {};

test('The log keeps the newest and forgets the rest', () => {
  const log = new ProtocolLog(quiet);
  for (let i = 0; i < MOST_ENTRIES * 3; ++i) log.add('in', 'room', 'chat', { i });
  const all = log.all();
  assert.equal(all.length, MOST_ENTRIES);
  assert.equal(all.at(-1).fields.i, MOST_ENTRIES * 3 - 1);
});

test('It does not change while it is paused, and tells once of many', () => {
  const calls = [];
  const log = new ProtocolLog((tell) => calls.push(tell));
  log.add('in', 'bff', 'ServerReady', {});
  log.add('in', 'bff', 'ServerReady', {});
  assert.equal(calls.length, 1);
  calls[0]();
  assert.equal(log.version.value, 1);
  log.paused.value = true;
  log.add('in', 'bff', 'ServerReady', {});
  assert.equal(log.all().length, 2);
});

test('It is filtered by name, and what is routine is folded', () => {
  const log = new ProtocolLog(quiet);
  log.add('out', 'direct', 'heartbeat', {}, undefined, true);
  log.add('in', 'direct', 'islandChanged', {});
  log.add('in', 'room', 'peerUpdateMessage chat', {});
  assert.equal(filtered(log.all(), { text: 'CHAT', fold: false }).entries.length, 1);
  const { entries, folded } = filtered(log.all(), { text: '', fold: true });
  assert.deepEqual([entries.length, folded], [2, 1]);
});

test('Fields are shown without tokens, bytes as hexadecimal', () => {
  assert.equal(fieldsText({ connStr: 'ws-room:ws://h?access_token=secret' }, 0), '{"connStr":"ws-room:ws://h?access_token=…"}');
  assert.equal(fieldsText({ body: new Uint8Array([1, 255]) }, 0), '{"body":"2 bytes: 01ff"}');
  const log = new ProtocolLog(quiet);
  log.add('in', 'direct', 'islandChanged', { connStr: 'x?access_token=secret' }, new Uint8Array(3));
  assert.match(logText(log.all()), /^\d\d:\d\d:\d\d\.\d{3} ← direct islandChanged \{"connStr":"x\?access_token=…"\}$/);
});
