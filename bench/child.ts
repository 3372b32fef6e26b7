import { fork } from 'node:child_process';
import { once } from 'node:events';

/** A process of its own that carries out orders, one after the other. */
export type Child<Order, Report> = {
  readonly ask: (order: Order) => Promise<Report>;
  readonly close: () => Promise<void>;
};

/** What crosses between the two: a report, or why there is none. */
type Reply<Report> = { readonly report: Report } | { readonly failure: string };

/** Starts a process from an entry file that calls `takeOrders`. */
export function openChild<Order extends object, Report>(entry: URL): Child<Order, Report> {
  const child = fork(entry, { execArgv: [], stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
  const ended = once(child, 'exit');
  return {
    ask: async (order) => {
      const answered = once(child, 'message');
      child.send(order);
      const reply = await Promise.race([answered, ended.then(() => null)]);
      if (reply === null) throw new Error(`${entry.pathname.split('/').at(-1)} ended before it answered`);
      const said = reply[0] as Reply<Report>;
      if ('failure' in said) throw new Error(said.failure);
      return said.report;
    },
    close: async () => {
      child.kill('SIGTERM');
      await ended;
    },
  };
}

/** Carries out the orders of the process that started this one. */
export function takeOrders<Order, Report>(carryOut: (order: Order) => Promise<Report>): void {
  process.on('message', async (order) => {
    const reply: Reply<Report> = await carryOut(order as Order).then(
      (report) => ({ report }),
      (error: unknown) => ({
        failure: error instanceof Error ? (error.stack ?? error.message) : String(error),
      }),
    );
    process.send?.(reply);
  });
  process.on('disconnect', () => process.exit());
}
