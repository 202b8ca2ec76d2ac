import { BlockList, isIP } from 'node:net';
import { NotModelled } from '../errors.ts';
import { type ContextValues, patternOf } from './policyPattern.ts';

/** One line of a Condition block: an operator, a key and the values it is compared with. */
export interface ConditionTest {
  readonly operator: string;
  readonly key: string;
  readonly values: readonly string[];
}

export type CompiledCondition = (context: ContextValues) => boolean;

/** Whether one value of the request agrees with one value of the policy. */
type Comparison = (value: string, context: ContextValues) => boolean;
type Operator = (policyValue: string, variables: boolean) => Comparison;

const text =
  (rules: { wildcards?: boolean; ignoreCase?: boolean; arn?: boolean }): Operator =>
  (policyValue, variables) => {
    const pattern = patternOf(policyValue, { wildcards: false, variables, ...rules });
    return (value, context) => pattern.matches(value, context);
  };

const ordered =
  (read: (text: string) => number, agree: (value: number, limit: number) => boolean): Operator =>
  (policyValue, variables) => {
    const pattern = patternOf(policyValue, { wildcards: false, variables });
    return (value, context) => {
      const limit = pattern.resolve(context);
      return limit !== undefined && agree(read(value), read(limit));
    };
  };

const instant = (date: string) => (/^\d+$/.test(date) ? Number(date) * 1000 : Date.parse(date));

const address: Operator = (policyValue) => {
  const [network = '', prefix] = policyValue.split('/');
  const family = isIP(network) === 6 ? 'ipv6' : 'ipv4';
  const list = new BlockList();
  list.addSubnet(network, prefix === undefined ? (family === 'ipv6' ? 128 : 32) : Number(prefix), family);
  return (value) => isIP(value) !== 0 && list.check(value, isIP(value) === 6 ? 'ipv6' : 'ipv4');
};

/** IAM User Guide, "IAM JSON policy elements: Condition operators". Negated ones ask that no value agrees. */
const operators: Readonly<Record<string, { readonly compare: Operator; readonly negated?: true }>> = {
  StringEquals: { compare: text({}) },
  StringNotEquals: { compare: text({}), negated: true },
  StringEqualsIgnoreCase: { compare: text({ ignoreCase: true }) },
  StringNotEqualsIgnoreCase: { compare: text({ ignoreCase: true }), negated: true },
  StringLike: { compare: text({ wildcards: true }) },
  StringNotLike: { compare: text({ wildcards: true }), negated: true },
  ArnEquals: { compare: text({ wildcards: true, arn: true }) },
  ArnLike: { compare: text({ wildcards: true, arn: true }) },
  ArnNotEquals: { compare: text({ wildcards: true, arn: true }), negated: true },
  ArnNotLike: { compare: text({ wildcards: true, arn: true }), negated: true },
  Bool: { compare: text({ ignoreCase: true }) },
  NumericEquals: { compare: ordered(Number, (value, limit) => value === limit) },
  NumericNotEquals: { compare: ordered(Number, (value, limit) => value === limit), negated: true },
  NumericLessThan: { compare: ordered(Number, (value, limit) => value < limit) },
  NumericLessThanEquals: { compare: ordered(Number, (value, limit) => value <= limit) },
  NumericGreaterThan: { compare: ordered(Number, (value, limit) => value > limit) },
  NumericGreaterThanEquals: { compare: ordered(Number, (value, limit) => value >= limit) },
  DateEquals: { compare: ordered(instant, (value, limit) => value === limit) },
  DateNotEquals: { compare: ordered(instant, (value, limit) => value === limit), negated: true },
  DateLessThan: { compare: ordered(instant, (value, limit) => value < limit) },
  DateLessThanEquals: { compare: ordered(instant, (value, limit) => value <= limit) },
  DateGreaterThan: { compare: ordered(instant, (value, limit) => value > limit) },
  DateGreaterThanEquals: { compare: ordered(instant, (value, limit) => value >= limit) },
  IpAddress: { compare: address },
  NotIpAddress: { compare: address, negated: true },
};

/** Compiles one line of a Condition block; an operator that is not known here is refused, never skipped. */
export function compileCondition({ operator, key, values }: ConditionTest, variables: boolean): CompiledCondition {
  const [, set, name = '', ifExists] = /^(?:(ForAllValues|ForAnyValue):)?(.*?)(IfExists)?$/.exec(operator) ?? [];
  const wanted = key.toLowerCase();
  if (name === 'Null' && !set && !ifExists) {
    const mustBeMissing = values.includes('true');
    return (context) => (context(wanted) === undefined) === mustBeMissing;
  }

  const definition = operators[name];
  if (!definition) throw new NotModelled('iam', 'policy', `condition operator ${operator}`);
  const comparisons = values.map((value) => definition.compare(value, variables));
  const agrees = (value: string, context: ContextValues) =>
    comparisons.some((compare) => compare(value, context)) !== (definition.negated === true);

  // A missing key: ForAllValues holds, ForAnyValue does not, a negated comparison holds, any other does not.
  const whenMissing =
    ifExists !== undefined || set === 'ForAllValues' || (set === undefined && definition.negated === true);
  const everyValue = set === 'ForAllValues' || (set === undefined && definition.negated === true);
  return (context) => {
    const found = context(wanted);
    if (found === undefined || found.length === 0) return whenMissing;
    return everyValue ? found.every((value) => agrees(value, context)) : found.some((value) => agrees(value, context));
  };
}
