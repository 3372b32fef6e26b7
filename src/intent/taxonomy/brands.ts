import { fold } from '../text.ts';
import { BUSINESS_BRANDS, CONSUMER_BRANDS } from './brand-table.ts';

/** A well-known seller: its names, the domains that are its own, and what it mostly sells. */
export type Brand = {
  readonly names: readonly string[];
  readonly domains: readonly string[];
  readonly concepts: readonly string[];
};

const BRANDS: readonly Brand[] = `${BUSINESS_BRANDS.trim()}\n${CONSUMER_BRANDS.trim()}`
  .split('\n')
  .map((line) => {
    const [names = '', domains = '', concepts = ''] = line.split(';');
    const list = (text: string) => text.split(/\s+/).filter((part) => part !== '');
    return { names: names.split(','), domains: list(domains), concepts: list(concepts) };
  });

const BY_DOMAIN = new Map(BRANDS.flatMap((brand) => brand.domains.map((domain) => [domain, brand] as const)));
const BY_NAME = new Map(
  BRANDS.flatMap((brand) => brand.names.map((name) => [compact(name), brand] as const)),
);

/** A name as it would stand in a host: lower case letters and digits only. */
export function compact(name: string): string {
  return fold(name).replace(/[^\p{L}\p{N}]/gu, '');
}

/** Every brand that is known. */
export function allBrands(): readonly Brand[] {
  return BRANDS;
}

/** The brand whose host this is, the most exact first: `ads.google.com` before `google.com`. */
export function brandOfHost(host: string): Brand | undefined {
  const labels = host.toLowerCase().split('.');
  return labels
    .map((_, i) => BY_DOMAIN.get(labels.slice(i).join('.')))
    .find((brand): brand is Brand => brand !== undefined);
}

/** The brand of that name. */
export function brandNamed(name: string): Brand | undefined {
  return BY_NAME.get(compact(name));
}
