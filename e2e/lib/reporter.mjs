// Reports `node --test`: one line a test, failures in full at the end, and last of all one line with the totals.

const mark = { pass: 'ok    ', fail: 'FAILED', skip: 'skip  ' };

/** Whether an event is a test of ours: not a suite, and not the file that older runners count as a test. */
const isTest = ({ name, details }) => details?.type !== 'suite' && !/\.test\.mjs$/.test(name);

const outcome = (type, data) => (data.skip !== undefined ? 'skip' : type === 'test:pass' ? 'pass' : 'fail');

function explain({ name, file, details }) {
  const cause = details?.error?.cause ?? details?.error;
  const text = cause?.stack ?? cause?.message ?? String(cause);
  return `\nFAILED: ${name}\n${file ? `  ${file}\n` : ''}  ${text.replaceAll('\n', '\n  ')}\n`;
}

/** @param {AsyncIterable<{type: string, data: any}>} source */
export default async function* report(source) {
  const started = Date.now();
  const count = { pass: 0, fail: 0, skip: 0 };
  const failures = [];
  for await (const { type, data } of source) {
    if (type === 'test:stderr' || type === 'test:stdout') yield data.message;
    if (type !== 'test:pass' && type !== 'test:fail') continue;
    const broken = type === 'test:fail' && data.details?.error?.failureType !== 'subtestsFailed';
    if (broken) failures.push(explain(data));
    if (!broken && !isTest(data)) continue; // a file that cannot even be loaded counts as one failed test
    const result = outcome(type, data);
    count[result] += 1;
    yield `${mark[result]} ${data.name} (${Math.round(data.details?.duration_ms ?? 0)} ms)\n`;
  }
  yield* failures;
  const seconds = ((Date.now() - started) / 1000).toFixed(1);
  const total = count.pass + count.fail + count.skip;
  yield `\n${total} tests: ${count.pass} passed, ${count.fail} failed, ${count.skip} skipped in ${seconds} s\n`;
}
