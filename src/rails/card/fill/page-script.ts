/**
 * A function that is sent to a page. Its text is put together here, of functions that need nothing but each other; a
 * page may forbid scripts to do that themselves.
 */
export function pageScript<T>(expression: string): (element: unknown) => T {
  return new Function('element', `return ${expression};`) as (element: unknown) => T;
}
