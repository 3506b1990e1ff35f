// What the chat promises.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Chat } from './chat';

const told = (chat) => chat.lines.value.map(({ text, delivery }) => `${text}: ${delivery}`);

test('What is said while there is no room is delivered, once and in order, when there is one', () => {
  const chat = new Chat();
  const sent = [];
  const deliver = (text, timestamp) => sent.push([text, timestamp]) > 0;
  chat.say('me', 'one', () => false);
  chat.say('me', 'two', deliver);
  assert.deepEqual(sent, []);
  assert.deepEqual(told(chat), ['one: waiting', 'two: waiting']);
  chat.deliverWaiting(deliver);
  chat.deliverWaiting(deliver);
  assert.deepEqual(sent.map(([text]) => text), ['one', 'two']);
  assert.deepEqual(told(chat), ['one: sent', 'two: sent']);
});

test('No two messages of ours are equal', () => {
  const chat = new Chat();
  const stamps = [];
  for (let i = 0; i < 50; ++i) chat.say('me', 'again', (_, timestamp) => stamps.push(timestamp) > 0);
  assert.equal(new Set(stamps).size, 50);
});

test('What never goes out is marked, and what there is to say is bounded', () => {
  const chat = new Chat();
  assert.equal(chat.say('me', ' \n ', () => true), false);
  for (let i = 0; i < 20; ++i) assert.equal(chat.say('me', 'x'.repeat(9_999), () => false), true);
  assert.equal(chat.say('me', 'one more', () => false), false);
  assert.equal(chat.lines.value[0].text.length, 500);
  chat.giveUp();
  assert.ok(chat.lines.value.every(({ delivery }) => delivery === 'lost'));
});

test('Strangers fill neither the memory nor the page', () => {
  const chat = new Chat();
  for (let i = 0; i < 2_000; ++i) chat.hear('0x1', `line ${i}`);
  assert.equal(chat.lines.value.length, 300);
  assert.equal(chat.lines.value.at(-1).text, 'line 1999');
  chat.hear('0x1', '\u0000\u202e'.repeat(3) + ' ');
  assert.equal(chat.lines.value.at(-1).text, '\ufffd'.repeat(6));
});
