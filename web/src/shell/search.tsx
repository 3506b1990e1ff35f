// Finding a player by the beginning of the address, or an island by its id: choose one and the map flies there.
import { computed, signal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { findPlayers } from '../feed/search';
import { news, world } from '../feed/store';
import { locate } from '../islands/player';
import { Swatch } from '../islands/swatch';
import { stage } from '../map/view';
import { plural, shortId } from './format';
import { Icon } from './icons';
import { go } from './route';
import { toIsland, toPlayer } from './routes';

const kMost = 8;
const wanted = signal('');
const isOpen = signal(false);
const chosen = signal(0);

interface Found {
  key: string;
  text: string;
  colour: number;
  act: () => void;
}

const found = computed(() => {
  void news.value;
  const text = wanted.value.trim().toLowerCase();
  if (!text) return { options: [] as Found[], total: 0 };
  const { rows, total } = findPlayers(world, text, kMost);
  const options: Found[] = rows.map((row) => ({
    key: String(world.numbers[row]),
    text: world.address(row),
    colour: world.islands.get(world.homes[row])?.colour ?? -1,
    act: () => {
      go(toPlayer(world.address(row)));
      locate(row);
    },
  }));
  return { options: [...options, ...islandsLike(text, kMost - options.length)], total };
});

function islandsLike(text: string, most: number): Found[] {
  const options: Found[] = [];
  if (most <= 0 || text.startsWith('0x')) return options;
  for (const island of world.islands.values()) {
    if (!island.id.toLowerCase().includes(text)) continue;
    const act = () => {
      go(toIsland(island.id));
      stage.value?.fly(stage.value.camera.centred(island.x, island.z, Math.max(2, stage.value.camera.scale)));
    };
    options.push({ key: island.id, text: `island ${shortId(island.id)}`, colour: island.colour, act });
    if (options.length === most) break;
  }
  return options;
}

export const focusSearch = (): void => document.getElementById('search')?.focus();

function close(): void {
  isOpen.value = false;
  chosen.value = 0;
}

function take(index: number): void {
  const option = found.value.options[index];
  if (!option) return;
  option.act();
  wanted.value = '';
  close();
  document.getElementById('search')?.blur();
}

function key(event: KeyboardEvent): void {
  const { options } = found.value;
  if (event.key === 'ArrowDown') chosen.value = Math.min(options.length - 1, chosen.value + 1);
  else if (event.key === 'ArrowUp') chosen.value = Math.max(0, chosen.value - 1);
  else if (event.key === 'Enter') take(chosen.value);
  else if (event.key === 'Escape') {
    wanted.value = '';
    close();
  } else return;
  event.preventDefault();
}

export function Search() {
  const { options, total } = found.value;
  const shows = isOpen.value && wanted.value.trim() !== '';
  useEffect(() => {
    if (chosen.value >= options.length) chosen.value = 0;
  });
  return (
    <div class="search" onFocusOut={({ currentTarget, relatedTarget }) => {
      if (!currentTarget.contains(relatedTarget as Node | null)) close();
    }}>
      <Icon name="search" />
      <input
        id="search"
        type="search"
        role="combobox"
        aria-label="Find a player by address, or an island"
        aria-expanded={shows}
        aria-controls="found"
        aria-activedescendant={shows && options.length > 0 ? `found-${chosen.value}` : undefined}
        placeholder="0x… player or island"
        autocomplete="off"
        spellcheck={false}
        value={wanted.value}
        onInput={({ currentTarget }) => {
          wanted.value = currentTarget.value;
          isOpen.value = true;
          chosen.value = 0;
        }}
        onFocus={() => (isOpen.value = true)}
        onKeyDown={key}
      />
      <kbd aria-hidden="true">/</kbd>
      {shows && <Options options={options} total={total} />}
    </div>
  );
}

function Options({ options, total }: { options: Found[]; total: number }) {
  return (
    <div class="found">
      <ul id="found" role="listbox" aria-label="Found">
        {options.map((option, i) => (
          <li
            key={option.key}
            id={`found-${i}`}
            role="option"
            class="mono"
            aria-selected={i === chosen.value}
            onPointerDown={(event) => {
              event.preventDefault();
              take(i);
            }}
          >
            {option.colour >= 0 && <Swatch colour={option.colour} />} {option.text}
          </li>
        ))}
      </ul>
      <p role="status">{options.length === 0 ? 'Nobody here has such an address.' : plural(total, 'player')}</p>
    </div>
  );
}
