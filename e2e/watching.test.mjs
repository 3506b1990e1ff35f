// The alerts, the dashboard and the documents speak of metrics that a realm has, and of one another.
import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { after, before, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { parse } from 'yaml';
import { Realm } from './lib/realm.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
const read = (path) => readFileSync(root + path, 'utf8');
const rules = parse(read('packaging/prometheus/alerts.yml')).groups.flatMap(({ rules: all }) => all);
const dashboard = JSON.parse(read('packaging/grafana/archipelago.json'));
const cells = (line) => line.split(/(?<!\\)\|/).map((cell) => cell.trim()).slice(1, -1);

/** Metric -> {labels: key -> values that are known, or none: any}, as docs/METRICS.md lists them. */
function documented() {
  const metrics = new Map();
  for (const line of read('docs/METRICS.md').split('\n')) {
    const [, name, labels = '', type] = /^\| `(\w+)(?:\{(.*)\})?` \| (\w+) \|/.exec(line) ?? [];
    if (!name) continue;
    const known = metrics.get(name) ?? { type, labels: new Map() };
    for (const label of labels.split(',').filter(Boolean)) {
      const [key, value] = label.split('=');
      const values = known.labels.get(key) ?? new Set();
      if (value) values.add(JSON.parse(value));
      known.labels.set(key, values);
    }
    metrics.set(name, known);
  }
  return metrics;
}

/** What Prometheus adds to every sample, or makes of them by itself. */
const OF_PROMETHEUS = new Set(['up', 'ALERTS']);
const ANYWHERE = new Set(['instance', 'job', 'le', 'alertname', 'alertstate']);
const WORDS = new Set(
  'rate increase sum avg min max by on and or unless ignoring without histogram_quantile label_values time'.split(' '),
);

/** [metric, [[label, operator, value]…]] of an expression, and all labels it groups by. */
function uses(expression) {
  const grouped = [...expression.matchAll(/\b(?:by|on)\s*\(([^)]*)\)/g)].flatMap(([, list]) => list.split(','));
  const rest = expression.replace(/\b(?:by|on)\s*\([^)]*\)/g, ' ').replace(/\[[^\]]*\]/g, ' ');
  const found = [];
  for (const [, name, matchers = ''] of rest.matchAll(/\b([a-z_A-Z]\w*)(?:\{([^}]*)\})?(?![\w(])/g)) {
    if (WORDS.has(name) || /^\d/.test(name)) continue;
    found.push([name, [...matchers.matchAll(/(\w+)(=~|!=|!~|=)"([^"]*)"/g)].map(([, ...all]) => all)]);
  }
  return { found, grouped: grouped.map((label) => label.trim()).filter(Boolean) };
}

/** Fails unless everything that the expression names is documented. */
function holds(expression, metrics, where) {
  const bare = expression.replace(/"[^"]*"/g, (text) => text.replaceAll(/[{}[\]]/g, ''));
  const { found, grouped } = uses(bare);
  assert.ok(found.length > 0, `${where}: no metric in ${expression}`);
  const groupable = new Set(ANYWHERE);
  for (const [name, matchers] of found) {
    if (OF_PROMETHEUS.has(name)) continue;
    const whole = metrics.get(name);
    const family = whole ?? metrics.get(name.replace(/_(bucket|sum|count)$/, ''));
    assert.ok(family, `${where}: ${name} is no metric`);
    assert.ok(whole ? family.type !== 'histogram' : family.type === 'histogram', `${where}: ${name} is no sample`);
    for (const [key] of family.labels) groupable.add(key);
    for (const [key, operator, value] of matchers) {
      if (ANYWHERE.has(key)) continue;
      const values = family.labels.get(key);
      assert.ok(values, `${where}: ${name} has no label ${key}`);
      if (values.size === 0) continue;
      const wanted = operator.endsWith('~') ? value.split('|') : [value];
      for (const one of wanted) assert.ok(values.has(one), `${where}: ${name} has no ${key}="${one}"`);
    }
  }
  for (const label of grouped) assert.ok(groupable.has(label), `${where}: nothing has a label ${label}`);
}

/** @type {Realm} */
let realm;
before(async () => (realm = await Realm.start()));
after(() => realm?.stop());

const metrics = documented();
const reasons = new Set([...read('docs/REASONS.md').matchAll(/^\| `(\w+)` \|/gm)].map(([, reason]) => reason));
metrics.get('archipelago_rejected_total').labels.set('reason', reasons);

test('Every metric that is documented is told, and every one that is told is documented', async () => {
  await realm.get('/status');
  const text = await (await realm.get('/metrics')).text();
  const told = new Map([...text.matchAll(/^# TYPE (\w+) (\w+)$/gm)].map(([, name, type]) => [name, type]));
  assert.deepEqual([...told.keys()].sort(), [...metrics.keys()].sort());
  for (const [name, type] of told) assert.equal(metrics.get(name).type, type, name);
});

test('The alerts ask for metrics, labels and reasons that exist', () => {
  for (const { alert, expr } of rules) holds(expr, metrics, alert);
});

test('A name or a label that does not exist is noticed', () => {
  for (const wrong of [
    'rate(archipelago_nothing_total[5m]) > 0',
    'rate(archipelago_rejected_total{why="overloaded"}[5m]) > 0',
    'rate(archipelago_rejected_total{reason="nothing"}[5m]) > 0',
    'sum by (nothing) (rate(archipelago_rejected_total[5m]))',
    'archipelago_flush_seconds > 1',
    'archipelago_flush_seconds_bucket{work="play"} > 1',
  ])
    assert.throws(() => holds(wrong, metrics, 'here'), undefined, wrong);
});

test('Each panel of the dashboard asks for metrics and labels that exist, and shows them by labels there are', () => {
  const panels = dashboard.panels.filter(({ type }) => type !== 'row');
  assert.ok(panels.length > 15);
  for (const { title, targets } of panels)
    for (const { expr } of targets) holds(expr.replaceAll('$__rate_interval', '1m'), metrics, title);
  for (const { expr, name } of dashboard.annotations.list) holds(expr, metrics, name);
  const [, counted] = /label_values\((\w+),/.exec(JSON.stringify(dashboard.templating));
  assert.ok(metrics.has(counted), counted);
});

test('Panels do not lie upon one another', () => {
  const taken = new Map();
  for (const { title, gridPos: at } of dashboard.panels)
    for (let x = at.x; x < at.x + at.w; x += 1)
      for (let y = at.y; y < at.y + at.h; y += 1) {
        assert.ok(x < 24 && !taken.has(`${x} ${y}`), `${title} and ${taken.get(`${x} ${y}`)}`);
        taken.set(`${x} ${y}`, title);
      }
});

test('Each alert says how bad it is, what is wrong, and which words of the documents help', () => {
  const rows = read('docs/HARDENING.md').split('\n').filter((line) => line.startsWith('| ')).map((line) => cells(line)[0]);
  const headings = [...read('docs/OPERATIONS.md').matchAll(/^### (.+)$/gm)].map(([, heading]) => heading);
  for (const { alert, labels, annotations } of rules) {
    assert.ok(['critical', 'warning'].includes(labels.severity), alert);
    assert.ok(annotations.summary, alert);
    const [, page, words] = /^docs\/(\w+)\.md: (.+)$/.exec(annotations.runbook);
    const known = page === 'HARDENING' ? rows.some((row) => row.includes(words)) : headings.includes(words);
    assert.ok(known, `${alert}: ${annotations.runbook}`);
  }
});

test('Each alert that the documents name exists, and each that exists is named', () => {
  const names = new Set(rules.map(({ alert }) => alert));
  assert.equal(names.size, rules.length);
  const named = new Set();
  for (const line of read('docs/HARDENING.md').split('\n')) {
    if (!line.startsWith('| ') || cells(line)[4] === 'alert') continue;
    const alerts = cells(line)[4];
    for (const [, name] of alerts.matchAll(/`([^`]+)`/g)) if (!name.startsWith('nstat')) named.add(name);
  }
  for (const [name] of read('docs/OPERATIONS.md').matchAll(/Archipelago[A-Z]\w+/g)) named.add(name);
  assert.deepEqual([...named].sort(), [...names].sort());
});

const promtool = spawnSync(`${root}tools/promtool.sh`, { encoding: 'utf8' });
const skip = promtool.status === 0 ? false : `no promtool here: ${promtool.stderr}`;
const prometheus = (...args) =>
  execFileSync(promtool.stdout.trim(), args, { cwd: `${root}packaging/prometheus`, encoding: 'utf8' });

test('Prometheus itself takes the configuration and the rules', { skip }, () => {
  assert.match(prometheus('check', 'config', 'prometheus.yml'), new RegExp(`SUCCESS: ${rules.length} rules found`));
});

test('The alerts fire when they should, and not before', { skip }, () => {
  assert.match(prometheus('test', 'rules', 'alerts_test.yml'), /SUCCESS/);
});

test('Prometheus itself reads what a realm tells', { skip }, async () => {
  const text = await (await realm.get('/metrics')).text();
  const checked = spawnSync(promtool.stdout.trim(), ['check', 'metrics'], { input: text, encoding: 'utf8' });
  const complaints = checked.stderr.split('\n').filter((line) => /error|invalid|parse/i.test(line));
  assert.deepEqual(complaints, []);
});
