// The page's few pictures, drawn with lines in the colour of the text.
const paths = {
  plus: 'M8 3v10M3 8h10',
  minus: 'M3 8h10',
  fit: 'M2 6V2h4M10 2h4v4M14 10v4h-4M6 14H2v-4',
  search: 'M7 12A5 5 0 1 0 7 2a5 5 0 0 0 0 10zM10.8 10.8L14 14',
  back: 'M9.5 3L4.5 8l5 5',
  close: 'M3.5 3.5l9 9M12.5 3.5l-9 9',
  copy: 'M5.5 5.5h8v8h-8zM10.5 5.5v-3h-8v8h3',
  pin: 'M8 14.5S3 9.6 3 6.3a5 5 0 0 1 10 0c0 3.3-5 8.2-5 8.2zM8 8a1.7 1.7 0 1 0 0-3.4A1.7 1.7 0 0 0 8 8z',
  dark: 'M13.5 9.5A6 6 0 0 1 6.5 2.5a6 6 0 1 0 7 7z',
  light: 'M8 11a3 3 0 1 0 0-6 3 3 0 0 0 0 6zM8 1v1.5M8 13.5V15M1 8h1.5M13.5 8H15M3 3l1 1M12 12l1 1M13 3l-1 1M4 12l-1 1',
  system: 'M2 3h12v8H2zM6 14h4M8 11v3',
  help: 'M5.8 6a2.2 2.2 0 1 1 3.3 1.9c-.7.4-1.1.8-1.1 1.6M8 12v.2',
  walk: 'M9 4a1.4 1.4 0 1 0 0-2.8A1.4 1.4 0 0 0 9 4zM6 15l2-4.5L6.500 8.500 8 5.500l2.500 1.500 2 .5M5 8.500L6 6l2-.5M8 10.500l2 1.500 1 3',
} as const;

export function Icon({ name }: { name: keyof typeof paths }) {
  return (
    <svg class="icon-line" viewBox="0 0 16 16" aria-hidden="true">
      <path d={paths[name]} />
    </svg>
  );
}

/** Three islands. */
export function Logo() {
  return (
    <svg class="logo" viewBox="0 0 24 24" aria-hidden="true">
      <circle cx="9" cy="10" r="6.500" class="logo-a" />
      <circle cx="17" cy="15.500" r="4.500" class="logo-b" />
      <circle cx="7.500" cy="19.500" r="2.500" class="logo-c" />
    </svg>
  );
}
