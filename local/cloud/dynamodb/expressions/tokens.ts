import { AwsError } from '../../errors.ts';

/** One piece of an expression. `word` covers names, functions and keywords: only the place tells them apart. */
export interface Token {
  readonly kind: 'word' | 'name' | 'value' | 'number' | 'symbol' | 'end';
  readonly text: string;
}

/** Which parameter an expression came from: AWS's messages begin with it. */
export type ExpressionKind =
  | 'ConditionExpression'
  | 'FilterExpression'
  | 'KeyConditionExpression'
  | 'ProjectionExpression'
  | 'UpdateExpression';

const piece = /\s*(?:([A-Za-z_][A-Za-z0-9_]*)|(#[A-Za-z0-9_]+)|(:[A-Za-z0-9_]+)|(\d+)|(<>|<=|>=|[()[\].,=<>+-]))/y;
const kinds = ['word', 'name', 'value', 'number', 'symbol'] as const;

/** The longest expression (source: DynamoDB quotas, "Expression parameters"). */
const longestExpressionBytes = 4096;

/** Reads an expression token by token; what does not fit is AWS's syntax error with the tokens around it. */
export class TokenReader {
  readonly kind: ExpressionKind;
  readonly #tokens: readonly Token[];
  #position = 0;

  constructor(kind: ExpressionKind, text: string) {
    this.kind = kind;
    if (text.trim() === '') throw this.error('The expression can not be empty;');
    if (Buffer.byteLength(text) > longestExpressionBytes) {
      throw this.error('Expression size has exceeded the maximum allowed size;');
    }
    this.#tokens = this.#split(text);
  }

  /** The token `ahead` places further on, without taking it. */
  peek(ahead = 0): Token {
    return this.#tokens[this.#position + ahead] ?? { kind: 'end', text: '<EOF>' };
  }

  take(): Token {
    const token = this.peek();
    this.#position += 1;
    return token;
  }

  /** Takes the token if it is this keyword or symbol. */
  takeIf(text: string): boolean {
    const token = this.peek();
    const found = token.kind === 'word' ? token.text.toUpperCase() === text : token.text === text;
    if (found) this.#position += 1;
    return found;
  }

  expect(text: string): void {
    if (!this.takeIf(text)) throw this.syntaxError();
  }

  expectEnd(): void {
    if (this.peek().kind !== 'end') throw this.syntaxError();
  }

  /** AWS's syntax error at the token that comes next. */
  syntaxError(): AwsError {
    const around = [this.#position - 1, this.#position, this.#position + 1].flatMap(
      (index) => this.#tokens[index] ?? [],
    );
    const near = around.map((token) => token.text).join(' ');
    return this.error(`Syntax error; token: "${this.peek().text}", near: "${near}"`);
  }

  error(message: string): AwsError {
    return new AwsError('ValidationException', `Invalid ${this.kind}: ${message}`);
  }

  #split(text: string): Token[] {
    const tokens: Token[] = [];
    const source = text.trimEnd();
    piece.lastIndex = 0;
    while (piece.lastIndex < source.length) {
      const at = piece.lastIndex;
      const match = piece.exec(source);
      if (!match) {
        const rest = source.slice(at).trimStart();
        throw this.error(`Syntax error; token: "${rest.slice(0, 1)}", near: "${rest.slice(0, 8)}"`);
      }
      const group = kinds.findIndex((_, index) => match[index + 1] !== undefined);
      tokens.push({ kind: kinds[group] ?? 'symbol', text: match[group + 1] ?? '' });
    }
    return tokens;
  }
}
