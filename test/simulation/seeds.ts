/** Seeds that are always played, and what was found in them. A seed that breaks a promise is added here. */
export const SEEDS: readonly { readonly seed: number; readonly found: string }[] = [];
