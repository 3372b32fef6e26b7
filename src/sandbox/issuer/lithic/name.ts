import { uuidOf } from '../../../rails/card/lithic/uuid.ts';
import type { NetworkCard } from '../dialect.ts';

const NETWORK_TOKEN = /^card_([0-9a-f]{12})([0-9a-f]{3})([0-9a-f]{3})([0-9a-f]{6})$/;
const CARD_UUID = /^([0-9a-f]{8})-([0-9a-f]{4})-8([0-9a-f]{3})-8([0-9a-f]{3})-([0-9a-f]{6})000000$/;

/** The UUID by which the vendor's API names a card of the network. The network's token can be read back from it. */
export function cardUuid(token: string): string {
  const [, start, middle, late, end] = NETWORK_TOKEN.exec(token) ?? [];
  if (start === undefined) throw new TypeError('Expected a card token of the network');
  return `${start.slice(0, 8)}-${start.slice(8)}-8${middle}-8${late}-${end}000000`;
}

/** The network's token by the vendor's UUID; null where it is not one of ours. */
export function networkToken(uuid: string): string | null {
  const [, ...parts] = CARD_UUID.exec(uuid) ?? [];
  return parts.length === 0 ? null : `card_${parts.join('')}`;
}

/** The UUID of something of a card: the same kind and name, the same UUID. */
export function uuidFor(card: Pick<NetworkCard, 'token'>, kind: string, name: string): string {
  return uuidOf(`${card.token} ${kind} ${name}`);
}

/** A moment as the vendor words it. */
export function timestamp(ms: number): string {
  return new Date(ms).toISOString();
}
