// The direct protocol: protobuf packets of archipelago over one websocket, as today's clients speak it.
import { ClientPacket, ServerPacket } from '@dcl/protocol-today/out-js/decentraland/kernel/comms/v3/archipelago.gen';
import type { AuthLink } from './identity';
import type { ProtocolLog } from './log';
import { ending, type Ending } from './reasons';
import { islandChange, type Challenge, type Session, type SessionEvents } from './session';
import { awaited, inTime, openLine, type Line } from './socket';
import type { Place } from './walker';

type FromServer = NonNullable<ServerPacket['message']>;
type ToServer = NonNullable<ClientPacket['message']>;

export async function openDirect(url: string, log: ProtocolLog, events: SessionEvents): Promise<Session> {
  const session = new DirectSession(log, events);
  session.line = await openLine(url, ['archipelago'], {
    message: (bytes) => session.receive(bytes),
    closed: (why) => session.end(why),
  });
  return session;
}

class DirectSession implements Session {
  line!: Line;
  private readonly challenged = awaited<Challenge>();
  private readonly welcomed = awaited<string>();
  private kicked = false;

  constructor(
    private readonly log: ProtocolLog,
    private readonly events: SessionEvents,
  ) {}

  challenge(address: string): Promise<Challenge> {
    this.send({ $case: 'challengeRequest', challengeRequest: { address } });
    return inTime(this.challenged.promise, 'The realm did not send its challenge in time.');
  }

  authenticate(chain: AuthLink[]): Promise<string> {
    this.send({ $case: 'signedChallenge', signedChallenge: { authChainJson: JSON.stringify(chain) } });
    return inTime(this.welcomed.promise, 'The realm did not answer the signed challenge in time.');
  }

  heartbeat({ x, z }: Place, island?: string): void {
    this.send({ $case: 'heartbeat', heartbeat: { position: { x, y: 0, z }, desiredRoom: island } }, true);
  }

  close(): void {
    this.line.hangUp();
  }

  receive(bytes: Uint8Array): void {
    let message: FromServer | undefined;
    try {
      message = ServerPacket.decode(bytes).message;
    } catch {
      return this.line.hangUp(ending('malformed_packet', 'The realm sent something that is no packet.'));
    }
    if (!message) return this.log.add('in', 'direct', '(empty)', {}, bytes);
    this.log.add('in', 'direct', message.$case, fieldsOf(message), bytes);
    this.handle(message);
  }

  end(why: Ending): void {
    const reason = this.kicked && why.reason === 'peer_gone' ? ending('replaced') : why;
    this.log.note('direct', 'closed', { code: why.code, reason: reason.reason });
    this.challenged.reject(reason);
    this.welcomed.reject(reason);
    this.events.ended(reason);
  }

  private handle(message: FromServer): void {
    switch (message.$case) {
      case 'challengeResponse': {
        const { challengeToSign, alreadyConnected } = message.challengeResponse;
        return this.challenged.resolve({ text: challengeToSign, alreadyConnected });
      }
      case 'welcome':
        return this.welcomed.resolve(message.welcome.peerId);
      case 'islandChanged':
        return this.events.island(islandChange(message.islandChanged));
      case 'kicked':
        this.kicked = true; // the close that follows says why; if it does not, the only reason there is was a new login
    }
  }

  private send(message: ToServer, routine = false): void {
    const bytes = ClientPacket.encode({ message }).finish();
    if (this.line.send(bytes)) this.log.add('out', 'direct', message.$case, fieldsOf(message), bytes, routine);
  }
}

const fieldsOf = (message: { $case: string }): unknown => (message as Record<string, unknown>)[message.$case];
