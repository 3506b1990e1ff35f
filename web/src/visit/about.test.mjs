// What about promises.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { entrances, parseAbout, realmUrl } from './about';

const REALM = 'http://h:8000';
const about = (whole) => parseAbout(JSON.stringify(whole), REALM);

test('A realm with islands has two entrances', () => {
  const found = about({
    healthy: true,
    acceptingUsers: true,
    configurations: { networkId: 1, realmName: 'hela' },
    comms: { healthy: true, protocol: 'v3', usersCount: 3, adapter: 'archipelago:archipelago:ws://h:8000/archipelago/ws' },
    bff: { healthy: true, publicUrl: '/bff' },
  });
  assert.deepEqual(entrances(found), ['direct', 'bff']);
  assert.equal(found.direct, 'ws://h:8000/archipelago/ws');
  assert.equal(found.bff, 'ws://h:8000/bff/rpc');
  assert.deepEqual([found.realm, found.users, found.network, found.healthy], ['hela', 3, 'mainnet', true]);
});

test('A realm of one room leads there', () => {
  const found = about({ comms: { fixedAdapter: 'ws-room:ws://h/rooms/x' } });
  assert.deepEqual(entrances(found), ['fixed']);
  assert.equal(found.fixed, 'ws-room:ws://h/rooms/x');
  assert.deepEqual(entrances(about({ comms: { adapter: 'fixed-adapter:offline:offline' } })), ['fixed']);
});

test('A BFF may be elsewhere, or somewhere that is no place', () => {
  assert.equal(about({ bff: { healthy: true, publicUrl: 'https://b/x/' } }).bff, 'wss://b/x/rpc');
  assert.equal(about({ bff: { healthy: true, publicUrl: '/' } }).bff, 'ws://h:8000/rpc');
  assert.equal(about({ bff: { healthy: true, publicUrl: 'https://u:p@b' } }).bff, null);
  assert.equal(about({ bff: { healthy: false, publicUrl: '/bff' } }).bff, null);
});

test('An answer that is anything at all is read or refused in words', () => {
  for (const text of ['', '[]', 'null', '7', '<html>']) assert.throws(() => parseAbout(text, REALM), /about/);
  assert.deepEqual(entrances(about({ comms: [], bff: 'x', configurations: null, healthy: 1 })), []);
  assert.equal(about({ configurations: { realmName: '\u202ex' } }).realm, '\ufffdx');
});

test('A realm is an http address', () => {
  assert.equal(realmUrl(' https://h/x// '), 'https://h/x');
  for (const text of ['', 'h', 'ftp://h', 'https://h?x=1', 'https://u:p@h']) assert.throws(() => realmUrl(text), Error, text);
});
