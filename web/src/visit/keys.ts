// Walking with the arrow keys or W A S D: on the map and on the panel, but not while somebody writes or uses a control.
import { visitor } from './visitor';

const WAYS: Record<string, readonly [x: number, z: number]> = {
  ArrowUp: [0, 1],
  ArrowDown: [0, -1],
  ArrowLeft: [-1, 0],
  ArrowRight: [1, 0],
  w: [0, 1],
  s: [0, -1],
  a: [-1, 0],
  d: [1, 0],
};

const held = new Set<string>();
const nameOf = ({ key }: KeyboardEvent): string => (key.length === 1 ? key.toLowerCase() : key);

/** Until the function that it returns is called. */
export function listenToWalkKeys(): () => void {
  const abort = new AbortController();
  const options = { capture: true, signal: abort.signal }; // before the map, which else pans
  window.addEventListener('keydown', press, options);
  window.addEventListener('keyup', release, options);
  window.addEventListener('blur', letGo, options);
  return () => {
    abort.abort();
    letGo();
  };
}

function press(event: KeyboardEvent): void {
  const name = nameOf(event);
  if (!WAYS[name] || !visitor.position.peek() || event.ctrlKey || event.metaKey || event.altKey) return;
  if (isControl(event.target, name)) return;
  event.preventDefault();
  event.stopPropagation();
  held.add(name);
  steer(event.shiftKey);
}

function release(event: KeyboardEvent): void {
  if (held.delete(nameOf(event))) steer(event.shiftKey);
}

function letGo(): void {
  held.clear();
  steer(false);
}

function steer(hurry: boolean): void {
  let [x, z] = [0, 0];
  for (const name of held) {
    const [eastward, northward] = WAYS[name] as readonly [number, number];
    x += eastward;
    z += northward;
  }
  visitor.steer(Math.sign(x), Math.sign(z), hurry);
}

/** Whether the key means something else there. */
function isControl(target: EventTarget | null, name: string): boolean {
  if (!(target instanceof HTMLElement)) return false;
  if (target.closest('input, textarea, select, dialog, [contenteditable]')) return true;
  return name.startsWith('Arrow') && target.closest('[role=tablist], [role=listbox], [role=radiogroup], .scrolls') !== null;
}
