import type { Books, TableName, Tables } from '../../core/books.ts';

/** Records that every payment of a mandate reads again. The others are read once or twice, and would push these out. */
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
  'head',
]);

type Found = Tables[TableName] | null;

/** Durable records in memory, the longest unused leaving first; also that there is none under an id. */
export type Cache = {
  readonly get: (table: TableName, id: string) => Found | undefined;
  readonly set: (table: TableName, id: string, found: Found) => void;
  readonly clear: () => void;
};

/** Opens a cache of at most this many records. */
export function openCache(max: number): Cache {
  const kept = new Map<string, Found>();
  return {
    get: (table, id) => {
      const key = `${table} ${id}`;
      const found = kept.get(key);
      if (found === undefined) return undefined;
      kept.delete(key);
      kept.set(key, found);
      return found;
    },
    set: (table, id, found) => {
      if (!HOT.has(table)) return;
      const key = `${table} ${id}`;
      kept.delete(key);
      kept.set(key, found);
      const oldest = kept.keys().next();
      if (kept.size > max && !oldest.done) kept.delete(oldest.value);
    },
    clear: () => kept.clear(),
  };
}

/** Books as one transaction sees them: what it read stays as it read it. */
export type View = Books & {
  /** Everything that was read, to keep once the transaction is durable. */
  readonly seen: () => Iterable<{ readonly table: TableName; readonly id: string; readonly found: Found }>;
};

/** Opens a view on the durable records, the cache before them. */
export function openView(durable: Books, cache: Cache): View {
  const seen = new Map<string, { table: TableName; id: string; found: Found }>();
  return {
    get: <T extends TableName>(table: T, id: string) => {
      const key = `${table} ${id}`;
      const earlier = seen.get(key);
      if (earlier !== undefined) return earlier.found as Tables[T] | null;
      const cached = cache.get(table, id);
      const found = cached === undefined ? durable.get(table, id) : cached;
      seen.set(key, { table, id, found });
      return found as Tables[T] | null;
    },
    seen: () => seen.values(),
  };
}
