// A small curve of the last values, from zero up.

const kWidth = 100;
const kHeight = 26;

/** The curve's path, and that of the area below it. */
export function curve(values: number[], slots: number): { line: string; area: string } {
  if (values.length < 2) return { line: '', area: '' };
  const top = Math.max(...values) || 1;
  const step = kWidth / (slots - 1);
  const first = kWidth - (values.length - 1) * step;
  const points = values.map((value, i) => {
    const y = kHeight - 1.5 - (value / top) * (kHeight - 4);
    return `${(first + i * step).toFixed(1)} ${y.toFixed(1)}`;
  });
  const line = `M${points.join('L')}`;
  return { line, area: `${line}V${kHeight}H${first.toFixed(1)}Z` };
}

export function Sparkline({ values, slots }: { values: number[]; slots: number }) {
  const { line, area } = curve(values, slots);
  return (
    <svg class="spark" viewBox={`0 0 ${kWidth} ${kHeight}`} preserveAspectRatio="none" aria-hidden="true">
      <path class="spark-area" d={area} />
      <path class="spark-line" d={line} />
    </svg>
  );
}
