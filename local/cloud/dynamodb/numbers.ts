import { AwsError } from '../errors.ts';

/** A decimal as DynamoDB keeps it: coefficient × 10^exponent, without trailing zeros in the coefficient. */
interface Decimal {
  readonly coefficient: bigint;
  readonly exponent: number;
}

/** Digits of precision and the largest magnitudes of a number (source: developer guide, "Supported data types and naming rules"). */
const precision = 38;
const largestMagnitude = 125;
const smallestMagnitude = -130;

const pattern = /^([+-]?)(\d*)(?:\.(\d*))?(?:[eE]([+-]?\d+))?$/;

/** Writes a number as DynamoDB gives it back: without leading or trailing zeros, without an exponent. */
export function canonicalNumber(text: string): string {
  return textOf(parse(text));
}

/** Below zero, zero or above zero, as `left` compares with `right`. */
export function compareNumbers(left: string, right: string): number {
  const [one, other] = aligned(parse(left), parse(right));
  return one < other ? -1 : Number(one > other);
}

/** `left` plus or minus `right`. */
export function addNumbers(left: string, right: string, sign: 1 | -1 = 1): string {
  const [one, other, exponent] = aligned(parse(left), parse(right));
  return textOf(checked(trimmed(sign === 1 ? one + other : one - other, exponent)));
}

function parse(text: string): Decimal {
  const match = pattern.exec(text.trim());
  const [, sign = '', whole = '', fraction = '', exponent = '0'] = match ?? [];
  if (!match || whole + fraction === '') {
    throw new AwsError('ValidationException', `The parameter cannot be converted to a numeric value: ${text}`);
  }
  const coefficient = BigInt(whole + fraction) * (sign === '-' ? -1n : 1n);
  return checked(trimmed(coefficient, Number(exponent) - fraction.length));
}

function trimmed(coefficient: bigint, exponent: number): Decimal {
  if (coefficient === 0n) return { coefficient, exponent: 0 };
  const digits = coefficient.toString();
  const zeros = digits.length - digits.replace(/0+$/, '').length;
  return { coefficient: coefficient / 10n ** BigInt(zeros), exponent: exponent + zeros };
}

function checked(decimal: Decimal): Decimal {
  const digits = decimal.coefficient.toString().replace('-', '').length;
  const magnitude = decimal.exponent + digits - 1;
  if (digits > precision) {
    throw new AwsError('ValidationException', 'Attempting to store more than 38 significant digits in a Number');
  }
  if (decimal.coefficient !== 0n && magnitude > largestMagnitude) {
    throw new AwsError(
      'ValidationException',
      'Number overflow. Attempting to store a number with magnitude larger than supported range',
    );
  }
  if (decimal.coefficient !== 0n && magnitude < smallestMagnitude) {
    throw new AwsError(
      'ValidationException',
      'Number underflow. Attempting to store a number with magnitude smaller than supported range',
    );
  }
  return decimal;
}

function aligned(left: Decimal, right: Decimal): [bigint, bigint, number] {
  const exponent = Math.min(left.exponent, right.exponent);
  const scaled = (decimal: Decimal) => decimal.coefficient * 10n ** BigInt(decimal.exponent - exponent);
  return [scaled(left), scaled(right), exponent];
}

function textOf({ coefficient, exponent }: Decimal): string {
  if (exponent >= 0) return (coefficient * 10n ** BigInt(exponent)).toString();
  const sign = coefficient < 0n ? '-' : '';
  const digits = coefficient
    .toString()
    .replace('-', '')
    .padStart(1 - exponent, '0');
  return `${sign}${digits.slice(0, exponent)}.${digits.slice(exponent)}`;
}
