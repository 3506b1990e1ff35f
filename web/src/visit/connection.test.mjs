// What connection promises.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { claimsOf, parseConnection } from './connection';

const TOKEN = `x.${Buffer.from('{"sub":"0xé","video":{"room":"I1"}}').toString('base64url')}.y`;

test('Connection strings of every kind are read', () => {
  assert.deepEqual(parseConnection('ws-room:ws://h:1/rooms/I1?access_token=a:b'), {
    kind: 'ws-room',
    url: 'ws://h:1/rooms/I1?access_token=a:b',
  });
  assert.deepEqual(parseConnection('ws-room:h/rooms/x'), { kind: 'ws-room', url: 'wss://h/rooms/x' });
  assert.deepEqual(parseConnection('fixed-adapter:ws-room:ws://h/x'), { kind: 'ws-room', url: 'ws://h/x' });
  assert.deepEqual(parseConnection('archipelago:archipelago:wss://h/ws'), { kind: 'archipelago', url: 'wss://h/ws' });
  assert.deepEqual(parseConnection('archipelago:ws://h/ws'), { kind: 'archipelago', url: 'ws://h/ws' });
  assert.deepEqual(parseConnection('offline:offline'), { kind: 'offline' });
  assert.deepEqual(parseConnection('offline'), { kind: 'offline' });
  assert.deepEqual(parseConnection('simulator:3/7'), { kind: 'simulator', people: 3, seed: 7 });
  assert.deepEqual(parseConnection('simulator:9999'), { kind: 'simulator', people: 100, seed: 1 });
  assert.deepEqual(parseConnection('signed-login:https://h/l'), { kind: 'signed-login', url: 'https://h/l' });
  const { kind, url, token, claims } = parseConnection(`livekit:wss://h/p?access_token=${TOKEN}`);
  assert.deepEqual([kind, url, token, claims.video.room], ['livekit', 'wss://h/p', TOKEN, 'I1']);
});

test('What is no connection string is told as unknown and never thrown', () => {
  const strange = ['', ':', 'x', 'ws-room:', 'ws-room:javascript:alert(1)', 'ws-room:http://h/x', 'livekit:', 'lighthouse:x'];
  for (const text of [...strange, 'fixed-adapter:'.repeat(9), 'signed-login:file:///etc/passwd'])
    assert.equal(parseConnection(text).kind, 'unknown', text);
});

test('Claims are read from any token that has them', () => {
  assert.equal(claimsOf(TOKEN).sub, '0xé');
  for (const text of ['', 'a', 'a.b.c', 'a.!!.c', `a.${Buffer.from('7').toString('base64url')}.c`])
    assert.equal(claimsOf(text), null, text);
});
