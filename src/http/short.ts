/** Text of a caller as far as it is worth quoting back. */
export function short(text: string, length = 80): string {
  return text.length > length ? `${text.slice(0, length)}…` : text;
}
