// What the log tells of dcl-rpc: read off a real client and a real server of the official library.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createRpcClient, createRpcServer } from '@dcl/rpc';
import { loadService, registerService } from '@dcl/rpc/dist/codegen';
import { MemoryTransport } from '@dcl/rpc/dist/transports/Memory';
import { BffAuthenticationServiceDefinition } from '@dcl/protocol/out-js/decentraland/bff/authentication_service.gen';
import { Heartbeat } from '@dcl/protocol/out-js/decentraland/bff/comms_director_service.gen';
import { CommsServiceDefinition } from '@dcl/protocol/out-js/decentraland/bff/comms_service.gen';
import { IslandChangedMessage } from '@dcl/protocol-today/out-js/decentraland/kernel/comms/v3/archipelago.gen';
import { ProtocolLog } from './log';
import { RpcReader } from './rpc-reader';

const CHANGE = { islandId: 'I7', connStr: 'offline:offline', peers: {} };
const never = () => new Promise(() => {});
const services = {
  authentication: { getChallenge: async () => ({ challengeToSign: 'dcl-1', alreadyConnected: false }), authenticate: never, getDisconnectionMessage: never },
  comms: {
    subscribeToSystemMessages: async () => ({ subscriptionId: 0 }),
    async *getSystemMessages() {
      yield { topic: '0x1.island_changed', payload: IslandChangedMessage.encode(CHANGE).finish() };
    },
    unsubscribeToSystemMessages: never,
    subscribeToPeerMessages: never,
    getPeerMessages: never,
    unsubscribeToPeerMessages: never,
    publishToTopic: async () => ({ ok: true }),
  },
};

test('Each message of a session is told by its procedure, with what is inside', async () => {
  const log = new ProtocolLog(() => {});
  const reader = new RpcReader(log);
  const { client, server } = MemoryTransport();
  for (const [side, direction] of [[client, 'out'], [server, 'in']]) {
    const send = side.sendMessage.bind(side);
    side.sendMessage = (bytes) => (reader.read(direction, bytes), send(bytes));
  }
  const rpc = createRpcServer({});
  rpc.setHandler(async (port) => {
    registerService(port, BffAuthenticationServiceDefinition, async () => services.authentication);
    registerService(port, CommsServiceDefinition, async () => services.comms);
  });
  const connecting = createRpcClient(client);
  rpc.attachTransport(server, {});
  const port = await (await connecting).createPort('kernel');
  await loadService(port, BffAuthenticationServiceDefinition).getChallenge({ address: '0x1' });
  const comms = loadService(port, CommsServiceDefinition);
  const payload = Heartbeat.encode({ position: { x: 1, y: 0, z: 2 } }).finish();
  await comms.publishToTopic({ topic: 'heartbeat', payload });
  for await (const { topic } of comms.getSystemMessages({ subscriptionId: 0 })) assert.ok(topic);

  const find = (kind) => log.all().find((entry) => entry.kind === kind) ?? assert.fail(`${kind} is missing`);
  assert.deepEqual(find('CreatePort').fields, { portName: 'kernel' });
  assert.deepEqual(find('GetChallenge').fields, { address: '0x1' });
  assert.equal(find('GetChallenge answer').fields.challengeToSign, 'dcl-1');
  assert.deepEqual(find('PublishToTopic heartbeat').fields.payload.position, { x: 1, y: 0, z: 2 });
  assert.equal(find('PublishToTopic heartbeat').routine, true);
  assert.equal(find('PublishToTopic answer').routine, true);
  assert.equal(find('island_changed').fields.payload.islandId, 'I7');
  assert.equal(log.all().some(({ kind }) => kind === '(not understood)'), false);
});

test('Bytes that are no message are told as such', () => {
  const log = new ProtocolLog(() => {});
  const reader = new RpcReader(log);
  for (const bytes of [[], [1], [0x0d, 0, 0, 0, 0], [0x0d, 0, 0, 0, 0x08, 0xff]]) reader.read('in', new Uint8Array(bytes));
  assert.deepEqual([...new Set(log.all().map(({ kind }) => kind))], ['(not understood)']);
});
