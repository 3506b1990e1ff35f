// Our proto/ files against the official ones from npm: same names, numbers and types, same bytes.
import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import protobuf from 'protobufjs';

const here = (path) => fileURLToPath(new URL(path, import.meta.url));
const OURS = here('../proto');
const OF_2023 = here('node_modules/@dcl/protocol/proto');
const TODAY = here('node_modules/@dcl/protocol-today/proto');

/** Our files that no official package has in this form, and why. */
const ELSEWHERE = {
  'decentraland/rpc/protocol.proto': here('node_modules/@dcl/rpc/dist/protocol/index.proto'),
};

const filesBelow = (folder) =>
  readdirSync(folder, { withFileTypes: true, recursive: false }).flatMap((entry) =>
    entry.isDirectory() ? filesBelow(join(folder, entry.name)) : [join(folder, entry.name)],
  );
const OUR_FILES = filesBelow(OURS)
  .filter((file) => file.endsWith('.proto'))
  .filter((file) => !file.startsWith(join(OURS, 'archipelago/'))) // our own, nobody else's
  .map((file) => file.slice(OURS.length + 1));

/** All that `files` of a folder define, imports included. */
function load(folder, files) {
  const root = new protobuf.Root();
  root.resolvePath = (origin, target) =>
    target.startsWith('/')
      ? target
      : target.startsWith('google/protobuf/') && protobuf.common.get(target)
        ? target
        : join(folder, target);
  root.loadSync(files, { keepCase: true });
  root.resolveAll();
  return root;
}

const exists = (folder) => (file) => filesBelow(folder).includes(join(folder, file));
const ours = load(OURS, OUR_FILES);
const official = {
  'the packages of 2023': load(OF_2023, OUR_FILES.filter(exists(OF_2023))),
  "today's packages": load(TODAY, OUR_FILES.filter(exists(TODAY))),
  '@dcl/rpc': load('/', Object.values(ELSEWHERE)),
};

function* typesIn(namespace, kind) {
  for (const object of namespace.nestedArray) {
    if (object instanceof kind && !object.fullName.startsWith('.google.')) yield object;
    if (object instanceof protobuf.Namespace) yield* typesIn(object, kind);
  }
}

/** A type of that name in an official package; @dcl/rpc has no package name. */
function find(root, name, kind) {
  for (const candidate of [name, name.replace('.decentraland.rpc.', '.')]) {
    const found = root.lookup(candidate);
    if (found instanceof kind) return found;
  }
  return null;
}

const counterparts = (type, kind) =>
  Object.entries(official).flatMap(([where, root]) => {
    const found = find(root, type.fullName, kind);
    return found ? [[where, found]] : [];
  });

/** Everything about a field that matters on the wire, and its name. */
function shape(field) {
  const type = field.resolvedType ? field.resolvedType.name : field.type;
  const repeated = field.map ? `map<${field.keyType},…>` : field.repeated ? 'repeated' : 'single';
  const presence = field.options?.proto3_optional ? 'optional' : 'plain';
  const oneof = presence === 'plain' && field.partOf ? field.partOf.name : '';
  return `${field.name} = ${field.id}: ${type} ${repeated} ${presence} ${oneof}`.trim();
}

test('Every message of ours exists in an official package', () => {
  const unknown = [...typesIn(ours, protobuf.Type)].filter((type) => counterparts(type, protobuf.Type).length === 0);
  assert.deepEqual(
    unknown.map(({ fullName }) => fullName),
    [],
  );
});

test('Every field of ours has the name, number, type and presence of the official one', () => {
  const wrong = [];
  for (const type of typesIn(ours, protobuf.Type)) {
    const all = counterparts(type, protobuf.Type).map(([, theirs]) => theirs.fieldsArray.map(shape));
    for (const field of type.fieldsArray) {
      const official = all.some((shapes) => shapes.includes(shape(field)));
      if (!official) wrong.push(`${type.fullName}: ${shape(field)}`);
    }
  }
  assert.deepEqual(wrong, []);
});

test('No number of ours means something else in an official package', () => {
  const wrong = [];
  for (const type of typesIn(ours, protobuf.Type))
    for (const [where, theirs] of counterparts(type, protobuf.Type))
      for (const field of type.fieldsArray) {
        const other = theirs.fieldsById[field.id];
        if (other && shape(other) !== shape(field))
          wrong.push(`${type.fullName} ${shape(field)} is ${shape(other)} in ${where}`);
      }
  assert.deepEqual(wrong, []);
});

test('Of the messages that clients of 2023 send us we know every field', () => {
  const missing = [];
  for (const type of typesIn(ours, protobuf.Type)) {
    const theirs = find(official['the packages of 2023'], type.fullName, protobuf.Type);
    for (const field of theirs?.fieldsArray ?? [])
      if (!type.fieldsById[field.id]) missing.push(`${type.fullName}: ${shape(field)}`);
  }
  assert.deepEqual(missing, []);
});

test('Enumerations and services are the official ones', () => {
  for (const ourEnum of typesIn(ours, protobuf.Enum))
    for (const [where, theirs] of counterparts(ourEnum, protobuf.Enum))
      for (const [name, value] of Object.entries(ourEnum.values))
        assert.equal(theirs.values[name], value, `${ourEnum.fullName}.${name}, ${where}`);
  for (const service of typesIn(ours, protobuf.Service)) {
    const found = counterparts(service, protobuf.Service);
    assert.ok(found.length > 0, service.fullName);
    const signature = ({ name, requestType, responseType, responseStream }) =>
      [name, requestType.split('.').at(-1), responseType.split('.').at(-1), Boolean(responseStream)].join(' ');
    for (const [, theirs] of found)
      assert.deepEqual(service.methodsArray.map(signature), theirs.methodsArray.map(signature));
  }
});

const SAMPLE = {
  double: -1.5,
  float: 0.25,
  int32: -7,
  uint32: 4_294_967_295,
  sint32: -3,
  fixed32: 77,
  sfixed32: -77,
  int64: 123_456,
  uint64: 123_456_789,
  bool: true,
  string: 'Grüße 🏝',
  bytes: Uint8Array.of(0, 255, 10),
};

/** A message with every field set (of a oneof the field `chosen`, as far as it has one). */
function sample(type, chosen, depth = 0) {
  const message = {};
  for (const field of type.fieldsArray) {
    if (field.partOf && !field.options?.proto3_optional && field !== chosen) continue;
    const one =
      field.resolvedType instanceof protobuf.Type
        ? depth > 3
          ? {}
          : sample(field.resolvedType, field.resolvedType.oneofsArray[0]?.fieldsArray[0], depth + 1)
        : field.resolvedType
          ? Object.values(field.resolvedType.values).at(-1)
          : SAMPLE[field.type];
    message[field.name] = field.map ? { 7: one } : field.repeated ? [one, one] : one;
  }
  return message;
}

/** Whether `theirs` has all fields of `type`, all the way down. */
const knows = (theirs, type) =>
  type.fieldsArray.every((field) => {
    const other = theirs.fieldsById[field.id];
    const nested = field.resolvedType instanceof protobuf.Type;
    return other && (!nested || type === field.resolvedType || knows(other.resolvedType, field.resolvedType));
  });

test('Every message with every field set is the same bytes for us and for the official packages', () => {
  let compared = 0;
  for (const type of typesIn(ours, protobuf.Type))
    for (const [where, theirs] of counterparts(type, protobuf.Type)) {
      const cases = type.oneofsArray.flatMap(({ fieldsArray }) => fieldsArray);
      for (const chosen of cases.length ? cases : [undefined]) {
        const bytes = type.encode(type.fromObject(sample(type, chosen))).finish();
        if (!knows(theirs, type)) continue; // newer or older than that package: the claims above compare the fields
        assert.deepEqual(theirs.encode(theirs.decode(bytes)).finish(), bytes, `${type.fullName}, ${where}`);
        compared += 1;
      }
    }
  assert.ok(compared >= 50, `${compared} were compared`);
});
