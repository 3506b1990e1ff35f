// What text promises.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { clean, hexDump, hideToken, short } from './text';

test('What strangers write stays on its line, has a length, and cannot turn the text around it', () => {
  assert.equal(clean('hello, «Ærø» 👋🏽 👩‍👩‍👧', 100), 'hello, «Ærø» 👋🏽 👩‍👩‍👧');
  assert.equal(clean('a\nb\r\n\tc\u2028d', 100), 'a b c d');
  assert.equal(clean('\u202egpj.exe\u2066x\u200fy\u0007z', 100), '\ufffdgpj.exe\ufffdx\ufffdy\ufffdz');
  assert.equal(clean('\ud800x', 100), '\ufffdx');
  assert.equal(clean('👋'.repeat(10), 3), '👋👋👋…');
  assert.equal(clean('x'.repeat(1e6), 3), 'xxx…');
  assert.equal(clean('e' + '\u0301'.repeat(50), 100), 'e\u0301\u0301\u0301');
  assert.equal(clean('<img src=x onerror=alert(1)>', 100), '<img src=x onerror=alert(1)>');
});

test('An access token is never shown', () => {
  const text = 'ws-room:ws://h/rooms/I1?a=1&access_token=abc.def-_&b=2';
  assert.equal(hideToken(text), 'ws-room:ws://h/rooms/I1?a=1&access_token=…&b=2');
  assert.equal(hideToken('livekit:wss://h?access_token=x'), 'livekit:wss://h?access_token=…');
});

test('Addresses are shortened, bytes are dumped', () => {
  assert.equal(short('0x0123456789012345678901234567890123456789'), '0x0123…6789');
  assert.equal(hexDump(new Uint8Array([0x61, 0, 0xff])), `0000  61 00 ff${' '.repeat(39)}  a··`);
});
