// A room over a websocket, RFC-5: name, challenge, signature, welcome; then who comes, who goes, and what they say.
import { WsPacket } from '@dcl/protocol-today/out-js/decentraland/kernel/comms/rfc5/ws_comms.gen';
import { signChallenge } from './identity';
import { isRoutine, readPacket } from './packets';
import { ending, endingOfClose, type Ending } from './reasons';
import type { RoomOrder, Transport } from './room';
import { awaited, inTime, openLine, type Line } from './socket';
import { clean, isAddress } from './text';

type FromRoom = NonNullable<WsPacket['message']>;

const MOST_MEMBERS = 4_096;

export class WsRoom implements Transport {
  readonly kind = 'ws-room';
  private line: Line | null = null;
  private readonly welcomed = awaited<void>();
  private readonly members = new Map<number, string>(); // by alias
  private kick: string | null = null;
  private over = false;

  constructor(
    private readonly url: string,
    private readonly order: RoomOrder,
  ) {}

  async open(): Promise<void> {
    this.line = await openLine(this.url, ['rfc5'], {
      message: (bytes) => this.receive(bytes),
      closed: (why) => this.end(why),
    });
    if (this.over) return this.line.hangUp();
    this.tell({ $case: 'peerIdentification', peerIdentification: { address: this.order.guest.address } });
    await inTime(this.welcomed.promise, 'The room did not let this page in in time.').catch((why: unknown) => {
      this.leave();
      throw why;
    });
  }

  send(body: Uint8Array, unreliable: boolean): boolean {
    return this.tell({ $case: 'peerUpdateMessage', peerUpdateMessage: { fromAlias: 0, body, unreliable } });
  }

  leave(): void {
    this.over = true;
    this.line?.hangUp();
  }

  private receive(bytes: Uint8Array): void {
    let message: FromRoom | undefined;
    try {
      message = WsPacket.decode(bytes).message;
    } catch {
      return this.line?.hangUp(ending('malformed_packet', 'The room sent something that is no packet.'));
    }
    if (!message) return this.order.log.add('in', 'room', '(empty)', {}, bytes);
    this.note('in', message, bytes);
    this.handle(message);
  }

  private handle(message: FromRoom): void {
    switch (message.$case) {
      case 'challengeMessage':
        return this.answer(message.challengeMessage.challengeToSign);
      case 'welcomeMessage':
        for (const [alias, address] of Object.entries(message.welcomeMessage.peerIdentities))
          this.add(Number(alias), address);
        return this.welcomed.resolve();
      case 'peerJoinMessage':
        return this.add(message.peerJoinMessage.alias, message.peerJoinMessage.address);
      case 'peerLeaveMessage':
        return this.remove(message.peerLeaveMessage.alias);
      case 'peerUpdateMessage': {
        const from = this.members.get(message.peerUpdateMessage.fromAlias);
        if (from) this.order.events.heard(from, message.peerUpdateMessage.body);
        return;
      }
      case 'peerKicked':
        this.kick = clean(message.peerKicked.reason, 200);
    }
  }

  private answer(challenge: string): void {
    try {
      const authChainJson = JSON.stringify(signChallenge(this.order.guest, challenge));
      this.tell({ $case: 'signedChallengeForServer', signedChallengeForServer: { authChainJson } });
    } catch (why) {
      this.welcomed.reject(why);
    }
  }

  private add(alias: number, name: string): void {
    if (!isAddress(name) || this.members.has(alias) || this.members.size === MOST_MEMBERS) return;
    const address = name.toLowerCase();
    this.members.set(alias, address);
    this.order.events.joined(address);
  }

  private remove(alias: number): void {
    const address = this.members.get(alias);
    if (address === undefined) return;
    this.members.delete(alias);
    if (![...this.members.values()].includes(address)) this.order.events.left(address);
  }

  private end(why: Ending): void {
    if (this.over) return;
    this.over = true;
    const reason = this.kick === null ? why : kicked(this.kick, why);
    this.order.log.note('room', 'closed', { code: why.code, reason: reason.reason });
    this.welcomed.reject(reason);
    this.order.events.closed(reason);
  }

  private tell(message: FromRoom): boolean {
    const bytes = WsPacket.encode({ message }).finish();
    if (!this.line?.send(bytes)) return false;
    this.note('out', message, bytes);
    return true;
  }

  /** Into the log, with the packet inside an update decoded. */
  private note(direction: 'in' | 'out', message: FromRoom, bytes: Uint8Array): void {
    const fields = (message as unknown as Record<string, unknown>)[message.$case];
    if (message.$case !== 'peerUpdateMessage') return this.order.log.add(direction, 'room', message.$case, fields, bytes);
    const { fromAlias, body, unreliable } = message.peerUpdateMessage;
    const packet = readPacket(body);
    const told = { fromAlias, from: this.members.get(fromAlias), unreliable, body: packet ?? body };
    const kind = packet ? `peerUpdateMessage ${packet.$case}` : 'peerUpdateMessage';
    this.order.log.add(direction, 'room', kind, told, bytes, isRoutine(packet));
  }
}

/** Our rooms say why in the close frame, others only in the packet before it. */
function kicked(text: string, why: Ending): Ending {
  if (why.reason !== 'peer_gone') return why;
  const named = endingOfClose(1000, text);
  if (named.reason !== 'peer_gone') return named;
  return { ...ending('session_ended', `The room ended this visit: “${text}”`), retryable: false };
}
