/** Seeds that are always played, and what was found in them. A seed that breaks a promise is added here. */
export const SEEDS: readonly { readonly seed: number; readonly found: string }[] = [
  { seed: 91, found: 'A replay was signed after a freeze: the server had restarted with its clock set back' },
  { seed: 196, found: 'The same, with the clock set back while the server ran' },
  { seed: 3815, found: 'A retry broke when its payment was settled between two looks at it' },
];
