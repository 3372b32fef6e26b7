import { connect, createServer, type Socket } from 'node:net';
import { listenAt } from './recorder.ts';

/** A wire to somebody that remembers every byte that went along it. */
export type Tap = {
  readonly port: number;
  /** Everything that was sent to them. */
  readonly sent: () => Buffer;
  /** Everything they answered. */
  readonly answered: () => Buffer;
  readonly close: () => Promise<void>;
};

/** Puts a wire before a port of this machine. */
export async function startTap(target: number): Promise<Tap> {
  const [sent, answered]: [Buffer[], Buffer[]] = [[], []];
  const sockets = new Set<Socket>();
  const server = createServer((caller) => {
    const callee = connect(target, '127.0.0.1');
    for (const [from, to, kept] of [
      [caller, callee, sent],
      [callee, caller, answered],
    ] as const) {
      sockets.add(from);
      from.on('data', (chunk: Buffer) => kept.push(chunk));
      from.on('error', () => to.destroy());
      from.on('close', () => sockets.delete(from));
      from.pipe(to);
    }
  });
  return {
    port: await listenAt(server),
    sent: () => Buffer.concat(sent),
    answered: () => Buffer.concat(answered),
    close: async () => {
      for (const socket of sockets) socket.destroy();
      await new Promise((closed) => server.close(closed));
    },
  };
}

/** The port of a URL or of "address:port". */
export function portOf(place: string): number {
  return Number(/:(\d+)\/?$/.exec(place)?.[1]);
}
