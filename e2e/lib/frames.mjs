// Frames of dcl-rpc that the official client would never send, built with its own encoders.
import { CreatePort, Request, Response, RpcMessageHeader, RpcMessageTypes } from '@dcl/rpc/dist/protocol/index.js';

const identifier = (type, number) => ((type << 27) | (number & 0x07ffffff)) >>> 0;

export const createPort = (number, portName) =>
  CreatePort.encode({
    messageIdentifier: identifier(RpcMessageTypes.RpcMessageTypes_CREATE_PORT, number),
    portName,
  }).finish();

export const request = (number, portId, procedureId, payload = new Uint8Array()) =>
  Request.encode({
    messageIdentifier: identifier(RpcMessageTypes.RpcMessageTypes_REQUEST, number),
    portId,
    procedureId,
    payload,
    clientStream: 0,
  }).finish();

/** A RESPONSE, which only servers send. */
export const response = (number) =>
  Response.encode({
    messageIdentifier: identifier(RpcMessageTypes.RpcMessageTypes_RESPONSE, number),
    payload: new Uint8Array(),
  }).finish();

/** A message of a type that does not exist. */
export const ofType = (type) => RpcMessageHeader.encode({ messageIdentifier: identifier(type, 1) }).finish();
