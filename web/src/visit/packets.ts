// What visitors say to each other in a room: RFC-4 packets. The server relays them unread.
import { Packet } from '@dcl/protocol-today/out-js/decentraland/kernel/comms/rfc4/comms.gen';
import { place, type Place } from './walker';

export const PROTOCOL_VERSION = 100; // what today's clients send
export const MOST_CHAT = 1_000; // characters, in and out

export type Message = NonNullable<Packet['message']>;

/** Null when the bytes are not a packet. */
export function readPacket(body: Uint8Array): Message | null {
  try {
    return Packet.decode(body).message ?? null;
  } catch {
    return null;
  }
}

const packet = (message: Message): Uint8Array => Packet.encode({ message, protocolVersion: PROTOCOL_VERSION }).finish();

export const chatPacket = (text: string, timestamp: number): Uint8Array =>
  packet({ $case: 'chat', chat: { message: text, timestamp } });

/** Where somebody stands, as the clients of 2023 read it. `heading` in radians from north to east. */
export function positionPacket(index: number, { x, z }: Place, heading: number): Uint8Array {
  const rotation = { rotationX: 0, rotationY: Math.sin(heading / 2), rotationZ: 0, rotationW: Math.cos(heading / 2) };
  return packet({ $case: 'position', position: { index, positionX: x, positionY: 0, positionZ: z, ...rotation } });
}

/** The same for today's clients. `speed` in metres a second. */
export function movementPacket(now: number, { x, z }: Place, heading: number, speed: number): Uint8Array {
  const movement = {
    timestamp: (now % 86_400_000) / 1_000,
    positionX: x,
    positionZ: z,
    velocityX: Math.sin(heading) * speed,
    velocityZ: Math.cos(heading) * speed,
    movementBlendValue: speed > 4 ? 2 : speed > 0 ? 1 : 0,
    isGrounded: true,
    rotationY: (heading * 180) / Math.PI,
  };
  return Packet.encode(Packet.fromPartial({ message: { $case: 'movement', movement }, protocolVersion: PROTOCOL_VERSION })).finish();
}

/** Where the packet says that its sender stands; null when it says nothing of the kind. */
export function placeIn(message: Message): Place | null {
  if (message.$case === 'position') return place(message.position.positionX, message.position.positionZ);
  if (message.$case === 'movement') return place(message.movement.positionX, message.movement.positionZ);
  return null;
}

/** Kinds that come many times a second. */
export const isRoutine = (message: Message | null): boolean =>
  message !== null && ['position', 'movement', 'movementCompressed', 'voice', 'profileVersion', 'lookAtPosition'].includes(message.$case);
