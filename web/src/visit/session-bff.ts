// The BFF protocol: dcl-rpc with the official services, as the explorer of 2023 speaks it.
import { createRpcClient, type RpcClientPort } from '@dcl/rpc';
import { loadService } from '@dcl/rpc/dist/codegen';
import { WebSocketTransport } from '@dcl/rpc/dist/transports/WebSocket';
import { BffAuthenticationServiceDefinition } from '@dcl/protocol/out-js/decentraland/bff/authentication_service.gen';
import { Heartbeat } from '@dcl/protocol/out-js/decentraland/bff/comms_director_service.gen';
import { CommsServiceDefinition } from '@dcl/protocol/out-js/decentraland/bff/comms_service.gen';
import { IslandChangedMessage } from '@dcl/protocol-today/out-js/decentraland/kernel/comms/v3/archipelago.gen';
import type { AuthLink } from './identity';
import type { ProtocolLog } from './log';
import { ending, type Ending } from './reasons';
import { RpcReader } from './rpc-reader';
import { islandChange, type Challenge, type Session, type SessionEvents } from './session';
import { awaited, inTime, openLine, type Line } from './socket';
import type { Place } from './walker';

const PORT = 'kernel'; // the name that the explorer gives its port
const MOST_UNANSWERED = 8; // heartbeats
const KICK_MS = 500;

export async function openBff(url: string, log: ProtocolLog, events: SessionEvents): Promise<Session> {
  const session = new BffSession(log, events);
  const reader = new RpcReader(log);
  const line = await openLine(url, ['bff'], {
    message: (bytes) => reader.read('in', bytes),
    closed: (why) => session.end(why),
  });
  await session.begin(line, reader);
  return session;
}

class BffSession implements Session {
  private line!: Line;
  private port!: RpcClientPort;
  private readonly lost = awaited<never>();
  private readonly authentication = () => loadService(this.port, BffAuthenticationServiceDefinition);
  private readonly comms = () => loadService(this.port, CommsServiceDefinition);
  private service: ReturnType<typeof this.comms> | null = null;
  private unanswered = 0;
  private over = false;

  constructor(
    private readonly log: ProtocolLog,
    private readonly events: SessionEvents,
  ) {}

  async begin(line: Line, reader: RpcReader): Promise<void> {
    this.line = line;
    const client = createRpcClient(WebSocketTransport(tapped(line.socket, reader)));
    this.port = await this.answer((await client).createPort(PORT));
  }

  async challenge(address: string): Promise<Challenge> {
    const { challengeToSign, alreadyConnected } = await this.answer(this.authentication().getChallenge({ address }));
    return { text: challengeToSign, alreadyConnected };
  }

  async authenticate(chain: AuthLink[]): Promise<string> {
    const authChainJson = JSON.stringify(chain);
    const { peerId } = await this.answer(this.authentication().authenticate({ authChainJson }));
    const service = (this.service = this.comms());
    const topic = `${peerId}.island_changed`;
    const subscription = await this.answer(service.subscribeToSystemMessages({ topic }));
    void this.listen(service.getSystemMessages(subscription));
    void this.waitForReplacement();
    return peerId;
  }

  heartbeat({ x, z }: Place, island?: string): void {
    if (!this.service || this.unanswered === MOST_UNANSWERED) return;
    const payload = Heartbeat.encode({ position: { x, y: 0, z }, desiredRoom: island }).finish();
    ++this.unanswered;
    const told = this.service.publishToTopic({ topic: 'heartbeat', payload });
    told.then(
      () => --this.unanswered,
      () => this.line.hangUp(ending('upstream_failed', 'The realm did not take a heartbeat.')),
    );
  }

  close(): void {
    this.over = true;
    this.line.hangUp();
  }

  end(why: Ending): void {
    if (this.over) return;
    this.over = true;
    this.log.note('bff', 'closed', { code: why.code, reason: why.reason });
    this.lost.reject(why);
    this.events.ended(why);
  }

  private async listen(messages: AsyncGenerator<{ payload: Uint8Array }>): Promise<void> {
    try {
      for await (const { payload } of messages) this.events.island(islandChange(IslandChangedMessage.decode(payload)));
    } catch {
      // ends with the connection, which says why
    }
  }

  /** Answered when the same address has logged in elsewhere. */
  private async waitForReplacement(): Promise<void> {
    try {
      await this.authentication().getDisconnectionMessage({});
      // the close frame that follows knows better; old servers send none for ten seconds
      setTimeout(() => this.line.hangUp(ending('replaced')), KICK_MS);
    } catch {
      // the connection ended before, and says why
    }
  }

  private answer<T>(call: Promise<T>): Promise<T> {
    return inTime(Promise.race([call, this.lost.promise]), 'The realm did not answer in time.');
  }
}

/** The same socket; what is sent over it is read along. */
function tapped(socket: WebSocket, reader: RpcReader): Parameters<typeof WebSocketTransport>[0] {
  const send = socket.send.bind(socket);
  socket.send = (data) => {
    if (data instanceof Uint8Array) reader.read('out', data);
    send(data);
  };
  return socket as unknown as Parameters<typeof WebSocketTransport>[0];
}
