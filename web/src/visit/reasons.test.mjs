// What reasons promises.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { ending, endingOf, endingOfClose, isReason } from './reasons';

test('Every reason of the realm has words here, and is retried exactly when it may be', () => {
  const table = readFileSync(join(import.meta.dirname, '..', 'docs', 'REASONS.md'), 'utf8');
  const rows = [...table.matchAll(/^\| `(\w+)` \| \d+ \| (yes|no) \|/gm)];
  assert.ok(rows.length > 30);
  for (const [, reason, retryable] of rows) {
    assert.ok(isReason(reason), reason);
    assert.equal(ending(reason).retryable, retryable === 'yes', reason);
  }
});

test('A close frame is told by its text, else by its code', () => {
  assert.equal(endingOfClose(1008, 'replaced').reason, 'replaced');
  assert.equal(endingOfClose(1008, 'Authentication failed').reason, 'bad_signature');
  assert.equal(endingOfClose(1001, '').reason, 'shutting_down');
  assert.equal(endingOfClose(1013, 'hey').reason, 'overloaded');
  assert.equal(endingOfClose(1006, '').reason, 'peer_gone');
  assert.equal(endingOfClose(1008, 'constructor').reason, 'unexpected_message');
});

test('Whatever is thrown becomes an ending', () => {
  assert.equal(endingOf(ending('banned')).reason, 'banned');
  assert.equal(endingOf(new Error('RemoteError: realm_full')).reason, 'realm_full');
  assert.equal(endingOf(new Error('RemoteError: Authentication failed')).retryable, false);
  assert.equal(endingOf('what').words, 'what');
});
