// Reads dcl-rpc messages for the protocol log: which procedure was called with what, and what it answered.
import {
  CreatePort,
  CreatePortResponse,
  DestroyPort,
  RemoteError,
  Request,
  RequestModule,
  RequestModuleResponse,
  Response,
  RpcMessageTypes,
  StreamMessage,
} from '@dcl/rpc/dist/protocol';
import { BffAuthenticationServiceDefinition } from '@dcl/protocol/out-js/decentraland/bff/authentication_service.gen';
import { Heartbeat } from '@dcl/protocol/out-js/decentraland/bff/comms_director_service.gen';
import { CommsServiceDefinition } from '@dcl/protocol/out-js/decentraland/bff/comms_service.gen';
import { IslandChangedMessage } from '@dcl/protocol-today/out-js/decentraland/kernel/comms/v3/archipelago.gen';
import _m0 from 'protobufjs/minimal';
import type { Direction, ProtocolLog } from './log';

interface Codec {
  decode(bytes: Uint8Array): unknown;
}
interface Procedure {
  name: string;
  requestType: Codec;
  responseType: Codec;
}

const METHODS = new Map<string, Procedure>();
for (const { methods } of [BffAuthenticationServiceDefinition, CommsServiceDefinition])
  for (const method of Object.values(methods)) METHODS.set(method.name, method as unknown as Procedure);

const EMPTY = new Uint8Array();
const MOST_CALLS = 256; // that wait for their answers

interface Call {
  procedure: Procedure | undefined;
  name: string;
  routine: boolean;
}

export class RpcReader {
  private readonly procedures = new Map<number, string>();
  private readonly calls = new Map<number, Call>();

  constructor(private readonly log: ProtocolLog) {}

  read(direction: Direction, bytes: Uint8Array): void {
    const { kind, fields, routine } = this.describe(bytes) ?? { kind: '(not understood)', fields: {} };
    this.log.add(direction, 'bff', kind, fields, bytes, routine);
  }

  private describe(bytes: Uint8Array): { kind: string; fields: unknown; routine?: boolean } | null {
    try {
      const header = _m0.Reader.create(bytes).skip(1).fixed32();
      const type = (header >>> 27) & 15;
      const number = header & 0x7ffffff;
      switch (type) {
        case RpcMessageTypes.RpcMessageTypes_SERVER_READY:
          return { kind: 'ServerReady', fields: {} };
        case RpcMessageTypes.RpcMessageTypes_CREATE_PORT:
          return { kind: 'CreatePort', fields: { portName: CreatePort.decode(bytes).portName } };
        case RpcMessageTypes.RpcMessageTypes_CREATE_PORT_RESPONSE:
          return { kind: 'CreatePortResponse', fields: { portId: CreatePortResponse.decode(bytes).portId } };
        case RpcMessageTypes.RpcMessageTypes_DESTROY_PORT:
          return { kind: 'DestroyPort', fields: { portId: DestroyPort.decode(bytes).portId } };
        case RpcMessageTypes.RpcMessageTypes_REQUEST_MODULE:
          return { kind: 'RequestModule', fields: { moduleName: RequestModule.decode(bytes).moduleName } };
        case RpcMessageTypes.RpcMessageTypes_REQUEST_MODULE_RESPONSE:
          return this.module(RequestModuleResponse.decode(bytes));
        case RpcMessageTypes.RpcMessageTypes_REQUEST:
          return this.request(number, Request.decode(bytes));
        case RpcMessageTypes.RpcMessageTypes_RESPONSE:
          return this.response(number, Response.decode(bytes).payload);
        case RpcMessageTypes.RpcMessageTypes_REMOTE_ERROR_RESPONSE:
          return this.error(number, RemoteError.decode(bytes).errorMessage);
        case RpcMessageTypes.RpcMessageTypes_STREAM_MESSAGE:
        case RpcMessageTypes.RpcMessageTypes_STREAM_ACK:
          return this.stream(number, StreamMessage.decode(bytes));
        default:
          return null;
      }
    } catch {
      return null;
    }
  }

  private module({ procedures }: RequestModuleResponse): { kind: string; fields: unknown } {
    for (const { procedureId, procedureName } of procedures.slice(0, 64)) this.procedures.set(procedureId, procedureName);
    return { kind: 'RequestModuleResponse', fields: { procedures } };
  }

  private request(number: number, { procedureId, payload }: Request): { kind: string; fields: unknown; routine: boolean } {
    const name = this.procedures.get(procedureId) ?? `procedure ${procedureId}`;
    const procedure = METHODS.get(name);
    const fields = (procedure ? procedure.requestType.decode(payload) : { payload }) as Record<string, unknown>;
    const routine = name === 'PublishToTopic' && fields['topic'] === 'heartbeat';
    if (this.calls.size < MOST_CALLS) this.calls.set(number, { procedure, name, routine });
    if (routine) fields['payload'] = Heartbeat.decode(fields['payload'] as Uint8Array);
    return { kind: routine ? `${name} heartbeat` : name, fields, routine };
  }

  private response(number: number, payload: Uint8Array): { kind: string; fields: unknown; routine?: boolean } {
    const call = this.calls.get(number);
    this.calls.delete(number);
    if (!call?.procedure) return { kind: 'Response', fields: { payload } };
    const fields = call.procedure.responseType.decode(payload ?? EMPTY);
    return { kind: `${call.name} answer`, fields, routine: call.routine };
  }

  private error(number: number, errorMessage: string): { kind: string; fields: unknown } {
    const call = this.calls.get(number);
    this.calls.delete(number);
    return { kind: `RemoteError${call ? ` of ${call.name}` : ''}`, fields: { errorMessage } };
  }

  private stream(number: number, { sequenceId, payload, ack, closed }: StreamMessage): { kind: string; fields: unknown } {
    const call = this.calls.get(number);
    const name = call?.name ?? 'stream';
    if (closed) this.calls.delete(number);
    if (ack) return { kind: `${name} ack`, fields: { sequenceId } };
    if (closed) return { kind: `${name} end`, fields: { sequenceId } };
    if (payload.length === 0 || !call?.procedure) return { kind: `${name} offer`, fields: { sequenceId } };
    const element = call.procedure.responseType.decode(payload) as { topic?: string; payload?: unknown };
    const island = element.topic?.endsWith('.island_changed') && element.payload instanceof Uint8Array;
    const fields = island ? { ...element, payload: IslandChangedMessage.decode(element.payload as Uint8Array) } : element;
    return { kind: island ? 'island_changed' : `${name} element`, fields: { sequenceId, ...fields } };
  }
}
