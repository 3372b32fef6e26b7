/** The virtual hosts of the sandbox. Those of the paid services listen at one address and port. */
export const HOSTS = {
  /** A domain registrar. */
  names: 'names.sandbox',
  /** Somebody who looks like it, and sells the same for himself: other letters, and another ending. */
  lookalikes: ['nannes.sandbox', 'names-sandbox.test'],
  /** A shop that has nothing to do with domain names. */
  gifts: 'gifts.sandbox',
  /** The registrar's twin, which misbehaves on demand. */
  twin: 'twin.sandbox',
  /** A shop that takes cards: its pages, */
  shop: 'shop.sandbox',
  /** the card forms that it embeds, */
  cards: 'cards.sandbox',
  /** the page on which the issuer asks for a code, */
  acs: 'acs.sandbox',
  /** and what its staff use. */
  backoffice: 'backoffice.sandbox',
} as const;

/** The origin of a virtual host. */
export function sandboxOrigin(host: string): string {
  return `http://${host}`;
}

/** Where the sandbox's origins are reached, as the wallet's fetcher takes it: no name of theirs is in any DNS. */
export function sandboxOrigins(at: {
  readonly address: string;
  readonly port: number;
}): ReadonlyMap<string, { readonly address: string; readonly port: number }> {
  const hosts = [HOSTS.names, ...HOSTS.lookalikes, HOSTS.gifts, HOSTS.twin];
  return new Map(hosts.map((host) => [sandboxOrigin(host), at]));
}

/** The hosts of the card shop. They listen at an address and port of their own; see `openShop`. */
export const SHOP_HOSTS = [HOSTS.shop, HOSTS.cards, HOSTS.acs, HOSTS.backoffice] as const;
