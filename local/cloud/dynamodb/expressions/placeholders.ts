import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import { AwsError } from '../../errors.ts';
import { type StoredValue, toStored } from '../attributeValues.ts';
import type { ExpressionKind } from './tokens.ts';

/** The names and values that a request's expressions share. AWS refuses both what is missing and what is left over. */
export class Placeholders {
  readonly #names: Readonly<Record<string, string>>;
  readonly #values: Readonly<Record<string, StoredValue>>;
  readonly #used = new Set<string>();

  constructor(request: PlaceholderInput, expressions: readonly (string | undefined)[]) {
    const some = expressions.some((expression) => expression !== undefined);
    if (request.ExpressionAttributeNames && !some) {
      throw invalid('ExpressionAttributeNames can only be specified when using expressions');
    }
    if (request.ExpressionAttributeValues && !some) {
      throw invalid('ExpressionAttributeValues can only be specified when using expressions');
    }
    this.#names = checkedKeys('ExpressionAttributeNames', request.ExpressionAttributeNames, '#');
    const values = checkedKeys('ExpressionAttributeValues', request.ExpressionAttributeValues, ':');
    this.#values = Object.fromEntries(Object.entries(values).map(([key, value]) => [key, toStored(value)]));
  }

  name(kind: ExpressionKind, placeholder: string): string {
    this.#used.add(placeholder);
    const name = this.#names[placeholder];
    if (name === undefined) {
      throw invalid(
        `Invalid ${kind}: An expression attribute name used in the document path is not defined; attribute name: ${placeholder}`,
      );
    }
    return name;
  }

  value(kind: ExpressionKind, placeholder: string): StoredValue {
    this.#used.add(placeholder);
    const value = this.#values[placeholder];
    if (value === undefined) {
      throw invalid(
        `Invalid ${kind}: An expression attribute value used in expression is not defined; attribute value: ${placeholder}`,
      );
    }
    return value;
  }

  /** To be called once every expression of the request was parsed. */
  refuseUnused(): void {
    this.#refuseUnusedOf('ExpressionAttributeNames', this.#names);
    this.#refuseUnusedOf('ExpressionAttributeValues', this.#values);
  }

  #refuseUnusedOf(parameter: string, given: Readonly<Record<string, unknown>>): void {
    const unused = Object.keys(given).filter((placeholder) => !this.#used.has(placeholder));
    if (unused.length === 0) return;
    throw invalid(`Value provided in ${parameter} unused in expressions: keys: {${unused.join(', ')}}`);
  }
}

/** The two parameters of a request that carry them. */
export interface PlaceholderInput {
  readonly ExpressionAttributeNames?: Readonly<Record<string, string>> | undefined;
  readonly ExpressionAttributeValues?: Readonly<Record<string, AttributeValue>> | undefined;
}

function checkedKeys<Entry>(
  parameter: string,
  given: Readonly<Record<string, Entry>> | undefined,
  sign: '#' | ':',
): Readonly<Record<string, Entry>> {
  if (given === undefined) return {};
  if (Object.keys(given).length === 0) throw invalid(`${parameter} must not be empty`);
  const shape = new RegExp(`^${sign}[A-Za-z0-9_]+$`);
  const wrong = Object.keys(given).find((key) => !shape.test(key));
  if (wrong !== undefined) throw invalid(`${parameter} contains invalid key: Syntax error; key: "${wrong}"`);
  return given;
}

function invalid(message: string): AwsError {
  return new AwsError('ValidationException', message);
}
