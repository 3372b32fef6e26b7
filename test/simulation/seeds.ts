/** Seeds that are always played, and what was found in them. A seed that breaks a promise is added here. */
export const SEEDS: readonly { readonly seed: number; readonly found: string }[] = [
  { seed: 18, found: 'A replay was signed after a freeze: the server had restarted, its clock set back' },
  { seed: 30, found: 'The same after an agent was stopped' },
  { seed: 2093, found: 'A retry broke when its payment was settled between two looks at it' },
  { seed: 8356, found: 'The same' },
];
