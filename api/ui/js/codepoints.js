/**
 * Text addressed by Unicode code points, as the API's offsets count them. JavaScript strings
 * count UTF-16 units, two of them for an emoji.
 */
export class CodePointText {
  #text;
  #units = [];

  constructor(text) {
    this.#text = text;
    let unit = 0;
    for (const character of text) {
      this.#units.push(unit);
      unit += character.length;
    }
    this.#units.push(unit);
  }

  /** How many code points the text has. */
  get length() {
    return this.#units.length - 1;
  }

  slice(start, end) {
    return this.#text.slice(this.#unit(start), this.#unit(end));
  }

  #unit(offset) {
    return this.#units[Math.max(0, Math.min(offset, this.length))];
  }
}
