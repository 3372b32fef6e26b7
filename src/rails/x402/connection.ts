import net from 'node:net';
import tls from 'node:tls';
import { isPublicAddress } from './address-guard.ts';
import { addressOf, type OriginRules, type Target } from './target.ts';

/** All addresses of a host name; none, or a throw, when there is none. */
export type Lookup = (host: string) => Promise<readonly string[]>;

/** Where a target's origin is reached: every address has passed the guard or stands in the operator's table. */
export type Route = {
  readonly host: string;
  readonly isSecure: boolean;
  readonly addresses: readonly [string, ...string[]];
  readonly port: number;
};

/** A route, or why there is none. */
export type FoundRoute =
  | { readonly ok: true; readonly route: Route }
  | {
      readonly ok: false;
      readonly code: 'host_unresolvable' | 'address_not_allowed';
      readonly detail: string;
    };

/** The TCP connection stood, the TLS session on it did not come about. Nothing of the request was written. */
export class TlsError extends Error {
  constructor(cause: Error) {
    super('The TLS session could not be set up', { cause });
    this.name = 'TlsError';
  }
}

/** Resolves a target once. One address that is not public refuses the host, whatever else it resolves to. */
export async function findRoute(
  target: Target,
  options: { readonly rules: OriginRules; readonly lookup: Lookup },
): Promise<FoundRoute> {
  const isSecure = target.url.startsWith('https:');
  const admitted = options.rules.admitted.get(target.origin);
  if (admitted !== undefined) {
    const { address, port } = admitted;
    return { ok: true, route: { host: target.host, isSecure, addresses: [address], port } };
  }
  const literal = addressOf(target.host);
  const [first, ...others] = literal === undefined ? await resolve(target.host, options.lookup) : [literal];
  if (first === undefined) {
    return { ok: false, code: 'host_unresolvable', detail: `The host '${target.host}' has no address` };
  }
  const addresses = [first, ...others] as const;
  if (!addresses.every(isPublicAddress)) {
    // The address itself is not named: what an internal name resolves to is nobody's business outside.
    const detail = `The host '${target.host}' resolves to an address that is not public`;
    return { ok: false, code: 'address_not_allowed', detail };
  }
  return { ok: true, route: { host: target.host, isSecure, addresses, port: 443 } };
}

/**
 * Connects to an address of the route and to no other: the name is not resolved again, it only stands in the TLS
 * handshake and its certificate check. Rejects with a `TlsError` when TCP stood and TLS failed, and with the signal's
 * reason when aborted; in either case nothing of a request was written.
 */
export function connect(route: Route, signal: AbortSignal): Promise<net.Socket> {
  return new Promise((resolve, reject) => {
    signal.throwIfAborted();
    let isTcpUp = false;
    const socket = route.isSecure ? tls.connect(tlsOptions(route)) : net.connect(tcpOptions(route));
    const onAbort = () => {
      socket.destroy();
      reject(signal.reason);
    };
    signal.addEventListener('abort', onAbort, { once: true });
    socket.once('connect', () => {
      isTcpUp = true;
    });
    socket.once(route.isSecure ? 'secureConnect' : 'connect', () => {
      signal.removeEventListener('abort', onAbort);
      resolve(socket);
    });
    // Stays on: between two owners, an error of the socket must not become an uncaught exception.
    socket.on('error', (error) => reject(isTcpUp ? new TlsError(error) : error));
    socket.once('close', () => {
      signal.removeEventListener('abort', onAbort);
      reject(new Error('The connection closed before it was used'));
    });
  });
}

function tcpOptions(route: Route): net.TcpNetConnectOpts {
  const [first] = route.addresses;
  const all = route.addresses.map((address) => ({ address, family: net.isIP(address) }));
  return {
    host: addressOf(route.host) === undefined ? route.host : first,
    port: route.port,
    noDelay: true,
    autoSelectFamily: true,
    lookup: (_host, options, done) => {
      if (options.all) done(null, all);
      else done(null, first, net.isIP(first));
    },
  };
}

function tlsOptions(route: Route): tls.ConnectionOptions {
  const name = addressOf(route.host) === undefined ? { servername: route.host } : {};
  // Said outright, so that no environment variable turns the certificate check off.
  return { ...tcpOptions(route), ...name, rejectUnauthorized: true, ALPNProtocols: ['http/1.1'] };
}

async function resolve(host: string, lookup: Lookup): Promise<readonly string[]> {
  try {
    return await lookup(host);
  } catch {
    return [];
  }
}
