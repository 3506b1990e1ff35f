// What one can do with the page, shown by `?`.
import { signal } from '@preact/signals';
import { useEffect, useRef } from 'preact/hooks';
import { Icon } from './icons';

export const isHelpOpen = signal(false);

const keys: [string, string][] = [
  ['/', 'find a player by the beginning of the address, or an island'],
  ['F', 'show everybody'],
  ['+  −', 'zoom; so does the wheel, two fingers, or a double click'],
  ['← ↑ ↓ →', 'move the map, while it has the focus; so does dragging'],
  ['V', 'visit as a guest'],
  ['T', 'colours: as the system, dark, light'],
  ['Esc', 'back to the realm'],
  ['?', 'this'],
];

export function Help() {
  const dialog = useRef<HTMLDialogElement>(null);
  const isOpen = isHelpOpen.value;
  useEffect(() => {
    if (isOpen && !dialog.current!.open) dialog.current!.showModal();
    if (!isOpen) dialog.current!.close();
  }, [isOpen]);
  return (
    <dialog ref={dialog} class="help" aria-labelledby="help-title" onClose={() => (isHelpOpen.value = false)}>
      <header class="list-head">
        <h2 id="help-title">Keys and help</h2>
        <button class="icon" onClick={() => (isHelpOpen.value = false)} aria-label="Close">
          <Icon name="close" />
        </button>
      </header>
      <dl class="keys">
        {keys.map(([key, what]) => (
          <div key={key}>
            <dt>
              <kbd>{key}</kbd>
            </dt>
            <dd>{what}</dd>
          </div>
        ))}
      </dl>
      <p>
        A dot is a player, a colour an <b>island</b>: a group whose members hear and see each other. Grey dots are alone. Around
        the chosen player, the ring is how near others must come to join it, the dashed ring how far they may go.
      </p>
      <p>
        <b>Recall</b> is how many of a player's nearest ten are on the same island. <b>Churn</b> is how often a player changes
        islands. While you visit, a click on the map walks there; with Shift it chooses an island.
      </p>
    </dialog>
  );
}
