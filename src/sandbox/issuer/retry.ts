/** A loop in the background. */
export type Retrying = { readonly start: () => void; readonly stop: () => Promise<void> };

const LONGEST_MS = 60_000;

/**
 * Runs something again and again. The pause begins with `firstMs` and doubles up to a minute while something is left
 * over, and begins anew once nothing is. With 0 it never runs. It keeps no process alive.
 */
export function retrying(options: {
  readonly firstMs: number;
  readonly run: () => Promise<number>;
}): Retrying {
  const { firstMs, run } = options;
  let timer: NodeJS.Timeout | null = null;
  let running: Promise<void> = Promise.resolve();
  let isStopped = false;

  function plan(pauseMs: number): void {
    if (isStopped) return;
    timer = setTimeout(() => {
      running = run()
        .catch(() => 1)
        .then((left) => plan(left > 0 ? Math.min(pauseMs * 2, LONGEST_MS) : firstMs));
    }, pauseMs).unref();
  }

  return {
    start() {
      if (firstMs > 0 && timer === null) plan(firstMs);
    },
    async stop() {
      isStopped = true;
      if (timer !== null) clearTimeout(timer);
      await running;
    },
  };
}
