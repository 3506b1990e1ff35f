// Fingers, mouse and keys on the map.
import type { Stage } from './stage';

export interface MapEvents {
  /** The pointer rests there, CSS pixels; null: it left. */
  hover(at: { px: number; py: number } | null): void;
  click(at: { px: number; py: number; withShift: boolean }): void;
}

/** A press that moved less than this many pixels is a click. */
const kSlop = 5;
const kStep = 80;

export function listen(target: HTMLElement, stage: Stage, events: MapEvents): () => void {
  const gone = new AbortController();
  const options = { signal: gone.signal };
  pointers(target, stage, events, options);
  target.addEventListener(
    'wheel',
    (event) => {
      event.preventDefault();
      const { px, py } = place(target, event);
      const lines = event.deltaMode === WheelEvent.DOM_DELTA_LINE ? 16 : 1;
      const speed = event.ctrlKey ? 0.01 : 0.0016; // a pinch on a touchpad comes as a wheel with ctrl
      stage.zoomAt(Math.exp(-event.deltaY * lines * speed), px, py);
    },
    { ...options, passive: false },
  );
  target.addEventListener('keydown', (event) => keys(event, stage), options);
  target.addEventListener('dblclick', (event) => {
    const { px, py } = place(target, event);
    stage.zoomAt(2, px, py);
  }, options);
  return () => gone.abort();
}

const place = (target: HTMLElement, { clientX, clientY }: { clientX: number; clientY: number }) => {
  const { left, top } = target.getBoundingClientRect();
  return { px: clientX - left, py: clientY - top };
};

function pointers(target: HTMLElement, stage: Stage, events: MapEvents, options: { signal: AbortSignal }): void {
  const down = new Map<number, { px: number; py: number }>();
  let travelled = 0;
  target.addEventListener('pointerdown', (event) => {
    if (event.button !== 0) return;
    target.setPointerCapture(event.pointerId);
    if (down.size === 0) travelled = 0;
    down.set(event.pointerId, place(target, event));
  }, options);
  target.addEventListener('pointermove', (event) => {
    const to = place(target, event);
    const from = down.get(event.pointerId);
    if (!from) return events.hover(event.pointerType === 'touch' ? null : to);
    travelled += Math.hypot(to.px - from.px, to.py - from.py);
    if (down.size === 1 && travelled > kSlop) stage.pan(to.px - from.px, to.py - from.py);
    if (down.size === 2) pinch(stage, [...down.entries()].find(([id]) => id !== event.pointerId)![1], from, to);
    down.set(event.pointerId, to);
    target.classList.toggle('dragging', travelled > kSlop);
  }, options);
  const up = (event: PointerEvent) => {
    const was = down.delete(event.pointerId);
    target.classList.remove('dragging');
    if (!was || event.type !== 'pointerup' || travelled > kSlop || down.size > 0) return;
    events.click({ ...place(target, event), withShift: event.shiftKey });
  };
  target.addEventListener('pointerup', up, options);
  target.addEventListener('pointercancel', up, options);
  target.addEventListener('pointerleave', () => events.hover(null), options);
}

/** One finger rests, the other moved: what was between them stays between them. */
function pinch(
  stage: Stage,
  rest: { px: number; py: number },
  from: { px: number; py: number },
  to: { px: number; py: number },
): void {
  const [before, after] = [from, to].map(({ px, py }) => Math.hypot(px - rest.px, py - rest.py));
  stage.pan((to.px - from.px) / 2, (to.py - from.py) / 2);
  if (before > 1) stage.zoomAt(after / before, (to.px + rest.px) / 2, (to.py + rest.py) / 2);
}

function keys(event: KeyboardEvent, stage: Stage): void {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  const step = event.shiftKey ? kStep * 4 : kStep;
  const acts: Record<string, () => void> = {
    ArrowLeft: () => stage.pan(step, 0),
    ArrowRight: () => stage.pan(-step, 0),
    ArrowUp: () => stage.pan(0, step),
    ArrowDown: () => stage.pan(0, -step),
    '+': () => stage.zoom(1.4),
    '=': () => stage.zoom(1.4),
    '-': () => stage.zoom(1 / 1.4),
  };
  const act = acts[event.key];
  if (!act) return;
  event.preventDefault();
  act();
}
