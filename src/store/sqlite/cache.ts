import type { Books, TableName, Tables } from '../../core/books.ts';

/**
 * Records that every payment of a mandate, or every message about a card, reads again. The others are read once or
 * twice, and would push these out.
 */
const HOT: ReadonlySet<TableName> = new Set([
  'wallet',
  'agent',
  'mandate',
  'terms',
  'pin',
  'cursor',
  'counter',
  'velocity',
  'account',
  'card',
  'roster',
  'head',
]);

type Found = Tables[TableName] | null;
type Shelves = Map<TableName, Map<string, Found>>;

/** Durable records in memory; also that there is none under an id. */
export type Cache = {
  readonly get: (table: TableName, id: string) => Found | undefined;
  readonly set: (table: TableName, id: string, found: Found) => void;
  readonly clear: () => void;
};

/**
 * Opens a cache of at most this many records. It keeps two generations: what is used moves to the young one; when
 * that is half of the whole, it becomes the old one, and what was not used since the last time is let go.
 */
export function openCache(max: number): Cache {
  let young: Shelves = new Map();
  let old: Shelves = new Map();
  let count = 0;
  const set = (table: TableName, id: string, found: Found) => {
    if (!HOT.has(table)) return;
    if (count >= max / 2) {
      old = young;
      young = new Map();
      count = 0;
    }
    const shelf = shelfOf(young, table);
    if (!shelf.has(id)) count += 1;
    shelf.set(id, found);
  };
  return {
    get: (table, id) => {
      const found = young.get(table)?.get(id);
      if (found !== undefined) return found;
      const aged = old.get(table)?.get(id);
      if (aged !== undefined) set(table, id, aged);
      return aged;
    },
    set,
    clear: () => {
      young = new Map();
      old = new Map();
      count = 0;
    },
  };
}

/** Books as one transaction sees them: what it read stays as it read it. */
export type View = Books & {
  /** Keeps what was read for the transactions to come, once this one is durable. */
  readonly keep: () => void;
};

/** Opens a view on the durable records, the cache before them. */
export function openView(durable: Books, cache: Cache): View {
  const read: Shelves = new Map();
  const fresh: { readonly table: TableName; readonly id: string; readonly found: Found }[] = [];
  const look = (table: TableName, id: string): Found => {
    const cached = cache.get(table, id);
    if (cached !== undefined) return cached;
    const found = durable.get(table, id);
    fresh.push({ table, id, found });
    return found;
  };
  return {
    get: <T extends TableName>(table: T, id: string) => {
      const shelf = shelfOf(read, table);
      let found = shelf.get(id);
      if (found === undefined) {
        found = look(table, id);
        shelf.set(id, found);
      }
      return found as Tables[T] | null;
    },
    keep: () => {
      for (const { table, id, found } of fresh) cache.set(table, id, found);
    },
  };
}

function shelfOf(shelves: Shelves, table: TableName): Map<string, Found> {
  const present = shelves.get(table);
  if (present !== undefined) return present;
  const shelf = new Map<string, Found>();
  shelves.set(table, shelf);
  return shelf;
}
