// The weather that other tests put between processes and their NATS server, by itself: official clients on both sides.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { connect } from 'nats';
import { NatsReader, matches } from './lib/nats-frames.mjs';
import { NatsServer, WITHOUT_NATS } from './lib/nats-server.mjs';
import { NatsWeather, REALM_SUBJECTS } from './lib/nats-weather.mjs';
import { until, within } from './lib/wait.mjs';

const COUNT = 400;

test('A reader of NATS finds the same operations wherever the bytes are cut', () => {
  const stream = Buffer.from(
    'PING\r\nPUB a.b 5\r\nhe\r\no\r\npub a.b  inbox 0\r\n\r\nHMSG c 7 12 14\r\nNATS/1.0\r\n\r\nhi\r\nMSG d 7 back 2\r\nhi\r\n+OK\r\n',
  );
  const expected = [
    ['PING', undefined, undefined, 6],
    ['PUB', 'a.b', undefined, 18],
    ['PUB', 'a.b', 'inbox', 20],
    ['HMSG', 'c', undefined, 32],
    ['MSG', 'd', 'back', 20],
    ['+OK', undefined, undefined, 5],
  ];
  for (const step of [1, 2, 3, 7, stream.length]) {
    const reader = new NatsReader();
    const found = [];
    for (let at = 0; at < stream.length; at += step) found.push(...reader.take(stream.subarray(at, at + step)));
    assert.deepEqual(
      found.map(({ verb, subject, reply, bytes }) => [verb, subject, reply, bytes.length]),
      expected,
    );
  }
});

test('Patterns match as those of NATS do', () => {
  for (const [pattern, subject] of [['a', 'a'], ['a.*', 'a.b'], ['a.>', 'a.b.c'], ['*.b', 'a.b']]) assert.ok(matches(pattern, subject));
  for (const [pattern, subject] of [['a', 'b'], ['a.*', 'a.b.c'], ['a.>', 'a'], ['*', 'a.b']]) assert.ok(!matches(pattern, subject));
});

/** A server behind weather, a listener before the weather, and a speaker behind it; `act` gets what was heard. */
async function inWeather(act, seed = 7) {
  await NatsServer.during(async (server) => {
    const weather = await NatsWeather.before(server, { seed });
    const clear = await server.client();
    const wet = await connect({ servers: weather.url, reconnectTimeWait: 50, maxReconnectAttempts: -1 });
    const heard = [];
    clear.subscribe('>', {
      callback: (_, message) => message.subject.startsWith('_') || heard.push(`${message.subject} ${message.string()}`),
    });
    await clear.flush();
    try {
      await act({ server, weather, clear, wet, heard });
    } finally {
      weather.mend();
      await wet.close().catch(() => {});
      await clear.close();
      weather.end();
    }
  });
}

const say = (wet, subject, count = COUNT) => {
  for (let i = 0; i < count; i++) wet.publish(subject, String(i));
};

describe('weather', { skip: WITHOUT_NATS }, () => {
  test('Fine weather passes everything in order, and no other address of a server', () =>
    inWeather(async ({ wet, heard, weather }) => {
      say(wet, 'cluster.core');
      await until(() => heard.length === COUNT, 'everything came');
      assert.deepEqual(heard, Array.from({ length: COUNT }, (_, i) => `cluster.core ${i}`));
      assert.equal(wet.info.connect_urls, undefined);
      assert.equal(wet.getServer(), new URL(weather.url).host);
    }));

  test('Messages are lost at the given rate, those of other subjects and requests never', () =>
    inWeather(async ({ wet, clear, heard, weather }) => {
      clear.subscribe('cluster.ask', { callback: (_, message) => message.respond('here') });
      await clear.flush();
      weather.begin({ subjects: REALM_SUBJECTS, drop: 0.25 });
      say(wet, 'cluster.core');
      for (let i = 0; i < 20; i++) await wet.request('cluster.ask', '', { timeout: 10_000 });
      say(wet, 'other');
      await until(() => heard.filter((one) => one.startsWith('other')).length === COUNT, 'the others came');
      const came = heard.filter((one) => one.startsWith('cluster.core')).length;
      assert.ok(came > COUNT * 0.6 && came < COUNT * 0.9, `${came} of ${COUNT}`);
      assert.equal(weather.counts.dropped, COUNT - came);
    }));

  test('The same seed loses the same messages', async () => {
    const lost = () => {
      const heard = [];
      return inWeather(async (parts) => {
        parts.weather.begin({ subjects: REALM_SUBJECTS, drop: 0.5 });
        say(parts.wet, 'peer.a.heartbeat');
        await parts.wet.flush();
        say(parts.wet, 'end', 1);
        await until(() => parts.heard.includes('end 0'), 'the last one came');
        heard.push(...parts.heard);
      }).then(() => heard);
    };
    assert.deepEqual(await lost(), await lost());
  });

  test('Messages are doubled, delayed and overtaken, and none is lost', () =>
    inWeather(async ({ wet, heard, weather }) => {
      weather.begin({ subjects: ['peer.*.heartbeat'], double: 0.1, delay: 0.2, delayMs: 100, reorder: 0.2 });
      say(wet, 'peer.a.heartbeat');
      const { counts } = weather;
      const all = () => COUNT + counts.doubled;
      await until(() => counts.doubled && heard.length === all(), 'everything came');
      assert.equal(new Set(heard).size, COUNT);
      assert.ok(counts.doubled && counts.delayed && counts.reordered, JSON.stringify(counts));
      assert.notDeepEqual(heard, [...heard].sort((a, b) => Number(a.split(' ')[1]) - Number(b.split(' ')[1])));
    }));

  test('What comes from the server has the same weather', () =>
    inWeather(async ({ wet, clear, weather }) => {
      let came = 0;
      wet.subscribe('engine.>', { callback: () => (came += 1) });
      await wet.flush();
      weather.begin({ subjects: REALM_SUBJECTS, drop: 1 });
      say(clear, 'engine.islands', 10);
      await until(() => weather.counts.dropped === 10, 'everything is lost');
      await wet.flush();
      assert.equal(came, 0);
      weather.clear();
      say(clear, 'engine.islands', 1);
      await until(() => came === 1, 'one came');
    }));

  test('A partition holds everything and ends nothing; afterwards what was said comes', () =>
    inWeather(async ({ wet, heard, weather }) => {
      weather.cut();
      say(wet, 'cluster.core', 10);
      const late = await connect({ servers: weather.url, timeout: 300 }).catch((error) => error.code);
      assert.equal(late, 'TIMEOUT', 'a newcomer hears nothing');
      assert.equal(heard.length, 0);
      assert.equal(wet.isClosed(), false);
      weather.mend();
      await until(() => heard.length === 10, 'what was said came');
    }));

  test('Refused clients lose their connections, and come again when they may', () =>
    inWeather(async ({ wet, heard, weather }) => {
      const statuses = [];
      (async () => {
        for await (const { type } of wet.status()) statuses.push(type);
      })();
      weather.refuse();
      await until(() => statuses.includes('disconnect'), 'the client lost its connection');
      await assert.rejects(connect({ servers: weather.url, timeout: 1_000 }));
      weather.accept();
      await until(() => statuses.includes('reconnect'), 'the client is back');
      await within(wet.flush(), 'an answer');
      say(wet, 'cluster.core', 1);
      await until(() => heard.includes('cluster.core 0'), 'it speaks again');
    }));
});
