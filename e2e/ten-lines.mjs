// The ten lines of the README: a player logs in, stands somewhere, and prints the islands it is put on.
// node ten-lines.mjs [ws://localhost:8000]
import { Authenticator } from '@dcl/crypto';
import { createUnsafeIdentity } from '@dcl/crypto/dist/crypto.js';
import { BffAuthenticationServiceDefinition } from '@dcl/protocol/out-js/decentraland/bff/authentication_service.gen.js';
import { CommsDirectorServiceDefinition } from '@dcl/protocol/out-js/decentraland/bff/comms_director_service.gen.js';
import { CommsServiceDefinition } from '@dcl/protocol/out-js/decentraland/bff/comms_service.gen.js';
import { IslandChangedMessage } from '@dcl/protocol/out-js/decentraland/kernel/comms/v3/archipelago.gen.js';
import { createRpcClient } from '@dcl/rpc';
import { loadService } from '@dcl/rpc/dist/codegen.js';
import { WebSocketTransport } from '@dcl/rpc/dist/transports/WebSocket.js';
import WebSocket from 'ws';

const realm = process.argv[2] ?? 'ws://localhost:8000';
const socket = new WebSocket(`${realm}/bff/rpc`, 'bff');
const port = await (await createRpcClient(WebSocketTransport(socket))).createPort('kernel');
const [me, auth] = [createUnsafeIdentity(), loadService(port, BffAuthenticationServiceDefinition)];
const { challengeToSign } = await auth.getChallenge({ address: me.address });
const chain = Authenticator.createAuthChain(me, createUnsafeIdentity(), 60, challengeToSign);
const { peerId } = await auth.authenticate({ authChainJson: JSON.stringify(chain) });
const comms = loadService(port, CommsServiceDefinition);
const islands = await comms.subscribeToSystemMessages({ topic: `${peerId}.island_changed` });
await loadService(port, CommsDirectorServiceDefinition).sendHeartbeat({ position: { x: 8, y: 0, z: 8 } });
for await (const { payload } of comms.getSystemMessages(islands)) console.log(IslandChangedMessage.decode(payload));
