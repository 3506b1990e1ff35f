// Reports `node --test`: one line a test, failures in full at the end, and last of all one line with the totals.

const mark = { pass: 'ok    ', fail: 'FAILED', skip: 'skip  ' };

/** Whether an event is a test of ours: not a suite, and not the file that older runners count as a test. */
const isTest = ({ name, details }) => details?.type !== 'suite' && !/\.test\.mjs$/.test(name);

const outcome = (type, data) => (data.skip !== undefined ? 'skip' : type === 'test:pass' ? 'pass' : 'fail');

/** Failures by what went wrong: a realm that does not start fails every test of its file in the same way. */
function* explain(failures) {
  const namesByText = new Map();
  for (const { name, file, details } of failures) {
    const cause = details?.error?.cause ?? details?.error;
    const text = `${file ?? ''}\n${cause?.stack ?? cause?.message ?? String(cause)}`;
    namesByText.set(text, [...(namesByText.get(text) ?? []), name]);
  }
  for (const [text, names] of namesByText) {
    for (const name of names) yield `\nFAILED: ${name}`;
    yield `\n  ${text.trim().replaceAll('\n', '\n  ')}\n`;
  }
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
    if (broken) failures.push(data);
    if (!broken && !isTest(data)) continue; // a file that cannot even be loaded counts as one failed test
    const result = outcome(type, data);
    count[result] += 1;
    yield `${mark[result]} ${data.name} (${Math.round(data.details?.duration_ms ?? 0)} ms)\n`;
  }
  yield* explain(failures);
  const seconds = ((Date.now() - started) / 1000).toFixed(1);
  const total = count.pass + count.fail + count.skip;
  yield `\n${total} tests: ${count.pass} passed, ${count.fail} failed, ${count.skip} skipped in ${seconds} s\n`;
}
