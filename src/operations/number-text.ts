/** A JSON number that no JavaScript number says exactly as it was written: its source text instead. */
export class NumberText {
  readonly source: string;

  constructor(source: string) {
    this.source = source;
  }

  toString(): string {
    return this.source;
  }
}

/** A JSON number's source text as a number where that loses nothing, else as the text. */
export function readNumber(source: string): number | NumberText {
  const value = JSON.parse(source) as number;
  return source.length <= 15 && String(value) === source ? value : new NumberText(source);
}
