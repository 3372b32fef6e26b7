import { once } from 'node:events';
import { createConnection } from 'node:net';

/** An answer as far as a load generator looks at it. The body is bytes as text, one character each. */
export type Answer = { readonly status: number; readonly body: string };

/** A kept-alive HTTP/1.1 connection that has one request under way at a time. */
export type Connection = {
  /** Sends the bytes of a whole request, and resolves with its answer. */
  readonly send: (request: string) => Promise<Answer>;
  readonly close: () => void;
};

type Waiting = { readonly resolve: (answer: Answer) => void; readonly reject: (error: Error) => void };

/** Connects to a port of this machine. It reads answers that state their length, and nothing else. */
export async function connect(port: number): Promise<Connection> {
  const socket = createConnection({ port, host: '127.0.0.1', noDelay: true });
  await once(socket, 'connect');
  let unread = '';
  let waiting: Waiting | null = null;

  const fail = (error: Error) => {
    waiting?.reject(error);
    waiting = null;
    socket.destroy();
  };
  socket.setEncoding('latin1');
  socket.on('error', fail);
  socket.on('close', () => fail(new Error('The server closed the connection')));
  socket.on('data', (chunk: string) => {
    unread = unread === '' ? chunk : unread + chunk;
    const headEnd = unread.indexOf('\r\n\r\n');
    if (headEnd === -1) return;
    const length = lengthOf(unread.slice(0, headEnd));
    if (length === null) return fail(new Error('The answer does not state its length'));
    const end = headEnd + 4 + length;
    if (unread.length < end) return;
    if (unread.length > end) return fail(new Error('There came more than one answer'));
    const answer = { status: Number.parseInt(unread.slice(9, 12), 10), body: unread.slice(headEnd + 4) };
    unread = '';
    const { resolve } = waiting as Waiting;
    waiting = null;
    resolve(answer);
  });

  return {
    send: (request) =>
      new Promise((resolve, reject) => {
        waiting = { resolve, reject };
        socket.write(request, 'latin1');
      }),
    close: () => {
      socket.removeAllListeners('close');
      socket.destroy();
    },
  };
}

function lengthOf(head: string): number | null {
  const stated = /\r\ncontent-length: *(\d+)/i.exec(head)?.[1];
  return stated === undefined ? null : Number.parseInt(stated, 10);
}
